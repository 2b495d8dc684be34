"""The rows behind a figure: every customer, visit or manager that counts on either side of it, and why."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from cmledger.errors import EXIT_DONE, EXIT_FINDINGS, UsageProblem
from cmledger.ledger.editions import check_editions
from cmledger.ledger.kpi import Person, customer_facts, group_keys, people, visit_days
from cmledger.ledger.narrow import narrowed
from cmledger.ledger.obligations import Snapshot
from cmledger.ledger.store import Ledger
from cmledger.policy.schema import Edition, Policy
from cmledger.records.caller import Caller
from cmledger.records.kpi import KpiRow, KpiRows
from cmledger.records.kpi_facts import Fact, Of
from cmledger.records.kpi_words import By, Direction, Unit
from cmledger.rules.kpi import Definition, managers_at_work
from cmledger.wording import kpis as say
from cmledger.work.kpi_facts import Counted, Scene, gathered, late_customers, visits_one_by_one
from cmledger.work.kpi_report import Question, definitions, edition_of, kpi_name, measured
from cmledger.work.log_export import log_export

_Names = Mapping[int | None, str | None]
"""manager id -> what the manager is called"""
_Explain = Callable[[Counted], str]


def kpi_rows(
    ledger: Ledger,
    policy: Policy,
    caller: Caller,
    question: Question,
    code: str,
    *,
    excel: Path | None = None,
) -> KpiRows:
    """The rows behind the KPI of that code (or Chinese name); also as a workbook where `excel` names one.

    Those to look at come first: what a figure to be raised lacks, what a figure to be lowered holds.
    Raises UsageProblem (no such KPI, period), NotFound (office), BadPolicy, OutputNotWritable.
    """
    period = question.period(caller)
    edition = edition_of(policy, period)
    definition = _named(code, edition)
    with ledger.reading() as snapshot:
        check_editions(snapshot, policy)
        narrow = narrowed(snapshot, office=question.office)
        scene = Scene.of(policy, ledger.count_from, period, By.MANAGER, narrow)
        counts = gathered(snapshot, scene)
        names = group_keys(snapshot, By.MANAGER, narrow, {fact.key for fact in counts})
        counted = [one for one in _each(snapshot, scene, definition) if _counts(definition, one)]
        who = people(snapshot, sorted({one.customer_id for one in counted}))
        explain = _explainer(snapshot, scene, definition, names)
    kpi = measured(definition, counts, edition, names)
    rows = [
        _row(definition, edition, one, who[one.customer_id], names, explain(one)) for one in counted
    ]
    first = kpi.direction is Direction.AT_MOST
    rows.sort(key=lambda row: (row.in_numerator != first, row.account_no or "", row.period or ()))
    if definition.unit is Unit.AVERAGE:
        rows += _managers(definition, counts, names)
    unmet = question.fail_on_unmet and kpi.met is False
    report = KpiRows(
        kpi,
        period,
        caller.as_of,
        tuple(rows),
        question.office,
        exit_code=EXIT_FINDINGS if unmet else EXIT_DONE,
    )
    if excel is None:
        return report
    from cmledger.sheets.kpi_rows import write_kpi_rows

    logged = log_export(ledger, caller, {"rows": {code: len(report.rows)}, "path": str(excel)})
    write_kpi_rows(excel, report, caller)
    return replace(report, excel=str(excel), logged=logged)


def _named(code: str, edition: Edition) -> Definition:
    """The KPI a user means by code or name."""
    known = definitions(edition)
    for definition in known:
        if code.strip() in (definition.code, kpi_name(definition, edition)):
            return definition
    raise UsageProblem(
        say.UNKNOWN_KPI.format(code=code),
        hint=say.UNKNOWN_KPI_HINT.format(codes="、".join(one.code for one in known)),
    )


def _each(snapshot: Snapshot, scene: Scene, definition: Definition) -> Iterator[Counted]:
    """Every fact of the sort the KPI is about, one by one."""
    if Of.CUSTOMER in definition.of:
        facts = customer_facts(snapshot, scene.by, scene.period.counted_to, scene.narrow)
        return (Counted(customer_id, fact, None) for customer_id, fact in facts)
    return visits_one_by_one(snapshot, scene)


def _counts(definition: Definition, counted: Counted) -> bool:
    side = definition.side(counted.fact)
    return counted.fact.of in definition.of and (side.numerator or side.denominator)


def _row(
    definition: Definition,
    edition: Edition,
    counted: Counted,
    person: Person,
    names: _Names,
    because: str,
) -> KpiRow:
    fact, visit = counted.fact, counted.visit
    side = definition.side(fact)
    return KpiRow(
        person.account_no,
        person.name,
        None if fact.manager is None else names[fact.manager],
        fact.tier,
        edition.tier_name(fact.tier),
        in_numerator=side.numerator,
        in_denominator=side.denominator and definition.unit is not Unit.AVERAGE,
        because=because,
        period=(visit.part.first, visit.part.last) if visit else None,
        label=visit.part.label if visit else None,
    )


def _managers(
    definition: Definition, counts: Mapping[Fact, int], names: _Names
) -> Iterator[KpiRow]:
    """Those an average is taken over, by name."""
    load: Counter[int | None] = Counter()
    for fact, number in counts.items():
        if fact.of in definition.of and definition.side(fact).numerator:
            load[fact.manager] += number
    busy = {one for them in managers_at_work(counts, definition.of).values() for one in them}
    for manager in (one for one in names if one in busy):
        because = say.BECAUSE_LOAD[definition.code].format(number=load[manager])
        yield KpiRow(
            None, None, names[manager], None, None, in_numerator=False, in_denominator=True,
            because=because,
        )  # fmt: skip


# --- why -----------------------------------------------------------------------------------------


def _explainer(snapshot: Snapshot, scene: Scene, definition: Definition, names: _Names) -> _Explain:
    """Says of a counted row why it counts as it does."""
    if Of.STANDING in definition.of:
        return _explain_standing(snapshot, scene)
    if definition.of & {Of.ENDED, Of.OPEN}:
        return _explain_visits(snapshot, scene)
    if definition.code == "new_payment_adoption":
        return _explain_payment(definition)

    if definition.code == "value_added_customised":
        return lambda one: (
            say.BECAUSE_CUSTOMISED if one.fact.customised else say.BECAUSE_NOT_CUSTOMISED
        )

    def of_tier(counted: Counted) -> str:
        return (
            say.BECAUSE_IN_TIER if definition.tier == counted.fact.tier else say.BECAUSE_NOT_IN_TIER
        )

    def of_manager(counted: Counted) -> str:
        if counted.fact.manager is None:
            return say.BECAUSE_NO_MANAGER
        return say.BECAUSE_MANAGER.format(manager=names[counted.fact.manager])

    return of_manager if definition.tier is None else of_tier


def _explain_standing(snapshot: Snapshot, scene: Scene) -> _Explain:
    late = late_customers(snapshot, scene)

    def standing(counted: Counted) -> str:
        found = late.get(counted.customer_id)
        if found is None:
            return say.BECAUSE_NOT_LATE
        return say.BECAUSE_LATE.format(day=found.overdue_since or found.obligation.part.due_by)

    return standing


def _explain_visits(snapshot: Snapshot, scene: Scene) -> _Explain:
    parts = scene.visits.parts if scene.visits else ()
    first = min((part.first for part in parts), default=scene.period.first)
    days = visit_days(snapshot, first, scene.period.counted_to, scene.narrow)

    def visit(counted: Counted) -> str:
        owed = counted.visit
        if owed is None:
            return ""
        part = owed.part
        made = (day for day in days.get(counted.customer_id, ()) if part.first <= day <= part.last)
        if owed.met:
            day = next(made, None)
            said = say.BECAUSE_DONE if day is None else say.BECAUSE_VISITED.format(day=day)
            return said + (say.BECAUSE_BELOW_GRADE if owed.below_grade else "")
        if owed.below_grade:
            return say.BECAUSE_NOT_COUNTED
        if counted.fact.of is Of.OPEN:
            return say.BECAUSE_DUE.format(day=part.due_by)
        return say.BECAUSE_MISSED

    return visit


def _explain_payment(definition: Definition) -> _Explain:
    from cmledger.sheets.layouts import layout

    column = layout("customers").column("payment_channel")

    def payment(counted: Counted) -> str:
        channel = counted.fact.channel
        if channel is None:
            return say.BECAUSE_CHANNEL_UNKNOWN
        shown = column.kind.show(channel) if column else channel
        new = definition.side(counted.fact).numerator
        return (say.BECAUSE_CHANNEL_NEW if new else say.BECAUSE_CHANNEL_OLD).format(channel=shown)

    return payment
