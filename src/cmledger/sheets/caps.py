"""How much a file may hold before cmledger reads it: what keeps a hostile one to 512 MB and ten seconds."""

import math
from dataclasses import dataclass
from typing import Final, Self

MIB: Final = 1 << 20

CELLS: Final = 4_500_000
"""Of one sheet's bounding box and of all sheets of a book: 200,000 rows of 20 columns, and some."""
SLOW_CELLS: Final = 2_000_000
"""The same for formats that Python itself reads (.xls, .ods, XML, HTML): 100,000 rows of 20 columns."""

FILE: Final = 256 * MIB
TEXT_FILE: Final = 72 * MIB
WHOLE: Final = 48 * MIB
"""Of files held in memory whole: .xls and web pages."""
PART: Final = 448 * MIB
"""Of one part of a package, uncompressed; a sheet of 4.5 million cells is about 300 MiB of XML."""
TOTAL: Final = 640 * MIB
STRINGS: Final = 160 * MIB
"""Of the shared strings and of a binary sheet, which are held in memory."""
TEXT: Final = 224 * MIB
"""Of the texts of all cells together, each counted as often as it is shown."""

ELEMENTS: Final = 5_000_000
"""Of XML and web pages, where each costs one to two microseconds; a cell is two of them."""


@dataclass(frozen=True, slots=True)
class Caps:
    """The caps of one reading. All sizes are by what a part really holds, never by compression ratio."""

    cells: int = CELLS
    slow_cells: int = SLOW_CELLS
    scale: float = 1.0

    @classmethod
    def of(cls, max_cells: int | None) -> Self:
        """The caps as --max-cells sets them: that many cells in any format, sizes in bytes in proportion."""
        if max_cells is None:
            return cls()
        return cls(max_cells, max_cells, max(1.0, max_cells / CELLS))

    def size(self, limit: int) -> int:
        """One of the sizes above, as it applies here."""
        return int(limit * self.scale)

    @property
    def doubled(self) -> int:
        """The --max-cells to suggest where it cannot be known how much there is."""
        return rounded_up(2 * CELLS * self.scale)

    def lifted_for(self, size: int, limit: int) -> int:
        """The --max-cells with which `size` is within `limit`."""
        return rounded_up(CELLS * size / limit)


def rounded_up(cells: float) -> int:
    """A round number of cells to suggest: the next whole million."""
    return math.ceil(cells / 1e6) * 1_000_000
