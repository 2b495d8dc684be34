"""Which columns have which field: clear headers first, then weak ones by what their cells hold; a tie is asked for."""

from collections.abc import Mapping, Sequence

from cmledger.records.intake import Finding
from cmledger.sheets.grid import Cell
from cmledger.sheets.grounds import ground_of, say_grounds
from cmledger.sheets.headings import AS_A_WHOLE, WITHOUT_REMARK, Heading, Match, matches
from cmledger.sheets.kinds import Choice
from cmledger.sheets.layout import Column
from cmledger.sheets.lexicon import CAPACITY_OF_EQUIPMENT, PHONE_HEADERS, bare
from cmledger.sheets.recognised import Decision, Recognised
from cmledger.wording import recognition as say
from cmledger.wording.findings import finding

FITS = 0.3
"""A column less than this like its kind is not taken on a weak header."""
_ONE_EACH = 1.2
"""So many phones a person may have on average where each has one: some are mistyped."""
CLEARLY = 0.5
"""So much better must one of two columns fit to be taken without asking."""


def tie(first: Heading, second: Heading, name: str) -> Decision:
    """The question which of two columns a field is."""
    return Decision(
        say.WHICH_COLUMN.format(
            field=name,
            first=first.letters,
            first_header=first.path,
            second=second.letters,
            second_header=second.path,
        ),
        say.WHICH_COLUMN_HINT.format(field=name, first=first.letters, second=second.letters),
    )


def assign(one: Recognised, rest: Sequence[Heading], headings: Sequence[Heading]) -> None:
    """Clear headers first, then weak ones among the fields still free; what decided an unclear header is said."""
    options = {h.position: matches(h, one.layout) for h in rest}
    empty = not any(h.filled for h in headings)
    grounds: dict[int, str] = {}
    later = {
        h.position
        for h in rest
        if h.leaf in PHONE_HEADERS and any(m.weak for m in options.get(h.position - 1, ()))
    }
    """Phones right of a person whose header says little: whose they are is settled after the person."""
    for weak in (False, True):
        taken = {c.field for c in one.columns.values()}
        claims: dict[str, list[tuple[Match, Heading]]] = {}
        for heading in rest:
            found = [
                m
                for m in options[heading.position]
                if (heading.position in later and weak)
                or (
                    heading.position not in later
                    and m.weak == weak
                    and (not weak or m.column.field not in taken)
                )
            ]
            fitting = _best(found, heading, empty=empty)
            match, ground = _beside_its_person(one, fitting, heading)
            if len(fitting) > 1 and match is None:
                one.decisions.append(_which_field(heading, fitting))
            if match:
                match, owner = _whose_phone(one, match, heading, headings, claims)
                ground = owner or ground or ground_of(match, heading)
                claims.setdefault(match.column.field, []).append((match, heading))
                if ground and not empty:
                    grounds[heading.position] = ground
        for name, claimed in claims.items():
            _grant(one, name, claimed)
    one.findings += say_grounds(one, grounds, headings)


def _best(found: Sequence[Match], heading: Heading, *, empty: bool) -> list[Match]:
    """The one of several columns whose kind fits the values best; a weak header needs values that fit.

    Several where their closed lists of words fit alike. empty: the table has no rows at all, so that its words are
    all there is.
    """
    if not found:
        return []
    if len(found) == 1 and not found[0].weak:
        return [found[0]]
    if not heading.filled:
        return [] if found[0].weak and not empty else [found[0]]
    fits = [(m.column.kind.fits(heading.cells), -i, m) for i, m in enumerate(found)]
    fit, _, best = max(fits, key=lambda f: (f[0], f[1]))
    if fit < FITS:
        return []
    alike = [m for other, _, m in fits if other == fit and type(m.column.kind) is Choice]
    titled = [m for m in alike if m.rank == 0]
    return alike if best in alike and len(alike) > 1 and not titled else [*titled, best][:1]


def _beside_its_person(
    one: Recognised, fitting: Sequence[Match], heading: Heading
) -> tuple[Match | None, str]:
    """The one of several columns alike that tells of the person left of it (客户经理 级别), and that it was so decided."""
    if len(fitting) < 2:
        return (fitting[0] if fitting else None), ""
    left = one.columns.get(heading.position - 1)
    phone = dict(one.layout.phones).get(left.field, "") if left else ""
    person = phone.partition(".")[0]
    found = [m for m in fitting if person and m.column.field.startswith(f"{person}.")]
    return (found[0], "column-by-neighbour") if len(found) == 1 else (None, "")


def _which_field(heading: Heading, fitting: Sequence[Match]) -> Decision:
    first, second = (m.column for m in fitting[:2])
    return Decision(
        say.WHICH_FIELD.format(
            column=heading.letters, header=heading.path, first=first.title, second=second.title
        ),
        say.WHICH_FIELD_HINT.format(column=heading.letters, first=first.name, second=second.name),
    )


def _whose_phone(
    one: Recognised,
    match: Match,
    heading: Heading,
    headings: Sequence[Heading],
    claims: Mapping[str, list[tuple[Match, Heading]]],
) -> tuple[Match, str]:
    """A 电话 right of a person is that person's (客户经理 电话), where each has one; a fact of the person may stand
    between (社区联系人 职务 电话). With the ground on which it was decided, "" where there was no doubt."""
    if match.level == AS_A_WHOLE or heading.leaf not in PHONE_HEADERS or not one.layout.phones:
        return match, ""
    field_of = {h.position: field for field, found in claims.items() for _, h in found}
    left = next((h for h in headings if h.position == heading.position - 1), None)
    while left and field_of.get(left.position) in dict(one.layout.parts):
        left = next((h for h in headings if h.position == left.position - 1), None)
    field = dict(one.layout.phones).get(field_of.get(left.position, "")) if left else None
    phone = one.layout.column(field) if field else None
    if left is None or phone is None:
        return match, ""
    if not _one_each(left.cells, heading.cells):
        return match, "column-by-values"
    return Match(phone, match.level, match.rank, match.weak), "column-by-neighbour"


def _one_each(owners: Sequence[Cell], values: Sequence[Cell]) -> bool:
    """Whether (nearly) every owner has one value: a manager's phone repeats, a customer's does not."""
    blank = {None, ""}
    people = {*owners}
    if not people & blank and len({*values} - blank) > _ONE_EACH * len(people):
        return False  # the common case at once
    pairs = {
        (o, v)
        for o, v in zip(owners, values, strict=True)
        if o not in (None, "") and v not in (None, "")
    }
    return len(pairs) <= _ONE_EACH * len({o for o, _ in pairs})


def _grant(one: Recognised, name: str, claimed: list[tuple[Match, Heading]]) -> None:
    """The field goes to its surest claimant; the others stay as extras and are named, or the user is asked."""
    if any(c.field == name for c in one.columns.values()):
        for match, heading in claimed:
            one.findings.append(_same_field(match, heading))
        return
    holding = [c for c in claimed if c[1].filled] or claimed
    holding.sort(key=lambda c: (c[0].order, c[1].position))
    match, best = holding[0]
    for other, rival in holding[1:]:
        alike = other.order == match.order or (
            _decisive(match.column) and max(other.level, match.level) <= WITHOUT_REMARK
        )
        if not alike or not rival.filled:
            continue
        if repeats(rival.cells, best.cells):
            one.aside[rival.position] = "same-values"
            continue
        if repeats(best.cells, rival.cells):
            one.aside[best.position] = "same-values"
            match, best = other, rival
            continue
        ours, theirs = (match.column.kind.fits(h.cells) for h in (best, rival))
        if abs(ours - theirs) < CLEARLY:
            one.decisions.append(tie(best, rival, match.column.name))
        elif theirs > ours:
            match, best = other, rival
    one.columns[best.position] = match.column
    if match.column.name == "contract_capacity_kva" and (
        match.weak or best.leaf in CAPACITY_OF_EQUIPMENT
    ):
        one.findings.append(
            finding("capacity-taken-as-contract", column=best.letters, header=best.path)
        )
    for _, heading in claimed:
        if heading is not best and heading.position not in one.aside and heading.filled:
            one.findings.append(_same_field(match, heading))


def _same_field(match: Match, heading: Heading) -> Finding:
    """A column that another one of the same field stands before."""
    return finding("same-field", column=heading.letters, field=match.column.title)


def _decisive(column: Column) -> bool:
    """Fields of which the wrong column would do harm: keys and the manager."""
    return column.required or column.name == "manager"


def repeats(cells: Sequence[Cell], others: Sequence[Cell]) -> bool:
    """Whether a column says nothing that the other does not say in the same row; both forms of a 户号 are the same."""
    return all(
        a in (None, "")
        or (b not in (None, "") and (a == b or _same_word(bare(str(a)), bare(str(b)))))
        for a, b in zip(cells, others, strict=True)
    )


def _same_word(first: str, second: str) -> bool:
    accounts = all(len(w) in (10, 13) and w.isdigit() for w in (first, second))
    return first[-10:] == second[-10:] if accounts else first == second
