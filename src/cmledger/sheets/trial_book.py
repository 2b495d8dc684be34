"""What other rules would change, as a workbook: figures by tier and manager side by side, and who would move."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from cmledger.records.caller import Caller
from cmledger.records.intake import Parsed
from cmledger.records.text import width as text_width
from cmledger.records.trial import PolicyTrial, Turn
from cmledger.sheets import style
from cmledger.sheets.kinds import AccountNo, Name, Text
from cmledger.sheets.kpi_tables import write_heads, write_name, write_number
from cmledger.sheets.layout import Column
from cmledger.sheets.output import save_workbook
from cmledger.sheets.write import TableSheet, Written, add_tables, text_cell
from cmledger.wording import policies as say
from cmledger.wording import tiers as say_tier

_COLUMNS = (
    Column("move.account_no", say_tier.HEAD_ACCOUNT, AccountNo()),
    Column("move.name", say_tier.HEAD_NAME, Name(30)),
    Column("move.manager", say.TRIAL_MANAGER, Text(14)),
    Column("move.before", say.TRIAL_FROM, Text(12)),
    Column("move.after", say.TRIAL_TO, Text(12)),
    Column("move.why", say_tier.HEAD_WHY, Text(60)),
)
_FIGURES = tuple(f"{face}{when}" for face in say.TRIAL_FACES for when in say.BEFORE_AFTER)
_LABEL_WIDTHS = (16, 16)
_FORMATS = ("#,##0", "#,##0", "#,##0", "#,##0", "#,##0.0")


def write_trial_book(path: Path, report: PolicyTrial, caller: Caller) -> None:
    """Write the trial as a workbook. Raises OutputNotWritable, UsageProblem."""
    workbook, written = style.new_workbook(), Written(path)
    tiers = workbook.create_sheet(say.TRIAL_TIERS)
    rows: list[tuple[list[str], Turn]] = [([one.name], one.load) for one in report.tiers]
    rows.append(([say.ALL], report.total))
    _write_turns(tiers, report, caller, [say.TRIAL_TIER], rows)
    managers = workbook.create_sheet(say.TRIAL_MANAGERS)
    rows = [([one.manager or say.NOBODY, one.office], one.load) for one in report.managers]
    _write_turns(managers, report, caller, [say.TRIAL_MANAGER, say.TRIAL_OFFICE], rows)
    table = TableSheet(
        say.TRIAL_MOVES, _COLUMNS, _moves(report), len(report.moves), heading=_title(report)
    )
    bodies = add_tables(workbook, [table], caller, written)
    save_workbook(path, workbook, caller, bodies)


def _title(report: PolicyTrial) -> str:
    tried = report.tried
    name = Path(tried.path).name
    return say.TRIAL.format(path=name, profile=tried.profile, since=tried.since, as_of=report.as_of)


def _write_turns(
    sheet: Worksheet,
    report: PolicyTrial,
    caller: Caller,
    heads: Sequence[str],
    rows: Sequence[tuple[Sequence[str], Turn]],
) -> None:
    """Title, notes, and a table whose figures stand in pairs: before, after."""
    lines = [_title(report), *report.notes, say.TRIAL_NEXT]
    widths = [*_LABEL_WIDTHS[: len(heads)], *[14] * len(_FIGURES)]
    sheet.sheet_format.defaultRowHeight = 18
    sheet.sheet_format.customHeight = True
    for row, line in enumerate(lines, 1):
        cell = text_cell(sheet, row, 1, line)
        title = style.font(13, bold=True, color=style.BRAND)
        cell.font = title if row == 1 else style.font(9, color=style.QUIET)
        cell.alignment = style.WRAPPED
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(widths))
        lines_taken = -(-text_width(line) // sum(widths))
        sheet.row_dimensions[row].height = 24 if row == 1 else 15 * lines_taken
    top, first = len(lines) + 2, len(heads) + 1
    write_heads(sheet, top, 1, [*heads, *_FIGURES])
    for row, (labels, turn) in enumerate(rows, top + 1):
        for column, label in enumerate(labels, 1):
            write_name(sheet, row, label, column=column)
        pairs = zip(turn.before.faces, turn.after.faces, _FORMATS, strict=True)
        for place, (before, after, shown) in enumerate(pairs):
            write_number(sheet, row, first + 2 * place, before, shown)
            write_number(sheet, row, first + 2 * place + 1, after, shown, bold=before != after)
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = sheet.cell(top + 1, first)
    style.set_page(sheet, actor=caller.actor, day=caller.as_of, title=sheet.title, repeat=(top,))


def _moves(report: PolicyTrial) -> Iterator[dict[str, Parsed]]:
    for move in report.moves:
        yield {
            "move.account_no": move.account_no,
            "move.name": move.name,
            "move.manager": move.manager,
            "move.before": report.tier_name(move.before, say.NO_TIER),
            "move.after": report.tier_name(move.after, say.NO_TIER),
            "move.why": move.why,
        }
