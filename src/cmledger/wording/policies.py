"""Sentences of the commands about rules: checked, told in plain words, tried out."""

from collections.abc import Iterable, Mapping
from typing import Any

from cmledger.wording.cycles import PERIOD, TIMES, cycle_words
from cmledger.wording.lists import listed

NO_SUCH_ACTION = "没有“{action}”这种用法；可写 check（检查）、show（看规则）。"
NO_DAY_TO_CHECK = "--day 用于 policy show；检查（check）不分日期。"

# --- check -----------------------------------------------------------------------------------------
SOUND = "规则文件 {path} 没有写错：共 {editions} 版，最后一版自 {since} 起用。"
EXTENDS = "以样板 {extends} 为基础。"
LEDGER_CHECKED = "与台账核对过：用过的版本没有被改动。"
NO_CASES = "旁边没有例子（{path}），只核对了规则本身。"
CASES_PASS = "{path}：{count} 个例子都对得上。"
CASES_FAIL = "{path}：{count} 个例子，{failed} 个对不上。"
CASE_PASSES = "  √ {name}"
CASE_FAILS = "  × {name}（第 {line} 行）"
CASE_DIFFERS = "      {what}：应是 {expected}，实际 {got}"
WHAT = {"tier": "等级", "rule": "定级依据", "grade": "由谁服务"}
DUE_OF = "{service} {name}"
NOTHING = "无"
NO_TIER = "不参加分级"

# --- words -----------------------------------------------------------------------------------------
BY = "{cycle}（{who}）"
EVERYONE_LEFT = "其余客户"
JOINT = "，且"
CHOICES = {
    "closed": {"exclude": "销户客户不参加", "keep": "销户客户仍参加"},
    "among": {"in-scope": "在参加分级的客户里排", "all": "本所全部未销户客户一起排"},
    "ties": {"all-in": "并列的全算", "all-out": "并列超出名额的不算"},
    "partial_year": {"rank": "不足 12 个月的照已有月份排", "leave-out": "不足 12 个月的不排"},
    "same_name": {"apart": "每个户号单独排", "together": "同所同户名合在一起排"},
    "additive": {
        "as-listed": "各等级的项目照所列",
        "cumulative": "高一级的还享有低一级的全部项目",
    },
    "due_by": {
        "last-working-day": "期限是周期最后一个工作日",
        "next-working-day": "期限是周期最后一天，不上班时顺延",
        "nearest-working-day": "期限是离周期最后一天最近的工作日",
        "last-day": "期限是周期最后一天",
    },
    "performer": {
        "report": "级别不够的人做的算完成，但注明",
        "enforce": "级别不够的人做的不算完成",
    },
}
DIRECTION = {"at_least": "不低于 {target}", "at_most": "不高于 {target}"}
NO_TARGET = "没有定目标"
LIMIT_UNITS = {"minutes": "分钟", "hours": "小时", "days": "天", "working_days": "个工作日"}
LIMITS = {
    "connection-resident": "居民办电",
    "connection-low-voltage": "低压非居民办电",
    "connection-single-source": "高压单电源办电",
    "connection-dual-source": "高压双电源办电",
    "supply-plan-resident": "供电方案答复（居民）",
    "supply-plan-low-voltage": "供电方案答复（低压）",
    "supply-plan-single-source": "供电方案答复（高压单电源）",
    "supply-plan-dual-source": "供电方案答复（高压双电源）",
    "meter-test": "电能表检验",
    "meter-query": "电量异常核实",
    "planned-outage-notice": "计划停电提前通知",
    "temporary-outage-notice": "临时停电提前通知",
    "repair-city": "城区抢修到场",
    "repair-rural": "农村抢修到场",
    "arrears-notice": "欠费停电提前通知",
    "complaint-contact": "投诉联系客户",
    "complaint-answer": "投诉答复",
    "report-answer": "举报答复",
    "energy-regulator-answer": "12398 答复",
    "city-hotline-answer": "12345 答复",
    "other-channels-answer": "其他渠道答复",
}

# --- show ------------------------------------------------------------------------------------------
TITLE = "{day} 的规则：{profile}，自 {since} 起{until}"
UNTIL = "，到 {last} 止"
OTHER_EDITIONS = "本文件另有：{editions}"
OTHER_EDITION = "自 {since} 起的一版"
SCOPE = "一、参加分级的客户（满足任何一条；{closed}）"
RANKING = "  按上一年售电量在本供电所内排名：{how}。"
TIERS = "二、客户等级（从高到低，满足任何一条即属该等级）"
TIER = "{name}（{code}），由{grade}服务："
TIER_PLAIN = "{name}（{code}）："
ITEM = "  · {text}"
BUFFER = "  升降级缓冲：已在该等级的门槛放宽 {demote}；要升级的门槛收紧 {promote}。"
NO_BUFFER = "  升降级没有缓冲。"
GRADES = "三、客户经理级别（从高到低）：{grades}"
SERVICES = "四、服务项目（{additive}）"
SERVICE_HEADS = ("代号", "项目")
UNCYCLED_NOTE = "  写着{words}的不会自动到期；做了照样可以登记。"
OWN_PLAN_NOTE = "  客户自己的服务方案（一户一方案）写了周期的，按服务方案。"
INSPECTION_NOTE = "  {items}：台账里填了检查周期（月）的客户，按它自己的周期。"
IMPORTANCE_NOTE = "  {code}：{classes}；其余照上面各等级。"
IMPORTANCE_CYCLE = "{importance}重要客户{cycle}"
IMPORTANCE = {
    "special": "特级",
    "first": "一级",
    "second": "二级",
    "temporary": "临时性",
    "none": "非",
}
NO_CALL_NOTE = "  {items}：不上门也能做，单独登记的不算走访。"
SEASON_NOTE = "  {name}：每年 {begins} 到 {until}。"
OWNER_ITEMS = "  不属于某一户、由客户经理或网格自己做的："
OWNER_ITEM = "{code} {name}：{owner}，{cycle}"
OWNERS = {"manager": "每名客户经理", "grid": "每个网格"}
DUTY = "五、到期与时限"
DUTY_LINE = "  {due_by}；{performer}。"
LIMITS_LINE = "  时限用“{version}”这一版："
LIMIT = "{name} {number} {unit}"
NO_LIMITS = "  没有指定时限版本。"
KPIS = "八、指标目标"
DIFFERS = "九、与样板 {profile} 不同之处"
SAME = "与样板 {profile} 的规则完全相同。"
NEWER = "样板已有新的一版 {newest}；要换过去，先用 cmledger try-policy 试算，再另加一版（[[edition]]）。"
ADDED = "  · {path}：本所加了 {own}"
REMOVED = "  · {path}：样板有 {base}，本所没有"
CHANGED = "  · {path}：样板 {base}，本所 {own}"
TRUTH = {True: "是", False: "否"}


def criterion_text(conditions: Iterable[tuple[str, Any]], name: str | None) -> str:
    """What a criterion asks, in words; `conditions` as `Criterion.conditions` gives them, ranges as mappings."""
    from cmledger.records.tiering import Compared  # not for the help of all commands
    from cmledger.wording.tiers import wanted_text

    wanted = [wanted_text(Compared(fact, None, asked)) for fact, asked in conditions]
    text = JOINT.join(wanted) or EVERYONE_LEFT
    return f"{name}：{text}" if name else text


def cycle_text(cycle: str | None, seasons: Mapping[str, str] | None = None) -> str:
    """A cycle's text (records.cycles) in words: 每月1次, 每6个月, 长期; None: nothing."""
    if cycle is None:
        return NOTHING
    if cycle in PERIOD:
        return TIMES.format(period=PERIOD[cycle], times=1)
    return cycle_words(cycle, seasons)


def day_of_year(text: str) -> str:
    """MM-DD as 5月1日."""
    month, day = text.split("-")
    return f"{int(month)}月{int(day)}日"


def limit_text(code: str, limit: Mapping[str, int]) -> str:
    """A time limit in words."""
    unit, number = next(iter(limit.items()))
    return LIMIT.format(name=LIMITS.get(code, code), number=number, unit=LIMIT_UNITS[unit])


def target_text(target: float | None, share: bool, direction: str) -> str:
    """A KPI's target in words."""
    if target is None:
        return NO_TARGET
    shown = f"{target:.1%}".replace(".0%", "%") if share else f"{target:g}"
    return DIRECTION[direction].format(target=shown)


def value_text(value: object) -> str:
    """A setting's value as a sentence shows it."""
    if isinstance(value, bool):
        return TRUTH[value]
    if isinstance(value, list | tuple):
        return f"[{listed(value)}]"
    return str(value)


# --- try-policy ------------------------------------------------------------------------------------
TRIAL = "试算 {path}（{profile}，自 {since} 起的一版），当作自 {as_of} 起用；没有写入任何内容。"
TRIAL_SAME = "这份规则与现行规则意思相同。"
TRIAL_MOVED = "{moved} 户等级会变动。"
TRIAL_NOT_MOVED = "没有人换等级。"
TRIAL_PENDING = (
    "按现行规则另有 {pending} 户等级会变（还没有运行 assign-tiers），下面从变了之后算起。"
)
TRIAL_OUTSIDE = "没有销户、不参加分级的：{before} → {after} 户。"
TRIAL_NEXT = "眼下该走访的只随已经开始的周期；新等级、新周期从下一周期起算，长远的变化看全年。"
NO_ENERGY = "{message}各户都没有名次，前后都是这样算的，结果只供参考。"
NO_MINUTES = "新规则里没有写每次用时（minutes），所以不算工时。"
NO_MINUTES_BEFORE = "现行规则里没有写每次用时（minutes），现在的工时算不出来。"
NOT_FORETOLD = "全年次数不含要看客户日子、事件或只做一次的项目：{items}。"
SOME_MINUTES = "工时不含没有写每次用时（minutes）的项目：{items}。"
TURN_CELL = "{before} → {after}"
TRIAL_TIERS, TRIAL_MANAGERS, TRIAL_MOVES = "各等级", "各客户经理", "等级变动"
TRIAL_FACES = ("户数", "眼下该走访", "全年走访", "全年服务", "全年工时")
BEFORE_AFTER = ("（前）", "（后）")
ALL = "合计"
TRIAL_TIER, TRIAL_MANAGER, TRIAL_OFFICE = "等级", "客户经理", "供电所"
TRIAL_FROM, TRIAL_TO = "现等级", "新等级"
NOBODY = "（无客户经理）"
NO_FIGURE = "–"


def turn_text(before: float | None, after: float | None) -> str:
    """A figure before and after; one figure where nothing changes."""
    shown = [NO_FIGURE if v is None else f"{v:,}" for v in (before, after)]
    return shown[0] if shown[0] == shown[1] else TURN_CELL.format(before=shown[0], after=shown[1])
