"""Sentences of the daily round, of the lines for the schedulers, and of the demonstration."""

DUE_FILE = "走访到期清单.xlsx"
KPI_FILE = "指标月报.xlsx"

STEPS = {
    "assign-tiers": "分级",
    "due-visits": "走访到期清单",
    "kpi-report": "本月指标",
    "backup": "备份",
    "record": "登记本次运行",
}
DAILY = "{day} 的日常任务，文件在 {folder}"
STEP_DONE = "✓ {step}：{detail}"
STEP_FAILED = "✗ {step}：{detail}"
TIERS_DONE = "{moved} 户变动"
DUE_DONE = "逾期 {overdue}，到期 {due}"
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
DEMO_BEGIN = "在 {folder} 里用样例走一遍（示例供电所，全部为虚构数据）"
DEMO_END = "演示完毕。写出的文件："
DEMO_FAILED = "这一步的退出码是 {code}，与预期不符，演示到此为止。"
