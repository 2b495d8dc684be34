"""Sentences of undo, redo, history and log."""

FATES = {"reversed": "已还原", "kept": "保留", "nothing-to-do": "无需处理"}
REASONS = {
    "key-clash": "户号或编号已被另一条记录占用",
    "referenced": "台账里还有记录用到它",
    "parent-missing": "所属的客户或经理已不在台账中",
}
KEPT_BY = "第 {operation} 号操作以后改过，保留后来的值"
USED_BY = "第 {operation} 号操作的记录用到它；要一并撤销，先撤销第 {operation} 号"
HELD_BY = "户号或编号已被第 {operation} 号操作的记录占用；要还原，先撤销第 {operation} 号"
FORGOTTEN_BY = "第 {operation} 号操作已按要求删除了这个人的资料，不再恢复"
FLIP_HEADS = ("结果", "记录", "行数")
KEPT_HEADS = ("记录", "名称", "为什么保留")
UNDONE = "已撤销第 {target} 号操作（{command}），本次操作号 {operation}；可用 cmledger redo {target} 恢复。"
REDONE = "已恢复第 {target} 号操作（{command}），本次操作号 {operation}。"
ALREADY = "第 {target} 号操作已经是这样，没有可做的。"
DRY_RUN = "试算：没有写入台账。"
RERUN = "等级等推算结果仍是原来的；请再运行 cmledger {command}。"
HISTORY_TITLE = "{account_no} {name}"
HISTORY_OPERATION = "第 {number} 号操作 {at} {actor} {command}{undone}"
HISTORY_HEADS = ("内容", "值", "单元格")
HISTORY_TURNED = "{before} → {after}"
HISTORY_MONTHS = "{first} 至 {last}，{count} 项"
HISTORY_SHEET = "{file} · {sheet}"
SPAN = "{held}（{start} 至 {end}）"
OPEN_SPAN = "{held}（{start} 起）"
BLANK = "（空）"
UNDONE_MARK = "（已撤销）"
LOG_HEADS = ("操作", "时间", "谁", "命令", "改动")
LOG_CHANGE = "{table} {parts}"
LOG_PARTS = {"new": "新增 {count}", "changed": "更改 {count}", "deleted": "删除 {count}"}
LOG_TARGET = "{command} {target}"
EVENTS = {
    "export": "导出",
    "forget": "删除个人资料",
    "mapping": "记住读法",
    "mapping-forgotten": "忘记读法",
    "upgrade": "升级台账",
}
"""What is no operation, by its kind; a job is called by its command."""
LOG_READING_FORGOTTEN = "第 {number} 号读法"
LOG_STEP = "{step} {detail}"
LOG_STEP_FAILED = "{step} 失败（退出码 {code}）"
LOG_FORGET = "第 {operation} 号操作：记录 {customers} 户，日志 {entries} 处，报告等 {quotes} 处"
LOG_UPGRADE = "台账结构第 {before} 版 → 第 {after} 版"
NOTHING_YET = "还没有任何操作。"
MORE_KEPT = "……另有 {count} 行，用 --json 查看全部。"
YES, NO = "是", "否"
