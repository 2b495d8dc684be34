"""Lists of meters: one customer on several rows, one for each meter or register, becomes one customer."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from cmledger.records.intake import Finding, Parsed, SheetRows, Stored
from cmledger.sheets.layouts.customers import ACCOUNT_NO, METER_NO
from cmledger.sheets.lexicon import METER_HEADERS, bare
from cmledger.wording import recognition as say
from cmledger.wording.findings import finding
from cmledger.wording.lists import listed


@dataclass(slots=True)
class FoldedMeters:
    """Positions left out because their customer stands on an earlier row, and what is said of it."""

    skipped: dict[int, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def fold_meters(rows: SheetRows) -> FoldedMeters:
    """Bring rows of one customer together that differ in nothing but their meter and what hangs on it.

    The first row's meter number is the customer's; the others are kept beside it. Energy that differs adds up where
    each row has a meter number of its own. Rows that contradict each other in anything else, or that nothing proves
    to be about different meters, stay as they are.
    """
    told = FoldedMeters()
    meters = rows.values.get(METER_NO.field)
    marks = [header for header in rows.extras if bare(header.split("/")[-1]) in METER_HEADERS]
    if meters is None and not marks:
        return told
    groups: dict[str, list[int]] = defaultdict(list)
    for at, account in enumerate(rows.values[ACCOUNT_NO.field]):
        if isinstance(account, str) and at not in rows.refused:
            groups[account[-10:]].append(at)
    several = [group for group in groups.values() if len(group) > 1]
    several = [g for g in several if _of_different_meters(rows, g, meters, marks)]
    several = [
        g for g in several if not _contradict(rows, g, _meters_alone(rows, g, meters, marks))
    ]
    if several:
        _bring_together(rows, several, meters, marks, told)
    return told


def _add_up(
    rows: SheetRows, energies: Sequence[list[Parsed]], group: Sequence[int], told: FoldedMeters
) -> None:
    """The first row holds the energy of all its meters; said."""
    first = group[0]
    for energy, column in zip(rows.energy, energies, strict=True):
        figures = [kwh for at in group if isinstance(kwh := column[at], int)]
        if len(figures) > 1:
            numbers = listed(rows.numbers[at] for at in group)
            told.findings.append(
                finding(
                    "meters-added-up",
                    row=rows.numbers[first],
                    column=energy.column,
                    count=len(figures),
                    rows=numbers,
                )
            )
        if figures:
            column[first] = sum(figures)


def _of_different_meters(
    rows: SheetRows, group: Sequence[int], meters: Sequence[Parsed] | None, marks: Sequence[str]
) -> bool:
    """Whether each of the rows names a meter, register or metering point, and no two the same."""
    named = [
        (meters[at] if meters else None, *(rows.extras[header][at] for header in marks))
        for at in group
    ]
    return len(set(named)) == len(named) and all(any(one) for one in named)


def _meters_alone(
    rows: SheetRows, group: Sequence[int], meters: Sequence[Parsed] | None, marks: Sequence[str]
) -> bool:
    """Whether the rows are of meters with numbers of their own, and not of the registers of a meter."""
    numbers = {meters[at] for at in group} if meters else {None}
    alike = all(len({rows.extras[header][at] for at in group}) == 1 for header in marks)
    return alike and len(numbers) == len(group) and None not in numbers


def _contradict(rows: SheetRows, group: Sequence[int], adding: bool) -> bool:
    """Whether the rows say different things of the customer; a blank contradicts nothing. adding: energies add up."""
    columns = [column for name, column in rows.values.items() if name != METER_NO.field]
    figures = (energy.values[at] for energy in rows.energy for at in group)
    if not (adding and all(kwh is None or isinstance(kwh, int) for kwh in figures)):
        columns += [energy.values for energy in rows.energy]
    return any(
        len({column[at] for at in group if column[at] is not None}) > 1 for column in columns
    )


def _bring_together(
    rows: SheetRows,
    groups: Sequence[Sequence[int]],
    meters: Sequence[Parsed] | None,
    marks: Sequence[str],
    told: FoldedMeters,
) -> None:
    columns = {name: list(column) for name, column in rows.values.items()}
    energies = [list(energy.values) for energy in rows.energy]
    others: list[Stored] = [None] * len(rows.numbers)
    differ: dict[str, None] = {}
    for group in groups:
        first, *rest = group
        for column in columns.values():
            column[first] = next((column[at] for at in group if column[at] is not None), None)
        if _meters_alone(rows, group, meters, marks):
            _add_up(rows, energies, group, told)
        else:
            for column in energies:
                column[first] = next((column[at] for at in group if column[at] is not None), None)
        if meters is not None:
            further = [meters[at] for at in rest if isinstance(meters[at], str)]
            further = [m for m in dict.fromkeys(further) if m != columns[METER_NO.field][first]]
            others[first] = listed(further) if further else None
        for header, texts in rows.extras.items():
            if any(texts[at] not in (None, texts[first]) for at in rest):
                differ[header] = None
        told.skipped |= dict.fromkeys(rest, "same-customer-row")
    rows.values = {**columns}
    rows.energy = [
        type(e)(e.column, e.year, e.month, values)
        for e, values in zip(rows.energy, energies, strict=True)
    ]
    title = METER_NO.title
    if any(others):
        rows.extras[say.OTHER_VALUES.format(header=title)] = others
    told.findings.append(
        finding(
            "meters-of-one-customer",
            row=rows.numbers[groups[0][0]],
            column=rows.columns.get(METER_NO.field),
            count=len(groups),
            others=say.ONLY_FIRST.format(columns=listed(differ)) if differ else "",
        )
    )
