"""Sentences and words of the due list and of recording a visit."""

from collections.abc import Sequence

from cmledger.records.calendar import UnknownFestival
from cmledger.wording.cycles import unsaid_festivals

# --- what was asked ------------------------------------------------------------------------------
UNKNOWN_SERVICE = "规则里没有叫“{code}”的服务项目。"
UNKNOWN_SERVICE_HINT = "可用的：{codes}"
NOT_CYCLIC = "“{code}”没有周期，从不到期。"
NOT_CYCLIC_HINT = "有周期的服务项目：{codes}"
UNKNOWN_TIER = "规则里没有叫“{tier}”的等级。"
UNKNOWN_TIER_HINT = "可用的：{tiers}"
UNTIL_BEFORE = "--until {until} 早于今天 {as_of}。"
UNTIL_HINT = "--until 用来多看几天：列出到那天为止将要开始的周期。"

# --- words ---------------------------------------------------------------------------------------
STATUS = {"overdue": "已逾期", "due": "待完成", "upcoming": "将到期"}

OWNERS = {"manager": "经理", "grid": "网格"}
"""Who owes what no customer does, where a customer's tier would stand."""

# --- the list on the screen ----------------------------------------------------------------------
TITLE = "{as_of} 服务到期清单"
TITLE_VISITS = "{as_of} 走访到期清单"
COUNT = "{status} {count} 户次"
COUNT_JOINT = "，"
NOTHING = "没有要做的：本周期都已完成。"
ASSUMED = "{years} 年的放假安排还没有公布，期限中落在该年的按周末推算；公布后写进 calendar-{first}.toml 即可。"
YEAR_JOINT = "、"


def calendar_notes(years: Sequence[int], festivals: Sequence[UnknownFestival]) -> list[str]:
    """What a list of dues says of years no calendar is known for, and of festivals whose days nobody has said."""
    said = YEAR_JOINT.join(map(str, years))
    notes = [ASSUMED.format(years=said, first=years[0])] if years else []
    return [*notes, *unsaid_festivals(festivals)]


HEAD_ACCOUNT = "户号"
HEAD_NAME = "户名"
HEAD_TIER = "等级"
HEAD_MANAGER = "客户经理"
HEAD_LINE = "线路"
HEAD_SERVICE = "项目"
ONCE = "做一次"
HEAD_CYCLE = "周期"
HEAD_LAST = "上次"
HEAD_DUE = "期限"
HEAD_SINCE = "逾期起"
HEAD_MISSED = "漏次"
CUSTOMER = "客户"
"""Left out behind a tier's name where room is scarce."""
MORE = (
    "……还有 {count} 户次没有列出；用 --manager、--line、--status 缩小范围，或用 --excel 写成表格。"
)
WRITTEN = "已写入 {path}"
GRADE_NOTE = "客户经理级别低于要求：{count} 户次（标 *）。"
BELOW_MARK = "*"

# --- recording a visit ---------------------------------------------------------------------------
LATER = "走访日期 {day} 晚于今天 {as_of}，不能登记还没有发生的走访。"
FOLLOWED_BEFORE = "跟进期限 {day} 早于走访日期 {visited}。"
NOTHING_LEFT = "没有写要跟进什么。"
NOTHING_LEFT_HINT = (
    "例如 --matter 隐患：刀闸发热；只写 --follow-up 时，要同时写 --opinion 或 --content。"
)
LATER_HINT = "核对日期；要换“今天”，用 --as-of。"
AMBIGUOUS_MANAGER = "“{name}”不止一位：{who}"
AMBIGUOUS_MANAGER_HINT = "请写全，例如 {example}"
BAD_VALUE = "{option} 写的“{value}”看不懂。"
BAD_VALUE_HINT = "可用的：{choices}"
RECORDED = "已登记：{account_no} {name}，{day} 走访。"
UNCHANGED = "这次走访已经登记过，没有重复登记。"
DRY_RUN = "只是试算，没有写入台账。"
CLEARED = "{service}（{period}）：已完成。"
CLEARED_LATE = "{service}（{period}）：已补做，但过了期限，仍算没有按期完成。"
CLEARED_BELOW = "{service}（{period}）：算完成，但走访人的级别低于要求的{grade}。"
NOT_COUNTED = "{service}（{period}）：走访人的级别低于要求的{grade}，按规则不算完成。"
CLEARED_UNNAMED = (
    "{service}（{period}）：算完成，但没写是谁去的，看不出是不是{grade}（--manager）。"
)
NOT_COUNTED_UNNAMED = (
    "{service}（{period}）：没写是谁去的，按规则要{grade}去才算完成（--manager）。"
)
CLEARED_NOTHING = "没有因此完成的到期项目。"
STILL = "仍要做：{service}（{period}），期限 {due_by}，{status}。"
LEFT = "留待跟进：{kind} {content}{by}"
LEFT_BY = "，期限 {by}"
OPERATION = "第 {number} 号操作；cmledger undo {number} 可撤销。"
