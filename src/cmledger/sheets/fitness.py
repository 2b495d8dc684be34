"""How well a layout explains a table: which kind of sheet it is, and what a sheet that is none of ours lacks."""

from collections.abc import Sequence

from cmledger.records.intake import Finding
from cmledger.sheets.headings import Heading, matches
from cmledger.sheets.layouts import LAYOUTS, layout
from cmledger.sheets.lexicon import AMOUNTS_IN_TITLE, OTHER_SUBJECTS
from cmledger.sheets.recognised import KWH, Decision, Recognised
from cmledger.sheets.surroundings import Surroundings
from cmledger.wording import recognition as say
from cmledger.wording.findings import finding

_KEYS = {
    "customers": ("customer.account_no",),
    "managers": ("manager.name",),
    "consumption": ("customer.account_no",),
    "visits": ("customer.account_no", "visit.visited_on"),
}
_A_LEDGER = 4
"""So many facts of a customer make a ledger of customers, whatever else the sheet is about."""
_NEARLY = 3
_TELL_NOTHING = frozenset(
    [
        "account_no",
        "name",
        "office",
        "line",
        "transformer_area",
        "grid",
        "meter_no",
        "remark",
        "status",
        "contact_phone",
        "address",
    ]
)
"""Fields that sheets of several kinds show beside their subject."""


def score(
    one: Recognised, headings: Sequence[Heading], around: Surroundings, energy: bool
) -> float:
    """How well the layout explains the table: its key must be there, its own fields count, and what the title says."""
    if one.layout.kind == "managers" and any(_names_accounts(h) for h in headings):
        return 0.0
    have = {c.field for c in one.columns.values()}
    if not set(_KEYS[one.layout.kind]) <= have:
        return 0.0
    named = min(around.names(one.layout.words), 12) / 4
    own = sum(c.name not in _TELL_NOTHING for c in one.columns.values() if not c.export_only)
    match one.layout.kind:
        case "consumption":
            return 1.5 + named if energy or KWH in have else 0.0
        case "visits":
            return 2 + own + named
        case "managers":
            # a name and a phone are a list of anybody: something must speak of managers
            telling = have & {"manager.grade", "manager.lines", "manager.employee_no"}
            return (
                own + named
                if (telling and named) or len(telling) > 1 or (named and own > 1)
                else 0.0
            )
        case _:
            # every sheet about customers could be read as a ledger of them: its subject must not be another
            if own < _A_LEDGER and (around.says(OTHER_SUBJECTS) or _about_else(headings)):
                return 0.0
            alike = sum(c.name in _TELL_NOTHING for c in one.columns.values())
            enough = own + alike > 2 or named or (not energy and _plain_list(one, headings, around))
            return own + named + 0.3 * alike if enough else 0.0


def _plain_list(one: Recognised, headings: Sequence[Heading], around: Surroundings) -> bool:
    """户号 and 户名 and nothing else: a list of customers, unless title, sheet or file speak of another matter."""
    empty = not any(h.filled for h in headings)
    if any(
        h.position not in one.columns and not h.is_serial for h in headings if h.filled or empty
    ):
        return False
    others = [word for other in LAYOUTS if other is not one.layout for word in other.words]
    return len(one.columns) > 1 and not around.says(AMOUNTS_IN_TITLE) and not around.names(others)


def _names_accounts(heading: Heading) -> bool:
    """Whether a header says 户号 plainly: then the rows are about customers."""
    found = matches(heading, layout("customers"))
    return any(m.column.field == "customer.account_no" and not m.weak for m in found)


def _about_else(headings: Sequence[Heading]) -> bool:
    return sum(bool(OTHER_SUBJECTS.search(h.path)) for h in headings) > 1


def nearly(headings: Sequence[Heading]) -> Finding | None:
    """What a sheet that is none of ours lacks: most columns of a layout, but not its key."""
    for one in LAYOUTS:
        found = {m.column.name for h in headings for m in matches(h, one) if not m.weak}
        missing = [c for n in _KEYS[one.kind] if (c := one.column(n)) and c.name not in found]
        if missing and len(found - _TELL_NOTHING) >= _NEARLY and not _about_else(headings):
            return finding(
                "key-column-missing",
                kind=one.title,
                title=missing[0].title,
                field=missing[0].name,
            )
    return None


def ask_for_key(one: Recognised, headings: Sequence[Heading]) -> None:
    """With --kind the key columns must be there: ask for those that are not."""
    needed = list(_KEYS[one.layout.kind])
    if one.layout.kind == "consumption" and not (one.energy or one.decisions):
        needed.append(KWH)
    for name in needed:
        column = one.layout.column(name)
        if column is not None and one.position(name) is None:
            shown = say.LISTED.join(
                f"{h.letters} {h.path}" for h in headings if h.filled and h.path
            )
            one.decisions.append(
                Decision(
                    say.NO_KEY_COLUMN.format(
                        title=column.title, kind=one.layout.title, columns=shown
                    ),
                    say.NO_KEY_COLUMN_HINT.format(field=column.name),
                )
            )
