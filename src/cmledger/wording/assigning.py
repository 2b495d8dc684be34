"""Sentences of assign-managers, set-manager, handover, coverage and manager-check."""

from collections.abc import Mapping

from cmledger.records.assignment import Because, Cause, Code

# --- why -------------------------------------------------------------------------------------------

PLACES = {"line": "线路", "transformer_area": "台区", "grid": "网格"}
TERRITORY_FIELDS = {"lines": "负责线路", "areas": "负责台区", "grids": "负责村/社区/网格"}
CODES = {
    Code.FIXED: "人工指定",
    Code.LENT: "代管期间不变",
    Code.HANDED: "已移交给现客户经理",
    Code.KEPT: "现客户经理负责{where}，保持不变",
    Code.UNCONTESTED: "没有别人负责，保持现客户经理",
    Code.ONLY: "负责{where}",
    Code.FEWEST: "负责{where}的几位中户数最少",
    Code.NO_PLACE: "没有登记线路、台区、网格，不知道归谁",
    Code.NO_TERRITORY: "{where}没有在岗的客户经理负责",
    Code.NO_GRADE: "负责{where}的没有{grade}",
    Code.FULL: "负责{where}的{grade}都已管满",
}
CAUSES = {
    Cause.NONE_YET: "原来没有客户经理",
    Cause.LEFT: "原客户经理已离岗",
    Cause.BELOW: "原客户经理级别不够",
    Cause.ELSEWHERE: "归别人负责",
    Cause.CROWDED: "原客户经理已管满",
}
AND_ABOVE = "{grade}（及以上）"
ANY_GRADE = "客户经理"


def place_text(kind: str | None, name: str | None) -> str:
    """A place as people say it: 线路示例一线."""
    return f"{PLACES.get(kind or '', '')}{name or ''}"


def code_text(because: Because, where: str, grade: str) -> str:
    """What became of a customer; for nobody's there stands why."""
    return CODES[because.code].format(where=where, grade=grade)


def because_text(because: Because, where: str, grade: str) -> str:
    """The whole reason: why it could not stay as it was, and what was found."""
    said = code_text(because, where, grade)
    return said if because.cause is None else f"{CAUSES[because.cause]}；{said}"


# --- assign-managers ---------------------------------------------------------------------------------

COUNTED = {"kept": "不变", "assigned": "新安排", "moved": "改派", "unserved": "安排不了"}
COUNT = "{what} {count} 户"
COUNT_JOINT = "，"
HEADLINE = {
    False: "{day} 起的客户经理安排，操作号 {operation}。需要时可用 cmledger undo {operation} 撤销。",
    True: "试算：{day} 起会这样安排客户经理，没有写入台账。",
}
NO_CHANGE = "{day}：客户经理安排没有变化。"
NOT_ASKED = "不参加分级的客户没有动；要一起安排，加 --all。"
MOVES, UNSERVED, FINDINGS = "调整", "安排不了的", "要注意的"
HEAD_ACCOUNT, HEAD_NAME, HEAD_TIER = "户号", "户名", "等级"
HEAD_FROM, HEAD_TO, HEAD_WHY, HEAD_COUNT = "原来", "现在", "原因", "户数"
HEAD_MANAGER, HEAD_PRESENT = "客户经理", "现客户经理"
HEAD_OFFICE, HEAD_SEVERITY, HEAD_MESSAGE = "供电所", "程度", "说明"
MORE_MOVES = "……另有 {count} 户调整没有列出；用 --json 或 --excel 看全部。"
UNSERVED_STAY = "安排不了的，保持原状（原来有客户经理的仍归他）；逐户清单用 --json 或 --excel。"
NOBODY = "（无）"
ITEM = "· {text}。"
NO_GRADE = "未填级别"
OUT_OF_SCOPE = "不参加分级"
MORE_FINDINGS = "……另有 {count} 条，用 --json 看全部。"
MORE_REASONS = "……另有 {count} 种情况，用 --json 看全部。"
BOOK_TITLE = "客户经理安排（{day} 起）"
UNSERVED_NOTE = "以下客户保持原状：原来有客户经理的仍归他。"
NOTHING = "没有需要调整的。"
NOTHING_UNSERVED = "都安排得了。"
NO_FINDINGS = "没有要注意的。"
WRITTEN = "已写入 {path}"

# --- set-manager -------------------------------------------------------------------------------------

MANAGER_OR_LIFT = "请写明指定给哪位客户经理，或用 --lift 取消指定；两者只能有一个。"
NO_REASON = "请用 --reason 写明原因。"
NO_REASON_HINT = '例如 --reason "客户要求"'
UNTIL_PAST = "--until {until} 早于今天 {today}。"
HAS_LEFT = "{manager}已于 {day} 离岗，不能再指定给他。"
HAS_LEFT_HINT = "换一位在岗的；离岗日期写错了，用 cmledger edit managers {manager} 离岗日期=清空。"
LIFT_ALONE = "--lift 是取消指定，不能同时写 --until。"
NOT_FIXED = "{account_no} 在 {day} 没有人工指定的客户经理。"
ACCOUNT_CLOSED = "{account_no} 已销户，不再指定客户经理。"
SET = "{account_no} {name}：{day} 起由{manager}负责（人工指定）{until}。"
SET_UNTIL = "，到 {until} 为止"
LIFTED = "{account_no} {name}：已取消人工指定，{day} 起仍由{manager}负责；下次 cmledger assign-managers 按规则安排。"
LIFTED_BACK = "{account_no} {name}：已取消人工指定，{day} 起还给{manager}。"
DONE = "操作号 {operation}。需要时可用 cmledger undo {operation} 撤销。"
ALREADY = "{account_no} 已经是这样，没有写入任何内容。"
DRY_RUN = "试算：没有写入台账。"
BEFORE = "原来由{manager}负责。"
BEFORE_NOBODY = "原来没有客户经理。"

# --- handover ----------------------------------------------------------------------------------------

SAME_PERSON = "移交的双方是同一个人：{manager}。"
ENDS_BEFORE = "--until {until} 早于 --on {on}。"
TO_HAS_LEFT = "{manager}在 {day} 已离岗，不能接手。"
TERRITORY_FOR_GOOD = "--territory 只用于长期移交，不能与 --until 一起用。"
TERRITORY_NOW = "--territory 不分日期，移交日 {on} 到了再办；现在可先不加 --territory。"
TERRITORY_OFFICES = "{giver}和{taker}不在同一个供电所，负责区域不能一起移交。"
NOTHING_HELD = "{manager}从 {on} 起名下没有客户，没有写入任何内容。"
HANDED = "{giver}的 {count} 户从 {on} 起交给{taker}{until}。"
WOULD_HAND = "试算：{giver}的 {count} 户从 {on} 起交给{taker}{until}，没有写入台账。"
HANDED_UNTIL = "代管，到 {until} 为止，之后还给{giver}"
BY_TIER = "其中：{tiers}"
TIER_COUNT = "{tier} {count} 户"
FIXED_TOO = "其中 {count} 户原是人工指定给{giver}的，一并移交。"
TERRITORY_KEPT = "{giver}的负责区域没有改；新客户仍会按负责区域分给他，要一起移交，加 --territory。"
TERRITORY_MOVED = "负责区域一并移交：{places}"
SPAN_REASON = "{giver}移交"
SPAN_REASON_UNTIL = "代{giver}管户"

# --- coverage ----------------------------------------------------------------------------------------

COVERAGE_TITLE = "{office}客户经理覆盖情况（{day}）"
COVERED = "客户 {all} 户，其中参加分级 {in_scope} 户。"
WITHOUT = "没有客户经理：{all} 户，其中参加分级 {in_scope} 户。"
OF_LEFT = "客户经理已离岗、还没有换人：{count} 户。"
BELOW = "客户经理级别低于要求：{count} 户。"
OVER = "超过最多管户的客户经理：{names}"
SPREAD_HEADS = ("每名客户经理", "最少", "中位", "最多", "最多/最少")
SPREADS = {"customers": "管户数", "in_scope": "参加分级的户数", "dues_a_month": "每月应办项数"}
MANAGER_HEADS = ("客户经理", "级别", "户数", "参加分级", "级别不够", "月应办", "最多管")
BOOK_MANAGER_HEADS = (
    "供电所",
    "客户经理",
    "级别",
    "管户数",
    "参加分级",
    "不参加分级",
    "级别不够",
    "每月应办项数",
    "最多管户",
    "说明",
)
GRID_HEADS = ("网格/社区/村", "类别", "客户", "负责人", "在管", "说明")
BOOK_GRID_HEADS = (
    "供电所",
    "网格/社区/村",
    "类别",
    "客户数",
    "负责人数",
    "负责人",
    "在管的客户经理数",
    "说明",
)
GRID_KINDS = {"grid": "网格", "community": "社区", "village": "村"}
NO_GRID_KIND = "未填"
GRID_NONE = "没有客户经理"
GRID_MANY = "多于 {most} 名"
GRID_ONLY_SERVING = "没有写负责人，客户由 {count} 名客户经理在管"
GRIDS_SUMMARY = "网格/社区/村 {count} 个：没有负责人的 {none} 个，多于 {most} 名的社区 {many} 个。"
NO_GRIDS = "台账里没有网格、社区、村。"
LEFT_NOTE = "已离岗"
OVER_NOTE = "超过最多管户"
NO_MANAGERS = "台账里没有客户经理。"
MANAGERS_SHEET, GRIDS_SHEET, SUMMARY_SHEET = "按客户经理", "按网格", "概况"
UNCOVERED_SHEET = "没有客户经理的客户"
ALL_OFFICES = "全部供电所"
NOTE_DUES = "每月应办项数：各等级有周期的服务项目全年应办的次数 ÷ 12，按 {year} 年的日历。"
MORE_GRIDS = "……另有 {count} 个；用 --excel 或 --json 看全部。"
RATIO_NONE = "—"
SPREAD_SHEET = "均衡情况"
SUMMARY_HEADS = ("内容", "全部", "其中参加分级")
SUMMARY = {
    "customers": "客户户数",
    "without": "没有客户经理的客户",
    "left": "客户经理已离岗、还没有换人的客户",
    "below": "客户经理级别低于要求的客户",
    "managers": "在岗客户经理",
    "over": "超过最多管户的客户经理",
    "grids": "网格/社区/村",
    "none": "没有负责人的网格/社区/村",
    "many": "负责人多于 {most} 名的社区",
}
BOOK_UNCOVERED_HEADS = ("供电所", "户号", "户名", "等级", "线路", "网格/社区/村", "说明")
LEFT_MANAGER = "{manager}已离岗"
NAMES_JOINT = "、"
TEXT_JOINT = "；"
NOTE_JOINT = "，"


def manager_note(*, left: bool, over: bool) -> str:
    """What is to be said of a manager's load."""
    return NOTE_JOINT.join(text for text, so in ((LEFT_NOTE, left), (OVER_NOTE, over)) if so)


def grid_note(state: str, serving: int, most: int) -> str:
    """What is to be said of how a grid is covered."""
    if state == "many":
        return GRID_MANY.format(most=most)
    if state == "none":
        return GRID_ONLY_SERVING.format(count=serving) if serving else GRID_NONE
    return ""


def tier_name(names: Mapping[str, str], tier: str) -> str:
    """A tier's name, of an earlier edition its code."""
    return names.get(tier, tier)


# --- manager-check -----------------------------------------------------------------------------------

CHECK_TITLE = "{day} 客户经理任职条件核对"
LEVELS = {"senior": "高级", "first": "一级", "second": "二级", "trainee": "见习"}
CHECK_SHEET = "任职条件核对"
CHECK_SUMMARY = "在岗 {all} 人：符合 {met} 人，不符合 {lacking} 人，资料没填全 {unknown} 人，没有聘任等级 {no_level} 人。"
CHECK_HEADS = ("客户经理", "聘任等级", "不符合", "没填")
BOOK_CHECK_HEADS = ("供电所", "客户经理", "聘任等级", "结果", "不符合", "没填")
CHECK_STATES = {
    "met": "符合",
    "lacking": "不符合",
    "unknown": "资料没填全",
    "no-level": "没有聘任等级",
    "no-conditions": "规则没有写条件",
}
NO_CONDITIONS = "规则里没有写任何等级的任职条件（[manager_level]）。"
CONDITIONS = {
    "education": "学历",
    "power_years": "参加电力工作日期",
    "bad_record": "不良记录",
    "healthy": "身体健康",
    "training": "培训学时",
}
LACKS = {
    "education": "学历{have}，要求{asked}及以上",
    "education-unclear": "学历“{have}”看不出是否够{asked}",
    "power_years": "电力工作 {have} 年，要求满 {asked} 年",
    "bad_record": "有不良记录",
    "healthy": "身体状况不合要求",
    "training": "培训 {have} 学时，要求 {asked} 学时{within}",
}
WITHIN = "（近 {months} 个月）"
EDUCATION = {
    "junior": "初中及以下",
    "secondary": "高中（中专）",
    "college": "大专",
    "bachelor": "本科",
    "master": "硕士",
    "doctor": "博士",
}
