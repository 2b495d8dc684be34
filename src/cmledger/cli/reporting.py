"""How the office stands: the KPI report, and the rows behind each of its figures."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cmledger.cli import options
from cmledger.cli.show import Head, Screen, show
from cmledger.records.kpi_words import By, Direction, Unit
from cmledger.wording import kpis as say

if TYPE_CHECKING:
    from cmledger.records.kpi import Kpi, KpiGroup, KpiReport, KpiRows


class FailOn(StrEnum):
    """What --fail-on knows here."""

    UNMET = "unmet"


def kpi_report(
    month: Annotated[
        str | None,
        typer.Option("--month", metavar="月份", help="报哪个月：2026-10；默认今天所在的月份。"),
    ] = None,
    quarter: Annotated[
        str | None, typer.Option("--quarter", metavar="季度", help="报哪个季度：2026Q3。")
    ] = None,
    year: Annotated[
        str | None, typer.Option("--year", metavar="年份", help="报哪一年：2026。")
    ] = None,
    by: Annotated[
        By, typer.Option("--by", help="按供电所、线路、客户经理或网格分列。")
    ] = By.MANAGER,
    office: options.OfficeOption = None,
    excel: options.ExcelOption = None,
    rows: Annotated[
        str | None,
        typer.Option("--rows", metavar="指标", help="列出这个指标背后的每一条记录；写代码或名称。"),
    ] = None,
    fail_on: Annotated[
        FailOn | None,
        typer.Option("--fail-on", help="unmet：有指标未达标时退出码为 4。"),
    ] = None,
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """一个月、一个季度或一年的指标：分级、走访完成、缴费方式、客户经理负荷。"""
    from cmledger.ledger.store import open_ledger
    from cmledger.policy.load import load_policy
    from cmledger.work.kpi_report import Question

    location = options.ledger_location(ledger)
    question = Question(
        month=month,
        quarter=quarter,
        year=year,
        by=by,
        office=office,
        fail_on_unmet=fail_on is not None,
    )
    opened = open_ledger(location)
    rules = load_policy(options.policy_path(policy, location))
    caller = options.caller(as_of)
    if rows is not None:
        from cmledger.work.kpi_rows import kpi_rows

        behind = kpi_rows(opened, rules, caller, question, rows, excel=excel)
        if not as_json:
            options.say_unless_logged(behind.logged)
        return show(behind, rows_text, as_json=as_json, quiet=quiet)
    from cmledger.work import kpi_report as work

    report = work.kpi_report(opened, rules, caller, question, excel=excel)
    return show(report, report_text, as_json=as_json, quiet=quiet)


# --- the report ----------------------------------------------------------------------------------


def report_text(screen: Screen, report: "KpiReport") -> None:
    """The KPIs, what has to be said about them, and the table of offices, lines, managers or grids."""
    period = report.period
    screen.line(
        say.TITLE.format(period=period.label, first=period.first, last=period.last), strong=True
    )
    if report.office:
        screen.line(say.OFFICE.format(office=report.office))
    if not period.closed:
        screen.line(say.NOT_CLOSED.format(counted_to=period.counted_to))
    screen.table(
        [
            Head(say.HEAD_NAME),
            Head(say.HEAD_FIGURE, "right", keep=True),
            Head(say.HEAD_SHARE, "right", keep=True),
            Head(say.HEAD_TARGET, "right", keep=True),
            Head(say.HEAD_MET, keep=True),
        ],
        [
            (
                kpi.name,
                figure(kpi),
                f"{kpi.numerator}/{kpi.denominator}",
                target(kpi),
                say.MET[kpi.met],
            )
            for kpi in report.kpis
        ],
    )
    for sentence in remarks(report):
        screen.line(sentence)
    _by_table(screen, report)
    if report.excel:
        screen.line(say.WRITTEN.format(path=report.excel))


def remarks(report: "KpiReport") -> list[str]:
    """What a reader must know beside the figures."""
    said = [
        say.TIERS.format(
            tiers="，".join(
                say.TIER_COUNT.format(name=tier.name, customers=tier.customers)
                for tier in report.tiers
            )
        )
    ]
    for kpi in report.kpis:
        if kpi.unknown:
            said.append(say.UNKNOWN_CHANNEL.format(name=kpi.name, unknown=kpi.unknown))
        if kpi.spread is not None:
            said.append(
                say.SPREAD.format(
                    name=kpi.name,
                    lowest=kpi.spread.lowest,
                    median=f"{kpi.spread.median:g}",
                    highest=kpi.spread.highest,
                )
            )
    if report.open_visits.owed:
        said.append(
            say.OPEN_VISITS.format(owed=report.open_visits.owed, met=report.open_visits.met)
        )
    if report.not_available:
        names = "、".join(missing.name for missing in report.not_available)
        said.append(say.NOT_AVAILABLE.format(names=names))
    if report.assumed_years:
        years = "、".join(str(year) for year in report.assumed_years)
        said.append(say.ASSUMED_YEARS.format(years=years))
    return said


def _by_table(screen: Screen, report: "KpiReport") -> None:
    """One line per office, line, manager or grid: the figures a head compares."""
    by = say.BY[report.by.value]
    shown = {kpi.code: dict(_by_key(kpi)) for kpi in report.kpis}
    keys = [group.key for group in report.kpis[0].by]
    of_manager = report.by is By.MANAGER
    completion = report.kpi("visit_completion")
    if completion is not None and completion.denominator:
        visits = [
            (say.BY_COMPLETION, "visit_completion", "both"),
            (say.BY_RATE, "visit_completion", "percent"),
        ]
    else:  # no period has ended yet: how far they are
        visits = [
            (say.BY_PROGRESS, "visit_progress", "both"),
            (say.BY_RATE, "visit_progress", "percent"),
        ]
    columns = [
        (say.BY_CUSTOMERS, "manager_coverage", "denominator"),
        *([] if of_manager else [(say.BY_WITHOUT, "customers_without_manager", "numerator")]),
        *visits,
        (say.BY_OVERDUE, "visits_overdue", "numerator"),
        *([(say.BY_DUES, "dues_per_manager", "numerator")] if of_manager else []),
        (say.BY_PAYMENT, "new_payment_adoption", "percent"),
    ]
    screen.table(
        [Head(by), *(Head(title, "right", keep=True) for title, _, _ in columns)],
        [
            (
                say.UNASSIGNED if key is None else key,
                *(_cell(shown[code][key], part) for _, code, part in columns),
            )
            for key in keys
        ],
        title=say.BY_TITLE.format(by=by),
    )


def _by_key(kpi: "Kpi") -> "list[tuple[str | None, KpiGroup]]":
    return [(group.key, group) for group in kpi.by]


def _cell(group: "KpiGroup", part: str) -> str:
    if not group.denominator and part != "denominator":
        return say.NO_VALUE
    if part == "percent":
        return percent(group.numerator, group.denominator)
    if part == "both":
        return f"{group.numerator}/{group.denominator}"
    return str(group.denominator if part == "denominator" else group.numerator)


def figure(kpi: "Kpi") -> str:
    """A figure as people write it: 97.0%, 12, 25.5; a dash where there is none."""
    if kpi.unit is Unit.RATE:
        return percent(kpi.numerator, kpi.denominator)
    if kpi.figure is None:
        return say.NO_VALUE
    if kpi.unit is Unit.AVERAGE:
        return f"{_rounded(10 * kpi.numerator, kpi.denominator) / 10:.1f}"
    return str(kpi.numerator)


def _rounded(numerator: int, denominator: int) -> int:
    """Halves up, as Excel shows them: the screen and the workbook say the same."""
    return (2 * numerator + denominator) // (2 * denominator)


def percent(numerator: int, denominator: int) -> str:
    """A share with one decimal; 100.0% and 0.0% only where it is all or nothing."""
    if not denominator:
        return say.NO_VALUE
    thousandths = _rounded(1000 * numerator, denominator)
    if 0 < numerator < denominator:
        thousandths = min(max(thousandths, 1), 999)
    return f"{thousandths / 10:.1f}%"


def target(kpi: "Kpi") -> str:
    """What the figure is held against: ≥100%, ≤0."""
    if kpi.target is None:
        return ""
    shown = f"{kpi.target * 100:g}%" if kpi.unit is Unit.RATE else f"{kpi.target:g}"
    form = say.AT_LEAST if kpi.direction is Direction.AT_LEAST else say.AT_MOST
    return form.format(target=shown)


# --- the rows behind a figure --------------------------------------------------------------------


def rows_text(screen: Screen, report: "KpiRows") -> None:
    """Every row that counts, with the side it counts on and why."""
    kpi, period = report.kpi, report.period
    screen.line(
        say.ROWS_TITLE.format(
            name=kpi.name,
            code=kpi.code,
            period=period.label,
            numerator=kpi.numerator,
            denominator=kpi.denominator,
        ),
        strong=True,
    )
    if not period.closed:
        screen.line(say.NOT_CLOSED.format(counted_to=period.counted_to))
    if not report.rows:
        screen.line(say.NO_ROWS)
        return
    with_period = any(row.label for row in report.rows)
    heads = [
        Head(say.ROW_ACCOUNT, keep=True),
        Head(say.ROW_NAME),
        Head(say.ROW_TIER),
        Head(say.ROW_MANAGER),
        *([Head(say.ROW_PERIOD, keep=True)] if with_period else []),
        Head(say.ROW_SIDE, keep=True),
        Head(say.ROW_WHY),
    ]
    screen.table(
        heads,
        [
            (
                row.account_no,
                row.name,
                row.tier_name,
                row.manager,
                *([row.label] if with_period else []),
                say.side(in_numerator=row.in_numerator, in_denominator=row.in_denominator),
                row.because,
            )
            for row in report.rows
        ],
    )
    if report.excel:
        screen.line(say.WRITTEN.format(path=report.excel))
