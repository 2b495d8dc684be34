"""Words of a customer's file: on the screen and on the sheet."""

WHOM = "没有写要看谁的方案。"
WHOM_HINT = "写户号：cmledger plan 户号；或用 --manager、--line 指明一批客户，配 --excel 写成表格。"
BOTH = "户号和 --manager、--line、--office、--tier 只能用一样。"
BOTH_HINT = "要看几户，就写几个户号。"
MANY = "超过 {count} 户，一次最多 {most} 户。"
MANY_HINT = "用 --manager、--line、--tier 缩小范围。"
MANY_ON_SCREEN = "有 {count} 户，屏幕上一次只看一户。"
MANY_ON_SCREEN_HINT = "写一个户号；或用 --excel 写成表格，用 --json 供程序使用。"
NOBODY = "没有符合条件的客户。"

TITLE = "{name}（{account_no}）服务方案"
NAMELESS = "（无户名）"
LABEL = "{title}：{value}"
TIER = "客户等级"
SINCE = "{what}，自 {day} 起"
REASONS = "{tier}；{reasons}"
REASON_JOINT = "；"
MANAGERS = "客户经理"
NO_MANAGER = "还没有客户经理"
FORMER = "{name}（{since} 至 {until}）"
NOW = "{name}（{since} 起）"
CONTACT = "{role}{name} {phone}"
NONE = "无"
CAPACITY = "容量"

ITEMS = "服务项目"
ITEM_HEADS = ("项目", "周期", "依据", "上次", "下次", "状态")
SOURCES = {
    "plan": "本户",
    "inspection": "检查周期",
    "importance": "重要性",
    "tier": "等级",
}
NO_TERMS = "本户不做"
LATER = "{name}：自 {since} 起改为{cycle}"
LIMITED = "{name}：{cycle}到 {until} 为止"
REMARK = "{name}：{remark}"
NO_ITEMS = "没有服务项目：客户还没有等级，也没有本户方案。"
DATES = "纪念日"
DATE = "{occasion} {day}"
VISITS = "最近走访（共 {count} 次）"
VISIT_HEADS = ("日期", "客户经理", "方式", "内容", "意见", "满意度")
MATTERS = "未了事项"
MATTER_HEADS = ("类别", "登记", "内容", "期限", "责任人")
EVENTS = "近期事件"
EVENT_HEADS = ("日期", "事件", "备注")
OUTAGES = "停电安排"
OUTAGE_HEADS = ("开始", "结束", "类别", "范围", "原因")
OUTAGE_KINDS = {"planned": "计划停电", "temporary": "临时停电", "fault": "故障停电"}
HOW = (
    "改方案：cmledger add plans 户号={account_no} 服务项目=走访 周期=每月2次",
    "停一项：cmledger close plans {account_no}/走访 --reason 原因",
    "纪念日：cmledger add dates；渠道、检查周期：cmledger edit customers",
    "写成表格改好再导入：cmledger plan {account_no} --excel 方案.xlsx",
)
"""How to change what is shown."""
WRITTEN = "已写成 {path}，共 {count} 户；改好周期、纪念日、渠道后用 cmledger import-excel 导入。"

# --- the sheet -------------------------------------------------------------------------------------

SHEET_TITLE = "一户一方案"
SHEET_LINE = "{office}　客户经理：{manager}　{day}"
FACTS = "客户情况"
LISTED = "目录周期"
LAST_DONE = "上次完成"
NEXT_DUE = "下次到期"
ITEMS_HOW = "服务项目（黄色格可改：周期空着的按目录；改了的自导入当天起执行；写“清空”改回目录）"
DATES_HOW = "纪念日（公历月日；写“清空”删去）"
WISHES_HOW = "服务渠道与检查周期"
"""Heads of the parts in which cells may be edited."""
OVERDUE = "{day} 逾期"
OPINION = "意见：{opinion}"
LINE_JOINT = "　"
NOTE = "改好黄色格后，用 cmledger import-excel 导入这个文件。"
