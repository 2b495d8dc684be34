"""Kill a command at any of its steps: python tests/fuzz/killing.py --points 60 --rows 20000

A step is a file opened, renamed or written to, a statement, some thousand instructions within one, a commit. The
command runs in a process of its own, which counts its steps and kills itself with SIGKILL at the one it was told; or
it is killed from outside after a while.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import openpyxl
from tests.fuzz.oracle import Content, call, content, facts

ROOT = Path(__file__).parents[2]
_DAY = ("--as-of", "2026-11-22")

CHILD = """
import os, signal, sys, zipfile
import sqlalchemy as sa

last, left, kinds = "", int(sys.argv[1]), []

def step(kind, *_):
    global left
    kinds.append(kind)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

HEARD = {"os.rename", "os.remove", "shutil.copyfile", "tempfile.mkstemp", "sqlite3.connect"}

def heard(event, args):
    if event in HEARD or (event == "open" and isinstance(args[1], str) and set(args[1]) & set("wa+x")):
        step(event)

def connected(raw, _):
    raw.set_progress_handler(lambda: step("within a statement") or 0, 200_000)

sys.addaudithook(heard)
sa.event.listen(sa.Engine, "connect", connected)
sa.event.listen(sa.Engine, "before_cursor_execute", lambda *a: step("statement"))
sa.event.listen(sa.Engine, "commit", lambda *a: step("commit"))
write = zipfile._ZipWriteFile.write
zipfile._ZipWriteFile.write = lambda self, data: (step("part of a workbook"), write(self, data))[1]
from cmledger.cli.app import run
code = run(sys.argv[2:])
print("steps", code, *kinds, sep="|")
"""


@dataclass
class Command:
    """A command on a ledger in `start`, which comes to `before` or to `after`. steps: what it does, one by one."""

    start: Path
    arguments: list[str]
    before: Content
    after: Content
    steps: list[str]
    seconds: float

    def run(self, folder: Path, at: int = 0, seconds: float | None = None) -> int:
        """In a fresh copy of the folder it starts in, killed at that step or after so long; the exit code."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.start, folder)
        return _child(folder, self.arguments, at, seconds)[0]


def _child(
    folder: Path, arguments: list[str], at: int = 0, seconds: float | None = None
) -> tuple[int, str]:
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(at), *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "src") + os.pathsep + str(ROOT),
            "CMLEDGER_ACTOR": "tester",
        },
        text=True,
    )
    try:
        out, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        out, _ = process.communicate()
    return process.returncode, out


def learned(start: Path, arguments: list[str], scratch: Path) -> Command:
    """A command with its steps, found out by running it once."""
    shutil.copytree(start, scratch)
    before = told(scratch)
    begun = time.monotonic()
    code, out = _child(scratch, arguments)
    seconds = time.monotonic() - begun
    assert code == 0, out
    steps = out.splitlines()[-1].split("|")
    assert steps[1] in ("0", "3"), steps[:2]
    return Command(start, arguments, before, told(scratch), steps[2:], seconds)


def told(folder: Path) -> Content:
    """What the ledger says of the office, and how many rows it has of everything else but events.

    What is handed out is noted once it is written, after the operation.
    """
    found = content(folder / "cmledger.db")
    found.pop("event")
    counted: Content = {name: [(len(rows),)] for name, rows in found.items()}
    return counted | facts(found)


def office(folder: Path, rows: int) -> list[str]:
    """A ledger, and files to import into it, some rows of which are rejected; the files' names."""
    folder.mkdir(parents=True)
    assert call("init", "-q", "--ledger", str(folder / "cmledger.db"), *_DAY).code == 0
    accounts = [f"37{n:08d}" for n in range(rows)]
    book = openpyxl.Workbook()
    book.active.append(["户号", "户名", "供电所", "线路", "客户经理", "联系电话"])
    for n, account in enumerate(accounts):
        bad = n % 500 == 7
        book.active.append(["3.7E+12" if bad else account, f"示例企业{n}", "示例供电所", f"示例{n % 9}线", f"示例{'甲乙丙'[n % 3]}", "13800000001"])  # fmt: skip
    book.save(folder / "客户台账.xlsx")
    lines = ["户号,年,月,电量(kWh)", *(f"{a},2025,全年,{1000 + n}" for n, a in enumerate(accounts))]
    (folder / "售电量.csv").write_text("\n".join(lines), encoding="utf-8")
    return ["客户台账.xlsx", "售电量.csv"]


def served_office(folder: Path, rows: int) -> list[str]:
    """A ledger whose customers have tiers, and files of what was agreed, shut off, told and filled in; their names."""
    folder.mkdir(parents=True)
    at = ("-q", "--ledger", str(folder / "cmledger.db"), *_DAY)
    assert call("init", *at).code == 0
    accounts = [f"37{n:08d}" for n in range(rows)]
    texts = {
        "客户经理": ["姓名,供电所,级别,负责线路", *(f"示例{w},示例供电所,{g},示例{n}线" for n, (w, g) in enumerate(zip("甲乙丙", ("首席", "高级", "普通"), strict=True)))],
        "客户台账": ["户号,户名,供电所,线路,电压等级,立户日期,2025年用电量(kWh)", *(f"{a},示例企业{n},示例供电所,示例{n % 3}线,10kV,2015-01-01,{1000 + n}" for n, a in enumerate(accounts))],
        "服务方案": ["户号,服务项目,周期,自", *(f"{a},B4,每月,2026-12-01" for a in accounts[::2])],
        "停电信息": ["停电线路,停电类型,停电开始时间,停电终止时间,停电编号", *(f"示例{n % 3}线,计划停电,2026-12-{1 + n} 08:00,2026-12-{1 + n} 12:00,T{n}" for n in range(9))],
        "停电通知记录": ["停电号,户号,通知类别,通知时间,通知结果", *(f"T{n % 3},{a},协商,2026-11-20 09:00,同意" for n, a in enumerate(accounts) if n % 3 < 2)],
    }  # fmt: skip
    for name, lines in texts.items():
        (folder / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
    for name in ("客户经理", "客户台账"):
        assert call("import-excel", str(folder / f"{name}.csv"), *at).code == 0
    for words in (["assign-tiers"], ["assign-managers"]):
        assert call(*words, *at).code == 0
    forms = folder / "走访单"
    done = call("visit-forms", "--services", "visit", "--manager", "示例丙", "--folder", str(forms), *at)  # fmt: skip
    assert done.code == 0, done.err
    (path,) = sorted(forms.iterdir())[:1]
    book = openpyxl.load_workbook(path)
    for page in book.worksheets[1:]:
        for (label,) in page.iter_rows(max_col=1):
            if label.value == "走访日期":
                page.cell(label.row, 2).value = "2026-11-20"
    book.save(folder / "走访单.xlsx")
    shutil.rmtree(forms)
    assert call("undo", *at[:3]).code == 0  # of assign-managers
    return ["服务方案.csv", "停电信息.csv", "停电通知记录.csv", "走访单.xlsx"]


def served_commands(folder: Path, rows: int) -> dict[str, Command]:
    """Giving managers, handing over, planning a month, and taking in forms, plans and outages."""
    files = served_office(folder / "start", rows)
    at = ["--ledger", "cmledger.db", *_DAY, "-q"]
    assign = learned(folder / "start", ["assign-managers", "--excel", "名单.xlsx", *at], folder / "given")  # fmt: skip
    for left in (folder / "given").glob("名单*.xlsx"):
        left.unlink()
    given = ["handover", "示例丙", "示例甲", "--until", "2026-12-31", "--reason", "请假", *at]
    month = ["plan-visits", "--month", "2026-12", "--excel", "月计划.xlsx", *at]
    return {
        "assign-managers": assign,
        "handover": learned(folder / "given", given, folder / "handed"),
        "plan-visits": learned(folder / "given", month, folder / "planned"),
        "import of services": learned(folder / "given", ["import-excel", *files, *at], folder / "served"),
    }  # fmt: skip


def commands(folder: Path, rows: int) -> dict[str, Command]:
    """An import, and undo of it."""
    files = office(folder / "start", rows)
    place = ["--ledger", "cmledger.db"]
    imports = learned(folder / "start", ["import-excel", *files, *place, *_DAY, "-q"], folder / "done")  # fmt: skip
    undo = learned(folder / "done", ["undo", *place, "-q"], folder / "undone")
    return {"import": imports, "undo": undo}


def wrong_after(command: Command, folder: Path) -> list[str]:
    """What is wrong with what the killed command left; then the command is carried out, and that looked at."""
    ledger = folder / "cmledger.db"
    wrong = []
    found = told(folder)
    if found not in (command.before, command.after):
        wrong.append("the ledger is neither before nor after")
    for path in folder.glob("*.xlsx"):
        if (
            "待更正" in path.name
            and command.arguments[0] == "import-excel"
            and found != command.after
        ):
            wrong.append("rejected rows were handed back of an import that is not there")
        try:
            openpyxl.load_workbook(path).close()
        except Exception as problem:
            wrong.append(f"half a workbook: {path.name}: {problem!r}")
    if call("check", "--ledger", str(ledger), "-q").code:
        wrong.append("check complains")
    if found == command.before or "import-excel" in command.arguments:
        code, out = _child(folder, command.arguments)
        if code or out.splitlines()[-1].split("|")[1] not in ("0", "3"):
            wrong.append(f"the command does not work any more: {code} {out[:300]}")
        left = facts(content(ledger))
        if any(left[name] != rows for name, rows in command.after.items() if name in left):
            wrong.append("carried out again, it does not come to the same")
        if call("check", "--ledger", str(ledger), "-q").code:
            wrong.append("check complains after the command was carried out again")
    return wrong


def points(command: Command, count: int) -> list[int]:
    """Steps to be killed at: the last of each sort and all about them, the others evenly spread."""
    steps = command.steps
    told_apart = {len(steps) - steps[::-1].index(kind) for kind in set(steps)}
    told_apart |= {steps.index(kind) + 1 for kind in set(steps)}
    even = {1 + n * (len(steps) - 1) // max(1, count - 1) for n in range(count)}
    chosen = sorted(told_apart)[:: max(1, len(told_apart) // max(1, count // 2))]
    return sorted({*chosen[: count // 2], *sorted(even)[:: max(1, 2 if count < 40 else 1)]})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=50)
    parser.add_argument("--rows", type=int, default=20_000)
    given = parser.parse_args()
    bad = 0
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="cmledger-kill-") as name:
        folder = Path(name)
        office = commands(folder / "office", given.rows)
        office |= served_commands(folder / "served", given.rows // 10)
        for title, command in office.items():
            print(f"{title}: {len(command.steps)} steps, {command.seconds:.1f} s: {dict(Counter(command.steps))}", flush=True)  # fmt: skip
            ways: list[tuple[int, float | None]] = [(at, None) for at in points(command, given.points)]  # fmt: skip
            ways += [(0, command.seconds * random.uniform(0.05, 1.05)) for _ in range(given.points // 2)]  # fmt: skip
            for at, seconds in ways:
                code = command.run(folder / "killed", at, seconds)
                state = told(folder / "killed")
                came = "after" if state == command.after else "before" if state == command.before else "neither"  # fmt: skip
                outcomes[f"{title} {'by step' if at else 'by time'}: {'killed' if code else 'ended'}, {came}"] += 1  # fmt: skip
                wrong = wrong_after(command, folder / "killed")
                bad += len(wrong)
                if wrong:
                    print(title, at, at and command.steps[at - 1], seconds, code, wrong, flush=True)
    for outcome, count in sorted(outcomes.items()):
        print(f"  {outcome}: {count}")
    print(f"{bad} wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
