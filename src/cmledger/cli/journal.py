"""What was done, and taking it back."""

from itertools import groupby
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cmledger.cli import options
from cmledger.cli.show import Head, Screen, show
from cmledger.wording.lists import listed

if TYPE_CHECKING:
    from cmledger.records.flips import FlippedRow, FlipReport
    from cmledger.records.history import Change, HistoryReport, LogEntry, LogReport
    from cmledger.sheets.layout import Column

_MOST_ROWS = 20

NumberArgument = Annotated[
    int | None,
    typer.Argument(
        metavar="[操作号]", help="哪一号操作；默认最近一次由人执行的操作。", min=1, max=options.MOST
    ),
]


def undo(
    number: NumberArgument = None,
    ledger: options.LedgerOption = None,
    dry_run: options.DryRunOption = False,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """撤销一次操作：还原它写入的值；以后又改过的保留，并说明是哪次操作改的。"""
    from cmledger.work.undo import undo

    report = undo(options.ledger_location(ledger), number, options.caller(None), dry_run=dry_run)
    return show(report, _flip_text, as_json=as_json, quiet=quiet)


def redo(
    number: NumberArgument = None,
    ledger: options.LedgerOption = None,
    dry_run: options.DryRunOption = False,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """恢复一次已撤销的操作；默认最近撤销的那一次。"""
    from cmledger.work.undo import redo

    report = redo(options.ledger_location(ledger), number, options.caller(None), dry_run=dry_run)
    return show(report, _flip_text, as_json=as_json, quiet=quiet)


def history(
    account_no: Annotated[str, typer.Argument(metavar="户号", help="10 位或 13 位户号。")],
    ledger: options.LedgerOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """一个客户的来龙去脉：每个值何时、由谁、从哪个文件的哪一格来。"""
    from cmledger.work.history import history

    report = history(options.ledger_location(ledger), account_no)
    return show(report, _history_text, as_json=as_json, quiet=quiet)


def log(
    ledger: options.LedgerOption = None,
    limit: Annotated[
        int, typer.Option("--limit", help="显示最近多少次；0 为全部。", min=0, max=options.MOST)
    ] = 20,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """列出对台账做过的操作，最近的在前。"""
    from cmledger.work.log import log

    report = log(options.ledger_location(ledger), limit or None)
    return show(report, _log_text, as_json=as_json, quiet=quiet)


def _flip_text(screen: Screen, report: "FlipReport") -> None:
    from collections import Counter

    from cmledger.wording import intake as names
    from cmledger.wording import journal as say

    if report.operation is None and not report.rows:
        screen.line(say.ALREADY.format(target=report.target))
        return
    counts = Counter((row.fate.value, row.table) for row in report.rows)
    screen.table(
        [Head(say.FLIP_HEADS[0]), Head(say.FLIP_HEADS[1]), Head(say.FLIP_HEADS[2], "right")],
        [
            [say.FATES[fate], names.TABLES[table], count]
            for (fate, table), count in sorted(
                counts.items(), key=lambda c: list(say.FATES).index(c[0][0])
            )
        ],
    )
    kept = [row for row in report.rows if row.fate == "kept"]
    if kept:
        screen.table(
            [Head(title) for title in say.KEPT_HEADS],
            [
                [
                    names.TABLES[row.table],
                    row.label,
                    _why_kept(row),
                ]
                for row in kept[:_MOST_ROWS]
            ],
        )
        if len(kept) > _MOST_ROWS:
            screen.line(say.MORE_KEPT.format(count=len(kept) - _MOST_ROWS))
    sentence = say.REDONE if report.command == "redo" else say.UNDONE
    if report.dry_run:
        sentence = say.DRY_RUN
    screen.line(
        sentence.format(
            target=report.target, command=report.target_command, operation=report.operation
        ),
        strong=True,
    )
    for command in report.rerun:
        screen.line(say.RERUN.format(command=command))


def _why_kept(row: "FlippedRow") -> str:
    from cmledger.wording import journal as say

    if row.kept_by is None:
        return say.REASONS.get(row.reason or "", "")
    by_reason = {"referenced": say.USED_BY, "key-clash": say.HELD_BY, "forgotten": say.FORGOTTEN_BY}
    sentence = by_reason.get(row.reason or "", say.KEPT_BY)
    return sentence.format(operation=row.kept_by)


def _history_text(screen: Screen, report: "HistoryReport") -> None:
    from cmledger.wording import journal as say

    screen.line(
        say.HISTORY_TITLE.format(account_no=report.account_no, name=report.name or ""), strong=True
    )
    for number, of_operation in groupby(report.changes, lambda change: change.source.operation):
        changes = list(of_operation)
        source = changes[0].source
        screen.line()
        screen.line(
            say.HISTORY_OPERATION.format(
                number=number,
                at=source.at[:16].replace("T", " "),
                actor=source.actor,
                command=source.command,
                undone="" if changes[0].live else say.UNDONE_MARK,
            )
        )
        for where, of_sheet in groupby(sorted(changes, key=_where), _where):
            screen.table(
                [*(Head(title) for title in say.HISTORY_HEADS[:2]), Head(say.HISTORY_HEADS[2])],
                _history_rows(list(of_sheet)),
                title=where,
            )


def _history_rows(changes: "list[Change]") -> list[list[str]]:
    """One row per field of the customer itself, per record beside it, and one for all energy."""
    from cmledger.wording import journal as say

    rows = []
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        if change.table == "consumption":
            key = ""
        else:
            key = change.field if change.table == "customer" else change.key
        groups.setdefault((change.table, key), []).append(change)
    for (table, _), group in groups.items():
        cell = group[0].source.cell or ""
        if table == "consumption" and len(group) > 1:
            keys = sorted({change.key for change in group})
            said = say.HISTORY_MONTHS.format(first=keys[0], last=keys[-1], count=len(keys))
            rows.append([_title(group[0]), said, ""])
        elif table == "customer":
            rows.append([_title(group[0]), _turned(group[0]), cell])
        else:
            fields = listed(_turned(change) for change in group if change.after != change.key)
            rows.append([_title(group[0], record=True), fields, cell])
    return rows


def _column(change: "Change") -> "Column | None":
    from cmledger.sheets.layouts import LAYOUTS

    full = f"{change.table}.{change.field}"
    return next((c for layout in LAYOUTS for c in layout.columns if c.field == full), None)


def _title(change: "Change", *, record: bool = False) -> str:
    from cmledger.wording import intake as names

    title = column.title if (column := _column(change)) else None
    if record or title is None or change.table == "consumption":
        title = names.TABLES[change.table]
    return f"{title} {_key(change)}".strip() if record else title


def _key(change: "Change") -> str:
    """What names a record beside its table; an occasion goes by its name."""
    from cmledger.sheets.layouts import layout

    occasion = layout("dates").column("occasion") if change.table == "customer_date" else None
    return str(occasion.kind.show(change.key)) if occasion else change.key


def _turned(change: "Change") -> str:
    """before -> after, or what was entered."""
    from cmledger.wording import journal as say

    if change.before is None or change.before == []:
        return _value(change, change.after)
    return say.HISTORY_TURNED.format(
        before=_value(change, change.before), after=_value(change, change.after)
    )


def _where(change: "Change") -> str:
    from cmledger.wording import journal as say

    source = change.source
    if source.file is None:
        return ""
    return say.HISTORY_SHEET.format(file=PurePath(source.file).name, sheet=source.sheet)


def _value(change: "Change", value: Any) -> str:
    from cmledger.rules.masking import masked_phone
    from cmledger.wording import journal as say

    if value is None:
        return say.BLANK
    if isinstance(value, bool):
        return say.YES if value else say.NO
    column = _column(change)
    if isinstance(value, list):
        if column is not None:  # several words in one field
            return str(column.kind.show(tuple(value)))
        return listed(_span(span) for span in value)
    if change.field.endswith("phone"):
        return masked_phone(str(value))
    return str(column.kind.show(value) if column and isinstance(value, str) else value)


def _span(span: dict[str, Any]) -> str:
    from cmledger.sheets.layouts import layout
    from cmledger.wording import journal as say

    tier = layout("customers").column("tier")
    if "tier" in span:
        held = str(tier.kind.show(span["tier"]) if tier else span["tier"])
    else:
        held = str(span.get("manager") or _own_terms(span))
    sentence = say.SPAN if span["valid_to"] else say.OPEN_SPAN
    return sentence.format(start=span["valid_from"], end=span["valid_to"], held=held)


def _own_terms(span: dict[str, Any]) -> str:
    from cmledger.sheets.layouts import layout
    from cmledger.wording.cycles import cycle_words

    item = layout("plans").column("service")
    return f"{item.kind.show(span['service']) if item else ''} {cycle_words(span['cycle'])}"


def _log_text(screen: Screen, report: "LogReport") -> None:
    from cmledger.wording import journal as say

    if not report.entries:
        screen.line(say.NOTHING_YET)
        return
    screen.table(
        [Head(say.LOG_HEADS[0], "right"), *(Head(title) for title in say.LOG_HEADS[1:])],
        [
            [
                entry.number,
                entry.at[:16].replace("T", " "),
                entry.actor,
                _command(entry),
                _counts(entry) if entry.number is not None else _event(entry),
            ]
            for entry in report.entries
        ],
    )


def _command(entry: "LogEntry") -> str:
    from cmledger.wording import journal as say

    command = entry.command
    if entry.number is None:  # a job is known by its command, every other event by what it is
        return str(entry.arguments.get("command", say.EVENTS.get(command, command)))
    if entry.target is not None:
        command = say.LOG_TARGET.format(command=command, target=entry.target)
    return command if entry.live else command + say.UNDONE_MARK


def _event(entry: "LogEntry") -> str:
    """What an event was about: the steps of a job, the place of an export, the versions of an upgrade."""
    from cmledger.wording import jobs
    from cmledger.wording import journal as say

    facts = entry.arguments
    if entry.command == "job":
        return "; ".join(
            say.LOG_STEP_FAILED.format(step=jobs.STEPS[step["step"]], code=step["exit_code"])
            if step["exit_code"]
            else say.LOG_STEP.format(step=jobs.STEPS[step["step"]], detail=step["detail"])
            for step in facts["steps"]
        )
    if entry.command == "upgrade":
        return say.LOG_UPGRADE.format(before=facts["from"], after=facts["to"])
    if entry.command == "forget":
        return say.LOG_FORGET.format(**facts)
    if entry.command == "mapping-forgotten":
        return say.LOG_READING_FORGOTTEN.format(**facts)
    return str(facts.get("path") or "")


def _counts(entry: "LogEntry") -> str:
    from cmledger.wording import intake as names
    from cmledger.wording import journal as say

    return "; ".join(
        say.LOG_CHANGE.format(
            table=names.TABLES.get(table, table),
            parts=", ".join(say.LOG_PARTS[what].format(count=n) for what, n in done.items()),
        )
        for table, done in entry.counts.items()
    )
