"""Sentences and words of the month's plan."""

WEEKDAYS = "一二三四五六日"

# --- why a due stands on its day, or on none -------------------------------------------------------
WHY = {
    "fixed": "人工指定",
    "with-fixed": "与人工指定的走访同一天",
    "overdue": "已逾期，排在前面",
    "late": "已过期限 {due_by}，尽早补上",
    "grace": "期限内排满了，用宽限期（至 {closes}）",
    "deadline": "期限 {due_by} 较早，须先走",
    "trip": "",
    "level": "各天走访量均衡",
    "no-manager": "期限内没有客户经理管这一户",
    "no-working-day": "期限内没有剩下的工作日",
    "full": "期限内各天都已排满",
}
OTHERS = "与{group}另 {others} 户同行"
MISSED = "原定 {day} 没有走成，改排"
JOINT = "；"

# --- what was asked ------------------------------------------------------------------------------
NOT_A_MONTH = "“{text}”不是月份。"
NOT_A_MONTH_HINT = "月份写成 2026-12 的样子。"
MONTH_OVER = "{month} 已经过完，不能再排计划；今天是 {as_of}。"
MONTH_OVER_HINT = "请排本月或以后的月份；要换“今天”，用 --as-of。"
NOT_A_VISIT = "“{name}”不用上门，不排进走访计划。"
NOT_A_VISIT_HINT = "它的期限见 cmledger due-visits --services {code}。"

# --- on the screen -------------------------------------------------------------------------------
TITLE = "{month} 走访计划（{start} 起，{days} 个工作日）"
COUNTS = "排定 {visits} 户次、{planned} 项"
COUNT_FIXED = "，其中人工指定 {fixed} 项"
COUNT_UNPLANNED = "；排不下 {count} 项"
COUNT_LATER = "；期限在以后各月、本月不排 {count} 项"
COUNT_ELSEWHERE = "；已排在别的月份 {count} 项"
STOP = "。"
NOTHING = "这个月没有要走访的。"
CAP = "每位客户经理每天最多 {per_day} 户。"
TRIP = "每趟 {trip} 户，同一{group}的排在一趟；趟数多于工作日时，各天一样满。"
GROUPS = {"line": "线路", "grid": "网格", "transformer_area": "台区"}
CAP_MINUTES = "每位客户经理每天最多 {minutes} 分钟（没有写分钟数的项目不计）。"
HEADS = ("客户经理", "户次", "项", "天数", "每天户数", "排不下")
DAY_HEADS = ("日期", "星期", "户次", "项", "同行")
RANGE = "{least}–{most}"
NOBODY = "（无人管）"
UNPLANNED = "排不下的"
UNPLANNED_HEADS = ("户号", "户名", "项目", "期限", "为什么")
MORE = "……还有 {count} 项没有列出；用 --manager 缩小范围，或用 --excel、--json。"
MORE_LEFT = "……还有 {count} 户没有列出；用 --manager 缩小范围，或用 --excel、--json。"
WRITTEN = "已写入 {path}"
OPERATION = "第 {number} 号操作：新排 {new}，改动 {changed}，去掉 {deleted}；cmledger undo {number} 可撤销。"
UNCHANGED = "计划没有变化，没有写入台账。"
DRY_RUN = "只是试算，没有写入台账：新排 {new}，改动 {changed}，去掉 {deleted}。"

# --- what should be looked at --------------------------------------------------------------------
WARNINGS = {
    "fixed-not-working": "户号 {account_no} {service}：人工指定的 {day} 不是工作日。",
    "fixed-outside": "户号 {account_no} {service}：人工指定的 {day} 在期限（{first} 至 {due_by}）之外。",
    "fixed-nobody": "户号 {account_no} {service}：人工指定在 {day}，但没有客户经理。",
    "fixed-not-holder": "户号 {account_no} {service}：人工指定 {day} 由 {manager} 走访，这天管这户的是 {holder}（交接或代管）。",
    "fixed-missed": "户号 {account_no} {service}：人工指定的 {day} 已过而没有完成，已改排。",
    "over-full": "{manager} {day} 排了 {visits} 户、{minutes} 分钟，超过一天的限度（因人工指定）。",
}

# --- the workbook --------------------------------------------------------------------------------
OVERVIEW = "总览"
PLAN = "计划"
LEFT = "排不下"
BOOK_TITLE = "{month} 走访计划"
BOOK_NOTE = (
    "改“计划日期”或“客户经理”即人工指定，重排时不动；走访后填“完成日期”。"
    "存盘后用 cmledger import-excel 导入；删掉的行不会从计划里删去。"
)
LEFT_NOTE = "填上“计划日期”即人工指定；导入后生效。"
OVERVIEW_NOTE = "格内为当天走访户数；红色为超过一天的限度。"
MANAGER, TOTAL, ALL = "客户经理", "户次", "合计"
DAY_HEAD = "{day}\n{weekday}"
ITEMS = "、"
