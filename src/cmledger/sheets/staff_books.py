"""Workbooks about managers: a round of assigning, the coverage report, the check of entry conditions."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from cmledger.records.assigning import AssignReport, ManagerMove
from cmledger.records.caller import Caller
from cmledger.records.coverage import CoverageReport, ManagerCheck, Uncovered
from cmledger.records.intake import Parsed
from cmledger.sheets.kinds import AccountNo, Count, Name, Quantity, Text
from cmledger.sheets.layout import Column
from cmledger.sheets.write import Row, TableSheet, write_workbook
from cmledger.wording import assigning as say
from cmledger.wording import intake as say_intake

_ONE_DECIMAL = "#,##0.0"


def _columns(prefix: str, titles: Iterable[tuple[str, str, object]]) -> tuple[Column, ...]:
    """Columns of a table that is only written: (name, title, kind)."""
    return tuple(Column(f"{prefix}.{name}", title, kind) for name, title, kind in titles)  # type: ignore[arg-type]


def _rows(columns: Sequence[Column], rows: Iterable[Sequence[Parsed]]) -> Iterator[Row]:
    names = [column.field for column in columns]
    for row in rows:
        yield dict(zip(names, row, strict=True))


def _sheet(
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Parsed]],
    heading: str,
    note: str | None = None,
    alarm: tuple[str, str] | None = None,
) -> TableSheet:
    return TableSheet(title, columns, _rows(columns, rows), len(rows), heading, note, alarm=alarm)


# --- a round of assigning ------------------------------------------------------------------------------

_MOVES = _columns(
    "move",
    (
        ("account_no", say.HEAD_ACCOUNT, AccountNo()),
        ("name", say.HEAD_NAME, Name(28)),
        ("tier", say.HEAD_TIER, Text(12)),
        ("before", say.HEAD_FROM, Text(12)),
        ("after", say.HEAD_TO, Text(12)),
        ("why", say.HEAD_WHY, Text(54)),
    ),
)
_UNSERVED = tuple(column for column in _MOVES if column.name != "after")
_FINDINGS = _columns(
    "finding",
    (
        ("severity", say.HEAD_SEVERITY, Text(8)),
        ("manager", say.HEAD_MANAGER, Text(14)),
        ("count", say.HEAD_COUNT, Count()),
        ("message", say.HEAD_MESSAGE, Text(80)),
    ),
)


def write_assignment_book(path: Path, report: AssignReport, caller: Caller) -> None:
    """Who gets another manager and why, who cannot be served, what is to be known. Raises OutputNotWritable."""
    title = say.BOOK_TITLE.format(day=report.as_of)

    def told(move: ManagerMove, *, to: bool) -> list[Parsed]:
        tier = (
            say.OUT_OF_SCOPE if move.tier is None else report.tier_names.get(move.tier, move.tier)
        )
        after = [move.after] if to else []
        return [move.account_no, move.name, tier, move.before, *after, move.why.text]

    findings: list[list[Parsed]] = [
        [say_intake.SEVERITIES[f.finding.severity], f.manager, f.customers, f.finding.message]
        for f in report.findings
    ]
    tables = [
        _sheet(
            say.MOVES,
            _MOVES,
            [told(m, to=True) for m in report.moves],
            title,
            None if report.moves else say.NOTHING,
        ),
        _sheet(
            say.UNSERVED,
            _UNSERVED,
            [told(m, to=False) for m in report.unserved],
            title,
            say.UNSERVED_NOTE if report.unserved else say.NOTHING_UNSERVED,
        ),
        _sheet(say.FINDINGS, _FINDINGS, findings, title, None if findings else say.NO_FINDINGS),
    ]
    write_workbook(path, tables, caller)


# --- coverage ------------------------------------------------------------------------------------------

_SUMMARY = _columns(
    "summary",
    (
        ("what", say.SUMMARY_HEADS[0], Text(34)),
        ("all", say.SUMMARY_HEADS[1], Count()),
        ("in_scope", say.SUMMARY_HEADS[2], Count()),
    ),
)
_SPREAD = _columns(
    "spread",
    (
        ("what", say.SPREAD_HEADS[0], Text(24)),
        *(
            (name, title, Quantity({"n": 1}, _ONE_DECIMAL))
            for name, title in zip(
                ("least", "median", "most", "ratio"), say.SPREAD_HEADS[1:], strict=True
            )
        ),
    ),
)
_MANAGERS = _columns(
    "load",
    zip(
        ("office", "manager", "grade", "customers", "in_scope", "outside", "below", "dues", "capacity", "note"),
        say.BOOK_MANAGER_HEADS,
        (Text(18), Text(14), Text(16), Count(), Count(), Count(), Count(), Quantity({"n": 1}, _ONE_DECIMAL), Count(), Text(16)),
        strict=True,
    ),
)  # fmt: skip
_GRIDS = _columns(
    "cover",
    zip(
        ("office", "grid", "kind", "customers", "number", "managers", "serving", "note"),
        say.BOOK_GRID_HEADS,
        (Text(18), Text(20), Text(8), Count(), Count(), Text(24), Count(), Text(34)),
        strict=True,
    ),
)
_UNCOVERED = _columns(
    "uncovered",
    zip(
        ("office", "account_no", "name", "tier", "line", "grid", "left"),
        say.BOOK_UNCOVERED_HEADS,
        (Text(18), AccountNo(), Name(28), Text(12), Text(16), Text(16), Text(16)),
        strict=True,
    ),
)


def write_coverage_book(
    path: Path, report: CoverageReport, left_over: Sequence[Uncovered], caller: Caller
) -> None:
    """How all stands, manager by manager, grid by grid, and whom nobody looks after. Raises OutputNotWritable."""
    title = say.COVERAGE_TITLE.format(office=report.office or say.ALL_OFFICES, day=report.as_of)
    summary: list[list[Parsed]] = [
        [say.SUMMARY["customers"], *report.customers],
        [say.SUMMARY["without"], *report.without],
        [say.SUMMARY["left"], *report.of_left],
        [say.SUMMARY["below"], None, report.below],
        [say.SUMMARY["managers"], sum(not one.left for one in report.managers), None],
        [say.SUMMARY["over"], sum(one.over for one in report.managers), None],
        [say.SUMMARY["grids"], len(report.grids), None],
        [say.SUMMARY["none"], sum(one.state == "none" for one in report.grids), None],
        [
            say.SUMMARY["many"].format(most=report.community_managers),
            sum(one.state == "many" for one in report.grids),
            None,
        ],
    ]
    spreads: list[list[Parsed]] = [
        [
            say.SPREADS[name],
            *(None if v is None else round(v * 1000) for v in (s.least, s.median, s.most, s.ratio)),
        ]
        for name, s in report.spreads.items()
    ]
    managers: list[list[Parsed]] = [
        [
            one.office,
            one.manager,
            say.NO_GRADE if one.grade is None else report.grade_names.get(one.grade, one.grade),
            one.customers,
            one.in_scope,
            one.customers - one.in_scope,
            one.below,
            round(one.dues_a_month * 1000),
            one.capacity,
            say.manager_note(left=one.left, over=one.over) or None,
        ]
        for one in report.managers
    ]
    grids: list[list[Parsed]] = [
        [
            one.office,
            one.grid,
            say.GRID_KINDS.get(one.kind or "", say.NO_GRID_KIND),
            one.customers,
            len(one.managers),
            say.NAMES_JOINT.join(one.managers) or None,
            one.serving,
            say.grid_note(one.state, one.serving, report.community_managers) or None,
        ]
        for one in report.grids
    ]
    nobody: list[list[Parsed]] = [
        [
            one.office,
            one.account_no,
            one.name,
            say.OUT_OF_SCOPE if one.tier is None else say.tier_name(report.tier_names, one.tier),
            one.line,
            one.grid,
            None if one.left is None else say.LEFT_MANAGER.format(manager=one.left),
        ]
        for one in left_over
    ]
    dues = say.NOTE_DUES.format(year=report.as_of.year)
    tables = [
        _sheet(say.SUMMARY_SHEET, _SUMMARY, summary, title),
        _sheet(say.SPREAD_SHEET, _SPREAD, spreads, title, dues),
        _sheet(say.MANAGERS_SHEET, _MANAGERS, managers, title, dues, ("load.note", say.OVER_NOTE)),
        _sheet(say.GRIDS_SHEET, _GRIDS, grids, title, None, ("cover.note", say.GRID_NONE)),
        _sheet(say.UNCOVERED_SHEET, _UNCOVERED, nobody, title),
    ]
    write_workbook(path, tables, caller)


# --- the check of entry conditions -----------------------------------------------------------------------

_CHECK = _columns(
    "check",
    zip(
        ("office", "manager", "level", "state", "lacking", "unknown"),
        say.BOOK_CHECK_HEADS,
        (Text(18), Text(14), Text(12), Text(14), Text(50), Text(34)),
        strict=True,
    ),
)


def write_check_book(path: Path, report: ManagerCheck, caller: Caller) -> None:
    """Every manager with what is lacking and what is not known. Raises OutputNotWritable."""
    rows: list[list[Parsed]] = [
        [
            one.office,
            one.manager,
            None if one.level is None else report.level_names.get(one.level, one.level),
            say.CHECK_STATES[one.state],
            say.TEXT_JOINT.join(one.lacking.values()) or None,
            say.NAMES_JOINT.join(say.CONDITIONS[c] for c in one.unknown) or None,
        ]
        for one in report.managers
    ]
    title = say.CHECK_TITLE.format(day=report.as_of)
    note = None if report.conditions else say.NO_CONDITIONS
    alarm = ("check.state", say.CHECK_STATES["lacking"])
    write_workbook(path, [_sheet(say.CHECK_SHEET, _CHECK, rows, title, note, alarm)], caller)
