"""What the KPI report counts: the customers of the last counted day, and the visits owed in the report's periods."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from cmledger.ledger.kpi import customer_counts
from cmledger.ledger.narrow import Narrow
from cmledger.ledger.obligations import DETAILS, VISIT, Snapshot
from cmledger.policy.schema import Policy
from cmledger.records.kpi import KpiPeriod
from cmledger.records.kpi_facts import Fact, Of
from cmledger.records.kpi_words import By
from cmledger.records.obligations import Holding, Obligation, Owing, Standing, Status
from cmledger.work.owed import Plan, owed_in, plan, standings, working_days

_ID = DETAILS.index("id")


@dataclass(frozen=True, slots=True)
class Scene:
    """What is reported on: a period, what it is broken down by, the offices, and the visits laid out over it.

    visits: the visits of the report's periods; since_start: those since counting began, for who is late.
    None where the policy asks for no visits, or counting began later.
    """

    period: KpiPeriod
    by: By
    narrow: Narrow
    visits: Plan | None
    since_start: Plan | None

    @classmethod
    def of(
        cls, policy: Policy, count_from: date, period: KpiPeriod, by: By, narrow: Narrow
    ) -> "Scene":
        """Lay out the policy's visits; raises BadPolicy where the office's own calendar cannot be read."""
        days, end = working_days(policy), period.counted_to
        return cls(
            period,
            by,
            narrow,
            plan(policy, VISIT, days, count_from, end, end, reported_from=period.first),
            plan(policy, VISIT, days, count_from, end, end),
        )

    @property
    def assumed_years(self) -> tuple[int, ...]:
        """Years whose working days had to be assumed to find when the report's visits were due."""
        parts = self.visits.parts if self.visits else ()
        return tuple(sorted({year for part in parts for year in part.assumed}))

    def ended(self, obligation: Obligation) -> bool:
        """Whether its days were over when those of the report were."""
        period, last = self.period, obligation.part.closes
        return last <= period.last if period.closed else last < period.counted_to

    def late(self, standing: Standing) -> bool:
        """Whether what stands was overdue when the report's days were over."""
        return standing.status is Status.OVERDUE or (
            standing.status is Status.DUE and self.ended(standing.obligation)
        )


def gathered(snapshot: Snapshot, scene: Scene) -> Counter[Fact]:
    """All facts of the report, equal ones counted together."""
    counts = customer_counts(snapshot, scene.by, scene.period.counted_to, scene.narrow)
    if scene.visits is None:
        return counts
    late = late_customers(snapshot, scene)
    alike: Counter[tuple[int | None, tuple[Holding, ...], int, bool]] = Counter()
    shared: dict[int, tuple[Obligation, ...]] = {}
    key_of = _key(scene.by)
    for owing in owed_in(snapshot, scene.visits, scene.narrow):
        shared[id(owing.obligations)] = owing.obligations
        alike[key_of(owing), owing.managers, id(owing.obligations), owing.customer_id in late] += 1
    for (key, managers, obligations, is_late), number in alike.items():
        one = Owing(0, 0, key, key, managers, shared[obligations])
        for fact, _ in _visit_facts(scene, one, key, overdue=is_late):
            counts[fact] += number
    return counts


class Counted(NamedTuple):
    """One fact, whose it is, and the visit it is about (None: it is about the customer)."""

    customer_id: int
    fact: Fact
    visit: Obligation | None


def visits_one_by_one(snapshot: Snapshot, scene: Scene) -> Iterator[Counted]:
    """The same visits, each by itself."""
    if scene.visits is None:
        return
    late = late_customers(snapshot, scene)
    key_of = _key(scene.by)
    for owing in owed_in(snapshot, scene.visits, scene.narrow):
        overdue = owing.customer_id in late
        for fact, obligation in _visit_facts(scene, owing, key_of(owing), overdue=overdue):
            yield Counted(owing.customer_id, fact, obligation)


def late_customers(snapshot: Snapshot, scene: Scene) -> dict[int, Standing]:
    """Who was late with a visit when the report's days were over: id, and how."""
    if scene.since_start is None:
        return {}
    found = standings(snapshot, scene.since_start, scene.period.counted_to, scene.narrow)
    return {row[_ID]: standing for standing, rows in found if scene.late(standing) for row in rows}


def _key(by: By) -> Callable[[Owing], int | None]:
    """The id a customer's visits are counted under; by manager it depends on the day."""
    keys: dict[By, Callable[[Owing], Any]] = {
        By.OFFICE: lambda owing: owing.office_id,
        By.LINE: lambda owing: owing.line_id,
        By.GRID: lambda owing: owing.grid_id,
        By.MANAGER: lambda _: None,
    }
    return keys[by]


def _visit_facts(
    scene: Scene, owing: Owing, key: int | None, *, overdue: bool
) -> Iterator[tuple[Fact, Obligation | None]]:
    """The facts of one customer's visits; its manager is that of the last counted day, or of the day it closed."""
    end = scene.period.counted_to

    def fact(of: Of, day: date, obligation: Obligation, **marks: bool) -> Fact:
        manager = owing.manager_on(day)
        group = manager if scene.by is By.MANAGER else key
        return Fact(of, group, manager, obligation.tier, None, **marks)

    standing = None
    for obligation in owing.obligations:
        if scene.ended(obligation):
            last = obligation.part.closes
            yield fact(Of.ENDED, last, obligation, met=obligation.met), obligation
        elif obligation.part.first <= end:
            yield fact(Of.OPEN, end, obligation, met=obligation.met), obligation
        if obligation.is_open(end):
            standing = obligation
    if standing is not None:
        yield fact(Of.STANDING, end, standing, overdue=overdue), None
