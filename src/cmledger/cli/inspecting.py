"""Looking at workbooks before taking them in."""

from typing import TYPE_CHECKING, Any

from cmledger.cli import options
from cmledger.cli.importing import (
    FilesArgument,
    HeaderRowsOption,
    KindOption,
    MapOption,
    MaxCellsOption,
    SheetOption,
    YearOption,
    findings_text,
)
from cmledger.cli.show import Head, Screen, show
from cmledger.wording.lists import listed

if TYPE_CHECKING:
    from cmledger.records.account import FileAccount, SheetAccount
    from cmledger.work.inspect_excel import InspectReport


def inspect_excel(
    files: FilesArgument,
    kind: KindOption = None,
    sheet: SheetOption = None,
    column: MapOption = None,
    header_rows: HeaderRowsOption = None,
    max_cells: MaxCellsOption = None,
    year: YearOption = None,
    as_of: options.AsOfOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """看一看表格会怎样读入：每张表是哪一类、表头在哪、各列是什么；不需要台账，不写任何内容。"""
    from cmledger.work.inspect_excel import inspect_excel

    report = inspect_excel(
        files,
        options.caller(as_of),
        kind=kind,
        sheets=sheet or (),
        mapping=options.pairs(column, "--map"),
        header_rows=header_rows or (),
        max_cells=max_cells,
        year=year,
    )
    return show(report, _text, as_json=as_json, quiet=quiet)


def _text(screen: Screen, report: "InspectReport") -> None:
    for file in report.files:
        _file_text(screen, file)


def _file_text(screen: Screen, file: "FileAccount") -> None:
    from cmledger.wording import inspection as say

    line = say.FORMAT_ENCODED if file.encoding else say.FORMAT
    screen.line(
        line.format(path=file.path, format=file.format, encoding=file.encoding), strong=True
    )
    for sheet in file.sheets:
        _sheet_text(screen, sheet)


def _sheet_text(screen: Screen, sheet: "SheetAccount") -> None:
    from cmledger.rules.masking import masked_within
    from cmledger.wording import inspection as say
    from cmledger.wording import intake

    screen.line()
    kind = intake.KINDS.get(sheet.kind, sheet.kind) if sheet.kind else say.NOT_OURS
    screen.line(
        say.SHEET.format(name=sheet.name, kind=kind) + (say.HIDDEN if sheet.hidden else ""),
        strong=True,
    )
    rows = listed(sheet.header_rows)
    is_form = any(found["code"] == "form-read" for found in sheet.findings)
    line = say.HEADER_ROWS if rows else say.FORM if is_form else say.NO_HEADER
    screen.line(line.format(rows=rows, confidence=f"{sheet.confidence:.0%}"))
    if sheet.span:
        screen.line(say.TABLE_ROWS.format(first=sheet.span[0], last=sheet.span[1]))
    if sheet.kind is None:
        asked = any(found["code"] == "needs-decision" for found in sheet.findings)
        for found in sheet.findings:
            said = asked and found["code"] == "no-header"  # the question says so already
            if found["severity"] != "notice" and not said:
                screen.line(masked_within(found["message"]))
        return
    if not is_form:
        screen.line(say.COUNTS.format(**sheet.totals))
    elif sheet.totals["rejected"]:
        screen.line(say.FORM_REJECTED)
    screen.table(
        [Head(say.COLUMN_HEADS[0], keep=True), *(Head(t) for t in say.COLUMN_HEADS[1:])],
        [[c["column"], c["header"], _taken_for(c)] for c in sheet.columns],
    )
    skipped: dict[str, list[str]] = {}
    for row in sheet.skipped:
        skipped.setdefault(row["message"], []).append(str(row["row"]))
    for message, rows_ in skipped.items():
        screen.line(say.SKIPPED.format(rows=listed(rows_), message=message))
    findings_text(screen, [sheet])


def _taken_for(column: dict[str, Any]) -> str:
    """What a column is read as."""
    from cmledger.wording import inspection as say

    if column.get("use"):
        return say.EXTRA if column["use"] == "extra" else say.IGNORED
    if column.get("unit"):
        return say.WITH_UNIT.format(field=column["field"], unit=column["unit"])
    return str(column["field"])
