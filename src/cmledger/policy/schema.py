"""What an office's rules may say: a closed little language of facts, comparisons and sets.

For the other rooms, in short::

    policy = load_policy(path)                    # policy.load; raises BadPolicy (path:line)
    edition = policy.edition_on(caller.as_of)     # the rules in force that day
    edition.tier                                  # {code: Tier}, highest tier first
    edition.tier_code("钻石客户") -> "diamond"     # code or Chinese name, as a user types it
    edition.owed("gold", rule) -> (Owed, ...)     # items with a cycle a tier owes, resolved; others never fall due
    edition.serving_grade("gold", rule="pv")      # the manager grade that tier asks for
    edition.meets("senior", "general") -> False   # is a grade at least another?
    edition.duty.performer                        # "report" | "enforce"
    edition.duty.due_by                           # "last-working-day" (default), see Duty
    edition.kpi["new_payment_adoption"].target    # 1.0, or None where the office has set none
    edition.payment.new_channels                  # codes of customer.payment_channel

Service codes: "visit" is the visit itself (a row of `visit`); every other code is recorded with a visit
(a row of `service_done`). `Owed.discharged_by` lists the codes that meet the item ("visit" for a visit).
All models are frozen; an unknown key is a mistake. Quantities (kWh, kVA) become integer thousandths, kV volts.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    PrivateAttr,
    StrictBool,
    StrictStr,
    model_validator,
)

from cmledger.policy.cycles import Cycle, Events, HowOften, Season
from cmledger.policy.forms import FormRules
from cmledger.policy.kinds import MOST, Code, Count, Frozen, Text, Words
from cmledger.policy.outages import OutageRules
from cmledger.policy.plan import PlanRules
from cmledger.policy.staff import Assignment, LevelCode, ManagerLevel
from cmledger.records.caller import FIRST_DAY, LAST_DAY
from cmledger.records.outages import PLANNED_OUTAGE
from cmledger.wording import policy as say

ServiceCode = Annotated[StrictStr, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]*$")]
GradeCode = Literal["chief", "senior", "general"]
"""The manager grades a ledger knows; a profile names them its own way."""


def _number(value: object) -> Decimal:
    """A number as written; refused where it is none, not finite or beyond MOST."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError(say.NOT_A_NUMBER)  # noqa: TRY004 - pydantic reports ValueError, not TypeError
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError(say.NOT_A_NUMBER)
    if not -MOST <= number <= MOST:
        raise ValueError(say.TOO_LARGE.format(most=MOST))
    return number


def _thousandths(value: object) -> int:
    scaled = _number(value) * 1000
    if scaled != scaled.to_integral_value():
        raise ValueError(say.TOO_FINE)
    return int(scaled)


def _figure(value: object) -> float:
    return float(_number(value))


def read_day(value: object) -> date:
    """A day: TOML's own, or one in quotes. Python takes numbers and moments for days, too."""
    if isinstance(value, str) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        with suppress(ValueError):
            value = date.fromisoformat(value)
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(say.NOT_A_DAY)  # noqa: TRY004 - pydantic reports ValueError, not TypeError
    if not FIRST_DAY <= value <= LAST_DAY:
        raise ValueError(say.DAY_OUTSIDE.format(first=FIRST_DAY, last=LAST_DAY))
    return value


Thousandths = Annotated[int, BeforeValidator(_thousandths)]
Figure = Annotated[float, BeforeValidator(_figure), Field(ge=0)]
Share = Annotated[float, BeforeValidator(_figure), Field(ge=0, lt=1)]

CustomerClass = Literal["high-voltage", "low-voltage-business", "resident"]
Supply = Literal["single", "dual-circuit", "dual-source", "multi-source"]
ReliabilityNeed = Literal["none", "some", "high"]
Importance = Literal["none", "special", "first", "second", "temporary"]
GridKind = Literal["grid", "community", "village"]


class Range(Frozen):
    """A comparison of a quantity; several bounds must all hold. Stored as thousandths (volts for kV)."""

    at_least: Thousandths | None = None
    above: Thousandths | None = None
    at_most: Thousandths | None = None
    below: Thousandths | None = None

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.cuts:
            raise ValueError(say.EMPTY_RANGE)
        return self

    @property
    def cuts(self) -> tuple[int, ...]:
        """The values v at which `x >= v` changes the answer: they cut the quantity into bands."""
        bounds = (
            self.at_least,
            None if self.above is None else self.above + 1,
            None if self.at_most is None else self.at_most + 1,
            self.below,
        )
        return tuple(v for v in bounds if v is not None)

    def holds(self, value: int) -> bool:
        """Whether a quantity (thousandths) lies within."""
        return (
            (self.at_least is None or value >= self.at_least)
            and (self.above is None or value > self.above)
            and (self.at_most is None or value <= self.at_most)
            and (self.below is None or value < self.below)
        )


class Criterion(Frozen):
    """One way to belong: every fact named must hold. A fact nobody knows never holds; a blank yes/no is no.

    A criterion without facts takes everyone who is left. `grade`: the manager grade that serves customers
    whom this criterion decides, where it is not that of the tier.
    """

    rule: Code
    name: Text | None = None
    grade: GradeCode | None = None

    customer_class: Annotated[tuple[CustomerClass, ...], Words] | None = None
    tariff_class: Annotated[tuple[Text, ...], Words] | None = None
    voltage: Annotated[tuple[Text, ...], Words] | None = None
    supply: Annotated[tuple[Supply, ...], Words] | None = None
    reliability_need: Annotated[tuple[ReliabilityNeed, ...], Words] | None = None
    importance: Annotated[tuple[Importance, ...], Words] | None = None
    grid_kind: Annotated[tuple[GridKind, ...], Words] | None = None
    dedicated_line: StrictBool | None = None
    social_impact: StrictBool | None = None
    pv: StrictBool | None = None
    ev_charging: StrictBool | None = None
    voltage_kv: Range | None = None
    contract_capacity_kva: Range | None = None
    operating_capacity_kva: Range | None = None
    annual_kwh: Range | None = None
    sales_rank_top: Count | None = None

    def conditions(self) -> Iterator[tuple[str, Any]]:
        """The facts it names, each with what it asks: a tuple of words, a flag, a Range, or the last rank that counts."""
        for fact in FACTS:
            asked = getattr(self, fact)
            if asked is not None:
                yield fact, asked


FACTS: tuple[str, ...] = tuple(
    f for f in Criterion.model_fields if f not in {"rule", "name", "grade"}
)
"""Every fact the language knows."""

Criteria = Annotated[tuple[Criterion, ...], Field(min_length=1)]


class Scope(Frozen):
    """Which customers are put into tiers at all.

    A blank customer class follows from the voltage (above so many kV), else from the tariff class.
    """

    any: Criteria
    closed: Literal["exclude", "keep"] = "exclude"
    high_voltage_above_kv: Thousandths = 1000
    resident_tariffs: Annotated[tuple[Text, ...], Words] = ()


class Ranking(Frozen):
    """How the rank by annual sales is taken, within an office, over the last complete calendar year."""

    among: Literal["in-scope", "all"] = "in-scope"
    ties: Literal["all-in", "all-out"] = "all-in"
    partial_year: Literal["rank", "leave-out"] = "rank"
    same_name: Literal["apart", "together"] = "apart"


class Tier(Frozen):
    """A tier: its name, the grade that serves it, and the criteria any one of which suffices."""

    name: Text
    grade: GradeCode | None = None
    any: Criteria


Performer = Literal["chief", "senior", "general", "serving"]
"""A grade, or "serving": the grade that serves the customer's tier."""


class Instead(Frozen):
    """What is different about an item for one tier."""

    cycle: HowOften | None = None
    performer: Performer | None = None
    minutes: Count | None = None


class Service(Frozen):
    """An item of the catalogue. `tiers` owe it; `discharged_by`: codes that meet it (itself where empty).

    owner: who owes it: customers by their tiers, or each manager, or each grid (then no tiers). visit: doing it is
    calling on the customer. by_importance: the cycle of customers of that importance, whatever their tier;
    inspection: a customer's own months between inspections go before both.
    minutes: what doing it once takes, the way there included; None: the office has not said.
    """

    name: Text
    item: Text | None = None
    owner: Literal["customer", "manager", "grid"] = "customer"
    tiers: tuple[Code, ...] = ()
    cycle: HowOften
    by_importance: dict[Importance, HowOften] = Field(default_factory=dict)
    inspection: StrictBool = False
    visit: StrictBool = True
    performer: Performer | None = None
    minutes: Count | None = None
    discharged_by: tuple[ServiceCode, ...] = ()
    instead: dict[Code, Instead] = Field(default_factory=dict)

    @property
    def may_fall_due(self) -> bool:
        """Whether any customer (manager, grid) may owe it without a plan of its own."""
        told = [self.cycle, *self.by_importance.values()]
        told += [one.cycle for one in self.instead.values() if one.cycle]
        return self.inspection or any(not isinstance(cycle, str) for cycle in told)


class Catalogue(Frozen):
    """How the items of the tiers add up: each tier as listed, or a higher one has all items of the lower ones, too."""

    additive: Literal["as-listed", "cumulative"] = "as-listed"


@dataclass(frozen=True, slots=True)
class Owed:
    """A service item with a cycle, as one tier owes it. performer: the lowest grade that counts; None: any."""

    code: str
    name: str
    cycle: Cycle
    performer: str | None
    discharged_by: tuple[str, ...]
    minutes: int | None = None


class Hysteresis(Frozen):
    """How far beyond a threshold a customer must be before its tier changes, as shares of the threshold.

    demote: thresholds of the tier held, and of those below it, are eased by so much; promote: those of the tiers
    above are tightened by so much. It holds for ranks and ranges of quantities; words and flags have no middle.
    """

    demote: Share = 0.0
    promote: Share = 0.0


class Duty(Frozen):
    """How obligations are judged. See design 6."""

    due_by: Literal["last-working-day", "next-working-day", "nearest-working-day", "last-day"] = (
        "last-working-day"
    )
    performer: Literal["report", "enforce"] = "report"
    customers_per_manager: Count | None = None


KpiCode = Literal[
    "visit_completion",
    "visits_overdue",
    "new_payment_adoption",
    "manager_coverage",
    "customers_without_manager",
    "customers_per_manager",
    "dues_per_manager",
    "connection_restricted",
    "archive_accuracy",
    "connection_in_time",
    "value_added_customised",
]
NOT_SHARES = frozenset(
    ("visits_overdue", "customers_without_manager", "customers_per_manager", "dues_per_manager")
)
"""KPIs whose target is a number of something; that of every other one is a share, 0 to 1."""


class Kpi(Frozen):
    """An indicator's target: a share of 1, or a number (NOT_SHARES); None: the office has set none.

    direction: on which side of the target a figure is good; None: as the indicator itself means.
    tiers: of value_added_customised, whose customers are 重点客户; empty: of tiers that a grade above the lowest serves.
    """

    name: Text | None = None
    target: Figure | None = None
    direction: Literal["at_least", "at_most"] | None = None
    tiers: tuple[Code, ...] = ()


class Payment(Frozen):
    """新型缴费方式: which channels count, whose customers are asked, and what a blank channel means."""

    new_channels: Annotated[tuple[Text, ...], Words] = ()
    customers: Literal["in-scope", "all"] = "all"
    unknown: Literal["leave-out", "not-new"] = "leave-out"


class Limit(Frozen):
    """A time limit in exactly one unit."""

    minutes: Count | None = None
    hours: Count | None = None
    days: Count | None = None
    working_days: Count | None = None

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError(say.ONE_UNIT)
        return self


class Limits(Frozen):
    """Time limits by version of the rule they come from; `in_force` names the one used."""

    in_force: Text | None = None
    version: dict[str, dict[Code, Limit]] = Field(default_factory=dict)


class Privacy(Frozen):
    """What lists meant for posting may show of residents."""

    posted_names: Literal["masked", "full"] = "masked"
    posted_phones: Literal["hidden", "masked", "full"] = "hidden"


class Edition(Frozen):
    """All the rules in force from `since` until the next edition."""

    profile: Text
    version: Count | None = None
    since: Annotated[date, BeforeValidator(read_day)]
    scope: Scope
    ranking: Ranking = Ranking()
    grade: dict[GradeCode, Text]
    tier: Annotated[dict[Code, Tier], Field(min_length=1)]
    hysteresis: Hysteresis = Hysteresis()
    service: dict[ServiceCode, Service]
    season: dict[Code, Season] = Field(default_factory=dict)
    catalogue: Catalogue = Catalogue()
    duty: Duty = Duty()
    kpi: dict[KpiCode, Kpi] = Field(default_factory=dict)
    payment: Payment = Payment()
    limits: Limits = Limits()
    privacy: Privacy = Privacy()
    assignment: Assignment = Assignment()
    manager_level: dict[LevelCode, ManagerLevel] = Field(default_factory=dict)
    outage: OutageRules = OutageRules()
    forms: FormRules = FormRules()
    plan: PlanRules = PlanRules()

    _text: str = PrivateAttr("")
    _extends: str | None = PrivateAttr(None)

    @property
    def text(self) -> str:
        """The policy file as written, comments and all; kept in the ledger with every edition used."""
        return self._text

    @property
    def extends(self) -> str | None:
        """The shipped profile the file extends, with its version (three-fixed@1); None: the file says all itself."""
        return self._extends

    @property
    def digest(self) -> str:
        """SHA-256 of what the edition means: comments, layout and settings left at their default do not count.

        Nor does what is printed on forms, nor how a month is planned: no figure hangs on it.
        """
        meaning = self.model_dump(mode="json", exclude_defaults=True, exclude={"forms", "plan"})
        for listed in ("service", "kpi"):
            meaning[listed] = dict(sorted(meaning.get(listed, {}).items()))
        return hashlib.sha256(json.dumps(meaning, ensure_ascii=False).encode()).hexdigest()

    @property
    def agree_service(self) -> str | None:
        """The item by which planned outages are agreed beforehand (协商停电); None: the catalogue has none."""
        for code, service in self.service.items():
            cycles = (service.cycle, *(special.cycle for special in service.instead.values()))
            if any(isinstance(c, Events) and PLANNED_OUTAGE in c.events for c in cycles):
                return code
        return self.outage.agree_service if self.outage.agree_service in self.service else None

    @property
    def key_tiers(self) -> frozenset[str]:
        """Tiers of 重点客户, of whose customers the KPI of customised items is taken."""
        asked = self.kpi.get("value_added_customised")
        if asked is not None and asked.tiers:
            return frozenset(asked.tiers)
        lowest = list(self.grade)[-1] if self.grade else None
        return frozenset(
            code for code, tier in self.tier.items() if tier.grade not in (None, lowest)
        )

    def limit(self, code: str) -> Limit | None:
        """A time limit of the version in force; None: it has none."""
        return self.limits.version.get(self.limits.in_force or "", {}).get(code)

    def tier_code(self, word: str) -> str | None:
        """The code of a tier given by code or by Chinese name (钻石, 钻石客户); None where there is none."""
        if word in self.tier:
            return word
        for code, tier in self.tier.items():
            if word in (tier.name, tier.name.removesuffix(say.CUSTOMER)):
                return code
        return None

    def tier_name(self, code: str | None) -> str:
        """The Chinese name of a tier, also of one an earlier edition knew; None: no tier."""
        if code is None:
            return say.NO_TIER
        return self.tier[code].name if code in self.tier else code

    def serving_grade(self, tier: str, rule: str | None = None) -> GradeCode | None:
        """The grade of manager that serves a tier, or the customers of it whom `rule` decided."""
        found = self.tier.get(tier)
        if found is None:
            return None
        exception = next((c.grade for c in found.any if c.rule == rule and c.grade), None)
        return exception or found.grade

    def meets(self, grade: str | None, asked: str | None) -> bool:
        """Whether a manager's grade is at least the one asked for; an unknown grade meets only the lowest."""
        order = [str(code) for code in self.grade]
        if asked is None or asked not in order[:-1]:
            return True
        return grade in order and order.index(grade) <= order.index(asked)

    def terms(self, service: Service, tier: str) -> Instead | None:
        """What is different about an item for a tier; None: the tier does not have the item.

        Where items add up, a tier has those of the lower ones on the terms of the nearest.
        """
        if tier in service.tiers:
            return service.instead.get(tier, Instead())
        if self.catalogue.additive == "cumulative" and tier in self.tier:
            order = list(self.tier)
            for lower in order[order.index(tier) + 1 :]:
                if lower in service.tiers:
                    return service.instead.get(lower, Instead())
        return None

    def performer(self, service: Service, tier: str, rule: str | None = None) -> str | None:
        """The lowest grade that may do the item for a customer of a tier (whom `rule` decided); None: any."""
        special = self.terms(service, tier)
        asked: str | None = (special and special.performer) or service.performer
        return self.serving_grade(tier, rule) if asked == "serving" else asked

    def owed(self, tier: str, rule: str | None = None) -> tuple[Owed, ...]:
        """Every item a tier owes in cycles; items without a cycle never fall due.

        `rule`: what decided the tier (customer_tier.rule); it matters only where a criterion names its own grade.
        What a customer's own plan, importance and inspection months change is not in it (rules.terms).
        """
        found = []
        for code, service in self.service.items():
            special = self.terms(service, tier)
            if special is None:
                continue
            cycle = special.cycle or service.cycle
            if not isinstance(cycle, str):
                performer = self.performer(service, tier, rule)
                met_by = service.discharged_by or (code,)
                minutes = special.minutes or service.minutes
                found.append(Owed(code, service.name, cycle, performer, met_by, minutes))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy file: its dated editions, oldest first, and the line each begins on."""

    path: str
    editions: tuple[Edition, ...]
    lines: tuple[int, ...]

    def where(self, edition: Edition) -> str:
        """path:line of an edition."""
        return f"{self.path}:{self.lines[self.editions.index(edition)]}"

    def edition_on(self, day: date) -> Edition:
        """The edition in force that day; BadPolicy where the first one begins later."""
        in_force = [edition for edition in self.editions if edition.since <= day]
        if not in_force:
            raise say.too_early(self.path, day, self.editions[0].since)
        return in_force[-1]
