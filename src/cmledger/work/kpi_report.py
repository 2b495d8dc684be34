"""How the office stands in a month, a quarter or a year: its KPIs, and the rows behind each of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cmledger.ledger.editions import check_editions
from cmledger.ledger.kpi import group_keys
from cmledger.ledger.narrow import narrowed
from cmledger.ledger.store import Ledger
from cmledger.policy.schema import Edition, Policy
from cmledger.records.caller import Caller
from cmledger.records.kpi import Kpi, KpiPeriod, KpiReport, NotAvailable, OpenVisits, TierCount
from cmledger.records.kpi_facts import Of
from cmledger.records.kpi_words import By, Direction
from cmledger.rules import kpi as rule
from cmledger.rules.report_period import report_period
from cmledger.wording import kpis as say
from cmledger.work.kpi_facts import Scene, gathered


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: at most one of month, quarter, year as typed; what to break down by; one office or all."""

    month: str | None = None
    quarter: str | None = None
    year: str | None = None
    by: By = By.MANAGER
    office: str | None = None
    fail_on_unmet: bool = False

    def period(self, caller: Caller) -> KpiPeriod:
        """The period meant; raises UsageProblem."""
        return report_period(caller.as_of, month=self.month, quarter=self.quarter, year=self.year)


def kpi_report(
    ledger: Ledger,
    policy: Policy,
    caller: Caller,
    question: Question,
    *,
    excel: Path | None = None,
) -> KpiReport:
    """The report; also as a workbook where `excel` names one.

    Raises UsageProblem (period), NotFound (office), BadPolicy, OutputNotWritable.
    """
    period = question.period(caller)
    edition = edition_of(policy, period)
    with ledger.reading() as snapshot:
        check_editions(snapshot, policy)
        narrow = narrowed(snapshot, office=question.office)
        scene = Scene.of(policy, ledger.count_from, period, question.by, narrow)
        counts = gathered(snapshot, scene)
        keys = group_keys(snapshot, question.by, narrow, {fact.key for fact in counts})
    kpis = tuple(measured(definition, counts, edition, keys) for definition in definitions(edition))
    report = KpiReport(
        period=period,
        as_of=caller.as_of,
        by=question.by,
        kpis=kpis,
        tiers=tuple(
            TierCount(tier, edition.tier_name(tier), number)
            for tier, number in rule.tier_counts(tuple(edition.tier), counts).items()
        ),
        open_visits=open_visits(counts),
        office=question.office,
        not_available=not_available(edition, kpis),
        assumed_years=scene.assumed_years,
        fail_on_unmet=question.fail_on_unmet,
    )
    if excel is None:
        return report
    from cmledger.sheets.kpi_book import write_kpi_book

    write_kpi_book(excel, report, caller)
    return replace(report, excel=str(excel))


# --- policy and figures --------------------------------------------------------------------------


def edition_of(policy: Policy, period: KpiPeriod) -> Edition:
    """The rules in force on the last counted day; before the first edition: that one."""
    return policy.edition_on(max(period.counted_to, policy.editions[0].since))


def definitions(edition: Edition) -> tuple[rule.Definition, ...]:
    """The KPIs of the report under these rules."""
    return rule.definitions(tuple(edition.tier), payment_rule(edition), edition.key_tiers)


def payment_rule(edition: Edition) -> rule.PaymentRule:
    """The policy's settings on 新型缴费方式."""
    payment = edition.payment
    return rule.PaymentRule(
        frozenset(payment.new_channels),
        only_in_scope=payment.customers == "in-scope",
        unknown_counts=payment.unknown == "not-new",
    )


def measured(
    definition: rule.Definition,
    counts: rule.Counts,
    edition: Edition,
    keys: Mapping[int | None, str | None],
) -> Kpi:
    """One KPI by the policy's name and target."""
    kpi = rule.measured(
        definition,
        counts,
        name=kpi_name(definition, edition),
        keys=keys,
        target=target(definition, edition),
    )
    if definition.code == "new_payment_adoption":
        kpi = replace(kpi, unknown=rule.unknown_channels(payment_rule(edition), counts))
    return kpi


def target(definition: rule.Definition, edition: Edition) -> rule.Target:
    """What the policy asks of a KPI; how many customers a manager may have also stands among the duties."""
    asked = {str(code): asked for code, asked in edition.kpi.items()}.get(definition.target_code)
    figure = asked.target if asked else None
    if figure is None and definition.code == "customers_per_manager":
        figure = edition.duty.customers_per_manager
    direction = Direction(asked.direction) if asked and asked.direction else definition.direction
    return rule.Target(figure, direction)


def kpi_name(definition: rule.Definition, edition: Edition) -> str:
    """The policy's own name for a KPI, else ours."""
    if definition.tier is not None:
        form = say.OF_TIER[definition.target_code]
        return form.format(tier=edition.tier_name(definition.tier))
    named = {str(code): asked.name for code, asked in edition.kpi.items()}
    return named.get(definition.code) or say.NAMES[definition.code]


def not_available(edition: Edition, kpis: tuple[Kpi, ...]) -> tuple[NotAvailable, ...]:
    """KPIs the policy names and the ledger keeps no facts for."""
    known = {kpi.code for kpi in kpis}
    return tuple(
        NotAvailable(code, asked.name or say.NAMES[code], asked.target)
        for code, asked in edition.kpi.items()
        if code not in known
    )


def open_visits(counts: rule.Counts) -> OpenVisits:
    """Visits owed in periods that had not ended."""
    still = {fact: number for fact, number in counts.items() if fact.of is Of.OPEN}
    return OpenVisits(
        sum(still.values()), sum(number for fact, number in still.items() if fact.met)
    )
