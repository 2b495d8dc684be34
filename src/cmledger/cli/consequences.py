"""What an import changed and what follows from it, on the screen."""

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from cmledger.cli.show import Head, Screen

if TYPE_CHECKING:
    from cmledger.records.account import SheetAccount
    from cmledger.records.consequences import Compared, Consequences, Stand
    from cmledger.sheets.layout import Column

MOST = 20
"""Changed fields that are shown; the rest is counted."""
_ROWS = 10
"""Rows of each table of what follows."""
_FEW = 6
_PLANNED = "planned_visit"
_SET_BY_HAND = ("planned_on", "manager", "manager_id")
_FOLLOWING = ("month", "fixed", "reason")
"""What becomes of a planned visit whose day or manager was set."""


def changes_text(screen: Screen, sheets: "list[SheetAccount]") -> None:
    """The fields that a file's sheets changed, in one table."""
    from cmledger.wording import consequences as say

    all_of_them = [
        (sheet.name, change) for sheet in sheets if sheet.diff for change in sheet.diff.fields
    ]
    found = each_visit_once(all_of_them)
    count = sum(sheet.diff.count for sheet in sheets if sheet.diff)
    count -= len(all_of_them) - len(found)
    if not count:
        return
    several = len({sheet.name for sheet in sheets}) > 1
    where, *heads = say.CHANGE_HEADS
    rows: list[list[str]] = []
    last = None
    for name, change in found[:MOST]:
        whose = (name, change["row"], change["account_no"], change["name"], change["record"])
        subject = "" if whose == last else " ".join(part for part in whose[2:] if part)
        rows.append([*([name] if several else []), change["cell"], subject, *_told(change)])
        last = whose
    screen.table(
        [
            *([Head(say.CHANGE_HEAD_SHEET)] if several else []),
            Head(where, keep=True),
            *(Head(title) for title in heads),
        ],
        rows,
        title=say.CHANGES.format(count=count),
    )
    if count > MOST:
        screen.line(say.MORE_CHANGES.format(count=count - MOST))


def each_visit_once(
    found: "list[tuple[str, dict[str, Any]]]",
) -> "list[tuple[str, dict[str, Any]]]":
    """Of a planned visit for several items, one line for its day and one for its manager; what follows from them is left out."""
    moved = {
        (name, change["row"])
        for name, change in found
        if change["table"] == _PLANNED and change["field"] in _SET_BY_HAND
    }
    kept, seen = [], set()
    for name, change in found:
        row = (name, change["row"])
        if change["table"] == _PLANNED and row in moved:
            line = (*row, change["field"], change["before"], change["after"])
            if change["field"] in _FOLLOWING or line in seen:
                continue
            seen.add(line)
            change = {**change, "record": None}
        kept.append((name, change))
    return kept


def _told(change: dict[str, Any]) -> list[str]:
    """Which field, before and after."""
    from cmledger.wording import consequences as say

    name, _, which = change["field"].partition(":")
    column = _column(f"{change['table']}.{name}")
    title = column.title if column else which or say.FIELDS.get(name, name)
    return [
        f"{title} {which}" if column and which else title,
        _shown(column, change["before"]),
        _shown(column, change["after"]),
    ]


def _column(full: str) -> "Column | None":
    from cmledger.sheets.layouts import LAYOUTS

    return next((found for one in LAYOUTS if (found := one.column(full))), None)


def _shown(column: "Column | None", value: Any) -> str:
    from cmledger.rules.masking import masked_phone, masked_within
    from cmledger.sheets.kinds import Phone
    from cmledger.wording import consequences as say

    if value is None:
        return say.BLANK
    if isinstance(value, bool):
        return say.YES if value else say.NO
    if column and isinstance(column.kind, Phone):
        return masked_phone(str(value))
    if column and isinstance(value, list):
        return str(column.kind.show(tuple(value)))
    return masked_within(
        str(column.kind.show(value) if column and isinstance(value, str) else value)
    )


# --- what follows ------------------------------------------------------------------------------------


def consequences_text(screen: Screen, told: "Consequences") -> None:
    """Tiers that would move, visits that fall due more or less, customers a complete file lacks."""
    if told.note:
        screen.line(told.note)
    _moves_text(screen, told)
    _dues_text(screen, told)
    if told.complete:
        _missing_text(screen, told)


def _moves_text(screen: Screen, told: "Consequences") -> None:
    from cmledger.wording import consequences as say
    from cmledger.wording import dues as say_dues
    from cmledger.wording.policy import NO_TIER

    if not told.tier_moves:
        return

    def name(tier: str | None) -> str:
        if tier is None:
            return NO_TIER
        return told.tier_names.get(tier, tier).removesuffix(say_dues.CUSTOMER)

    turns = Counter((move["from"], move["to"]) for move in told.tier_moves)
    shown = (
        say.MOVE_TURN.format(before=name(before), after=name(after), count=count)
        for (before, after), count in turns.most_common()
    )
    screen.line(say.MOVES.format(count=len(told.tier_moves), turns=say.JOINT.join(shown)))
    account, *heads = say.MOVE_HEADS
    screen.table(
        [Head(account, keep=True), *(Head(title) for title in heads)],
        [
            [
                move["account_no"],
                move["name"],
                say.MOVE.format(before=name(move["from"]), after=name(move["to"])),
                say.JOINT.join(reason["text"] for reason in move["because"]),
            ]
            for move in told.tier_moves[:_ROWS]
        ],
    )
    if len(told.tier_moves) > _ROWS:
        screen.line(say.MORE_MOVES.format(count=len(told.tier_moves) - _ROWS))
    if told.next_periods:
        periods = (
            say.PERIOD.format(tier=name(tier), day=day) for tier, day in told.next_periods.items()
        )
        screen.line(say.NEXT_PERIOD.format(periods=say.JOINT.join(periods)))


def _dues_text(screen: Screen, told: "Consequences") -> None:
    from cmledger.wording import consequences as say

    if not told.dues:
        return
    more = sum(change.before is None for change in told.dues)
    less = sum(change.after is None for change in told.dues)
    other = len(told.dues) - more - less
    screen.line(say.DUES.format(more=more, less=less, other=other))
    at_once = sum(
        change.before is None
        and change.after is not None
        and change.after.standing.status == "overdue"
        for change in told.dues
    )
    if at_once and told.count_from:
        screen.line(say.OVERDUE_AT_ONCE.format(count=at_once, count_from=told.count_from))
    loads = sorted(told.loads().items(), key=lambda load: -sum(load[1]))
    if loads:
        shown = [
            say.DUE_LOAD.format(manager=manager or say.NOBODY, more=more, less=less)
            for manager, (more, less) in loads[:_FEW]
        ]
        if len(loads) > _FEW:
            shown.append(say.MORE_LOADS.format(count=len(loads) - _FEW))
        screen.line(say.DUE_LOADS.format(loads=say.JOINT.join(shown)))
    account, *heads = say.DUE_HEADS
    screen.table(
        [Head(account, keep=True), *(Head(title) for title in heads)],
        [
            [
                change.account_no,
                change.name,
                change.manager or say.NOBODY,
                _stand(change.before, change.manager, told.as_of),
                _stand(change.after, change.manager, told.as_of, done=change.done),
            ]
            for change in told.dues[:_ROWS]
        ],
    )
    if len(told.dues) > _ROWS:
        screen.line(say.MORE_DUES.format(count=len(told.dues) - _ROWS))


def _stand(
    stand: "Stand | None", manager: str | None, as_of: date | None, *, done: bool = False
) -> str:
    """Status with the due day or since when, and who owed it where that was somebody else."""
    from cmledger.wording import consequences as say
    from cmledger.wording import dues as say_dues

    if stand is None:
        return say.VISITED if done else say.NOT_OWED

    def day(one: date) -> str:
        return f"{one:%m-%d}" if as_of and one.year == as_of.year else one.isoformat()

    status, since = say_dues.STATUS[stand.face["status"]], stand.standing.overdue_since
    if since is not None:
        text = say.DUE_SINCE.format(status=status, since=day(since))
    else:
        due_by = day(stand.standing.obligation.part.due_by)
        text = say.DUE_STAND.format(status=status, due_by=due_by)
    if stand.standing.missed:
        text = say.DUE_MISSED.format(stand=text, missed=stand.standing.missed)
    if stand.manager == manager:
        return text
    return say.DUE_OF.format(stand=text, manager=stand.manager or say.NOBODY)


def _missing_text(screen: Screen, told: "Consequences") -> None:
    from cmledger.wording import consequences as say

    if not told.compared:
        screen.line(say.NOTHING_COMPARED)
        return
    for scope in told.compared:
        screen.line(
            say.COMPARED.format(
                scope=_scope(scope),
                in_file=scope.in_file,
                in_ledger=scope.in_ledger,
                missing=scope.missing,
            )
        )
    if not told.missing:
        return
    status = _column("customer.status")
    several = len(told.compared) > 1
    account, *heads = say.MISSING_HEADS
    office = [say.MISSING_HEAD_OFFICE] if several else []
    screen.table(
        [Head(account, keep=True), *(Head(title) for title in (*office, *heads))],
        [
            [
                one.account_no,
                *([one.office] if several else []),
                one.name,
                one.line,
                one.manager,
                _shown(status, one.status) if one.status else None,
            ]
            for one in told.missing[:_ROWS]
        ],
        title=say.MISSING,
    )
    if len(told.missing) > _ROWS:
        screen.line(say.MORE_MISSING.format(count=len(told.missing) - _ROWS))
    if told.unreadable:
        screen.line(say.UNREADABLE.format(count=told.unreadable))
    screen.line(say.HOW_TO_CLOSE)


def _scope(scope: "Compared") -> str:
    """The office, and what of it was compared."""
    from cmledger.wording import consequences as say

    parts = []
    for name, value in scope.within.items():
        column = _column(f"customer.{name}")
        parts.append(say.WITHIN[name].format(value=_shown(column, value)))
    return say.SCOPE_JOINT.join([scope.office, *parts])
