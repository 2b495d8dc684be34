"""Words of the 走访单: what stands on the page, the names of its files, and what the command says."""

# --- the files -----------------------------------------------------------------------------------
FILE = "走访单-{manager}-{label}"
FILE_PART = "{name}-{number}"
SHEET = "{number} {name}"
UNNAMED = "未填户名"
NUMBER = "序号"

# --- the page ------------------------------------------------------------------------------------
TITLE = "客户走访单"
LINE = "{office}　客户经理：{manager}　第 {number} 张 / 共 {count} 张　{when}"
PLANNED = "计划日期 {day}"
UNPLANNED = "{label}　计划未排"
PLANNED_ON = "计划日期"
NOT_PLANNED = "未排"
NOBODY = "　　　　"
FACTS = "客户信息"
ITEMS = "本次应办事项（办完的在“完成”一格打 √）"
ITEM_HEADS = ("完成", "项目", "最迟日期", "情况", "上次完成")
PAST = "上次走访与客户意见"
PAST_HEADS = ("日期", "走访人/方式", "走访内容", "客户意见")
NO_PAST = "台账里没有走访记录。"
MATTERS = "未办结事项"
MATTER_HEADS = ("类别", "提出日期", "内容", "办结期限")
NO_MATTERS = "没有。"
MORE_MATTERS = "另有 {count} 项未列，见台账。"
OVERDUE = "{day} 已超期"
CHECKLIST = "现场检查（填 正常、异常 或 不涉及）"
CHECK_WORDS = ("正常", "异常", "不涉及")
RECORD = "走访记录（现场填写）"
FIELDS = {"companions": "陪同人员"}
"""Fields of the page that are no fields of a visit."""
CUSTOMER_SIGNS = "客户签字"
MANAGER_SIGNS = "客户经理签字"
BOX = "□"
TICK = "√"
TICK_TITLE = "完成"
CHECK_TITLE = "检查结果"
CUT = "{text}……（全文见台账）"
FOR = "{item}（{occasion}）"
CAPACITY = "容量(kVA)"
CONTRACT = "合同 {kva}"
OPERATING = "运行 {kva}"
CAPACITY_JOINT = "，"

# --- read again ----------------------------------------------------------------------------------
CHECKED = "现场检查"
"""The own column of a visit in which the results of the check list are kept."""
CHECK_RESULT = "{item}：{result}"
CHECK_JOINT = "；"

# --- the command ---------------------------------------------------------------------------------
MONTH_AND_UNTIL = "--month 和 --until 只能用一个。"
MONTH_AND_UNTIL_HINT = "--month 列出这个月要做的；--until 列出到那一天为止要做的。"
MONTH_PAST = "{month} 已经过去，不能再出走访单。"
MONTH_PAST_HINT = "用本月或以后的月份。"
DONE = "{folder} 里写了 {files} 个走访单文件：{visits} 次走访，共 {items} 项。"
NOTHING = "没有要走访的，没有写文件。"
LISTED_ONLY = "其中 {count} 项不必上门，列在服务记录表里，没有走访单。"
PLAN = "按 {month} 的走访计划：客户经理和日期以计划为准。"
PLAN_UNPLANNED = "另有 {count} 次走访到期而计划没有排，排在各人的后面，写明“计划未排”。"
PLAN_LATER = "期限在以后各月、本月计划没有排的 {count} 项，没有走访单。"
PLAN_ELSEWHERE = "已排在别的月份的 {count} 项，没有走访单。"
HEADS = ("客户经理", "走访", "事项", "文件")
HOW_BACK = "填好后存盘交回，用 cmledger import-excel 导入；没填的不会记成走访。"
