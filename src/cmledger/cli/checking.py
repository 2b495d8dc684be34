"""Whether the ledger is sound."""

from typing import TYPE_CHECKING, Annotated

import typer

from cmledger.cli import options
from cmledger.cli.show import Head, Screen, show

if TYPE_CHECKING:
    from cmledger.records.checks import Broken, Checked, CheckList, CheckReport

_MOST_ROWS = 10


def check(
    list_: Annotated[
        bool, typer.Option("--list", help="只列出检查哪些项目，不检查；不需要台账。")
    ] = False,
    ledger: options.LedgerOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """逐项检查台账是否完好；都好则不作声，退出码 0；否则退出码 12，说出哪一项、哪几条。"""
    from cmledger.work.check import check, check_list

    if list_:
        return show(check_list(), _list_text, as_json=as_json, quiet=quiet)
    report = check(options.ledger_location(ledger))
    return show(report, _text, as_json=as_json, quiet=quiet or report.ok)


def _list_text(screen: Screen, report: "CheckList") -> None:
    from cmledger.wording import checks as say

    screen.table(
        [Head(say.LIST_HEADS[0], keep=True), Head(say.LIST_HEADS[1], keep=True), Head(say.LIST_HEADS[2])],
        [[one.title, one.code, one.meaning] for one in report.invariants],
    )  # fmt: skip


def _text(screen: Screen, report: "CheckReport") -> None:
    from cmledger.wording import checks as say

    broken = [check for check in report.checks if check.count]
    screen.line(say.SUMMARY.format(broken=len(broken)), strong=True)
    for check in broken:
        _broken_text(screen, check)
    unchecked = [check.title for check in report.checks if check.ok is None]
    if unchecked:
        screen.line(say.NOT_CHECKED.format(count=len(unchecked)))


def _broken_text(screen: Screen, check: "Checked") -> None:
    from cmledger.wording import checks as say

    screen.line(say.BROKEN.format(title=check.title, code=check.code, count=check.count))
    for broken in check.broken[:_MOST_ROWS]:
        what = _what(broken)
        screen.line(
            say.ROW.format(what=what, detail=broken.detail) if what else f"  {broken.detail}"
        )
    if (check.count or 0) > _MOST_ROWS:
        screen.line(say.MORE.format(count=(check.count or 0) - _MOST_ROWS))
    screen.line(say.NEXT.format(cure=say.CHECKS[check.code][2]))


def _what(broken: "Broken") -> str:
    """The row as the user knows it."""
    from cmledger.wording import checks as say
    from cmledger.wording import intake as names

    if broken.table is None or broken.row_id is None:
        return ""
    table = names.TABLES.get(broken.table) or say.TABLES.get(broken.table, broken.table)
    key = broken.label or say.NUMBERED.format(number=broken.row_id)
    return say.A_ROW.format(table=table, key=key)
