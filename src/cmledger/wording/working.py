"""Sentences of show, find, add, edit, close and forget."""

# --- add, edit -------------------------------------------------------------------------------------

NOT_A_PAIR = "应写成 字段=值 的样子：{text}"
NOT_A_PAIR_HINT = "例如：联系人=张示例 联系电话=13800000000"
TWICE = "“{field}”写了两次。"
NO_VALUE = "“{field}”没有写值。"
NO_VALUE_HINT = "要抹去原来的值，请写 {field}={clear}。"
NEEDED = "“{field}”不能清空。"
BAD_VALUE = "“{field}”：{message}"
CHOICES = "可填：{choices}"
BY_ANOTHER_COMMAND = "“{field}”不能直接修改。"
BY_ANOTHER_COMMAND_HINT = "请用 cmledger {command}。"
NOTHING_SAID = "没有写要{what}什么。"
NOTHING_SAID_HINT = "在后面写 字段=值，可以几个；可用的字段：{fields}"
ADD, EDIT = "登记", "修改"
MISSING_KEY = "缺少“{field}”，不知道是哪一条。"
MISSING_KEY_HINT = "在后面加上 {field}=…"
KNOWN = "台账里已经有这一条，没有写入任何内容。"
KNOWN_HINT = "要修改它，请用 cmledger edit {kind} {key} 字段=值。"
WHICH_OFFICE = "台账里有几个供电所：{offices}；不知道属于哪一个。"
WHICH_OFFICE_HINT = "在后面加上 {field}=供电所名称。"
KEY_JOINT = "/"
NO_RECORD = "{kind}里没有“{key}”。"
NO_RECORD_HINT = "{how}；可用 cmledger find 或 cmledger list {kind} 查找。"
SEVERAL = "{kind}里有几条都叫“{key}”：{keys}"
SEVERAL_HINT = "请把前面的部分一起写上，例如 {first}"
HOW = {
    "customers": "写户号，10 位或 13 位",
    "managers": "写姓名，或 姓名#工号，或 供电所/姓名",
    "trainings": "写 姓名/日期，或 姓名/日期/内容",
    "lines": "写线路名称，或 供电所/线路名称",
    "transformer-areas": "写台区名称，或 供电所/台区名称",
    "grids": "写网格名称，或 供电所/网格名称",
    "liaisons": "写姓名，或 网格名称/姓名",
    "contacts": "写 户号/联系人",
    "plans": "写 户号/服务项目，或 户号/服务项目/起始日期",
    "dates": "写 户号/事由（如 3700000001/生日）",
    "consumption": "写 户号/2025（全年）或 户号/2025-03（某月）",
    "planned-visits": "写 户号/服务项目/周期，如 户号/visit/2026-12；只有一项时写户号",
    "visits": "写走访号（如 v12，见 cmledger show 户号），或 户号/日期",
    "outages": "写停电号（如 o12，见 cmledger outages），或停电编号",
    "outage-notices": "写通知号（如 n12，见 cmledger list outage-notices），或 停电号/户号",
    "services": "写 户号/服务项目/日期（如 3700000001/G7/2026-11-01）",
    "duties": "写履职号（如 d12，见 cmledger list duties）",
    "matters": "写事项号（如 m12，见 cmledger list matters），或 户号/日期",
    "events": "写 户号/事件/日期（如 3700000001/报停/2026-11-01）",
    "arrears-contacts": "写联系号（如 c12，见 cmledger list arrears-contacts），或 户号/日期",
    "duplicates": "写 甲户号/乙户号",
}
"""How a record of each kind is named on the command line."""

ADDED = "已登记{kind} {key}，操作号 {operation}。需要时可用 cmledger undo {operation} 撤销。"
EDITED = "已修改{kind} {key}，操作号 {operation}。需要时可用 cmledger undo {operation} 撤销。"
CLOSED = "已将{kind} {key} {what}，操作号 {operation}。需要时可用 cmledger undo {operation} 撤销。"
CLOSED_HOW = {
    "customers": "销户",
    "managers": "登记为离岗",
    "plans": "结束",
    "dates": "取消",
    "matters": "办结",
    "outages": "取消",
}
"""What closing a record of a kind is called."""
UNCHANGED = "台账里已经是这样，没有写入任何内容。"
REFUSED = "没有写入任何内容："
DRY_RUN = "试算：没有写入台账。"
CREATED = "一并新建的{what}：{names}"
HEADS = ("内容", "原来", "现在")
BLANK = "（空）"

# --- close -----------------------------------------------------------------------------------------

NO_REASON = "请写明原因。"
NO_REASON_HINT = "例如 --reason 搬迁"
ALREADY_CLOSED = "户号 {account_no} 在 {day} 已经销户。"
ALREADY_CLOSED_HINT = "要改日期，请用 cmledger edit customers {account_no} 销户日期=日期。"
ALREADY_DONE = "{key} 在 {day} 已经办结。"
ALREADY_DONE_HINT = "要改结果或日期，请用 cmledger edit matters {key} 结果=… 完成日期=…"
DONE_BEFORE = "完成日期 {day} 早于发生日期 {opened}。"
REMARK = "{day} 销户：{reason}"
ALREADY_CANCELLED = "停电 {outage} 在 {day} 已经取消。"
ALREADY_CANCELLED_HINT = "要恢复，请用 cmledger edit outages {outage} 取消日期=清空。"
REMARK_CANCELLED = "{day} 取消：{reason}"
REMARK_LEFT = "{day} 离岗：{reason}"
REMARKS = "{before}；{now}"
LATER = "日期 {day} 还没有到，今天是 {as_of}。"
LATER_HINT = "到那一天再办；或用 --as-of 指明以哪一天为今天。"
STILL_HAS = "{name} 名下还有{what}，没有写入任何内容。"
STILL_HAS_HINT = "先把它们交给别人：cmledger handover {name} 接手人 --territory，或用 cmledger edit 改网格、台区的客户经理。"
HAS = "{count} 个{what}（{names}{more}）"
AND_MORE = " 等"
MANAGER_LEFT = "已写明离岗日期；以后 cmledger assign-managers 不再把客户分给这位客户经理。"
NOT_CLOSABLE = "{kind}不能用 close。"
NOT_CLOSABLE_HINT = (
    "客户、客户经理、服务方案、纪念日、事项和停电可以 close；登记错的，用 cmledger undo 撤销那次操作，"
    "或用 cmledger edit 改正。"
)

# --- forget ----------------------------------------------------------------------------------------

GONE = "（已删除）"
NAMELESS = "已删除"
"""Stand where a forgotten person's data stood and something must."""
MERGED = "户号 {account_no} 已并入 {into}，资料都在那一户。"
MERGED_HINT = "请用 cmledger forget {into}，并入的各户会一起删除。"
NO_WHOM = "没有写要删除谁的资料。"
NO_WHOM_HINT = (
    "写上户号：cmledger forget 户号 --yes；只把腾出的空间再清一遍：cmledger forget --wipe"
)
NOT_CONFIRMED = (
    "将永久删除户号 {account_no} 的户名、户号、地址、电话、联系人、走访内容等资料，不能撤销；"
    "还没有删除。"
)
NOT_CONFIRMED_HINT = "先用 -n 看会删除什么；确实要删除，请加 --yes。"
FORGOTTEN = "已删除户号 {account_no} 的资料，操作号 {operation}；不能撤销。台账里留下已销户的无名记录 {left}，只为保持户数、电量和走访次数。"
WOULD_FORGET = "试算：没有删除任何内容。"
FORGET_HEADS = ("内容", "处数")
EMPTIED = {
    "customer": "客户记录",
    "contact": "联系人（整条删除）",
    "visit": "走访的文字",
    "tier_override": "人工定级的原因",
    "entry": "操作日志里的旧值",
    "source_file": "导入报告",
    "source_sheet": "工作表名称",
    "operation": "命令的参数",
    "event": "事件记录",
}
WIPED = "台账文件已重写，腾出的空间已清零。"
NOT_WIPED = "资料已从台账删除，但文件里腾出的空间还没有清零：台账正被别的程序打开，或磁盘空间不够。请关闭它们、腾出空间，再运行 cmledger forget --wipe。"
NOT_OURS = "PostgreSQL 服务器的归档日志和数据库备份不由本程序管理，请数据库管理员处理。"
STILL_IN_COPIES = "这些备份里还有这个人的资料，请自行删除："
STILL_IN_FILES = "这些导入过或导出过的表格里可能还有，请自行处理："
AGAIN = "以后再导入含有这一户的表格，会把它当作新客户登记；请先从表格里删去。"

# --- find ------------------------------------------------------------------------------------------

TOO_SHORT = "要找的内容太短：{text}"
TOO_SHORT_HINT = "至少写两个字；号码至少写 4 位数字（户号写末几位，电话、电能表写任意一段）。"
NOT_FOUND = "没有找到“{text}”。"
FOUND = "共 {count} 条。"
FOUND_SHOWN = "共 {count} 条，显示前 {shown} 条；全部显示用 --limit 0。"
FIND_HEADS = ("类别", "编号或名称", "名称", "用电地址", "找到的内容")
MATCHED = "{title}：{value}"

# --- show ------------------------------------------------------------------------------------------

NO_KEY = "没有写是哪一条。"
NO_KEY_HINT = "例如：cmledger show 户号，或 cmledger show managers 姓名"
SHOW_HEADS = ("内容", "值", "来自")
SOURCE_FILE = "第 {operation} 号操作 {file} {cell}"
SOURCE_COMMAND = "第 {operation} 号操作 {command}"
MANAGERS, TIERS, ENERGY, CONTACTS = "客户经理", "客户等级", "用电量", "联系人"
VISITS = "走访 {count} 次，最近的："
HANGING = {
    "matters": "未办结的事项 {count} 件：",
    "services": "今年单独做的服务 {count} 次：",
    "plans": "服务方案：",
    "dates": "纪念日：",
}
MORE_HANGING = "……还有 {count} 条，见 cmledger list {kind}"
SPAN_HEADS = ("起", "止", "")
ENERGY_HEADS = ("年", "全年(kWh)", "各月(kWh)")
MONTH = "{month}月 {kwh}"
HOLDINGS = "现管：{what}"
HOLDING = "{what} {count}"
IS_MERGED = "已并入户号 {account_no}。"
EXTRA = "{title}（自有列）"
