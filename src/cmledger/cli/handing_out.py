"""What managers take along: the forms of the visits to be made."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cmledger.cli import options
from cmledger.cli.show import Head, Screen, show

if TYPE_CHECKING:
    from cmledger.records.visit_forms import VisitFormsReport


def visit_forms(
    month: Annotated[
        date | None,
        typer.Option(
            "--month", metavar="月份", parser=options.month, help="这个月要做的，如 2026-12。"
        ),
    ] = None,
    until: Annotated[
        date | None,
        typer.Option(
            "--until", metavar="日期", parser=options.day, help="也列出到这天为止将要开始的周期。"
        ),
    ] = None,
    services: Annotated[
        list[str] | None,
        typer.Option(
            "--services",
            metavar="all|项目",
            help="哪些服务项目：编号或名称，可多次；默认全部。",
        ),
    ] = None,
    manager: options.ManagerOption = None,
    office: options.OfficeOption = None,
    line: options.LineOption = None,
    folder: Annotated[
        Path, typer.Option("--folder", metavar="文件夹", help="写到哪个文件夹。")
    ] = Path("走访单"),
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """走访单：每位客户经理一个 Excel 文件，一张清单，每次走访一页 A4；填好后可导入。"""
    from cmledger.ledger.store import open_ledger
    from cmledger.policy.load import load_policy
    from cmledger.records.due import Wanted
    from cmledger.work import visit_forms as work

    location = options.ledger_location(ledger)
    wanted = Wanted(
        office=office, line=line, manager=manager, services=tuple(services or ()), until=until
    )
    report = work.visit_forms(
        open_ledger(location),
        load_policy(options.policy_path(policy, location)),
        options.caller(as_of),
        wanted,
        folder,
        month=month,
    )
    options.say_unless_logged(report.logged)
    return show(report, _text, as_json=as_json, quiet=quiet)


def _text(screen: Screen, report: "VisitFormsReport") -> None:
    from cmledger.wording import dues as say_dues
    from cmledger.wording import visit_forms as say
    from cmledger.wording import workbooks as say_book

    for note in say_dues.calendar_notes(report.assumed_years, report.unknown_festivals):
        screen.line(note)
    if not report.files:
        screen.line(say.NOTHING, strong=True)
        return
    manager, visits, items, path = say.HEADS
    screen.table(
        [Head(manager, keep=True), Head(visits, "right"), Head(items, "right"), Head(path)],
        [
            [f.manager or say_book.VISITS_UNASSIGNED, f.visits, f.items, Path(f.path).name]
            for f in report.files
        ],
    )
    done = say.DONE.format(
        folder=report.folder, files=len(report.files), visits=report.visits, items=report.items
    )
    screen.line(done, strong=True)
    if report.listed_only:
        screen.line(say.LISTED_ONLY.format(count=report.listed_only))
    if report.planned:
        screen.line(say.PLAN.format(month=report.label))
    for count, sentence in (
        (report.unplanned, say.PLAN_UNPLANNED),
        (report.later, say.PLAN_LATER),
        (report.elsewhere, say.PLAN_ELSEWHERE),
    ):
        if count:
            screen.line(sentence.format(count=count))
    screen.line(say.HOW_BACK)
