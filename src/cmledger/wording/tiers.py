"""Sentences about tiers: why a customer has one, what changed, how far it is to the next."""

from collections.abc import Iterable, Mapping
from typing import Any

from cmledger.errors import UsageProblem
from cmledger.records.tiering import (
    CLOSED,
    KEPT,
    NOT_IN_SCOPE,
    OVERRIDE,
    WAITS,
    Compared,
    Energy,
    Reason,
)

NO_ENERGY_YET = "{offices}还没有 {year} 年的电量，没有重新定级，各户等级保持不变。"
NO_ENERGY_YET_HINT = (
    "先导入 {year} 年售电量；只看会怎样，加 -n；确实要不看电量定级，加 --without-energy。"
)
BEFORE_LATEST = "最近一次分级是 {latest} 的，不能再从更早的 {day} 起改动等级。"
BEFORE_LATEST_HINT = "只看当时会怎样，加 -n；要重做，先用 cmledger undo 撤销后来的分级。"

# --- why -------------------------------------------------------------------------------------------

FACTS = {
    "customer_class": "客户分类",
    "tariff_class": "用电类别",
    "voltage": "供电电压",
    "supply": "供电方式",
    "reliability_need": "可靠性要求",
    "importance": "重要性等级",
    "grid_kind": "所在网格",
    "dedicated_line": "专线",
    "social_impact": "停电有重大社会影响",
    "pv": "光伏",
    "ev_charging": "充电桩",
    "voltage_kv": "供电电压",
    "contract_capacity_kva": "合同容量",
    "operating_capacity_kva": "运行容量",
    "annual_kwh": "年售电量",
    "sales_rank_top": "售电量名次",
}
_UNITS = {
    "voltage_kv": "kV",
    "contract_capacity_kva": "kVA",
    "operating_capacity_kva": "kVA",
    "annual_kwh": "kWh",
}
_WORDS = {
    "high-voltage": "高压",
    "low-voltage-business": "低压非居民",
    "resident": "低压居民",
    "single": "单电源",
    "dual-circuit": "双回路",
    "dual-source": "双电源",
    "multi-source": "多电源",
    "none": "无",
    "some": "较高",
    "high": "高",
    "special": "特级",
    "first": "一级",
    "second": "二级",
    "temporary": "临时性",
    "grid": "网格",
    "community": "社区",
    "village": "村",
}
_BOUNDS = {"at_least": "不低于", "above": "高于", "at_most": "不超过", "below": "低于"}
_BASIS = {"annual": "", "months": "（12 个月相加）", "partial": "（不足 12 个月，按已有月份相加）"}

UNKNOWN = "未填"
NO_KWH = "{year} 年没有售电量"
KWH = "{year} 年售电量 {kwh} kWh{basis}"
RANKED = "{kwh}，本所第 {rank} 名（前 {top} 名）"
NOT_RANKED = "{kwh}，没有名次（前 {top} 名）"
LIMIT = "{fact} {value}（{limit}）"
HAND = "人工指定：{note}"
HAND_UNTIL = "人工指定至 {until}：{note}"
STEP_SHORT = "（还差 {kwh} kWh）"
REST = "不满足更高等级的任何条件"
HYSTERESIS = {
    KEPT: "{text}（按原门槛已不够，升降级缓冲放宽了门槛，仍留原等级）",
    WAITS: "{text}（已过原门槛，未过升降级缓冲收紧的门槛，暂不升级）",
}
OUTSIDE = {CLOSED: "已销户，不参加分级", NOT_IN_SCOPE: "不在分级范围内"}


def amount(thousandths: int | None) -> str:
    """A quantity with thousands separators and no more decimals than it has."""
    if thousandths is None:
        return UNKNOWN
    whole, rest = divmod(abs(thousandths), 1000)
    sign = "-" if thousandths < 0 else ""
    return f"{sign}{whole:,}" + (f".{rest:03d}".rstrip("0") if rest else "")


def word(code: object) -> str:
    """The Chinese of a code; other words stand as they are."""
    return UNKNOWN if code is None else _WORDS.get(str(code), str(code))


def energy_text(energy: Energy) -> str:
    """The kWh a rank was taken from, and how they were come by."""
    if energy.kwh is None:
        return NO_KWH.format(year=energy.year)
    basis = _BASIS.get(energy.basis or "", "")
    return KWH.format(year=energy.year, kwh=amount(energy.kwh), basis=basis)


def compared_text(one: Compared, energy: Energy) -> str:
    """One comparison: the figure and what it is held against."""
    fact, value, asked = one
    name = FACTS.get(fact, fact)
    if fact == "sales_rank_top":
        sentence = NOT_RANKED if value is None else RANKED
        return sentence.format(kwh=energy_text(energy), rank=value, top=asked)
    if isinstance(asked, Mapping):
        shown = energy.kwh if fact == "annual_kwh" else value
        unit = _UNITS.get(fact, "")
        figure = UNKNOWN if shown is None else f"{amount(shown)} {unit}"
        return LIMIT.format(fact=name, value=figure, limit=bounds_text(asked, unit))
    if isinstance(asked, bool):
        return (
            f"{'有' if value else '无'}{name}"
            if fact in {"pv", "ev_charging"}
            else (name if value else f"不是{name}")
        )
    return f"{name}：{word(value)}"


def bounds_text(asked: Mapping[str, int], unit: str) -> str:
    """What a range asks for."""
    return "、".join(f"{_BOUNDS[b]} {amount(v)} {unit}".rstrip() for b, v in asked.items())


def wanted_text(one: Compared) -> str:
    """What a condition asks for, whatever the customer has."""
    fact, _, asked = one
    name = FACTS.get(fact, fact)
    if fact == "sales_rank_top":
        return f"年售电量进入本所前 {asked} 名"
    if isinstance(asked, Mapping):
        return f"{name}{bounds_text(asked, _UNITS.get(fact, ''))}"
    if isinstance(asked, bool):
        return compared_text(one._replace(value=asked), Energy(0))
    return f"{name}：{'或'.join(word(w) for w in asked)}"


def reason_text(reason: Reason, energy: Energy) -> str:
    """Why, in one line: the figures and what they were held against."""
    if reason.rule == OVERRIDE:
        sentence = HAND_UNTIL if reason.until else HAND
        return sentence.format(until=reason.until, note=reason.note)
    if reason.tier is None:
        return OUTSIDE[reason.rule]
    figures = "，".join(compared_text(one, energy) for one in reason.compared) or REST
    text = f"{reason.name}：{figures}" if reason.name else figures
    return HYSTERESIS[reason.hysteresis].format(text=text) if reason.hysteresis else text


def step_text(name: str | None, missing: Iterable[Compared], short: int | None) -> str:
    """What is missing for a way into the next tier."""
    wanted = "，且".join(wanted_text(one) for one in missing)
    if short is not None:
        wanted += STEP_SHORT.format(kwh=amount(short))
    return f"{name}：{wanted}" if name else wanted


def reason_json(reason: Reason, energy: Energy) -> dict[str, Any]:
    """A reason as in the JSON contract: rule, value, threshold, text; a rank with its kWh."""
    shown = {"rule": None, "tier": None, "value": None, "threshold": None} | reason.to_stored()
    shown.pop("compared", None)
    if len(reason.compared) > 1:
        shown["compared"] = [one._asdict() for one in reason.compared]
    if any(one.fact == "sales_rank_top" for one in reason.compared):
        shown |= {
            "rank": next(o.value for o in reason.compared if o.fact == "sales_rank_top"),
            "kwh": kwh_json(energy.kwh),
            "year": energy.year,
            "basis": energy.basis,
        }
    return shown | {"text": reason_text(reason, energy)}


def kwh_json(thousandths: int | None) -> int | float | None:
    """kWh as a JSON number."""
    if thousandths is None:
        return None
    return thousandths // 1000 if thousandths % 1000 == 0 else thousandths / 1000


# --- setting a tier by hand ------------------------------------------------------------------------

NO_SUCH_TIER = "规则里没有“{tier}”这个等级。"
NO_SUCH_TIER_HINT = "可以写：{known}；恢复按规则定级写 auto。"
NO_REASON = "人工指定等级要写明理由。"
NO_REASON_HINT = "加 --reason 理由。"
UNTIL_PAST = "截止日期 {until} 早于今天（{today}）。"
TIER_OR_LIFT = "要写等级，或用 --lift 恢复按规则定级，只能取一。"


def no_such_tier(tier: str, known: Mapping[str, str]) -> UsageProblem:
    """The tier is not one of the policy's; `known`: code -> name."""
    listed = "、".join(f"{code}（{name}）" for code, name in known.items())
    return UsageProblem(NO_SUCH_TIER.format(tier=tier), hint=NO_SUCH_TIER_HINT.format(known=listed))


# --- on the screen ---------------------------------------------------------------------------------

HEADLINE = {
    False: "分级完成（{day}）：{moved} 户等级有变动，已记为第 {operation} 号操作。",
    True: "试算（{day}，未写入）：{moved} 户等级会变动。",
}
NO_CHANGE = "{day} 的等级与台账一致，没有变动。"
ONLY_RULES = "{day}：没有人换等级；{same} 户的定级原因有变，已记为第 {operation} 号操作。"
SAME_TIER = "另有 {same} 户等级不变、定级原因变了。"
COUNTS = "各等级户数：{counts}"
COUNT = "{tier} {number}"
OUT_OF_SCOPE = "不在范围"
NO_KWH_NOTE = "参加分级的客户中有 {number} 户没有 {year} 年电量，没有参加排名。"
PARTIAL_NOTE = "有 {number} 户的 {year} 年电量不足 12 个月，按已有月份计算。"
MORE_MOVES = "……另有 {number} 户，加 --json 看全部。"
HEAD_ACCOUNT, HEAD_NAME, HEAD_WHY = "户号", "户名", "原因"
TURN = "{before} → {after}"
JOINT = "；"

SET = "{account_no} {name}：{since} 起由 {before} 改为 {after}{until}。"
SET_UNTIL = "，到 {until} 止，之后按规则为 {rule}"
SET_SAME = "{account_no} {name}：已经是这样，没有变动。"
LIFTED = "{account_no} {name}：{since} 起恢复按规则定级，为 {after}。"
NOTHING_TO_LIFT = "{account_no} {name}：没有人工指定的等级，没有变动。"
SET_DRY = "（试算，未写入）"
SET_OPERATION = "已记为第 {operation} 号操作。"
SET_CLOSED = "注意：该户已销户，人工指定不起作用。"

WHY_TITLE = "{account_no} {name}"
WHY_TIER = "{tier}，自 {since} 起{until}（规则自 {edition} 起的一版）"
WHY_TIER_HAND = "{tier}，自 {since} 起{until}（人工指定）"
WHY_UNTIL = "，到 {until} 止"
WHY_NONE = "没有等级：{text}"
WHY_NOT_YET = "尚未分级；按规则应为 {tier}：运行 cmledger assign-tiers 后生效。"
WHY_REASONS = "定级原因："
WHY_DECIDES = "（据此定级）"
WHY_ALSO = "（也符合{tier}的条件）"
WHY_HELD_BACK = "升降级缓冲：{tier}，{text}"
WHY_ENERGY = "今天的数据：{kwh}{rank}"
WHY_RANK = "，本所第 {rank} 名"
WHY_MARGIN = {
    True: "{tier}线：前 {top} 名需 {line} kWh，高出 {margin} kWh",
    False: "{tier}线：前 {top} 名需 {line} kWh，还差 {margin} kWh",
}
WHY_OPEN = "{tier}线：前 {top} 名的名额还没有满，有售电量即可"
WHY_NEXT = "升为{tier}，满足任何一条即可："
WHY_DIFFERS = "按今天的数据应为 {tier}：运行 cmledger assign-tiers 后生效。"
WHY_SOURCES = "依据的数据："
SOURCE_FILE = "{file} · {sheet} · {cell}（第 {operation} 号操作）"
SOURCE_COMMAND = "{command}，{actor}（第 {operation} 号操作）"
SOURCE_UNKNOWN = "来源未记录"
HEAD_FACT, HEAD_VALUE, HEAD_SOURCE = "项目", "值", "出处"
STATE_FACTS = {"status": "用电状态", "closed_on": "销户日期"}
STATES = {
    "active": "正常用电",
    "suspended": "暂停",
    "applying": "当前新装",
    "changing": "当前变更",
    "closed": "已销户",
}
MONTH_KWH = "{year} 年 {month} 月电量"
YEAR_KWH = "{year} 年电量"
YES_NO = {True: "是", False: "否"}


def source_label(fact: str, field: str) -> str:
    """What a fact is called, with year and month where it is energy."""
    if fact == "annual_kwh":
        year, _, month = field.partition(":")[2].partition("-")
        return (YEAR_KWH if month == "0" else MONTH_KWH).format(year=year, month=month)
    return STATE_FACTS.get(fact) or FACTS.get(fact, fact)


def source_value(fact: str, value: object) -> str:
    """A fact's value for people."""
    if isinstance(value, bool):
        return YES_NO[value]
    if isinstance(value, int | float):
        return f"{value:,} {_UNITS.get(fact, '')}".rstrip()
    return STATES.get(str(value), word(value)) if fact == "status" else word(value)
