"""Quantities with units, exact: integer thousandths of the stored unit (kWh, kVA)."""

import re
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from cmledger.records.intake import Parsed
from cmledger.sheets.grid import Cell
from cmledger.sheets.kinds.base import Understands, as_text
from cmledger.sheets.layout import Problem
from cmledger.sheets.lexicon import (
    CAPACITY_UNITS,
    ENERGY_UNITS,
    NOT_QUITE_CAPACITY,
    QUANTITY_REMARK,
    SETS,
)

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_E_NOTATION = re.compile(r"[+-]?\d(\.\d+)?e\+?\d+")
_SIGNED = re.compile(rf"([+-]?)({_NUMBER})(.*)")
_SURELY, _NOISE = 10**12, 1e-4
"""Below the one, a product this near to an integer is that integer but for the noise of floats."""
_LARGEST = Decimal(10) ** 15
"""In thousandths: more than any sheet of an office holds, and what a float still carries exactly."""


class Quantity(Understands):
    """A number of some unit. The unit is the cell's, else the header's or title's, else the stored one."""

    width = 14
    quoted = True

    def __init__(self, units: Mapping[str, int], number_format: str | None = None) -> None:
        self.units = tuple(units)
        self.number_format = number_format
        self._factors = {u.casefold(): f for u, f in units.items()}

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        factor = self._factors.get(unit.casefold(), 1) if unit else 1
        if isinstance(cell, int):
            return self._kept(Decimal(cell) * factor, cell)
        if isinstance(cell, float):
            thousandths = cell * (factor * 1000)
            if 0 <= thousandths < _SURELY and abs(thousandths - round(thousandths)) < _NOISE:
                return round(thousandths)
            return self._kept(Decimal(f"{cell:.15g}") * factor, cell)
        if isinstance(cell, str):
            return self._of_text(cell, factor)
        return Problem("not-a-number", {"value": as_text(cell)})

    def _of_text(self, cell: str, factor: int) -> Parsed | Problem:
        text = cell.replace(" ", "").casefold()
        if _E_NOTATION.fullmatch(text):
            return Problem("damaged-number", {"value": cell})
        match = _SIGNED.fullmatch(text)
        if match is None:
            return Problem("not-a-number", {"value": cell})
        sign, digits, named = match.groups()
        if named and named not in self._factors:
            code = "quantity-with-remark" if QUANTITY_REMARK.fullmatch(named) else "not-a-number"
            return Problem(code, {"value": cell})
        try:
            number = Decimal(sign + digits.replace(",", "")) * (
                self._factors[named] if named else factor
            )
        except InvalidOperation:
            return Problem("not-a-number", {"value": cell})
        return self._kept(number, cell)

    def _kept(self, number: Decimal, cell: object) -> Parsed | Problem:
        """Thousandths as an integer; what is negative or out of all proportion is said."""
        thousandths = number * 1000
        if abs(thousandths) >= _LARGEST:
            return Problem("implausible-quantity", {"value": as_text(cell)})  # type: ignore[arg-type]
        stored = int(thousandths.quantize(Decimal(1), ROUND_HALF_EVEN))
        if stored < 0:
            return self._negative(stored, cell)
        return stored

    def _negative(self, stored: int, cell: object) -> Parsed | Problem:
        return Problem("negative-quantity", {"value": as_text(cell)})  # type: ignore[arg-type]

    def shown(self, value: object) -> Cell:
        stored = int(str(value))
        return stored // 1000 if stored % 1000 == 0 else stored / 1000

    def to_json(self, value: Parsed) -> object:
        """A plain number in the stored unit."""
        return self.shown(value) if isinstance(value, int) else value


class Energy(Quantity):
    """kWh. A negative reading is a correction of an earlier bill: kept, with a warning."""

    def __init__(self) -> None:
        super().__init__(ENERGY_UNITS, "#,##0.###")

    def _negative(self, stored: int, cell: object) -> Parsed | Problem:
        return Problem("negative-energy", {"value": as_text(cell)}, stored=stored)  # type: ignore[arg-type]


_COMPUTED = re.compile(r"\d.*[+*x×X＋＊]|[*x×X]\s*\d")
_TERM = re.compile(
    rf"(?P<a>{_NUMBER})(?P<au>[^\d*x+,.]*)(?:[*x](?P<b>{_NUMBER})(?P<bu>[^\d*x+,.]*))?"
)


class Capacity(Quantity):
    """kVA, also as the sum a transformer list makes: 2*315+200, 630kVA×2, 2台×315."""

    def __init__(self) -> None:
        super().__init__(CAPACITY_UNITS)

    def _of_text(self, cell: str, factor: int) -> Parsed | Problem:
        text = cell.replace(" ", "").casefold().replace("×", "*")
        total, named_kw = Decimal(0), False
        terms = text.split("+")
        if len(terms) == 1 and not re.search(r"[*x]", text):
            simple = super()._of_text(cell, factor)
            return self._said_if_kw(simple, text, cell)
        for term in terms:
            match = _TERM.fullmatch(term)
            if match is None:
                return Problem("not-a-number", {"value": cell})
            units = [u for u in (match["au"], match["bu"]) if u and u not in SETS]
            if len(units) > 1 or any(u not in self._factors for u in units):
                return Problem("not-a-number", {"value": cell})
            named_kw = named_kw or any(u in NOT_QUITE_CAPACITY for u in units)
            scale = self._factors[units[0]] if units else factor
            number = Decimal(match["a"].replace(",", "")) * Decimal(
                (match["b"] or "1").replace(",", "")
            )
            total += number * scale
        got = self._kept(total, cell)
        if isinstance(got, int) and not named_kw:
            return Problem("capacity-computed", {"value": cell, "kva": f"{got / 1000:g}"}, got)
        return self._said_if_kw(got, text if named_kw else "", cell)

    def fits(self, cells: Iterable[Cell]) -> float:
        """A sum is a capacity like any other."""
        cells = {*cells}
        sums = {c for c in cells if isinstance(c, str) and _COMPUTED.search(c) and self._is_sum(c)}
        plain = [c for c in cells - sums if c not in (None, "")]
        share = super().fits(plain)
        return (share * len(plain) + len(sums)) / (len(plain) + len(sums)) if sums else share

    def _is_sum(self, cell: str) -> bool:
        got = self.understand(cell, None)
        return isinstance(got, Problem) and got.code == "capacity-computed"

    @staticmethod
    def _said_if_kw(got: Parsed | Problem, text: str, cell: str) -> Parsed | Problem:
        """A capacity in kW is taken as kVA, with a warning."""
        if isinstance(got, int) and any(text.endswith(u) for u in NOT_QUITE_CAPACITY):
            return Problem("kilowatts", {"value": cell}, stored=got)
        return got
