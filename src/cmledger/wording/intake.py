"""Sentences about reading files in, and the labels of the report."""

from cmledger.wording.lists import listed

UNNAMED_OFFICE = "本所"
UNREADABLE = "读不到文件：{path}"
WHICH_OFFICE = "工作表“{sheets}”没有写供电所，而台账里有几个：{offices}；没有写入任何内容。"
WHICH_OFFICE_HINT = "用 --office 供电所名称 指明，或在表里加“供电所”一列。"
NOTHING_RECOGNISED = "{path} 里没有认得的表（工作表：{sheets}）；没有写入任何内容。"
NOTHING_RECOGNISED_HINT = (
    "用 cmledger inspect-excel 看它认出了什么；确定是哪一类表时用 --kind 名称 指明"
    "（{kinds}），列认不出时用 --map 列=字段 指明，"
    "表头认不出时用 --header-rows 行号 指明。"
)
KINDS = {
    "managers": "客户经理台账",
    "trainings": "培训记录",
    "lines": "线路台账",
    "transformer-areas": "台区台账",
    "grids": "网格台账",
    "liaisons": "联络员台账",
    "customers": "客户台账",
    "contacts": "客户联系人",
    "plans": "服务方案",
    "dates": "纪念日",
    "consumption": "售电量",
    "visits": "走访记录",
    "services": "服务记录",
    "duties": "履职记录",
    "matters": "事项台账",
    "events": "客户事件",
    "arrears-contacts": "催费联系记录",
    "planned-visits": "走访计划",
    "outages": "停电信息",
    "outage-notices": "停电通知记录",
    "duplicates": "疑似重复客户",
}
"""What each kind of sheet is called; a test holds that these are the layouts, in their order."""
NOT_OURS = "不是认得的表，未处理"
TABLES = {
    "office": "供电所",
    "line": "线路",
    "transformer_area": "台区",
    "grid": "网格",
    "manager": "客户经理",
    "liaison": "联络员",
    "customer": "客户",
    "contact": "联系人",
    "duplicate": "疑似重复的两户",
    "training": "培训",
    "customer_date": "纪念日",
    "customer_event": "客户事件",
    "customer_plan": "服务方案",
    "customer_manager": "经理分配",
    "customer_tier": "客户等级",
    "tier_override": "人工定级",
    "consumption": "电量",
    "visit": "走访",
    "service_done": "服务项目",
    "duty_done": "履职记录",
    "matter": "事项",
    "arrears_contact": "催费联系",
    "outage": "停电",
    "outage_notice": "停电通知",
    "planned_visit": "走访计划",
}
"""What a row of each table is called."""
OUTCOMES = {
    "read": "读入",
    "new": "新增",
    "changed": "更改",
    "unchanged": "未变",
    "rejected": "拒收",
    "skipped": "略过",
}
SHEET_HEADS = ("工作表", "类别", "表头行")
DONE = "已导入，操作号 {operation}。需要时可用 cmledger undo {operation} 撤销。"
DRY_RUN = "试算：没有写入台账。"
NOTHING_CHANGED = "台账没有变化。"
TAKEN_BEFORE = (
    "与第 {operation} 号操作导入的是同一个文件，只处理当时未收下的行；全部重来请加 --again。"
)
CREATED = "按表中名称新建的{what}：{names}"
FINDING_HEADS = ("工作表", "位置", "程度", "说明")
SEVERITIES = {"error": "错误", "warning": "注意", "notice": "提示"}
MORE_FINDINGS = "……另有 {count} 条，用 --json 查看全部。"
IGNORED_COLUMNS = "未使用的列：{columns}"
NO_TITLE = "（无标题）"
EXTRA_COLUMNS = "原样保存的列：{columns}"
HIDDEN = "{sheet}（隐藏）"
NOT_CHOSEN_SHEETS = "没有选中的工作表（--sheet）：{sheets}"
NOT_OURS_SHEETS = "未处理的工作表（不是认得的表）：{sheets}"
SKIPPED_ROWS = "略过 {count} 行，{reason}：{rows}"
SHEET_ROW = "{sheet}第 {row} 行"
ROW = "第 {row} 行"
_MOST = 6


def some(items: list[str]) -> str:
    """The first few items, and how many there are."""
    if len(items) <= _MOST:
        return listed(items)
    return f"{listed(items[:_MOST])}……等 {len(items)} 个"
