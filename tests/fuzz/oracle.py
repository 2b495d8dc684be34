"""What must hold of every import, whatever the file: a documented exit, a sentence, a true account, and nothing half done."""

import contextlib
import io
import json
import re
import resource
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl

from cmledger.cli.app import run
from cmledger.sheets.layouts import LAYOUTS
from cmledger.wording.findings import FINDINGS

EXITS = {0, 2, 3, 15, 16, 17, 18}
SECONDS = 10.0
MIB = 512
OUTCOMES = ("new", "changed", "unchanged", "rejected", "skipped")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_TRACE = re.compile(r"Traceback|panicked at|File \"|cmledger-error|Error:|Exception")
_KINDS = {one.kind for one in LAYOUTS}


@dataclass(frozen=True)
class Called:
    """How a command line ended. cost: seconds of CPU."""

    code: int
    out: str
    err: str
    cost: float

    @property
    def told(self) -> dict[str, Any]:
        """The JSON it answered with."""
        found: dict[str, Any] = json.loads(self.out)
        return found


def call(*arguments: str) -> Called:
    """Carry out a command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    begun = time.process_time()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(list(arguments))
    return Called(code, out.getvalue(), err.getvalue(), time.process_time() - begun)


@dataclass
class Case:
    """Files to import and how. filled: of files whose cells are known, sheet -> Excel's numbers of its filled rows.

    thorough: also a dry run first, the same file again, undo and check.
    """

    name: str
    files: Sequence[Path]
    options: Sequence[str] = ()
    filled: Mapping[str, Sequence[int]] | None = None
    ledger: str = "office"
    thorough: bool = False


@dataclass
class World:
    """Ledgers to start from, and a folder in which each case has its own."""

    folder: Path
    ledgers: dict[str, Path] = field(default_factory=dict)
    codes: Counter[str] = field(default_factory=Counter)

    @property
    def ledger(self) -> Path:
        return self.folder / "run" / "cmledger.db"

    def begin(self, name: str) -> None:
        """A fresh copy of one of the ledgers."""
        run_folder = self.folder / "run"
        shutil.rmtree(run_folder, ignore_errors=True)
        run_folder.mkdir(parents=True)
        shutil.copy(self.ledgers[name], self.ledger)
        shutil.copy(self.folder / "policy.toml", run_folder / "policy.toml")


def world(folder: Path, offices: Sequence[str] = ("示例供电所",)) -> World:
    """An empty ledger, one of an office, and one of two offices."""
    made = World(folder)
    for name, count in (("empty", 0), ("office", 1), ("offices", 2)):
        place = folder / name / "cmledger.db"
        place.parent.mkdir(parents=True)
        assert call("init", "-q", "--ledger", str(place), "--as-of", "2026-11-22").code == 0
        for number in range(count):
            path = folder / f"{name}{number}.csv"
            path.write_text(_office(number), encoding="utf-8")
            done = call("import-excel", "-q", str(path), "--ledger", str(place), *_DAY)
            assert done.code == 0, done.err
        with contextlib.closing(sqlite3.connect(place)) as connection:
            connection.execute("pragma wal_checkpoint(truncate)")
        made.ledgers[name] = place
        shutil.copy(place.parent / "policy.toml", folder / "policy.toml")
    return made


_DAY = ("--as-of", "2026-11-22")


def _office(number: int) -> str:
    office = ("示例供电所", "示例乙供电所")[number]
    rows = [
        f"37000000{n:02d},示例企业{n},{office},示例一线,10kV,315,示例甲,1380000{n:04d},{1000 * n}"
        for n in range(1 + 20 * number, 13 + 20 * number)
    ]
    return "\n".join(
        ["户号,户名,供电所,线路,电压等级,合同容量,客户经理,联系电话,2025年用电量(kWh)", *rows]
    )


Content = dict[str, list[tuple[Any, ...]]]


def content(path: Path) -> Content:
    """Every row of every table."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        names = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
        return {n: sorted(connection.execute(f'select * from "{n}"'), key=repr) for (n,) in names}


def facts(found: Content) -> Content:
    """What the ledger says of the office: without the journal and what else only grows."""
    return {
        name: rows
        for name, rows in found.items()
        if not any(
            word in name
            for word in ("operation", "entry", "event", "import", "mapping", "source", "id_counter")
        )
    }


def judge(case: Case, at: World) -> list[str]:
    """What is wrong with how the case went; mostly nothing."""
    at.begin(case.ledger)
    before = content(at.ledger)
    arguments = ["import-excel", *map(str, case.files), "--ledger", str(at.ledger), *_DAY, "--json"]
    arguments += case.options
    dry = call(*arguments, "-n") if case.thorough else None
    wrong: list[str] = []
    if dry and content(at.ledger) != before:
        wrong.append("the dry run wrote")
    done = call(*arguments)
    at.codes[str(done.code)] += 1
    wrong += _bearing(done, at)
    after = content(at.ledger)
    if done.code not in (0, 3):
        if after != before:
            wrong.append("a refused import wrote")
        if dry and dry.code != done.code:
            wrong.append(f"the dry run ended with {dry.code}, the real one with {done.code}")
        return wrong
    told = done.told
    wrong += _account(told, case)
    if "-n" in case.options and after != before:
        wrong.append("the dry run wrote")
    if told["operation"] is None and facts(after) != facts(before):
        wrong.append("no operation, but the content changed")
    wrong += _rejects(told, arguments, at, case)
    if case.thorough and not wrong:
        assert dry is not None
        wrong += _thorough(told, dry, before, at)
    return wrong


def _bearing(done: Called, at: World) -> list[str]:
    wrong = []
    if done.code not in EXITS:
        wrong.append(f"exit {done.code}: {done.err[:300]}")
    if _TRACE.search(done.err) or (at.ledger.parent / "cmledger-error.log").exists():
        log = at.ledger.parent / "cmledger-error.log"
        wrong.append("traceback: " + (log.read_text() if log.exists() else done.err)[-3000:])
    if done.code not in (0, 3):
        if not _CHINESE.search(done.err):
            wrong.append(f"no sentence: {done.err[:300]!r}")
        elif not json.loads(done.err.splitlines()[-1])["message"]:
            wrong.append("no message")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        if peak > MIB:
            wrong.append(f"memory: {peak} MB")
    if done.cost > SECONDS:
        wrong.append(f"{done.cost:.1f} s of CPU")
    return wrong


def _account(told: dict[str, Any], case: Case) -> list[str]:
    wrong = []
    whole: Counter[str] = Counter()
    for file in told["files"]:
        tables: dict[str, list[dict[str, Any]]] = {}
        for one in file["sheets"]:
            totals = one["totals"]
            whole.update(totals)
            tables.setdefault(one["name"], []).append(one)
            if totals.get("read", 0) != sum(totals.get(o, 0) for o in OUTCOMES):
                wrong.append(f"{one['name']}: read is not the sum: {totals}")
            if one["kind"] is not None and one["kind"] not in _KINDS:
                wrong.append(f"kind {one['kind']}")
            if totals.get("skipped", 0) < len(one["skipped"]):
                wrong.append(f"{one['name']}: more rows named as skipped than counted")
            rows = [s["row"] for s in one["skipped"]]
            if len(set(rows)) < len(rows):
                wrong.append(f"{one['name']}: a row is skipped twice: {rows}")
            # of a form each cell is a column: boxes ticked say what was done and by which form, labels may share a value
            letters = [
                (c["column"], c["field"]) if any(map(str.isdigit, c["column"])) else c["column"]
                for c in one["columns"]
                if c["field"] is not None or c["column"].isalpha()
            ]
            if len(set(letters)) < len(letters):
                wrong.append(f"{one['name']}: a column is listed twice: {letters}")
            wrong += _findings(one)
        if case.filled is not None and len(case.files) == 1 and not file["taken_before"]:
            if list(tables) != list(case.filled):
                wrong.append(f"sheets {list(tables)}, the file has {list(case.filled)}")
            for name, parts in tables.items():
                wrong += _every_row(name, parts, case.filled[name])
    if any(whole[name] != told["totals"][name] for name in ("read", *OUTCOMES)):
        wrong.append(f"totals {told['totals']} are not the sum of the sheets {dict(whole)}")
    return wrong


def _findings(one: dict[str, Any]) -> list[str]:
    wrong = []
    for found in one["findings"]:
        if found["code"] not in FINDINGS:
            wrong.append(f"finding {found['code']}")
        if not _CHINESE.search(found["message"]):
            wrong.append(f"finding without a sentence: {found}")
        if found["severity"] not in ("error", "warning", "notice"):
            wrong.append(f"severity {found['severity']}")
    if one["totals"].get("rejected") and not any(f["severity"] == "error" for f in one["findings"]):
        wrong.append(f"{one['name']}: rejected rows without an error")
    return wrong


def _every_row(name: str, parts: list[dict[str, Any]], filled: Sequence[int]) -> list[str]:
    """Each filled row below the header is counted once; by an independent count, where the sheet is one table."""
    if len(parts) > 1 or parts[0]["kind"] is None or parts[0]["header_rows"] is None:
        return []
    (one,) = parts
    below = [row for row in filled if row > max(one["header_rows"])]
    if one["rows"] is not None:
        below = [row for row in below if row <= one["rows"][1]]
    if one["totals"]["read"] != len(below):
        return [f"{name}: read {one['totals']['read']}, below the header are {len(below)}: {below}"]
    return []


def _rejects(told: dict[str, Any], arguments: list[str], at: World, case: Case) -> list[str]:
    """The workbook with the rejected rows exists, opens, and is refused for the same rows."""
    wrong = []
    for file in told["files"]:
        rejected = sum(s["totals"].get("rejected", 0) for s in file["sheets"])
        if not rejected or file["taken_before"]:
            continue
        if file["rejects"] is None:
            if not file["findings"]:
                wrong.append("rejected rows, but no workbook and no word on it")
            why = " ".join(f["message"] for f in file["findings"])
            wrong.append(f"no workbook of the rejected rows: {why}")
            continue
        path = Path(file["rejects"])
        try:
            with contextlib.closing(openpyxl.load_workbook(path)) as book:
                assert book.sheetnames
        except Exception as problem:
            wrong.append(f"openpyxl cannot open the workbook of the rejected rows: {problem!r}")
            continue
        if case.thorough and len(case.files) == 1:
            again = list(arguments)
            again[1] = str(path)
            second = call(*again, "-n")
            may_ask = "--max-cells" in case.options or "office" in told["created"]
            if second.code not in (0, 3) and not may_ask:
                wrong.append(f"the workbook of the rejected rows is refused: {second.err[:400]}")
            elif (
                second.code in (0, 3)
                and second.told["totals"]["rejected"] != rejected
                and not _merged(file)
            ):
                wrong.append(
                    f"{rejected} rows rejected, {second.told['totals']['rejected']} of the workbook handed back"
                )
    return wrong


def _merged(file: dict[str, Any]) -> bool:
    """Whether customers were merged, whose rows are refused from then on."""
    return any(s["kind"] == "duplicates" and s["totals"].get("new") for s in file["sheets"])


def _thorough(told: dict[str, Any], dry: Called, before: Content, at: World) -> list[str]:
    wrong = []
    planned = dry.told
    wrong += [
        f"the dry run said otherwise on {key}: {_unlike(planned[key], told[key])}"
        for key in ("totals", "records", "created", "files", "consequences")
        if planned[key] != told[key]
    ]
    place = ("--ledger", str(at.ledger))
    checked = call("check", *place, "--json")
    if checked.code:
        wrong.append(f"check: {checked.out[-1500:]}{checked.err}")
    if told["operation"] is not None:
        undone = call("undo", str(told["operation"]), *place, "--json")
        if undone.code:
            wrong.append(f"undo: {undone.err}")
        left = facts(content(at.ledger))
        unlike = [n for n, rows in facts(before).items() if rows != left[n]]
        if unlike:
            wrong.append(f"undo left {unlike}: " + "; ".join(f"{_unlike(before[n], left[n])}" for n in unlike))  # fmt: skip
        checked = call("check", *place, "--json")
        if checked.code:
            wrong.append(f"check after undo: {checked.out[-1500:]}{checked.err}")
    return wrong


def _unlike(a: Any, b: Any) -> str:
    """The first difference between two answers."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in a | b:
            if a.get(key) != b.get(key):
                return f"{key}: {_unlike(a.get(key), b.get(key))}"
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for x, y in zip(a, b, strict=True):
            if x != y:
                return _unlike(x, y)
    return f"{str(a)[:500]} <> {str(b)[:500]}"
