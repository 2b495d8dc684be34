"""Sentences of `why --due`: each item, on whose terms, and how it stands."""

TITLE = "{as_of} 各服务项目的到期情况"
ITEM = "{code} {name}：{rest}"
TERMS = "{cycle}（{source}）"
SOURCES = {
    "tier": "按{tier}的规则",
    "plan": "按一户一方案，{since} 起",
    "inspection": "按本户的检查周期",
    "importance": "按重要性等级",
}
BECAUSE = {
    "overdue": "{terms}，{overdue}",
    "due": "{terms}，{first} 至 {last} 内要做一次，期限 {due_by}，还没有做",
    "met": "{terms}，{first} 至 {last} 这一次已于 {done_on} 完成",
    "done-late": "{terms}，期限 {due_by}，没有按期做，过期后补做了",
    "upcoming": "{terms}，现在没有要做的，下一次 {first} 起，期限 {due_by}",
    "opened-within": "{terms}，{opened} 才立户，从下一个周期算起",
    "nothing-yet": "{terms}，没有登记要做它的日子或事件，或下一次还早",
    "word": "{cycle}，不会自动到期",
    "plan-none": "一户一方案定了不做（{since} 起）",
    "not-of-tier": "{tier}没有这一项",
    "no-tier": "不在分级范围内，没有到期项目",
    "closed": "{closed} 已销户，不再到期",
}
NEXT = "；下一次 {first} 起，期限 {due_by}"
UNSAID = "；{year} 年{name}是哪天还不知道，写进 calendar-{year}.toml 的 [festivals] 后才会到期"
PAST_DUE = "已逾期：最迟 {due_by}，还没有做"
MISSED = "已逾期：{since} 到期的一次起漏了 {count} 次；这一次的期限 {due_by}"
"""An earlier part was missed while the present one is still open."""
PARTS = {
    "met": "  · {period}（{first} 至 {last}）：{done_on} 完成{below}",
    "missed": "  · {period}（{first} 至 {last}）：没有做，算漏一次",
    "late": "  · {period}（{first} 至 {last}）：没有按期做，仍要补做",
    "open": "  · {period}（{first} 至 {last}）：要做，期限 {due_by}",
    "to-come": "  · {period}（{first} 至 {last}）：还没到",
}
BELOW = "，但做的人级别低于要求"
GRACE = "  · 宽限到 {closes}"
NEVER = "不会自动到期的项目：{items}。"
NOT_ITS = "{tier}没有的项目：{items}。"
ITEM_SHORT = "{code} {name}"
