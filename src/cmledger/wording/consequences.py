"""Sentences about what follows from an import: changed fields, tiers, visits, customers missing from a complete file."""

# --- why something could not be told -----------------------------------------------------------------
NO_TIERS_YET = "台账还没有定过级，没有推算等级和走访的变化；导入后运行 cmledger assign-tiers 定级。"
NO_POLICY = "找不到规则文件 {path}，没有推算等级和走访的变化；用 --policy 指明。"
NO_TIER_MOVES = "现在运行 assign-tiers 会被拒绝，等级按不变推算：{reason}"
NOT_FORESEEN = "没有推算等级和走访的变化：{reason}"
COMPLETE_OF_WHAT = "--complete 只用于客户台账，而这些文件里没有客户台账。"
COMPLETE_OF_WHAT_HINT = (
    "去掉 --complete，或把客户台账一起导入；表认不出时用 --kind customers 指明。"
)

# --- on the screen -----------------------------------------------------------------------------------
CHANGES = "更改的内容（{count} 处）"
CHANGE_HEADS = ("位置", "对象", "内容", "原值", "新值")
FIELDS = {"merged_into": "并入的户号"}
"""Fields that no sheet has a column for."""
CHANGE_HEAD_SHEET = "工作表"
MORE_CHANGES = "……另有 {count} 处更改，用 --json 查看全部。"
BLANK = "（空）"
YES, NO = "是", "否"
MOVES = "再运行 assign-tiers 时，因这次导入 {count} 户等级变动：{turns}"
MOVE_TURN = "{before} → {after} {count} 户"
MOVE_HEADS = ("户号", "户名", "等级", "原因")
MOVE = "{before} → {after}"
MORE_MOVES = "……另有 {count} 户，用 --json 查看全部。"
NEXT_PERIOD = (
    "等级按周期第一天算：原来已有等级的客户，新等级的走访要求从下一周期起执行（{periods}）。"
)
PERIOD = "{tier} {day}"
DUES = "本周期应走访的变化：增加 {more} 户次，减少 {less} 户次，另有 {other} 户次情况改变。"
DUE_LOADS = "按客户经理：{loads}"
DUE_LOAD = "{manager} 增 {more} 减 {less}"
NOBODY = "（无客户经理）"
DUE_HEADS = ("户号", "户名", "客户经理", "原来（期限）", "现在（期限）")
NOT_OWED = "不用走访"
VISITED = "已走访"
DUE_STAND = "{status} {due_by}"
DUE_SINCE = "{status}（{since} 起）"
OVERDUE_AT_ONCE = (
    "其中 {count} 户次一列入就已逾期：走访要求自 {count_from} 起算，而台账里没有这些客户的走访记录；"
    "做过的走访，把走访记录导入即可消去。"
)
DUE_OF = "{stand}（{manager}）"
DUE_MISSED = "{stand} 漏{missed}"
MORE_LOADS = "……等另 {count} 位"
SCOPE_JOINT = "，"
MORE_DUES = "……另有 {count} 户次，用 --json 查看全部。"
JOINT = "；"
COMPARED = (
    "完整性对照（{scope}）：表中 {in_file} 户，台账未销户 {in_ledger} 户，表中没有 {missing} 户。"
)
WITHIN = {
    "line": "线路 {value}",
    "transformer_area": "台区 {value}",
    "grid": "网格 {value}",
    "customer_class": "只对照{value}客户",
}
NOTHING_COMPARED = "没有一行客户被收下，没有做完整性对照。"
MISSING_HEAD_OFFICE = "供电所"
MISSING_HEADS = ("户号", "户名", "线路", "客户经理", "用户状态")
MISSING = "表中没有的客户（可能已销户，cmledger 不会自行销户）"
MORE_MISSING = "……另有 {count} 户，用 --json 查看全部。"
HOW_TO_CLOSE = "确已销户的，在客户台账里把“用户状态”填成“已销户”再导入；不是的，补进表里。"
UNREADABLE = "注意：有 {count} 行的户号读不出来，以上客户可能就在其中。"
