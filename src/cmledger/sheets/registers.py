"""Several rows of one customer and period: registers of a meter (有功总, 尖, 峰, 平, 谷, 无功) and meters, brought to one.

The energy is that of 有功(总); where it is missing, the sum of 峰, 平, 谷 (and 尖, 深谷). Meters add up only where
their numbers prove that they are different ones. What the rows contradict each other about is refused, never chosen.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from cmledger.records.intake import Finding, Parsed, SheetRows
from cmledger.sheets.layouts.customers import ACCOUNT_NO
from cmledger.sheets.periods import MONTH, YEAR
from cmledger.sheets.recognised import KWH
from cmledger.wording.findings import finding
from cmledger.wording.lists import listed

REGISTER: Final = "consumption.register"
METER: Final = ("consumption.meter_no", "consumption.metering_point")
_TOTAL: Final = "total"
_MUST: Final = frozenset(("peak", "flat", "valley"))
"""Without these the parts do not make the whole."""
_OTHER: Final = "other"
_SHORT: Final = 10
"""Digits of a 户号 without the prefix of its province."""


@dataclass(slots=True)
class Folded:
    """What folding said of rows: positions left out with their code, positions refused, findings."""

    skipped: dict[int, str] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def fold_readings(rows: SheetRows) -> Folded:
    """Bring the rows of each customer and period to one that holds its energy; nothing where each has one row."""
    told = Folded()
    if not any(name in rows.values for name in (REGISTER, *METER)):
        return told
    work = _Folding(rows, told)
    for group in work.groups():
        work.fold(group)
    rows.refused |= told.refused
    return told


def drop_rows(rows: SheetRows, gone: Iterable[int]) -> None:
    """Take positions out of all columns of `rows`."""
    without = set(gone)
    stay = [at for at in range(len(rows.numbers)) if at not in without]
    place = {old: new for new, old in enumerate(stay)}
    rows.numbers = [rows.numbers[at] for at in stay]
    rows.values = {name: [column[at] for at in stay] for name, column in rows.values.items()}
    rows.extras = {name: [column[at] for at in stay] for name, column in rows.extras.items()}
    rows.shown = {name: [column[at] for at in stay] for name, column in rows.shown.items()}
    rows.energy = [
        type(e)(e.column, e.year, e.month, [e.values[at] for at in stay]) for e in rows.energy
    ]
    rows.refused = {place[at] for at in rows.refused if at in place}


class _Folding:
    """The rows of a sheet of readings, and what becomes of them."""

    def __init__(self, rows: SheetRows, told: Folded) -> None:
        self.rows, self.told = rows, told
        self.blank: Sequence[Parsed] = [None] * len(rows.numbers)
        self.registers = rows.values.get(REGISTER, self.blank)
        self.meters = list(zip(*(rows.values.get(name, self.blank) for name in METER), strict=True))
        self.measures: list[list[Parsed]] = []
        if KWH in rows.values:
            self.measures.append(list(rows.values[KWH]))
            rows.values[KWH] = self.measures[0]
        for at, energy in enumerate(rows.energy):
            self.measures.append(list(energy.values))
            rows.energy[at] = type(energy)(
                energy.column, energy.year, energy.month, self.measures[-1]
            )
        self.column = rows.columns.get(KWH) or (rows.energy[0].column if rows.energy else None)

    def groups(self) -> list[list[int]]:
        """The positions of each customer and period, in order; rows without a readable 户号 are nobody's."""
        years, months = (self.rows.values.get(name, self.blank) for name in (YEAR, MONTH))
        accounts = self.rows.values[ACCOUNT_NO.field]
        long: dict[str, set[str]] = defaultdict(set)
        for account in accounts:
            if isinstance(account, str) and len(account) > _SHORT:
                long[account[-_SHORT:]].add(account)
        found: dict[tuple[str, Parsed, Parsed], list[int]] = defaultdict(list)
        for at, account in enumerate(accounts):
            if isinstance(account, str):
                short = account[-_SHORT:]
                key = short if len(long[short]) < 2 else account  # two prefixes: two customers
                found[key, years[at], months[at]].append(at)
        return list(found.values())

    def fold(self, group: Sequence[int]) -> None:
        """The registers of each meter, then the meters of the customer."""
        meters: dict[tuple[Parsed, ...], list[int]] = defaultdict(list)
        for at in group:
            meters[self.meters[at]].append(at)
        left = {meter: self._whole(rows) for meter, rows in meters.items()}
        left = {meter: rows for meter, rows in left.items() if rows}
        if len(left) > 1 and all(any(part is not None for part in meter) for meter in left):
            self._add_up(left)

    # --- the registers of one meter ----------------------------------------------------------------

    def _whole(self, rows: Sequence[int]) -> list[int]:
        """The rows that hold the whole energy of a meter; its other registers are left out."""
        refused = self.rows.refused
        whole = [
            at
            for at in rows
            if self.registers[at] == _TOTAL or (self.registers[at] is None and at not in refused)
        ]
        parts = [] if whole else [at for at in rows if self.registers[at] != _OTHER]
        if not refused.issuperset(parts):
            whole = self._sum_of_parts(parts)
        for at in rows:
            unreadable = at in refused and self.registers[at] is None
            if not (unreadable or at in whole or at in self.told.refused):
                self.told.skipped[at] = "meter-register-row"
        return whole

    def _sum_of_parts(self, parts: Sequence[int]) -> list[int]:
        """The first of the parts, which now holds their sum; none where they do not make a whole."""
        sound = [at for at in parts if at not in self.rows.refused]
        if self._contradict(sound):
            return []
        once = list({self.registers[at]: at for at in reversed(sound)}.values())[::-1]
        if not {self.registers[at] for at in sound} >= _MUST or len(sound) < len(parts):
            self._refuse(parts, "register-total-missing")
            return []
        self._sum(once)
        self._say("register-parts-summed", once[0], rows=self._numbers(once))
        return once[:1]

    def _contradict(self, parts: Sequence[int]) -> bool:
        """Whether two rows of one register say different figures: then all are refused."""
        said: dict[Parsed, tuple[Parsed, ...]] = {}
        if all(
            said.setdefault(self.registers[at], self._said(at)) == self._said(at) for at in parts
        ):
            return False
        self._refuse_as_conflict(parts)
        return True

    # --- the meters of one customer ----------------------------------------------------------------

    def _add_up(self, meters: dict[tuple[Parsed, ...], list[int]]) -> None:
        """One row holds the sum over meters; refused where one of them is unclear."""
        rows = [at for of_meter in meters.values() for at in of_meter]
        if any(len({self._said(at) for at in of_meter}) > 1 for of_meter in meters.values()):
            self._refuse_as_conflict(rows)
            return
        if any(at in self.rows.refused for at in rows):
            self._refuse(rows, "meter-unreadable")
            return
        firsts = [of_meter[0] for of_meter in meters.values()]
        if not all(v is None or isinstance(v, int) for at in firsts for v in self._said(at)):
            return
        self._sum(firsts)
        self._say("meters-added-up", firsts[0], count=len(firsts), rows=self._numbers(firsts))
        for at in rows:
            if at != firsts[0]:
                self.told.skipped[at] = "meter-row-added"

    # --- both --------------------------------------------------------------------------------------

    def _said(self, at: int) -> tuple[Parsed, ...]:
        return tuple(measure[at] for measure in self.measures)

    def _sum(self, rows: Sequence[int]) -> None:
        """The first row holds the sum of all."""
        for measure in self.measures:
            figures = [v for at in rows if isinstance(v := measure[at], int)]
            measure[rows[0]] = sum(figures) if figures else measure[rows[0]]

    def _refuse_as_conflict(self, rows: Sequence[int]) -> None:
        for at in rows:
            others = [other for other in rows if other != at]
            value = self.rows.values[ACCOUNT_NO.field][at]
            self.told.refused.add(at)
            self.told.findings.append(
                finding(
                    "conflicting-rows",
                    row=self.rows.numbers[at],
                    column=self.rows.columns.get(ACCOUNT_NO.field),
                    field=ACCOUNT_NO.title,
                    value=value,
                    rows=self._numbers(others),
                )
            )

    def _refuse(self, rows: Sequence[int], code: str) -> None:
        for at in rows:
            if at not in self.rows.refused:
                self.told.refused.add(at)
                self._say(code, at)

    def _say(self, code: str, at: int, **facts: object) -> None:
        row = self.rows.numbers[at]
        self.told.findings.append(finding(code, row=row, column=self.column, **facts))

    def _numbers(self, rows: Sequence[int]) -> str:
        return listed(sorted(self.rows.numbers[at] for at in rows))
