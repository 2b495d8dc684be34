"""Customers that look alike."""

from typing import TYPE_CHECKING

from cmledger.cli import options
from cmledger.cli.show import Head, Screen, show
from cmledger.wording import duplicates as say
from cmledger.wording.lists import listed

if TYPE_CHECKING:
    from cmledger.records.duplicates import DuplicatesReport

_MOST_PAIRS = 50


def duplicates(
    ledger: options.LedgerOption = None,
    office: options.OfficeOption = None,
    excel: options.ExcelOption = None,
    as_of: options.AsOfOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """列出疑似重复的客户及理由；写成 Excel 由人判断，填好导入后才合并，可撤销。"""
    from cmledger.work.duplicates import duplicates

    location, caller = options.ledger_location(ledger), options.caller(as_of)
    report = duplicates(location, caller, office=office, excel=excel)
    options.say_unless_logged(report.logged)
    return show(report, _text, as_json=as_json, quiet=quiet)


def _text(screen: Screen, report: "DuplicatesReport") -> None:
    if report.pairs:
        screen.line(say.COUNT.format(count=len(report.pairs)), strong=True)
        screen.table(
            [Head(title, keep="号" in title) for title in say.HEADS],
            [
                [
                    pair.first.account_no,
                    pair.first.name,
                    pair.second.account_no,
                    pair.second.name,
                    listed(say.REASONS[reason] for reason in pair.reasons),
                ]
                for pair in report.pairs[:_MOST_PAIRS]
            ],
        )
    else:
        screen.line(say.NONE)
    if len(report.pairs) > _MOST_PAIRS:
        screen.line(say.MORE.format(count=len(report.pairs) - _MOST_PAIRS))
    for reason, count in report.shared.items():
        screen.line(say.SHARED[reason].format(count=count))
    if report.excel:
        screen.line(say.WRITTEN.format(path=report.excel))
