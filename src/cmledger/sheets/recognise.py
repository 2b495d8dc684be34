"""Which layout a table is, and which of its columns is which field: nothing is taken that two columns claim alike.

First by words (headings.matches), then by the shapes of all values, then by neighbours. What only the user can
decide is collected as decisions, each naming the option that settles it.
"""

from collections.abc import Mapping, Sequence
from itertools import islice

from cmledger.records.row_tokens import split_token
from cmledger.sheets.claims import assign, repeats, tie
from cmledger.sheets.doubts import figures_left_aside, months_said_once, unclear_units
from cmledger.sheets.energy import EnergyHeading, Settled, energy_headings, settle, taken_for_energy
from cmledger.sheets.fitness import ask_for_key, rows_say_when, score
from cmledger.sheets.grounds import names_with_phones
from cmledger.sheets.headings import Heading
from cmledger.sheets.layout import Layout
from cmledger.sheets.layouts import LAYOUTS
from cmledger.sheets.layouts.row_token import ROW_TOKEN
from cmledger.sheets.own_columns import fix_own
from cmledger.sheets.persons import tells_of_persons
from cmledger.sheets.recognised import KWH, PERIOD, Decision, Recognised
from cmledger.sheets.said import ENERGY_FIELD, IGNORE, Saying, said_of
from cmledger.sheets.surroundings import Surroundings, year_and_month
from cmledger.wording import recognition as say
from cmledger.wording.findings import finding

_MARKED = 100
"""Rows that an export marked as records of a kind are of that kind."""


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
    if first.layout.kind == "customers" and not first.marked:
        persons = next(r for r in seen if r.layout.kind == "contacts")
        told = tells_of_persons(first, persons, headings, around)
        if told:
            return persons
        if told is None:
            first.decisions.append(_which_kind(first, persons))
            return first
    if second and (len(first.unfit), first.score) == (len(second.unfit), second.score):
        first.decisions.append(_which_kind(first, second))
    return first


def _which_kind(first: Recognised, second: Recognised) -> Decision:
    names = say.OR.join(f"{r.layout.kind} {r.layout.title}" for r in (first, second))
    return Decision(
        say.WHICH_KIND.format(kinds=names),
        say.WHICH_KIND_HINT.format(first=first.layout.kind, second=second.layout.kind),
    )


# --- one layout's view ---------------------------------------------------------------------------


def _as(
    layout: Layout, headings: Sequence[Heading], around: Surroundings, said: Mapping[int, Saying]
) -> Recognised:
    """The table as this layout sees it, with a score; 0 where its key is not there."""
    one = Recognised(layout, units={p: s.unit for p, s in said.items() if s.unit})
    takes_energy = layout.column(KWH) is not None
    energy = _as_said(one, headings, said)
    _find_marks(one, headings)
    if one.marked:
        fix_own(one, headings)
    taken = {*one.columns, *one.aside, *one.own, *(e.heading.position for e in one.energy)}
    taken |= {h.position for h in energy}
    rest = [h for h in headings if h.position not in taken and not h.is_serial]
    periods = energy_headings(rest, around) if takes_energy else []
    periods += [taken_for_energy(h) for h in energy]
    about_energy = {e.heading.position for e in periods}
    assign(one, [h for h in rest if h.position not in about_energy], headings)
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
        if layout.column(PERIOD) is None and rows_say_when(headings):
            one.aside.update((h.position, "energy-by-rows") for h in asked)
            asked = []
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
    if not one.fixed:
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
    if repeats(heading.cells, other.cells):
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
