"""Sentences of outages and of telling customers of them."""

from typing import Final

UNTIL_BEFORE = "--until {until} 早于 {first}。"
TITLE = "停电通知：截至 {moment}"
COUNTS = "停电 {outages} 次，涉及 {customers} 户次；其中逐户列出 {named} 户{counts}"
STANDINGS = "：{counts}"
COUNT = "{standing} {count}"
JOINT = "，"
LISTED = "、"
AGREEMENTS = "协商停电：{counts}"
NOTHING = "这段时间没有停电。"
NO_ROWS = "没有要逐户列出的客户。"
MORE = "还有 {count} 户没有显示；全部见 --excel 或 --json。"
ASSUMED = "{years} 年的放假安排尚未公布，期限按周末推算。"
WRITTEN = "已写成 {path}；通知后填上通知时间、方式、结果，再用 cmledger import-excel 导入。"
MORE_RESTS = "还有 {count} 次停电，其余客户在哪里见 --excel 或 --json。"
EVERYONE_HINT = "其余客户看公告；要逐户列出全部客户，加 --all。"
NO_LIMIT = "规则的 [limits] 里没有{kinds}的通知时限，这些停电没有最迟通知时间。"
NO_KIND = "{outages} 没有停电类型，无法催办；用 cmledger edit outages 停电号 停电类型=… 补上。"
CANCELLED = "已取消，不再通知：{outages}"
OVERLAPS = "{outage} 与 {others} 时间、范围有重叠，同一户要分别通知。"

STANDING: Final = {
    "overdue": "逾期未通知",
    "due": "待通知",
    "late": "迟通知",
    "told": "已通知",
    "none": "不要求",
}
AGREEMENT: Final = {
    "open": "待协商",
    "asked": "已联系",
    "refused": "不同意",
    "rescheduled": "要求改期",
    "agreed": "同意",
    "missed": "未协商",
}
PUBLIC: Final = {
    "none": "",
    "due": "未登记",
    "overdue": "未登记",
    "late": "迟",
    "done": "及时",
    "to-come": "待发布",
}
PUBLISHED_ON = "{public} {day}"
PUBLISHED_LATE = "{public} {day}（迟）"
KIND: Final = {"planned": "计划", "temporary": "临时", "fault": "故障"}
MARKS: Final = {
    "important": "重要",
    "agreed": "协商",
    "special-group": "特殊",
    "own-source": "自备电源",
    "pv": "光伏",
}
IMPORTANCE: Final = {"special": "特级", "first": "一级", "second": "二级", "temporary": "临时重要"}

HEAD_OUTAGE = "停电号"
HEAD_BEGINS = "开始"
HEAD_PLACE = "线路/台区"
HEAD_KIND = "类型"
HEAD_TELL_BY = "最迟通知"
HEAD_PUBLIC = "公告"
HEAD_CUSTOMERS = "户数"
HEAD_NAMED = "逐户"
HEAD_ACCOUNT = "户号"
HEAD_NAME = "户名"
HEAD_MARKS = "提示"
HEAD_MANAGER = "客户经理"
HEAD_TOLD = "通知时间"
HEAD_AGREEMENT = "协商"
REST = "{outage} 其余 {count} 户（居民 {residents} 户）：{groups}"
REST_FACE: Final = {"transformer_area": "按台区", "grid": "按网格", "manager": "按客户经理"}
REST_GROUPS = "{face} {groups}"
REST_GROUP = "{key} {count}"
REST_MORE = "等 {count} 处"
WITHOUT: Final = {"transformer_area": "没有台区", "grid": "没有网格", "manager": "未分配"}

# --- record-notice -----------------------------------------------------------------------------------

NOBODY = "没有写户号。"
NOBODY_HINT = "写一个或几个户号；清单里还没有通知的全部登记，用 --all-listed。"
BOTH = "写了户号，就不能再用 --all-listed。"
NO_TIME = "--as-of {day} 不是今天，请用 --at 写明通知的时间。"
TIME_TO_COME = "通知时间 {at} 还没有到。"
BAD_TIME_HINT = '例如 --at "2026-11-25 09:00"'
IS_CANCELLED = "停电 {outage} 已经取消，不用通知。"
REST_JOINT = "；"
ALL_TOLD = "清单里的客户都已经通知，没有要登记的。"
RECORDED = "已登记 {outage} 的{kind} {count} 户，时间 {at}。"
AGREED = "同时算作完成“{service}”：{count} 户。"
LATE = "晚于最迟通知时间 {tell_by}，记为迟通知。"
REJECTED = "没有登记：{accounts}"
DONE = "操作号 {operation}。需要时可用 cmledger undo {operation} 撤销。"
DRY_RUN = "试算：没有写入台账。"
UNCHANGED = "{count} 户原来已经登记，没有变化。"
NOTICE_KIND: Final = {"notice": "通知", "agreement": "协商"}

# --- the workbook ------------------------------------------------------------------------------------

SHEET_OVERVIEW = "停电一览"
SHEET_TITLE = "停电通知清单：{manager}（截至 {moment}）"
SHEET_NOTE = "通知后填写黄色各列：通知时间写到时分（如 2026-11-25 09:00）；没有通知的留空。填好后用 cmledger import-excel 导入。"
CANCELLED_MARK = "（已取消）"
OVERVIEW_HEADS: Final = (
    ("停电号", 9), ("编号", 14), ("开始", 18), ("终止", 18), ("线路/台区", 18), ("性质", 13),
    ("原因", 20), ("最迟通知", 18), ("公告", 9), ("户数", 9), ("逐户", 9), ("其余客户在哪里", 52),
)  # fmt: skip
"""Not the titles of a sheet of outages: the overview is not to be taken in again."""
