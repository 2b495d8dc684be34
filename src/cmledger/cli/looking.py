"""Looking at one record, and looking for some."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated

import typer

from cmledger.cli import options
from cmledger.cli.show import Head, Screen
from cmledger.cli.show import show as render
from cmledger.errors import UsageProblem
from cmledger.wording import listing as say_list
from cmledger.wording import working as say
from cmledger.wording.intake import KINDS, TABLES
from cmledger.wording.lists import listed

if TYPE_CHECKING:
    from cmledger.records.search import FindReport, Found
    from cmledger.records.showing import ShownField, ShowReport, YearOfEnergy
    from cmledger.sheets.layout import Column

_MOST = 10
"""Records of a kind that are shown of what hangs on a customer."""
_KINDS = listed(f"{kind}（{title}）" for kind, title in KINDS.items())

KeyArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="KEY",
        help="哪一条：客户写户号，客户经理写姓名或 姓名#工号，线路、台区、网格写名称，联系人写 户号/姓名，"
        "电量写 户号/2025 或 户号/2025-03，走访写走访号（v12）或 户号/日期。",
    ),
]


def find(
    text: Annotated[
        str,
        typer.Argument(
            metavar="TEXT",
            help="要找的内容：户名、联系人、客户经理或地址里的两个字以上，户号末 4 位以上，电话或电能表编号里的 4 位以上。",
        ),
    ],
    limit: Annotated[
        int, typer.Option("--limit", help="最多几条，0 为全部。", min=0, max=options.MOST)
    ] = 20,
    ledger: options.LedgerOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """按名称、电话、地址、户号末几位查找客户、联系人和客户经理；电话隐去中间几位。"""
    from cmledger.work.find_records import find_records

    location = options.ledger_location(ledger)
    report = find_records(location, text, options.caller(None), most=limit or None)
    return render(report, _found, as_json=as_json, quiet=quiet)


def _found(screen: Screen, report: "FindReport") -> None:
    if not report.found:
        screen.line(say.NOT_FOUND.format(text=report.text))
        return
    screen.table(
        [Head(title, keep=at == 1) for at, title in enumerate(say.FIND_HEADS)],
        [[KINDS[one.kind], one.key, one.label, one.address, _matched(one)] for one in report.found],
    )
    sentence = say.FOUND if len(report.found) == report.matched else say.FOUND_SHOWN
    screen.line(sentence.format(count=report.matched, shown=len(report.found)))


def _matched(one: "Found") -> str:
    from cmledger.sheets.layouts import layout

    column = layout(one.kind).column(one.matched)
    title = column.title if column is not None else one.matched
    return say.MATCHED.format(title=title, value=one.value)


def show(
    kind: Annotated[
        str,
        typer.Argument(metavar="[KIND]", help=f"哪一类：{_KINDS}；只写户号时为客户。"),
    ],
    key: KeyArgument = None,
    full: Annotated[
        bool, typer.Option("--full", help="显示完整的电话号码（记入导出记录）。")
    ] = False,
    ledger: options.LedgerOption = None,
    as_of: options.AsOfOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """一条记录的全部内容：各字段和来处，客户还有历任经理、等级、用电量、走访、联系人、未办结的事项、今年的服务和服务方案。"""
    from cmledger.work.show_record import show_record

    if key is None:
        if kind in KINDS or kind in KINDS.values():
            raise UsageProblem(say.NO_KEY, hint=say.NO_KEY_HINT)
        kind, key = "customers", kind
    report = show_record(
        options.ledger_location(ledger), kind, key, options.caller(as_of), full=full
    )
    options.say_unless_logged(report.logged)
    return render(report, _record, as_json=as_json, quiet=quiet)


def _record(screen: Screen, report: "ShowReport") -> None:
    screen.line(f"{KINDS[report.kind]} {report.key}", strong=True)
    rows = [[one.title, one.words, _source(one)] for one in report.fields if one.value is not None]
    rows += [[say.EXTRA.format(title=name), text, ""] for name, text in report.extras.items()]
    screen.table([Head(title) for title in say.SHOW_HEADS], rows)
    if report.merged_into:
        screen.line(say.IS_MERGED.format(account_no=report.merged_into))
    for title, spans in ((say.MANAGERS, report.managers), (say.TIERS, report.tiers)):
        if spans:
            heads = [Head(say.SPAN_HEADS[0], keep=True), Head(say.SPAN_HEADS[1], keep=True)]
            screen.table(
                [*heads, Head(title)], [[span.since, span.until, span.words] for span in spans]
            )
    if report.energy:
        screen.table(
            [Head(title) for title in say.ENERGY_HEADS],
            [[year.year, _kwh(year.kwh), _months(year)] for year in report.energy],
            title=say.ENERGY,
        )
    if report.visits:
        _records(screen, "visits", report.visits, say.VISITS.format(count=report.visits_count))
    if report.contacts:
        _records(screen, "contacts", report.contacts, say.CONTACTS)
    for kind, records in report.hanging.items():
        if records:
            shown = records[:_MOST]
            _records(screen, kind, shown, say.HANGING[kind].format(count=len(records)))
            if len(records) > _MOST:
                screen.line(say.MORE_HANGING.format(count=len(records) - _MOST, kind=kind))
    if report.holdings:
        told = [
            say.HOLDING.format(what=TABLES[name], count=count)
            for name, count in report.holdings.items()
        ]
        screen.line(say.HOLDINGS.format(what=listed(told)))
    if report.masked and any("*" in one.words for one in report.fields):
        screen.line(say_list.MASKED)


def _source(one: "ShownField") -> str:
    source = one.source
    if source is None:
        return ""
    if source.file is None:
        return say.SOURCE_COMMAND.format(operation=source.operation, command=source.command)
    return say.SOURCE_FILE.format(
        operation=source.operation, file=PurePath(source.file).name, cell=source.cell or ""
    )


def _kwh(thousandths: int | None) -> str:
    return "" if thousandths is None else f"{thousandths / 1000:,.12g}"


def _months(year: "YearOfEnergy") -> str:
    known = year.months.items()
    return listed(
        say.MONTH.format(month=month, kwh=_kwh(kwh)) for month, kwh in known if kwh is not None
    )


def _records(
    screen: Screen, kind: str, records: "Sequence[Mapping[str, object]]", title: str
) -> None:
    """Records beside each other, only the columns that any of them fills; words of lists as the sheets say them."""
    from cmledger.sheets.layouts import layout

    columns = [c for c in layout(kind).columns if any(c.name in one for one in records)]
    named = [Head("", keep=True)] if "key" in records[0] else []
    screen.table(
        [*named, *(_head(column) for column in columns)],
        [
            [*([one["key"]] if named else []), *(_word(column, one) for column in columns)]
            for one in records
        ],
        title=title,
    )


def _head(column: "Column") -> Head:
    from cmledger.sheets.kinds import Date

    return Head(column.title, keep=isinstance(column.kind, Date))


def _word(column: "Column", one: "Mapping[str, object]") -> str:
    from cmledger.sheets.kinds import Service, Services

    value = one.get(column.name)
    if isinstance(value, list):
        named = isinstance(column.kind, Services)
        return str(column.kind.show(tuple(value))) if named else listed(value)
    listing = column.kind.choices or isinstance(column.kind, Service)
    known = isinstance(value, str) and listing
    return "" if value is None else str(column.kind.show(str(value)) if known else value)
