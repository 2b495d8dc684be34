"""Which layout a table is, and which of its columns is which field: nothing is taken that two columns claim alike.

First by words (headings.matches), then by the shapes of all values, then by neighbours. What only the user can
decide is collected as decisions, each naming the option that settles it.
"""

from collections.abc import Mapping, Sequence
from itertools import islice

from cmledger.records.row_tokens import split_token
from cmledger.sheets.doubts import figures_left_aside, months_said_once, unclear_units
from cmledger.sheets.energy import EnergyHeading, Settled, energy_headings, settle, taken_for_energy
from cmledger.sheets.fitness import ask_for_key, score
from cmledger.sheets.grid import Cell
from cmledger.sheets.grounds import ground_of, names_with_phones, say_grounds
from cmledger.sheets.headings import AS_A_WHOLE, WITHOUT_REMARK, Heading, Match, matches
from cmledger.sheets.kinds import Choice
from cmledger.sheets.layout import Column, Layout
from cmledger.sheets.layouts import LAYOUTS
from cmledger.sheets.layouts.row_token import ROW_TOKEN
from cmledger.sheets.lexicon import PHONE_HEADERS, bare
from cmledger.sheets.recognised import KWH, PERIOD, Decision, Recognised
from cmledger.sheets.said import ENERGY_FIELD, IGNORE, Saying, said_of
from cmledger.sheets.surroundings import Surroundings, year_and_month
from cmledger.wording import recognition as say
from cmledger.wording.findings import finding

FITS = 0.3
"""A column less than this like its kind is not taken on a weak header."""
_MARKED = 100
"""Rows that an export marked as records of a kind are of that kind."""
_ONE_EACH = 1.2
"""So many phones a person may have on average where each has one: some are mistyped."""
CLEARLY = 0.5
"""So much better must one of two columns fit to be taken without asking."""


def recognise(
    headings: Sequence[Heading],
    around: Surroundings,
    kind: Layout | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Recognised | None:
    """The table as the layout it fits best (or as `kind`), None where it is none of ours."""
    said = said_of(headings, mapping or {})
    if kind is not None:
        one = _as(kind, headings, around, said)
        ask_for_key(one, headings)
        return one
    seen = [_as(one, headings, around, said) for one in LAYOUTS]
    ours = sorted((r for r in seen if r.score > 0), key=lambda r: (len(r.unfit), -r.score))
    if not ours:
        return None
    first, second = ours[0], ours[1] if len(ours) > 1 else None
    if second and (len(first.unfit), first.score) == (len(second.unfit), second.score):
        names = say.OR.join(f"{r.layout.kind} {r.layout.title}" for r in ours[:2])
        ours[0].decisions.append(
            Decision(
                say.WHICH_KIND.format(kinds=names),
                say.WHICH_KIND_HINT.format(first=ours[0].layout.kind, second=ours[1].layout.kind),
            )
        )
    return ours[0]


# --- one layout's view ---------------------------------------------------------------------------


def _as(
    layout: Layout, headings: Sequence[Heading], around: Surroundings, said: Mapping[int, Saying]
) -> Recognised:
    """The table as this layout sees it, with a score; 0 where its key is not there."""
    one = Recognised(layout, units={p: s.unit for p, s in said.items() if s.unit})
    takes_energy = layout.column(KWH) is not None
    energy = _as_said(one, headings, said)
    _find_marks(one, headings)
    taken = {*one.columns, *one.aside, *(e.heading.position for e in one.energy)}
    taken |= {h.position for h in energy}
    rest = [h for h in headings if h.position not in taken and not h.is_serial]
    periods = energy_headings(rest, around) if takes_energy else []
    periods += [taken_for_energy(h) for h in energy]
    about_energy = {e.heading.position for e in periods}
    _assign(one, [h for h in rest if h.position not in about_energy], headings)
    if periods:
        _without_blank_energy(one, periods)
        clear = months_said_once(one, periods, headings)
        have = {c.field for c in one.columns.values()}
        settled, aside, asked = settle(
            clear,
            around,
            year_in_rows=not have.isdisjoint(("consumption.year", PERIOD)),
            month_in_rows=not have.isdisjoint(("consumption.month", PERIOD)),
        )
        _one_per_period(one, settled)
        one.aside.update((h.position, why) for h, why in aside)
        one.decisions += _which_year(asked)
        one.energy.sort(key=lambda e: e.heading.position)
    if any(h.filled for h in headings):
        one.decisions += figures_left_aside(one, headings)
        one.decisions += unclear_units(one, headings, around)
    else:
        one.decisions.clear()  # without a single row nothing has to be decided
    _without_parts(one)
    names_with_phones(one, headings)
    one.score = score(one, headings, around, bool(periods or one.energy))
    if one.score > 0 and one.marked:
        one.score += _MARKED
    return one


def _without_parts(one: Recognised) -> None:
    """A column that only tells of another (a person's phone) is not taken where that one is not there."""
    have = {c.field for c in one.columns.values()}
    lost = {field for field, whole in one.layout.parts if whole not in have}
    for position in [p for p, c in one.columns.items() if c.field in lost]:
        del one.columns[position]


def _as_said(
    one: Recognised, headings: Sequence[Heading], said: Mapping[int, Saying]
) -> list[Heading]:
    """Put columns where the user said; returns those said to be energy without saying of when."""
    energy: list[Heading] = []
    takes_energy = one.layout.column(KWH) is not None
    for heading in headings:
        position = heading.position
        name = said[position].field if position in said else ""
        column = one.layout.column(name)
        if name == IGNORE:
            one.aside[position] = "ignored-by-choice"
        elif takes_energy and (period := ENERGY_FIELD.fullmatch(name)):
            when = int(period[1]), int(period[2] or 0)
            others = (e.heading for e in one.energy if (e.year, e.month) == when)
            if not _said_of_another(one, heading, next(others, None), name):
                one.energy.append(Settled(heading, *when))
        elif column is not None and column.field == KWH:
            energy.append(heading)
        elif column is not None:
            taken = one.position(column.field)
            other = next((h for h in headings if h.position == taken), None)
            if not _said_of_another(one, heading, other, name):
                one.columns[position] = column
        elif name:
            one.unfit.append((heading, name))
    return energy


def _said_of_another(one: Recognised, heading: Heading, other: Heading | None, name: str) -> bool:
    """Whether the user said of another column that it is this field (--map 容量=… fits each column so headed).

    Then only one of them can be meant, and which is asked, unless both say the same.
    """
    if other is None:
        return False
    if _repeats(heading.cells, other.cells):
        one.aside[heading.position] = "same-values"
    else:
        one.decisions.append(tie(other, heading, name))
    return True


def _find_marks(one: Recognised, headings: Sequence[Heading]) -> None:
    """The hidden column of an export, whatever kind of sheet it is; the office's own column of that name is another."""
    heading = next((h for h in headings if h.leaf == ROW_TOKEN.title), None)
    if heading is None or heading.position in one.columns:
        return
    marks = list(islice((split_token(c) for c in heading.cells if isinstance(c, str) and c), 20))
    if any(marks) or not heading.filled:
        one.columns[heading.position] = ROW_TOKEN
        one.marked = any(mark is not None and mark[0] == one.layout.table for mark in marks)


def _without_blank_energy(one: Recognised, periods: Sequence[EnergyHeading]) -> None:
    """A blank column headed 电量 does not stand in the way of columns that hold energy."""
    blank = one.position(KWH)
    if blank is not None and any(e.heading.filled for e in periods):
        del one.columns[blank]


def _which_year(asked: Sequence[Heading]) -> list[Decision]:
    """Months side by side are one question, which one year answers; every other column is one of its own."""
    months = [h for h in asked if year_and_month(h.path)[1]]
    together = len(months) > 1
    questions = [
        Decision(
            say.WHICH_YEAR.format(column=h.letters, header=h.path),
            say.WHICH_YEAR_HINT.format(column=h.letters),
        )
        for h in asked
        if not (together and h in months)
    ]
    if together:
        columns = say.LISTED.join(f"{h.letters} {h.path}" for h in months)
        hint = say.WHICH_YEAR_OF_ALL_HINT.format(column=months[0].letters)
        questions.insert(0, Decision(say.WHICH_YEAR_OF_ALL.format(columns=columns), hint))
    return questions


def _one_per_period(one: Recognised, settled: Sequence[Settled]) -> None:
    """Two columns of one period are a question, unless they say the same."""
    for candidate in settled:
        rival = next(
            (e for e in one.energy if (e.year, e.month) == (candidate.year, candidate.month)), None
        )
        if rival is None:
            one.energy.append(candidate)
            if candidate.why:
                one.findings.append(
                    finding(
                        candidate.why,
                        column=candidate.heading.letters,
                        header=candidate.heading.path,
                        year=candidate.year,
                        month=candidate.month,
                    )
                )
        elif list(rival.heading.cells) == list(candidate.heading.cells):
            one.aside[candidate.heading.position] = "same-values"
        else:
            one.decisions.append(tie(rival.heading, candidate.heading, "kwh"))


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


def _assign(one: Recognised, rest: Sequence[Heading], headings: Sequence[Heading]) -> None:
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
        for _, heading in claimed:
            one.findings.append(
                finding("same-field", column=heading.letters, field=name.partition(".")[2])
            )
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
        if _repeats(rival.cells, best.cells):
            one.aside[rival.position] = "same-values"
            continue
        if _repeats(best.cells, rival.cells):
            one.aside[best.position] = "same-values"
            match, best = other, rival
            continue
        ours, theirs = (match.column.kind.fits(h.cells) for h in (best, rival))
        if abs(ours - theirs) < CLEARLY:
            one.decisions.append(tie(best, rival, match.column.name))
        elif theirs > ours:
            match, best = other, rival
    one.columns[best.position] = match.column
    if match.column.name == "contract_capacity_kva" and match.weak:
        one.findings.append(
            finding("capacity-taken-as-contract", column=best.letters, header=best.path)
        )
    for _, heading in claimed:
        if heading is not best and heading.position not in one.aside and heading.filled:
            one.findings.append(
                finding("same-field", column=heading.letters, field=match.column.name)
            )


def _decisive(column: Column) -> bool:
    """Fields of which the wrong column would do harm: keys and the manager."""
    return column.required or column.name == "manager"


def _repeats(cells: Sequence[Cell], others: Sequence[Cell]) -> bool:
    """Whether a column says nothing that the other does not say in the same row; both forms of a 户号 are the same."""
    return all(
        a in (None, "")
        or (b not in (None, "") and (a == b or _same_word(bare(str(a)), bare(str(b)))))
        for a, b in zip(cells, others, strict=True)
    )


def _same_word(first: str, second: str) -> bool:
    accounts = all(len(w) in (10, 13) and w.isdigit() for w in (first, second))
    return first[-10:] == second[-10:] if accounts else first == second
