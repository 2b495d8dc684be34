"""Words of inspect-excel's report."""

SHEET = "工作表“{name}”：{kind}"
HEADER_ROWS = "表头在第 {rows} 行（把握 {confidence}）"
TABLE_ROWS = "同一工作表里的一张：第 {first} 至 {last} 行"
FORM = "表单：一张一条记录，没有表头（把握 {confidence}）"
NO_HEADER = "没有找到表头"
COUNTS = "表头下 {read} 行，其中略过 {skipped} 行，不能读入 {rejected} 行"
FORM_REJECTED = "这张表单不能读入"
NOT_OURS = "不是认得的表（导入时不处理）"
HIDDEN = "（隐藏）"
COLUMN_HEADS = ("列", "表头", "读作")
EXTRA = "原样保存"
IGNORED = "不读入"
WITH_UNIT = "{field}（{unit}）"
FORMAT = "{path}（{format}）"
FORMAT_ENCODED = "{path}（{format}，{encoding}）"
SKIPPED = "略过第 {rows} 行：{message}"
FINDING_HEADS = ("位置", "程度", "说明")
