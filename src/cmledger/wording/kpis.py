"""Sentences and names of the KPI report."""

# --- the period ----------------------------------------------------------------------------------
ONE_PERIOD = "--month、--quarter、--year 只能给一个。"
ONE_PERIOD_HINT = "例如：--month 2026-10；都不给时取今天所在的月份。"
BAD_MONTH = "看不懂的月份：{text}"
BAD_MONTH_HINT = "请写成 2026-10 的样子。"
BAD_QUARTER = "看不懂的季度：{text}"
BAD_QUARTER_HINT = "请写成 2026Q3 的样子。"
BAD_YEAR = "看不懂的年份：{text}"
BAD_YEAR_HINT = "请写成 2026 的样子。"
NOT_BEGUN = "{period} 还没有开始（今天是 {as_of}），没有可报的数。"
NOT_BEGUN_HINT = "换一个已经开始的月份、季度或年份；要换“今天”，用 --as-of。"

# --- names ---------------------------------------------------------------------------------------
NAMES = {
    "visit_completion": "走访完成率",
    "visit_progress": "走访进度（周期未结束）",
    "visits_overdue": "逾期未走访",
    "new_payment_adoption": "新型缴费方式推广应用率",
    "manager_coverage": "客户经理覆盖率",
    "customers_without_manager": "未分配客户经理的客户",
    "customers_per_manager": "人均管户数",
    "dues_per_manager": "人均应走访数",
    "value_added_customised": "重点客户增值服务项目定制率",
    # targets stand in the policies; the ledger keeps no facts for these yet
    "connection_restricted": "10kV业扩工程接入受限率",
    "archive_accuracy": "基础档案信息准确率",
    "connection_in_time": "业扩服务时限达标率",
}
OF_TIER = {"customers": "{tier}数", "visit_completion": "走访完成率（{tier}）"}
NO_TIER = "未分级"
SHARED_NAME = "{name}（{office}）"

UNKNOWN_KPI = "没有代码为 {code} 的指标。"
UNKNOWN_KPI_HINT = "可用的代码：{codes}"

# --- the report on the screen --------------------------------------------------------------------
TITLE = "指标报表 {period}（{first} 至 {last}）"
NOT_CLOSED = "本期尚未结束：数字截至 {counted_to}，期末还会变。"
OFFICE = "供电所：{office}"
HEAD_NAME = "指标"
HEAD_FIGURE = "数值"
HEAD_SHARE = "分子/分母"
HEAD_TARGET = "目标"
HEAD_MET = "达标"
MET = {True: "达标", False: "未达标", None: ""}
NO_VALUE = "—"
AT_LEAST = "≥{target}"
AT_MOST = "≤{target}"
TIERS = "客户等级：{tiers}"
TIER_COUNT = "{name} {customers} 户"
OPEN_VISITS = "周期未结束的走访 {owed} 项，已完成 {met} 项，不计入完成率。"
UNKNOWN_CHANNEL = "{name}：另有 {unknown} 户缴费方式未知。"
SPREAD = "{name}：最少 {lowest}，中位 {median}，最多 {highest}。"
NOT_AVAILABLE = "尚无数据、暂不能算的指标：{names}"
ASSUMED_YEARS = "{years} 年的节假日安排尚未公布，工作日按周末推算。"
UNASSIGNED = "（未分配）"
BY = {"office": "供电所", "line": "线路", "manager": "客户经理", "grid": "网格"}
BY_TITLE = "按{by}"
BY_CUSTOMERS = "客户"
BY_COMPLETION = "走访完成"
BY_PROGRESS = "走访进度"
BY_RATE = "完成率"
BY_OVERDUE = "逾期"
BY_DUES = "应走访"
BY_PAYMENT = "新型缴费"
BY_WITHOUT = "无经理"
WRITTEN = "已写成 {path}"

# --- the rows behind a figure --------------------------------------------------------------------
ROWS_TITLE = "{name}（{code}）{period}：分子 {numerator}，分母 {denominator}"
ROW_ACCOUNT = "户号"
ROW_NAME = "户名"
ROW_MANAGER = "客户经理"
ROW_TIER = "等级"
ROW_SIDE = "计入"
ROW_WHY = "原因"
ROW_PERIOD = "应走访期"
ROW_FIRST = "应走访期自"
ROW_LAST = "至"
NO_ROWS = "没有计入这个指标的记录。"
BECAUSE_IN_TIER = "属于这个等级"
BECAUSE_NOT_IN_TIER = "属于其他等级"
BECAUSE_VISITED = "{day} 已走访"
BECAUSE_DONE = "期内已完成"
BECAUSE_BELOW_GRADE = "（走访人级别低于要求）"
BECAUSE_NOT_COUNTED = "走访人级别低于要求，不计入"
BECAUSE_MISSED = "期内没有走访"
BECAUSE_DUE = "{day} 前应走访"
BECAUSE_LATE = "自 {day} 起逾期"
BECAUSE_NOT_LATE = "没有逾期"
BECAUSE_CHANNEL_NEW = "{channel}，属新型"
BECAUSE_CHANNEL_OLD = "{channel}，不属新型"
BECAUSE_CHANNEL_UNKNOWN = "缴费方式未知"
BECAUSE_CUSTOMISED = "有本户的服务方案"
BECAUSE_NOT_CUSTOMISED = "没有本户的服务方案"
BECAUSE_MANAGER = "由{manager}负责"
BECAUSE_NO_MANAGER = "没有客户经理"
BECAUSE_LOAD = {"customers_per_manager": "管 {number} 户", "dues_per_manager": "应走访 {number} 项"}


def side(*, in_numerator: bool, in_denominator: bool) -> str:
    """On which side of a figure a row counts."""
    if in_numerator and in_denominator:
        return "分子分母"
    return "分子" if in_numerator else "分母"
