"""How sheets were read, remembered for the next ones."""

from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated

import typer

from cmledger.cli import options
from cmledger.cli.show import Head, Screen, show
from cmledger.errors import UsageProblem
from cmledger.wording import mappings as say

if TYPE_CHECKING:
    from cmledger.records.mapping import MappingsReport


def mappings(
    action: Annotated[
        str, typer.Argument(metavar="[list|show|forget]", help="列出、查看一个、忘掉一个。")
    ] = "list",
    number: Annotated[
        int | None,
        typer.Argument(metavar="[编号]", help="哪一个；见 list。", min=1, max=options.MOST),
    ] = None,
    ledger: options.LedgerOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """各种表格的列对应：导入时自动记住，下次同样形状的表照此读入；可查看、可忘掉。"""
    from cmledger.work.mappings import forget_mapping, list_mappings, show_mapping

    if action not in ("list", "show", "forget"):
        raise UsageProblem(say.NO_SUCH_ACTION.format(action=action))
    location = options.ledger_location(ledger)
    if action == "list":
        report = list_mappings(location)
    elif number is None:
        raise UsageProblem(say.NEEDS_NUMBER.format(action=action))
    elif action == "show":
        report = show_mapping(location, number)
    else:
        report = forget_mapping(location, number, options.caller(None))
    return show(report, _text, as_json=as_json, quiet=quiet)


def _text(screen: Screen, report: "MappingsReport") -> None:
    from cmledger.wording.intake import KINDS

    if report.action == "list":
        _list_text(screen, report)
    for one in report.mappings if report.action != "list" else ():
        if report.action == "forget":
            screen.line(say.FORGOTTEN.format(number=one.number), strong=True)
            continue
        facts = {**one.to_json(), "kind": KINDS[one.mapping.kind], "at": one.at[:10]}
        screen.line(say.SHOWN.format(**facts))
        screen.table(
            [Head(title) for title in say.COLUMN_HEADS],
            [
                [c.column, c.header, c.field or say.NOT_READ, c.unit, c.said]
                for c in one.mapping.columns
            ],
        )


def _list_text(screen: Screen, report: "MappingsReport") -> None:
    from cmledger.wording.intake import KINDS

    if not report.mappings:
        screen.line(say.NONE_YET)
        return
    screen.table(
        [Head(title) for title in say.HEADS],
        [
            [
                one.number,
                one.mapping.sheet,
                KINDS[one.mapping.kind],
                len(one.mapping.columns),
                sum(column.said is not None for column in one.mapping.columns),
                one.operation,
                PurePath(one.file).name,
            ]
            for one in report.mappings
        ],
    )
