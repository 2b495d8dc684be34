"""Case number N of a seed: always the same files and options."""

import datetime as dt
import random
import shutil
import subprocess
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz import grids, writing
from tests.fuzz.damage import damaged
from tests.fuzz.oracle import Case

from cmledger.sheets.rows import is_blank

ROOT = Path(__file__).parents[2]
_OFFICE = ["--office", "示例供电所"]
THOROUGH = 6
"""Every so many cases all is looked at: the dry run, the second look at what was rejected, undo, check."""


@dataclass
class Seeds:
    """Files to damage: name -> bytes."""

    files: dict[str, bytes] = field(default_factory=dict)

    def some(self, rng: random.Random) -> tuple[str, bytes]:
        name = rng.choice(sorted(self.files))
        return name, self.files[name]


def seeds(folder: Path, *, large: bool, office: bool) -> Seeds:
    """The samples, small workbooks of every format, and (office) what LibreOffice makes of one.

    large: also the larger samples, which take longer each.
    """
    found = Seeds()
    for path in sorted([*ROOT.glob("samples/*.*"), *ROOT.glob("tests/sheets/files/*.xls")]):
        if path.suffix in (".xlsx", ".xls") and path.stat().st_size < (60_000 if large else 12_000):
            found.files[path.name] = path.read_bytes()
        elif path.suffix == ".csv":
            found.files[path.name] = b"\n".join(path.read_bytes().split(b"\n")[:60])
    for number in range(12):
        rng = random.Random(f"seed {number}")
        sheets = [grids.Sheet("客户", grids.table(rng, grids.LAYOUTS[number % len(grids.LAYOUTS)])), grids.sheet(rng, "二")]  # fmt: skip
        for ending, make in _WRITERS.items():
            found.files[f"made{number}.{ending}"] = make(rng, sheets, folder)
    if office and (program := shutil.which("soffice")):
        sheets = [grids.sheet(random.Random("office"), "客户台账")]
        writing.by_openpyxl(sheets, folder / "office.xlsx")
        for ending in ("xls", "ods", "fods", "html"):
            command = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", ending, "--outdir", str(folder), str(folder / "office.xlsx")]  # fmt: skip
            subprocess.run(command, check=True, capture_output=True, timeout=120)
            found.files[f"office.{ending}"] = (folder / f"office.{ending}").read_bytes()
    return found


Write = Callable[[random.Random, list[grids.Sheet], Path], bytes]


def _by_path(make: Callable[[list[grids.Sheet], Path], None]) -> Write:
    def write(_: random.Random, sheets: list[grids.Sheet], folder: Path) -> bytes:
        path = folder / "one"
        make(sheets, path)
        return path.read_bytes()

    return write


_WRITERS: dict[str, Write] = {
    "xlsx": lambda rng, sheets, _: writing.zipped(writing.xlsx_parts(rng, sheets)),
    "openpyxl.xlsx": _by_path(writing.by_openpyxl),
    "csv": lambda rng, sheets, _: writing.csv_bytes(rng, sheets[0]),
    "xlsb": _by_path(lambda sheets, path: writing.xlsb_file(sheets[0], path)),
    "ods": lambda rng, sheets, _: writing.ods_bytes(rng, sheets[0]),
    "xml": lambda rng, sheets, _: writing.xml_bytes(sheets[0]),
    "html": lambda rng, sheets, _: writing.html_bytes(rng, sheets[0]),
    "biff.xls": lambda rng, sheets, _: writing.biff_bytes(sheets[0]),
}


def case(seed: int, number: int, sources: Seeds, folder: Path) -> Case:
    """That case, its files written to `folder`."""
    rng = random.Random(f"{seed}/{number}")
    folder.mkdir(parents=True, exist_ok=True)
    ledger = rng.choice(["office", "office", "office", "empty", "offices"])
    make = _of_bytes if number % 2 else _of_cells
    made = make(rng, sources, folder)
    made.ledger = ledger
    made.thorough = number // 2 % THOROUGH == 0
    if rng.random() < 0.05:
        made.options = [*made.options, "-n"]
        made.thorough = False
    return made


def _of_bytes(rng: random.Random, sources: Seeds, folder: Path) -> Case:
    """A damaged file."""
    name, data = sources.some(rng)
    _, other = sources.some(rng)
    path = (
        folder
        / f"坏文件{rng.choice(['', '2025年'])}.{rng.choice([name.rpartition('.')[2]] * 6 + ['xlsx', 'xls', 'csv', 'dat'])}"
    )
    path.write_bytes(damaged(rng, data, other))
    options = (
        grids.options(rng, ["客户", "Sheet1"])
        if rng.random() < 0.2
        else ["--year", "2025", *_OFFICE]
    )
    return Case(f"bytes:{name.rpartition('.')[2]}", [path], options)


def _of_cells(rng: random.Random, sources: Seeds, folder: Path) -> Case:
    """A random workbook, undamaged; rarely a second file with it."""
    sheets = grids.book(rng)
    ending = rng.choice(["xlsx", "xlsx", "xlsx", "openpyxl.xlsx", "csv", "csv", "xlsb", "ods", "xml", "html", "biff.xls"])  # fmt: skip
    name = rng.choice(["台账", "2025年售电量", "走访记录", "示例甲供电所客户台账", "导出 (1)"])
    path = folder / f"{name}.{ending.rpartition('.')[2]}"
    with warnings.catch_warnings(action="ignore"):
        path.write_bytes(_WRITERS[ending](rng, sheets, folder))
    options = grids.options(rng, [s.name for s in sheets]) if rng.random() < 0.35 else ["--year", "2025", *_OFFICE]  # fmt: skip
    known = ending == "xlsx"
    filled = {s.name: _filled(s) for s in sheets} if known else None
    files = [path]
    if rng.random() < 0.06:
        files.append(folder / "第二个.csv")
        files[1].write_bytes(writing.csv_bytes(rng, grids.Sheet("x", grids.table(rng))))
    return Case(f"cells:{ending}", files, options, filled)


def _filled(sheet: grids.Sheet) -> list[int]:
    return grids.filled_rows(sheet, lambda cell: _is_blank(cell))


def _is_blank(cell: object) -> bool:
    if isinstance(cell, (str, int, float, bool, dt.date, type(None))):
        return is_blank(cell)
    return False
