"""A KPI report: figures with numerator and denominator, what they are compared with, and the rows behind one.

One law for every figure, counts included: value = numerator / denominator, null where the denominator is 0.
`unit` says what a person reads, and what the target is compared with (`Kpi.figure`):
  rate     the value, a share of 1 (visit completion 0.97)
  count    the numerator, out of the denominator (12 customers without a manager out of 300; value 0.04)
  average  the value, so many per one of the denominator (customers per manager 25.5), with its spread
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from cmledger.errors import EXIT_DONE, EXIT_FINDINGS
from cmledger.records.kpi_words import By, Direction, Unit


def quotient(numerator: int, denominator: int) -> float | None:
    """numerator / denominator; None where there is nothing to divide by, never 0 or 1."""
    return numerator / denominator if denominator else None


@dataclass(frozen=True, slots=True)
class KpiGroup:
    """A KPI of one office, line, manager or grid. `key` is None where the customers have none (not assigned)."""

    key: str | None
    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        """As of the KPI itself."""
        return quotient(self.numerator, self.denominator)

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {
            "key": self.key,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "value": self.value,
        }


@dataclass(frozen=True, slots=True)
class Spread:
    """How evenly an average is shared out among those it is taken over."""

    lowest: int
    median: float
    highest: int

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {"min": self.lowest, "median": self.median, "max": self.highest}


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure of the report.

    name: Chinese, for people. tier: the tier it is about, None: all. target: in the terms of `figure`, None: unset.
    met: None where there is no target or no value. unknown: customers whose state is not recorded (payment channel).
    """

    code: str
    name: str
    unit: Unit
    numerator: int
    denominator: int
    target: float | None = None
    direction: Direction = Direction.AT_LEAST
    met: bool | None = None
    by: tuple[KpiGroup, ...] = ()
    tier: str | None = None
    spread: Spread | None = None
    unknown: int | None = None

    @property
    def value(self) -> float | None:
        """numerator / denominator; None where the denominator is 0."""
        return quotient(self.numerator, self.denominator)

    @property
    def figure(self) -> float | None:
        """What a person reads and the target is compared with: the count itself, else the value."""
        if self.unit is Unit.COUNT and self.denominator:
            return self.numerator
        return self.value

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract; `tier`, `spread` and `unknown` only where they say something."""
        shown: dict[str, Any] = {
            "code": self.code,
            "name": self.name,
            "unit": self.unit.value,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "value": self.value,
            "target": self.target,
            "direction": self.direction.value,
            "met": self.met,
            "by": [group.to_json() for group in self.by],
        }
        if self.tier is not None:
            shown["tier"] = self.tier
        if self.spread is not None:
            shown["spread"] = self.spread.to_json()
        if self.unknown is not None:
            shown["unknown"] = self.unknown
        return shown


@dataclass(frozen=True, slots=True)
class KpiPeriod:
    """The month, quarter or year reported on. `label` as the user types it: 2026-10, 2026Q3, 2026.

    first, last: its days, both inside. counted_to: the day the figures are taken on: `last`, or "today" where
    the period has not ended (closed is false; the figures are month-to-date).
    """

    label: str
    first: date
    last: date
    counted_to: date
    closed: bool

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "closed": self.closed,
            "label": self.label,
            "counted_to": self.counted_to.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class TierCount:
    """How many customers a tier has on the last counted day. `tier` is None for those in no tier."""

    tier: str | None
    name: str
    customers: int

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {"tier": self.tier, "name": self.name, "customers": self.customers}


@dataclass(frozen=True, slots=True)
class OpenVisits:
    """Visits owed in periods that had not ended on the last counted day; they are in no completion rate."""

    owed: int
    met: int

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {"owed": self.owed, "met": self.met}


@dataclass(frozen=True, slots=True)
class NotAvailable:
    """A KPI the policy sets a target for, and for which the ledger keeps no facts yet."""

    code: str
    name: str
    target: float | None

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {"code": self.code, "name": self.name, "target": self.target}


@dataclass(frozen=True, slots=True)
class KpiReport:
    """Everything `kpi-report` has to say.

    assumed_years: years whose working days were computed from weekends, because no calendar is known.
    fail_on_unmet: the user asked for exit code 4 where a target is missed. excel: the workbook that was written.
    """

    period: KpiPeriod
    as_of: date
    by: By
    kpis: tuple[Kpi, ...]
    tiers: tuple[TierCount, ...]
    open_visits: OpenVisits
    office: str | None = None
    not_available: tuple[NotAvailable, ...] = ()
    assumed_years: tuple[int, ...] = ()
    fail_on_unmet: bool = False
    excel: str | None = None

    def kpi(self, code: str) -> Kpi | None:
        """The KPI of that code, where the report has it."""
        return next((kpi for kpi in self.kpis if kpi.code == code), None)

    @property
    def exit_code(self) -> int:
        """4 where a target is missed and the user asked for it."""
        unmet = any(kpi.met is False for kpi in self.kpis)
        return EXIT_FINDINGS if self.fail_on_unmet and unmet else EXIT_DONE

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {
            "schema": "cmledger.kpi-report/1",
            "as_of": self.as_of.isoformat(),
            "period": self.period.to_json(),
            "by": self.by.value,
            "office": self.office,
            "kpis": [kpi.to_json() for kpi in self.kpis],
            "tiers": [tier.to_json() for tier in self.tiers],
            "open_visits": self.open_visits.to_json(),
            "not_available": [missing.to_json() for missing in self.not_available],
            "assumed_years": list(self.assumed_years),
            "excel": self.excel,
        }


@dataclass(frozen=True, slots=True)
class KpiRow:
    """One row behind a figure: a customer, a visit owed, or (under an average) a manager.

    tier, tier_name: its code, and what people call it. in_numerator, in_denominator: on which side it counts.
    because: why, in Chinese. period, label: first and last day the visit was owed in, and what they are called
    (2026-10, 2026Q4); None where the row is no visit.
    """

    account_no: str | None
    name: str | None
    manager: str | None
    tier: str | None
    tier_name: str | None
    in_numerator: bool
    in_denominator: bool
    because: str
    period: tuple[date, date] | None = None
    label: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {
            "account_no": self.account_no,
            "name": self.name,
            "manager": self.manager,
            "tier": self.tier,
            "in_numerator": self.in_numerator,
            "in_denominator": self.in_denominator,
            "because": self.because,
            "period": [day.isoformat() for day in self.period] if self.period else None,
        }


@dataclass(frozen=True, slots=True)
class KpiRows:
    """What `kpi-report --rows CODE` lists: every row that counts on either side of one figure.

    excel: the workbook that was written; logged: whether that stands in the ledger's export log (None: no workbook).
    """

    kpi: Kpi
    period: KpiPeriod
    as_of: date
    rows: tuple[KpiRow, ...]
    office: str | None = None
    excel: str | None = None
    logged: bool | None = None
    exit_code: int = EXIT_DONE

    def to_json(self) -> dict[str, Any]:
        """The report's own shape with the one KPI, and its rows."""
        return {
            "schema": "cmledger.kpi-report/1",
            "as_of": self.as_of.isoformat(),
            "period": self.period.to_json(),
            "office": self.office,
            "kpis": [self.kpi.to_json()],
            "rows": [row.to_json() for row in self.rows],
            "excel": self.excel,
            "logged": self.logged,
        }
