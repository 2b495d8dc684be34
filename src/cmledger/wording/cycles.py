"""Cycles and occasions in the office's words."""

from collections.abc import Mapping, Sequence
from typing import Any

from cmledger.records.calendar import UnknownFestival
from cmledger.records.cycles import AS_LISTED, NONE, form_of, parse_cycle

PERIOD = {"month": "每月", "quarter": "每季", "half-year": "每半年", "year": "每年"}
TIMES = "{period}{times}次"
INTERVAL = "每{months}个月"
ONCE = "{days}天内做一次"
LEAD = "{names}前{days}天"
WITHIN = "{names}后{days}天内"
WITHIN_WORKING = "{names}后{days}个工作日内"
GRACE = "宽限{days}天"
SPACING = "间隔{days}天"
JOINT = "、"
UNSAID = (
    "{year} 年的{names}是哪天还不知道，约定在这些日子的项目没有算进来；"
    "知道后写进 calendar-{year}.toml 的 [festivals]，如 {code} = {year}-月-日。"
)
LENIENT = "{cycle}（{rest}）"

WORDS = {
    "standing": "长期",
    "on-event": "有事时",
    "on-request": "应要求",
    "on-date": "到日子",
    "peak-season": "迎峰时",
    "once": "做一次",
    NONE: "不做",
    AS_LISTED: "按目录",
}

OCCASIONS = {
    "birthday": "生日",
    "founding": "厂庆日",
    "new-year": "元旦",
    "spring-festival": "春节",
    "tomb-sweeping": "清明",
    "labour-day": "劳动节",
    "dragon-boat": "端午",
    "mid-autumn": "中秋",
    "national-day": "国庆节",
}
EVENTS = {
    "suspension": "报停",
    "reduction": "减容",
    "planned-outage": "计划停电",
    "complaint": "投诉",
}
FROM = {"once": "起"}
"""What stands behind the day from which something is to be done once."""


def occasion_name(code: str, seasons: Mapping[str, str] | None = None) -> str:
    """What an occasion, event or season is called; a word of the office's own is its own name."""
    return (
        (seasons or {}).get(code)
        or OCCASIONS.get(code)
        or EVENTS.get(code)
        or FROM.get(code)
        or code
    )


def festival_words(one: UnknownFestival) -> dict[str, Any]:
    """What a sentence may name of a festival whose day nobody has said: year, code, name."""
    return {"year": one.year, "code": one.festival, "name": OCCASIONS[one.festival]}


def unsaid_festivals(unknown: Sequence[UnknownFestival]) -> list[str]:
    """One sentence a year: which festivals' days are missing, and the file to write them in."""
    by_year: dict[int, list[UnknownFestival]] = {}
    for one in unknown:
        by_year.setdefault(one.year, []).append(one)
    return [
        UNSAID.format(
            year=year,
            names=JOINT.join(OCCASIONS[one.festival] for one in these),
            code=these[0].festival,
        )
        for year, these in by_year.items()
    ]


def period_words(label: str, seasons: Mapping[str, str] | None = None) -> str:
    """A part's label in words: 2026Q4, 2026 迎峰度冬, 2026-11-20 报停; `seasons`: their names by code."""
    period, _, occasion = label.partition("@")
    return f"{period} {occasion_name(occasion, seasons)}" if occasion else period


def cycle_words(text: str, seasons: Mapping[str, str] | None = None) -> str:
    """A cycle's text (records.cycles) in words: 每月, 每季2次, 每6个月, 迎峰度夏; `seasons`: their names by code."""
    if text in WORDS:
        return WORDS[text]
    told = parse_cycle(text)
    if isinstance(told, str):
        return told
    form = form_of(told)
    if form == "per":
        period, times = PERIOD[told["per"]], told.get("times", 1)
        head = period if times == 1 else TIMES.format(period=period, times=times)
    elif form == "every_months":
        head = INTERVAL.format(months=told[form])
    elif form == "once_within_days":
        head = ONCE.format(days=told[form])
    else:
        head = JOINT.join(occasion_name(code, seasons) for code in told[form])
    for key, said in (
        ("lead_days", LEAD),
        ("within_days", WITHIN),
        ("within_working_days", WITHIN_WORKING),
    ):
        if told.get(key):
            head = said.format(names=head, days=told[key])
    rest = [
        said.format(days=told[key])
        for key, said in (("spacing_days", SPACING), ("grace_days", GRACE))
        if told.get(key)
    ]
    return LENIENT.format(cycle=head, rest=JOINT.join(rest)) if rest else head
