"""Sentences of `policy show` on managers, the month's plan, visit forms and outages."""

from collections.abc import Mapping
from typing import Any

from cmledger.wording.assigning import EDUCATION, LEVELS, PLACES
from cmledger.wording.lists import listed
from cmledger.wording.tiers import source_value

STAFF = "六、客户经理怎样定"
CONDUCT = "七、月走访计划、走访单和停电通知"

TERRITORY = "  同一户落在几位的责任区里时，先看{places}。"
THEN = "，再看"
CAPACITY = "  级别{grade}；最多管户算{counted}{usual}；一个社区最多 {number} 名客户经理。"
USUAL = "，没写的按 {number} 户"
GRADE = {"at-least": "够或更高的都能服务", "exact": "正好的才能服务"}
COUNTED = {"all": "全部客户", "in-scope": "参加分级的客户"}
LEVEL = "{name}：{asked}"
NO_LEVELS = "  没有写任职条件。"
LEVELS_HEAD = "  任职条件："
JOINT = "，"
EDUCATED = "{education}及以上"
POWER = "从事电力工作 {number} 年以上"
CLEAN = "无不良记录"
HEALTHY = "身体健康"
TRAINED = "{within}培训 {number} 学时以上"
WITHIN = "近 {number} 个月"
NOTHING_ASKED = "没有条件"

PLAN = "  月计划：{full}；同{group}的一起走；期限在以后各月的{ahead}。"
PER_DAY = "每人每天最多 {number} 户"
PER_DAY_MINUTES = "每人每天最多 {number} 分钟"
NO_LIMIT = "每天走几户不限"
TRIP = "每趟 {number} 户"
AHEAD = {"share": "按月均摊", "none": "到期当月才排", "all": "本月全排"}
FORMS = "  走访单：每张看 {count} 项。"
NO_FORMS = "  走访单：没有写现场要看的项目。"
MORE_FORMS = "  · {name}另看 {count} 项"
OUTAGES = "  停电："
OUTAGE = "  · {what}：{reasons}"
OUTAGE_KINDS = {
    "planned": "计划停电逐户通知",
    "temporary": "临时停电逐户通知",
    "listed": "名单里逐户列出",
}
NOBODY = "没有"
AGREED = "  · 协商停电是 {code} {name}"
REASONS = {
    "important": "重要客户",
    "agreed": "协商停电客户",
    "special-group": "特殊群体",
    "own-source": "自备电源客户",
}


def assignment_text(assignment: Mapping[str, Any], usual: int | None) -> list[str]:
    """How customers are given to managers; usual: how many one has at most for whom none is written."""
    return [
        TERRITORY.format(places=THEN.join(PLACES[kind] for kind in assignment["territory"])),
        CAPACITY.format(
            grade=GRADE[assignment["grade"]],
            counted=COUNTED[assignment["counted"]],
            usual="" if usual is None else USUAL.format(number=usual),
            number=assignment["community_managers"],
        ),
    ]


def level_text(code: str, level: Mapping[str, Any]) -> str:
    """What a level of manager asks for."""
    asked = []
    if level["education"]:
        asked.append(EDUCATED.format(education=EDUCATION[level["education"]]))
    if level["power_years"]:
        asked.append(POWER.format(number=level["power_years"]))
    asked += [CLEAN] if level["no_bad_record"] else []
    asked += [HEALTHY] if level["healthy"] else []
    if level["training_hours"]:
        months = level["training_months"]
        within = WITHIN.format(number=months) if months else ""
        asked.append(TRAINED.format(within=within, number=level["training_hours"]))
    name = level["name"] or LEVELS[code]
    return LEVEL.format(name=name, asked=JOINT.join(asked) or NOTHING_ASKED)


def plan_text(plan: Mapping[str, Any]) -> str:
    """How a month is planned."""
    limits = (("per_day", PER_DAY), ("minutes_per_day", PER_DAY_MINUTES))
    full = [text.format(number=plan[key]) for key, text in limits if plan[key]]
    return PLAN.format(
        full=JOINT.join(
            [*(full or [NO_LIMIT]), TRIP.format(number=plan["per_day"] or plan["trip"])]
        ),
        group=PLACES[plan["group_by"]],
        ahead=AHEAD[plan["ahead"]],
    )


def forms_text(forms: Mapping[str, Any], services: Mapping[str, str]) -> list[str]:
    """How much there is to look at on a visit; services: code -> name."""
    classes = forms["by_class"].items()
    more = [(source_value("customer_class", code), points) for code, points in classes]
    more += [(services.get(code, code), points) for code, points in forms["by_service"].items()]
    told = [MORE_FORMS.format(name=name, count=len(points)) for name, points in more if points]
    if not (told or forms["checklist"]):
        return [NO_FORMS]
    return [FORMS.format(count=len(forms["checklist"])), *told]


def outages_text(outage: Mapping[str, Any]) -> list[str]:
    """Who is told of outages one by one."""
    return [
        OUTAGES,
        *(
            OUTAGE.format(what=what, reasons=listed(REASONS[one] for one in outage[kind]) or NOBODY)
            for kind, what in OUTAGE_KINDS.items()
        ),
    ]
