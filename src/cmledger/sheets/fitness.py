"""How well a layout explains a table: which kind of sheet it is, and what a sheet that is none of ours lacks."""

from collections.abc import Collection, Sequence

from cmledger.records.intake import Finding
from cmledger.sheets.headings import Heading, matches
from cmledger.sheets.layouts import LAYOUTS, layout
from cmledger.sheets.lexicon import AMOUNTS_IN_TITLE, OTHER_SUBJECTS
from cmledger.sheets.recognised import KWH, Decision, Recognised
from cmledger.sheets.surroundings import Surroundings
from cmledger.wording import recognition as say
from cmledger.wording.findings import finding

_NEARLY = 3
_CLEAR = 0.5
"""More than this of a column's values must be periods."""
TELL_NOTHING = frozenset(
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
    """How well the layout explains the table: what it needs must be there, its own fields count, and what the title
    says."""
    proof = one.layout.proof
    have = {c.field for c in one.columns.values()} | one.spread
    if not set(proof.needs) <= have or any(_names(h, proof.without) for h in headings):
        return 0.0
    if proof.energy and not (energy or KWH in have):
        return 0.0
    named = min(around.names(one.layout.words), 12) / 4
    own = sum(c.name not in TELL_NOTHING for c in one.columns.values() if not c.export_only)
    if proof.telling:
        told = len(have.intersection(proof.telling))
        if told < proof.enough and not (named and (told or own >= proof.few)):
            return 0.0
    if proof.subject and not named and _another_subject(one, headings, around):
        return 0.0
    alike = 0.0
    if proof.general:
        if own < proof.general and (around.says(OTHER_SUBJECTS) or _about_else(headings)):
            return 0.0
        count = sum(c.name in TELL_NOTHING for c in one.columns.values())
        if not (own + count > 2 or named or (not energy and _plain_list(one, headings, around))):
            return 0.0
        alike = 0.3 * count
    return proof.weight + named + (own if proof.counts else 0) + alike


def _plain_list(one: Recognised, headings: Sequence[Heading], around: Surroundings) -> bool:
    """户号 and 户名 and nothing else: a list of customers, unless title, sheet or file speak of another matter."""
    empty = not any(h.filled for h in headings)
    if any(
        h.position not in one.columns and not h.is_serial for h in headings if h.filled or empty
    ):
        return False
    others = [word for other in LAYOUTS if other is not one.layout for word in other.words]
    return len(one.columns) > 1 and not around.says(AMOUNTS_IN_TITLE) and not around.names(others)


def _names(heading: Heading, fields: Collection[str]) -> bool:
    """Whether a header plainly says one of these facts of a customer: then the rows are about customers."""
    if not fields:
        return False
    found = matches(heading, layout("customers"))
    return any(m.column.field in fields and not m.weak for m in found)


def _another_subject(one: Recognised, headings: Sequence[Heading], around: Surroundings) -> bool:
    """Whether titles, or columns that are none of this kind, speak of outages, line loss, work orders …"""
    rest = [h for h in headings if h.position not in one.columns]
    others = any(around.says(p) for p in (OTHER_SUBJECTS, AMOUNTS_IN_TITLE))
    return others or any(
        OTHER_SUBJECTS.search(h.path) or AMOUNTS_IN_TITLE.search(h.path) for h in rest
    )


def _about_else(headings: Sequence[Heading]) -> bool:
    return sum(bool(OTHER_SUBJECTS.search(h.path)) for h in headings) > 1


def rows_say_when(headings: Sequence[Heading]) -> bool:
    """Whether each row states the year of its energy, as readings do."""
    when = ("consumption.period", "consumption.year")
    readings = layout("consumption")
    return any(
        match.column.field in when and not match.weak and match.column.kind.fits(h.cells) > _CLEAR
        for h in headings
        if h.filled
        for match in matches(h, readings)
    )


def nearly(headings: Sequence[Heading]) -> Finding | None:
    """What a sheet that is none of ours lacks: most columns of a layout, but not its key."""
    for one in LAYOUTS:
        found = {m.column.name for h in headings for m in matches(h, one) if not m.weak}
        missing = [c for n in one.proof.needs if (c := one.column(n)) and c.name not in found]
        if missing and len(found - TELL_NOTHING) >= _NEARLY and not _about_else(headings):
            return finding(
                "key-column-missing",
                kind=one.title,
                title=missing[0].title,
                field=missing[0].name,
            )
    return None


def ask_for_key(one: Recognised, headings: Sequence[Heading]) -> None:
    """With --kind the key columns must be there: ask for those that are not."""
    needed = list(one.layout.proof.needs)
    if one.layout.proof.energy and not (one.energy or one.decisions):
        needed.append(KWH)
    for name in needed:
        column = one.layout.column(name)
        if column is not None and one.position(name) is None and column.field not in one.spread:
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
