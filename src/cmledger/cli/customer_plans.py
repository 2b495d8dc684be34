"""A customer's whole file and its service plan, on the screen or as a workbook that can be edited and imported."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cmledger.cli import options
from cmledger.cli.show import Head, Screen, show
from cmledger.errors import UsageProblem

if TYPE_CHECKING:
    from cmledger.records.customer_plan import CustomerFile, PlanItem, PlanReport
    from cmledger.sheets.layout import Layout


def plan(
    accounts: Annotated[
        list[str] | None,
        typer.Argument(metavar="[户号]...", help="10 位或 13 位户号；写成表格时可以几个。"),
    ] = None,
    manager: options.ManagerOption = None,
    line: options.LineOption = None,
    office: options.OfficeOption = None,
    tier: options.TierOption = None,
    full: Annotated[
        bool, typer.Option("--full", help="显示完整的电话号码（记入导出记录）。")
    ] = False,
    excel: options.ExcelOption = None,
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """一户一方案：客户情况、各服务项目的周期和依据、上次和下次、走访、未了事项；可写成表格改好再导入。"""
    from cmledger.ledger.store import open_ledger
    from cmledger.policy.load import load_policy
    from cmledger.wording import customer_plan as say
    from cmledger.work.customer_plan import Whose, customer_plan

    location = options.ledger_location(ledger)
    report = customer_plan(
        open_ledger(location),
        load_policy(options.policy_path(policy, location)),
        options.caller(as_of),
        Whose(tuple(accounts or ()), office, line, manager, tier),
        full=full,
        excel=excel,
    )
    options.say_unless_logged(report.logged)
    if excel is None and not as_json and not quiet and len(report.customers) > 1:
        raise UsageProblem(
            say.MANY_ON_SCREEN.format(count=len(report.customers)), hint=say.MANY_ON_SCREEN_HINT
        )
    return show(report, _text, as_json=as_json, quiet=quiet)


def _text(screen: Screen, report: "PlanReport") -> None:
    from cmledger.wording import customer_plan as say
    from cmledger.wording.listing import PERSONAL_DATA

    if report.excel is not None:
        screen.line(say.WRITTEN.format(path=report.excel, count=len(report.customers)))
        screen.line(PERSONAL_DATA)
        return
    for one in report.customers:
        _customer(screen, report, one)


def _customer(screen: Screen, report: "PlanReport", one: "CustomerFile") -> None:
    from cmledger.sheets.layouts import layout
    from cmledger.sheets.plan_words import about, said
    from cmledger.wording import customer_plan as say
    from cmledger.wording.listing import MASKED

    name = one.name or say.NAMELESS
    screen.line(say.TITLE.format(name=name, account_no=one.account_no), strong=True)
    for title, value in about(one):
        screen.line(say.LABEL.format(title=title, value=value))
    if report.masked and "*" in str(one.facts.get("contact_phone")):
        screen.line(MASKED)
    _items(screen, report, one.items)
    if one.visits:
        title = say.VISITS.format(count=one.visits_count)
        faces = ("visited_on", "manager", "method", "content", "opinion", "satisfaction")
        _rows(screen, title, say.VISIT_HEADS, layout("visits"), faces, one.visits)
    for title, heads, rows in said(one):
        screen.table([Head(h, keep=at == 0) for at, h in enumerate(heads)], rows, title=title)
    for line in say.HOW:
        screen.line(line.format(account_no=one.account_no))


_TO_DO = ("due", "overdue")
"""What is coming has its day, and no status."""


def _items(screen: Screen, report: "PlanReport", items: "Sequence[PlanItem]") -> None:
    from cmledger.sheets.plan_words import cycle_of, remarks_of, source_of
    from cmledger.wording import customer_plan as say
    from cmledger.wording.dues import STATUS

    if not items:
        screen.line(say.NO_ITEMS)
        return
    name, cycle, source, last, following, status = say.ITEM_HEADS
    screen.table(
        [
            Head(name),
            Head(cycle),
            Head(source),
            Head(last, keep=True),
            Head(following, keep=True),
            Head(status, keep=True),
        ],
        [
            [
                item.name,
                cycle_of(report, item.cycle),
                source_of(item),
                item.last_done,
                item.due_by,
                STATUS[item.status.value] if item.status and item.status in _TO_DO else None,
            ]
            for item in items
        ],
        title=say.ITEMS,
    )
    for item in items:
        for sentence in remarks_of(report, item):
            screen.line(sentence)


def _rows(
    screen: Screen,
    title: str,
    heads: Sequence[str],
    found: "Layout",
    faces: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """Rows in the words of their sheet; columns nobody filled are left out."""
    from cmledger.sheets.plan_words import word

    filled = [at for at, face in enumerate(faces) if any(row.get(face) for row in rows)]
    screen.table(
        [Head(heads[at], keep=at == 0) for at in filled],
        [[word(found, faces[at], row.get(faces[at])) for at in filled] for row in rows],
        title=title,
    )
