"""The workbooks that cmledger hands out, edited as people edit them, and taken in: python tests/fuzz/own_books.py --cases 500

Plans of customers, the month's plan, forms, lists of services, duties and outages, exports: cells cleared and overwritten,
rows moved, copied, sorted and deleted, columns deleted, sheets copied; half of them were saved by LibreOffice before.
The oracle is that of every import. Unedited, nothing changes.
"""

import argparse
import contextlib
import datetime as dt
import functools
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet
from tests.fuzz.grids import Err, Formula, Padded, odd
from tests.fuzz.oracle import _DAY as DAY
from tests.fuzz.oracle import Case, World, call, judge, world

from cmledger.ledger import dialect

FILLED_IN = (
    dt.date(2026, 11, 20), "2026-11-20", "2026.11.20", dt.date(2026, 12, 3), "2026-11-20 09:00", dt.datetime(2026, 11, 21, 9, 30),
    "√", "清空", "示例甲", "示例乙", "每月", "不做", "2次/季", "12月24日", "同意", "电话", "上门", "计划停电", "隐患：示例内容", 3, "2026-12-31", "M1", "B4",
)  # fmt: skip

SHEETS = {
    "managers": "姓名,供电所,级别,负责线路\n示例甲,示例供电所,高级,示例一线\n示例乙,示例供电所,首席,示例二线\n",
    "customers": "户号,户名,供电所,线路,网格,电压等级,立户日期,联系人,联系电话,客户经理,2025年用电量(kWh)\n"
    + "\n".join(
        f"37000000{n:02d},示例企业{n},示例供电所,示例{'二一'[n % 2]}线,示例社区,10kV,2015-01-01,示例丁,1380000{n:04d},示例{'甲乙'[n % 2]},{900 * n}"
        for n in range(1, 13)
    ),
    "plans": "户号,服务项目,周期,自,至\n3700000001,B4,每月,2026-11-01,\n3700000002,D4,每季,2026-11-01,2027-06-30\n",
    "dates": "户号,事由,月日\n3700000001,生日,12月1日\n3700000012,厂庆日,11月25日\n",
    "events": "户号,事件,日期\n3700000003,报停,2026-11-18\n",
    "matters": "户号,类别,日期,内容,期限,完成日期\n3700000001,隐患,2026-11-03,示例内容,2026-12-01,\n3700000002,诉求,2026-11-05,示例,,2026-11-09\n",
    "visits": "户号,走访日期,客户经理,走访内容,服务项目\n3700000004,2026-11-05,示例甲,示例内容,B4\n3700000012,2026-11-06,示例乙,示例内容,\n",
    "services": "户号,服务项目,日期,服务人\n3700000005,B4,2026-11-05,示例乙\n",
    "duties": "日期,项目,客户经理,网格/社区,发放资料\n2026-11-06,M4,,示例社区,30\n2026-11-07,M1,示例甲,,\n",
    "arrears-contacts": "户号,催费日期,客户经理,催费结果\n3700000006,2026-11-07,示例甲,示例\n",
    "outages": "停电线路,停电类型,停电开始时间,停电终止时间,停电编号\n示例一线,计划停电,2026-12-01 08:00,2026-12-01 12:00,T1\n"
    "示例二线,临时停电,2026-11-23 08:00,2026-11-23 12:00,T2\n",
    "outage-notices": "停电号,户号,通知类别,通知时间,通知结果\nT1,3700000001,协商,2026-11-20 09:00,同意\n",
}  # fmt: skip
WRITTEN = {
    "方案": ("plan", "--line", "示例一线", "--excel", "{}"),
    "月计划": ("plan-visits", "--month", "2026-12", "--excel", "{}"),
    "服务清单": ("due-services", "--until", "2026-12-31", "--excel", "{}"),
    "走访清单": ("due-visits", "--until", "2026-12-31", "--excel", "{}"),
    "停电清单": ("outages", "--excel", "{}", "--all"),
    "导出": ("export-excel", "--excel", "{}"),
}


def served(at: World) -> dict[str, Path]:
    """A ledger of an office at work, as "served" in the world; the workbooks it hands out, by name."""
    place = at.folder / "served" / "cmledger.db"
    place.parent.mkdir(parents=True)
    where = ("-q", "--ledger", str(place), *DAY)
    assert call("init", *where).code == 0
    for kind, text in SHEETS.items():
        path = at.folder / f"served-{kind}.csv"
        path.write_text(text, encoding="utf-8")
        done = call("import-excel", str(path), "--kind", kind, "--office", "示例供电所", *where)
        assert done.code == 0, (kind, done.err)
        if kind == "customers":
            for command in ("assign-tiers", "assign-managers"):
                assert call(command, *where).code == 0
    books = {}
    for name, words in WRITTEN.items():
        books[name] = at.folder / f"{name}.xlsx"
        done = call(*(word.format(books[name]) for word in words), *where)
        assert done.code == 0, (name, done.err)
    forms = at.folder / "forms"
    assert call("visit-forms", "--month", "2026-12", "--folder", str(forms), *where).code == 0
    for number, path in enumerate(sorted(forms.iterdir())):
        books[f"走访单{number}"] = path
    with contextlib.closing(sqlite3.connect(place)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    at.ledgers["served"] = place
    return books


def by_office(books: dict[str, Path], folder: Path) -> dict[str, Path]:
    """The same, opened and saved by LibreOffice; none where it is not installed."""
    program = shutil.which("soffice")
    if program is None:
        return {}
    folder.mkdir()
    command = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder), *map(str, books.values())]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return {name: folder / path.name for name, path in books.items()}


def edited(rng: random.Random, path: Path, to: Path) -> list[str]:
    """The workbook with some edits; what was done."""
    book = openpyxl.load_workbook(path)
    done = []
    for _ in range(rng.choice([1, 1, 2, 3, 5, 8])):
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        sheet = rng.choice(sheets)
        how = rng.choice(_HOW)
        done.append(f"{how.__name__} {sheet.title}")
        how(rng, book, sheet)
    book.save(to)
    return done


def _cells(sheet: Worksheet, *, filled: bool) -> list[Any]:
    return [
        cell
        for row in sheet.iter_rows(max_row=min(sheet.max_row, 60))
        for cell in row
        if not isinstance(cell, MergedCell) and (cell.value is not None) == filled
    ]


def _put(cell: Any, value: Any) -> None:
    if isinstance(value, (Err, Padded, Formula)) or (isinstance(value, str) and len(value) > 300):
        value = "示例"
    try:
        cell.value = value
    except (ValueError, openpyxl.utils.exceptions.IllegalCharacterError):
        cell.value = "文"
    if cell.data_type == "f":
        cell.data_type = "s"


def clear_cells(rng: random.Random, book: Any, sheet: Worksheet) -> None:
    for cell in rng.sample(found := _cells(sheet, filled=True), min(len(found), rng.choice([1, 3, 9]))):  # fmt: skip
        cell.value = None


def overwrite(rng: random.Random, book: Any, sheet: Worksheet) -> None:
    for cell in rng.sample(found := _cells(sheet, filled=True), min(len(found), rng.choice([1, 2, 5]))):  # fmt: skip
        _put(cell, odd(rng))


def fill_in(rng: random.Random, book: Any, sheet: Worksheet) -> None:
    for cell in rng.sample(found := _cells(sheet, filled=rng.random() < 0.3), min(len(found), rng.choice([1, 4, 12]))):  # fmt: skip
        _put(cell, rng.choice(FILLED_IN))


def fill_a_column(rng: random.Random, book: Any, sheet: Worksheet) -> None:
    column, value = rng.randint(1, max(1, sheet.max_column)), rng.choice(FILLED_IN)
    for row in range(rng.randint(2, 6), min(sheet.max_row, 40) + 1):
        cell = sheet.cell(row, column)
        if not isinstance(cell, MergedCell) and rng.random() < 0.8:
            _put(cell, value)


def _values(sheet: Worksheet, row: int) -> list[Any]:
    return [sheet.cell(row, c).value for c in range(1, sheet.max_column + 1)]


def _set_values(sheet: Worksheet, row: int, values: list[Any]) -> None:
    for c, value in enumerate(values, 1):
        cell = sheet.cell(row, c)
        if not isinstance(cell, MergedCell):
            cell.value = value


def swap_rows(rng: random.Random, book: Any, sheet: Worksheet) -> None:
    one, other = (rng.randint(1, max(1, sheet.max_row)) for _ in range(2))
    a, b = _values(sheet, one), _values(sheet, other)
    _set_values(sheet, one, b)
    _set_values(sheet, other, a)


def copy_row(rng: random.Random, book: Any, sheet: Worksheet) -> None:
    values = _values(sheet, rng.randint(1, max(1, sheet.max_row)))
    _set_values(sheet, sheet.max_row + rng.choice([1, 1, 2]), values)


def sort_rows(rng: random.Random, book: Any, sheet: Worksheet) -> None:
    first, column = rng.randint(2, 6), rng.randint(0, max(0, sheet.max_column - 1))
    rows = [_values(sheet, r) for r in range(first, sheet.max_row + 1)]
    rows.sort(key=lambda row: str(row[column]), reverse=rng.random() < 0.5)
    for number, values in enumerate(rows, first):
        _set_values(sheet, number, values)


def delete_row(rng: random.Random, book: Any, sheet: Worksheet) -> None:
    sheet.delete_rows(rng.randint(1, max(1, sheet.max_row)), rng.choice([1, 1, 3]))


def insert_row(rng: random.Random, book: Any, sheet: Worksheet) -> None:
    sheet.insert_rows(rng.randint(1, max(1, sheet.max_row)), rng.choice([1, 2]))


def delete_column(rng: random.Random, book: Any, sheet: Worksheet) -> None:
    sheet.delete_cols(rng.randint(1, max(1, sheet.max_column)))


def insert_column(rng: random.Random, book: Any, sheet: Worksheet) -> None:
    sheet.insert_cols(rng.randint(1, max(1, sheet.max_column)))


def copy_sheet(rng: random.Random, book: Any, sheet: Worksheet) -> None:
    book.copy_worksheet(sheet)


def delete_sheet(rng: random.Random, book: Any, sheet: Worksheet) -> None:
    if sum(one.sheet_state == "visible" for one in book.worksheets) > 1:
        book.remove(sheet)


_HOW = (
    clear_cells, clear_cells, overwrite, fill_in, fill_in, fill_a_column, fill_a_column, swap_rows, copy_row, copy_row, sort_rows, delete_row, insert_row,
    delete_column, insert_column, copy_sheet, delete_sheet,
)  # fmt: skip


def case(seed: int, number: int, books: dict[str, Path], folder: Path) -> tuple[Case, list[str]]:
    """That case: a workbook edited, and what was done to it."""
    rng = random.Random(f"own {seed}/{number}")
    name = rng.choice(sorted(books))
    to = folder / f"{name.partition(' ')[0]}.xlsx"
    done = edited(rng, books[name], to)
    return Case(f"own:{name}", [to], ["--office", "示例供电所"], ledger="served", thorough=number % 3 == 0), done  # fmt: skip


def changed_unedited(name: str, path: Path, at: World) -> list[str]:
    """What a workbook brings in that nobody has touched; nothing is right."""
    at.begin("served")
    done = call("import-excel", str(path), "--ledger", str(at.ledger), "--json", *DAY)
    if done.code not in (0, 15, 16):
        return [f"{name}: exit {done.code} {done.err[:300]} {done.out[:1500]}"]
    if done.code == 0 and done.told["operation"] is not None:
        return [f"{name}: {done.told['records']}"]
    return []


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--only", type=int)
    parser.add_argument("--minutes", type=float, default=10.0)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    dialect.sqlite_engine = functools.cache(dialect.sqlite_engine)
    bad = 0
    with tempfile.TemporaryDirectory(prefix="cmledger-own-") as name:
        at = world(Path(name))
        books = served(at)
        offices = by_office(books, Path(name) / "LibreOffice")
        everything = books | {f"{n} LibreOffice": path for n, path in offices.items()}
        for title, path in everything.items():
            for wrong in changed_unedited(title, path, at):
                bad += 1
                print("unedited", wrong, flush=True)
        numbers = range(given.first, given.first + given.cases)
        end = time.monotonic() + 60 * given.minutes
        ran = 0
        for number in [given.only] if given.only is not None else numbers:
            if time.monotonic() > end:
                break
            one, done = case(given.seed, number, everything, Path(name))
            ran += 1
            try:
                found = judge(one, at)
            except Exception as problem:
                found = [f"the oracle failed: {problem!r}"]
            if found:
                bad += 1
                print(number, one.name, done, *(w[:1500] for w in found), sep="\n  ", flush=True)
        print(f"{ran} cases, {bad} wrong, exits {dict(at.codes)}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
