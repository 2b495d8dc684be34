"""Words inside the workbooks cmledger writes: headings, instructions, footers."""

PAGE = "第 &P 页 / 共 &N 页"
INTERNAL = "内部资料，注意保密　{actor}　{day}"
"""Stamped on every printed page: who took it out of the ledger, and when."""
SHEET_CONTINUED = "{title}({number})"
CHOICES_SHEET = "下拉选项"
CHOICE_TITLE = "不在下拉选项中"
CHOICE_TEXT = "可用的写法：{choices}。确实要这样写吗？"

# --- the KPI workbook ----------------------------------------------------------------------------
KPI_OVERVIEW = "指标总览"
KPI_TITLE = "{office}客户经理指标报表"
KPI_PERIOD = "{label}（{first} 至 {last}）　数据截至 {counted_to}{state}"
KPI_OPEN = "，本期尚未结束"
KPI_NO_TARGET = "未设目标"
KPI_HEADS = ("指标", "数值", "目标", "达标", "分子", "分母")
KPI_TIERS = "客户等级"
KPI_TIER_HEADS = ("等级", "户数", "占比")
KPI_TIERS_CHART = "客户等级分布"
KPI_LOAD = "人均工作量"
KPI_TARGET_SERIES = "目标"
KPI_BY = "{name}（按{by}）"
KPI_NUMERATOR = "{name}\n分子"
KPI_DENOMINATOR = "{name}\n分母"
KPI_ALL = "合计"
KPI_CHART_CUT = "图中只画前 {count} 个；表中为全部。"
KPI_NOT_AVAILABLE = "暂无数据的指标：{names}"
KPI_OPEN_VISITS = "周期未结束、不计入完成率的走访：{owed} 项，已完成 {met} 项。"
KPI_ASSUMED_YEARS = "{years} 年的节假日安排尚未公布，工作日按周末推算。"

# --- blank sheets --------------------------------------------------------------------------------
JOINT = "、"
HOW_TO = "填写说明"
HOW_TO_TITLE = "怎样填写{title}"
HOW_TO_LINES = (
    "从第一张表的第 2 行起，一行填一条；浅黄色表头的列必须填，其余可空着。",
    "空格子不会清除台账里已有的内容；要清除，请填“清空”二字。",
    "填好后存盘，用 cmledger import-excel 导入；导入前可加 --dry-run 先看结果。",
)
HOW_TO_HEADS = ("列", "必填", "怎样填", "在别的表里也可能叫")
REQUIRED = "必填"
HOW_CHOICE = "从下拉选项里选：{choices}"
HOW_ACCOUNT = "10 位或 13 位数字，按文本填，不要变成 3.3E+12 的样子"
HOW_PHONE = "手机或带区号的座机；几个号码用 / 隔开"
HOW_MONTH_DAY = "公历的月和日，如 5月3日 或 05-03；不写年。"
HOW_DATE = "日期，例如 2026-11-22"
HOW_YEAR = "四位年份，例如 2026"
HOW_CAPACITY = "数字，单位 kVA；几台变压器可写 2*315+200"
HOW_ENERGY = "数字，单位 kWh；写成 12.5万千瓦时 也可以"
HOW_SERVICES = "完成的服务项目，几项用、隔开"
HOW_PERSON = "一个人的姓名"
HOW_CODE = "编号，按文本填"
HOW_TEXT = "文字"

# --- the visit list that is handed out -----------------------------------------------------------
VISITS_OVERVIEW = "总览"
VISITS_TITLE = "走访到期清单（截至 {day}）"
VISITS_OFFICE_TITLE = "{office}走访到期清单（截至 {day}）"
VISITS_COUNTS = "共 {all} 项：{counts}。"
VISITS_STATUS = {"overdue": "逾期", "due": "待走访", "upcoming": "未到期"}
VISITS_HEADS = ("经理", "合计", "最近到期")
VISITS_TOTAL = "全部"
VISITS_CHART = "各经理走访任务"
VISITS_NONE = "没有到期的走访。"
VISITS_UNASSIGNED = "未分配"
VISITS_MANAGER_TITLE = "{manager}　走访清单（截至 {day}）"
VISITS_NOTE = (
    "{counts}。走访后填写浅黄色各列并存盘，交回后用 cmledger import-excel 导入；没去的留空。"
)
VISITS_SHARED_NAME = "{manager}（{office}）"
VISITS_DATE_PROMPT = "实际走访的日期，例如 2026-11-22"
VISITS_DATE_ERROR = "请填日期，例如 2026-11-22"

# --- items that take no visit, handed out --------------------------------------------------------
SERVICES_SHEET = "{manager} 服务记录"
SERVICES_TITLE = "{manager}　不必上门的服务事项（截至 {day}）"
SERVICES_NOTE = (
    "{count} 项。办完后填写浅黄色各列并存盘，交回后用 cmledger import-excel 导入；没办的留空。"
)
SERVICES_HEADS = {"done_on": "服务日期", "method": "服务方式", "content": "服务内容"}
"""Heads that say more than 日期, 方式, 内容: nothing stands below them yet that would tell what they are."""
DUTIES_HEADS = {"done_on": "履职日期", "content": "工作内容"}
DUTIES_SHEET = "{manager} 履职记录"
DUTIES_TITLE = "{manager}　自己和网格的履职事项（截至 {day}）"
DUTIES_NOTE = (
    "{count} 项。办完后填写浅黄色各列并存盘，交回后用 cmledger import-excel 导入；没办的留空。"
)
