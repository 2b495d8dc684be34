"""What stands in the ledger, handed out: on the screen, as JSON or CSV, as workbooks."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cmledger.cli import options
from cmledger.cli.show import Head, Screen, show, write_json_rows
from cmledger.errors import UsageProblem
from cmledger.wording import listing as say
from cmledger.wording.intake import KINDS
from cmledger.wording.lists import listed

if TYPE_CHECKING:
    from cmledger.work.export_excel import ExportReport
    from cmledger.work.list_records import Listing
    from cmledger.work.template import TemplateReport

_KINDS = listed(f"{kind}（{title}）" for kind, title in KINDS.items())
_SCREEN_ROWS = 100

KindArgument = Annotated[str, typer.Argument(metavar="KIND", help=f"哪一类：{_KINDS}。")]
KindsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="[KIND]...", help=f"哪几类：{_KINDS}；默认有记录的全部。"),
]
WhereOption = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        metavar="字段=值",
        help="只要符合的，可以多次：tier=钻石、line=示例一线、manager=（空：未登记）、status!=销户、"
        "contract_capacity_kva>=315、address~示例路（含有）。",
    ),
]
ColumnsOption = Annotated[
    str | None,
    typer.Option("--columns", metavar="字段,…", help="要哪些字段、按什么顺序，用逗号隔开。"),
]
LimitOption = Annotated[
    int | None,
    typer.Option(
        "--limit",
        min=0,
        max=options.MOST,
        help="最多几条，0 为全部；屏幕上默认 100，其他默认全部。",
    ),
]
CsvOption = Annotated[
    str | None,
    typer.Option(
        "--csv", metavar="PATH|-", help="存成 CSV 文件（Excel 可直接打开）；- 为标准输出。"
    ),
]
FullOption = Annotated[bool, typer.Option("--full", help="屏幕上也显示完整的电话号码。")]


def list(
    kind: KindArgument,
    where: WhereOption = None,
    columns: ColumnsOption = None,
    limit: LimitOption = None,
    csv: CsvOption = None,
    excel: Annotated[
        Path | None,
        typer.Option("--excel", help="写成 .xlsx 文件，可以直接修改，再用 import-excel 导入。"),
    ] = None,
    full: FullOption = False,
    ledger: options.LedgerOption = None,
    as_of: options.AsOfOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """列出台账里的客户、客户经理、网格、联系人、电量或走访等记录。"""
    from cmledger.work.list_records import known_layout, log_listing, write_listing
    from cmledger.work.list_records import listed as listing_of

    location, caller = options.ledger_location(ledger), options.caller(as_of)
    on_screen = csv is None and not as_json
    wanted = [name.strip() for name in (columns or "").split(",") if name.strip()]
    if excel is not None:
        from cmledger.work.export_excel import export_listing

        if csv is not None:
            raise UsageProblem(say.ONE_FILE, hint=say.ONE_FILE_HINT)
        report = export_listing(
            location, excel, caller, kind, where=where or (), columns=wanted, limit=limit or None
        )
        if not as_json:
            options.say_unless_logged(report.logged)
        return show(report, _exported, as_json=as_json, quiet=quiet)
    if (full and on_screen) or csv not in (None, "-"):
        options.say_unless_logged(log_listing(location, caller, kind, where or (), csv))
    with listing_of(
        location,
        kind,
        caller,
        where=where or (),
        columns=wanted or (known_layout(kind).on_screen if on_screen else ()),
        limit=(_SCREEN_ROWS if limit is None and on_screen else limit) or None,
    ) as listing:
        if as_json:
            head = {"schema": "cmledger.list/1", "kind": listing.kind, "matched": listing.matched}
            write_json_rows(head, "rows", listing.json_rows())
        elif csv == "-":
            write_listing(listing, sys.stdout)
        elif csv is not None:
            write_listing(listing, Path(csv))
        elif not quiet:
            _listing(Screen(), listing, full=full)
    if csv not in (None, "-") and not quiet:
        options.say(say.WRITTEN.format(path=csv))
        options.say(say.PERSONAL_DATA)
    return 0


def _listing(screen: Screen, listing: "Listing", *, full: bool) -> None:
    rows = [*listing.screen_rows(full=full)]
    if not rows:
        screen.line(say.NONE)
        return
    heads = [
        Head(
            column.title,
            "right" if listing.is_number(column) else "left",
            keep=column.required or listing.is_time(column),
        )
        for column in listing.columns
    ]
    screen.table(heads, rows)
    sentence = say.COUNT if len(rows) == listing.matched else say.COUNT_SHOWN
    screen.line(sentence.format(count=listing.matched, shown=len(rows)))
    if listing.has_phones and not full:
        screen.line(say.MASKED)


def export_excel(
    excel: Annotated[Path, typer.Option("--excel", help="写成哪个 .xlsx 文件。")],
    kinds: KindsArgument = None,
    office: options.OfficeOption = None,
    ledger: options.LedgerOption = None,
    as_of: options.AsOfOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """把台账写成 Excel：每类一张表，可以直接修改，再用 import-excel 导入。"""
    from cmledger.work.export_excel import export_excel

    report = export_excel(
        options.ledger_location(ledger),
        excel,
        options.caller(as_of),
        kinds=kinds or (),
        office=office,
    )
    if not as_json:
        options.say_unless_logged(report.logged)
    return show(report, _exported, as_json=as_json, quiet=quiet)


def _exported(screen: Screen, report: "ExportReport") -> None:
    screen.line(say.WRITTEN.format(path=report.path), strong=True)
    for name, rows in report.sheets:
        screen.line(say.SHEET_WRITTEN.format(name=name, rows=rows))
    for sheet, finding in report.findings:
        screen.line(
            say.SHEET_FINDING.format(sheet=sheet, cell=finding.cell, message=finding.message)
        )
    screen.line(say.PERSONAL_DATA)


def template(
    kind: KindArgument,
    excel: Annotated[
        Path | None,
        typer.Option("--excel", help="写成哪个 .xlsx 文件；默认按表名存在当前文件夹。"),
    ] = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """写一张空白表，带下拉选项和填写说明；填好后可以导入。"""
    from cmledger.work.template import template

    report = template(kind, options.caller(None), excel)
    return show(report, _template, as_json=as_json, quiet=quiet)


def _template(screen: Screen, report: "TemplateReport") -> None:
    screen.line(say.TEMPLATE_WRITTEN.format(path=report.path))
