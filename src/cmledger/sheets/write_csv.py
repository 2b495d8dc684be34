"""CSV for Excel: UTF-8 with BOM, no text that Excel would calculate with, no number that it would damage."""

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from cmledger.sheets.cell_texts import in_words
from cmledger.sheets.csv_guard import guarded
from cmledger.sheets.layout import Column
from cmledger.sheets.layouts import LAYOUTS
from cmledger.sheets.output import replacing
from cmledger.sheets.write import Row

BOM = "\ufeff"


def write_csv(path: Path, columns: Sequence[Column], rows: Iterable[Row]) -> int:
    """Write a table as a CSV file, all of it or nothing; how many rows.

    Raises OutputNotWritable, also where `path` holds anything but a CSV file that cmledger wrote.
    """
    with (
        replacing(path, untouched=_ours) as part,
        part.open("w", encoding="utf-8", newline="") as file,
    ):
        file.write(BOM)
        return write_csv_lines(file, columns, rows)


def write_csv_lines(file: TextIO, columns: Sequence[Column], rows: Iterable[Row]) -> int:
    """Write header and rows to an open text stream, without BOM; how many rows."""
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([guarded(column.title) for column in columns])
    shows = [(column.field, column.kind.show) for column in columns]
    count = 0
    for row in rows:
        writer.writerow([_cell(show(row.get(name))) for name, show in shows])
        count += 1
    return count


def _cell(shown: object) -> object:
    """What stands between the commas."""
    if isinstance(shown, str):
        return guarded(shown)
    return in_words(shown) if isinstance(shown, dt.date) else shown


def _ours(path: Path) -> bool:
    """Whether a CSV file begins as ours do: a BOM, and a header of our titles."""
    with path.open("rb") as file:
        first = file.readline(65536)
    if not first.startswith(BOM.encode()):
        return False
    titles = {column.title for layout in LAYOUTS for column in layout.columns}
    header = next(csv.reader([first.decode("utf-8-sig", "replace")]), [])
    return bool(header) and header[0] in titles
