"""Sentences of the daily round, of the lines for the schedulers, and of the demonstration."""

DUE_FILE = "走访到期清单.xlsx"
SERVICES_FILE = "服务到期清单.xlsx"
OUTAGES_FILE = "停电通知清单.xlsx"
KPI_FILE = "指标月报.xlsx"

STEPS = {
    "assign-tiers": "分级",
    "due-visits": "走访到期清单",
    "due-services": "服务到期清单",
    "outages": "停电通知清单",
    "kpi-report": "本月指标",
    "backup": "备份",
    "record": "登记本次运行",
}
DAILY = "{day} 的日常任务，文件在 {folder}"
STEP_DONE = "✓ {step}：{detail}"
STEP_FAILED = "✗ {step}：{detail}"
TIERS_DONE = "{moved} 户变动"
DUE_DONE = "逾期 {overdue}，到期 {due}"
NO_OUTAGES = "没有要来的停电"
OUTAGES_DONE = "停电 {outages} 次，过了时限还没通知 {overdue} 户次"
KPI_DONE = "{met} 项达标，{unmet} 项未达标"
BACKUP_DONE = "已校验，{rows} 条记录"
BACKUP_LEFT = "PostgreSQL 由数据库管理员备份，本步跳过"
STEP_BUG = "程序内部出错（{name}）"

CRON = "每天 {at} 由 cron 执行（用 crontab -e 加入这一行）："
SCHTASKS = "每天 {at} 由 Windows 任务计划执行（在命令提示符中运行一次）："
CRON_NOTE = "本命令只显示，不作任何更改。路径是这台电脑上的；换了电脑请在那台电脑上再运行一次。"
SCHTASKS_TOO_LONG = "注意：/TR 后的内容有 {length} 个字符，超过 Windows 允许的 261 个；请把台账放到路径更短的文件夹。"
BAD_TIME = "时间应写成 06:30 的样子：{text}"

DEMO_FOLDER_TAKEN = "文件夹已存在：{folder}"
DEMO_FOLDER_TAKEN_HINT = "请用 --folder 另指一个还没有的文件夹，或先删掉它。"
DEMO_BEGIN = "用一个虚构的供电所走一遍全部工作；文件夹：{folder}"
DEMO_LINE = "── {number}. {purpose}"
DEMO_COMMAND = "$ cmledger {words}"
DEMO_NO_OUTPUT = "（完成）"
DEMO_MORE = "……（还有 {count} 行）"
DEMO_UNEXPECTED = "退出码是 {code}，应为 {expected}；演示到此为止。"
DEMO_END = "演示完毕。{folder} 里写出了："
DEMO_NEXT = "想接着试：cd {folder}，再输入上面任何一条命令。"

DEMO_INIT = "建立台账，写下本所规则"
DEMO_NO_PROFILE = "没有 {profile} 这套样例。"
DEMO_NO_PROFILE_HINT = "--profile 可以写：{profiles}。"
DEMO_IMPORT = "把所里原有的工作簿一次导入"
DEMO_IMPORT_MESSY = "把所里原有的工作簿一次导入（退出码 3：有几行被拒绝，原因逐条列出）"
DEMO_TIERS = "按规则给客户分级"
DEMO_WHY = "这位客户为什么是这个等级"
DEMO_DUE = "谁已经逾期未走访"
DEMO_LIST = "走访清单发给各位客户经理填写"
DEMO_VISIT = "登记一次走访"
DEMO_VISIT_WORDS = ("--method", "现场", "--content", "安全用电检查", "--satisfaction", "满意")
DEMO_HISTORY = "这位客户的来龙去脉"
DEMO_KPI = "上个月的指标，带图表"
DEMO_EXPORT = "整本台账交还 Excel"
DEMO_EXPORT_FILE = "台账导出.xlsx"
DEMO_UNDO = "登记错了？撤销刚才那次走访"
DEMO_MANAGERS_DRY = "按负责区域、级别核对每户的客户经理，先看看，不改"
DEMO_MANAGERS = "按负责区域、级别和最多管户给客户安排客户经理"
DEMO_COVERAGE = "有没有人管、每人管多少"
DEMO_SPECIAL = "特殊群体，最近一次走访是哪天"
DEMO_SPECIAL_COLUMNS = "account_no,name,grid,special_group,manager,last_visit"
DEMO_SERVICES = "全部服务项目里，哪些已经逾期"
DEMO_PLAN = "把下个月的走访排到每一天"
DEMO_PLAN_FILE = "走访计划.xlsx"
DEMO_FORMS = "印出一位客户经理下个月的走访单"
DEMO_OUTAGES = "停电要通知谁、什么时候以前通知"
DEMO_OUTAGE_FILE = "停电通知清单.xlsx"
DEMO_LOG = "对台账做过些什么"
DEMO_BACKUP = "备份"
