"""make bench: how cmledger compares with the bare work, in ratios measured in one run.

python bench/run.py [--full] [--rounds N] [--only PART…]     PART: start, inspect, import, tiers, due, services, plan, managers
--full also takes a workbook and ledgers of 1,000,000 customers. Times differ from machine to machine and with what else it does,
so nothing fails here; each ratio is printed next to the reach the project set itself.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from ledgers import AS_OF, add_services, build_ledger, give_territories
from timing import Way, interleaved
from workbooks import write_workbook

HERE = Path(__file__).parent
DATA = HERE.parent / "bench-data"
ROWS = 100_000
OFFICE = 300
"""Customers of a small office."""
SMALL, LARGE = 100_000, 1_000_000
PYTHON = sys.executable
OURS = (PYTHON, "-m", "cmledger")


def bare(script: str, *arguments: object) -> tuple[str, ...]:
    """The command line of one of the other ways."""
    return (PYTHON, str(HERE / "bare" / script), *map(str, arguments))


# --- printing ------------------------------------------------------------------------------------


def heading(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}")


def table(ways: list[Way]) -> None:
    """Medians of each way."""
    for way in ways:
        print(f"  {way.name:<58}{way.wall:8.2f} s {way.cpu:8.2f} s CPU {way.megabytes:7.0f} MB")


def against(what: str, ours: Way, other: Way, reach: float | None = None) -> None:
    """How many times as long as the other way, by the clock and by CPU time."""
    ratio(what, ours.wall / other.wall, reach, f"x ({ours.cpu / other.cpu:.2f}x CPU)")


def ratio(what: str, value: float, reach: float | None = None, unit: str = "x") -> None:
    """A ratio, and whether it is within reach."""
    verdict = ""
    if reach is not None:
        verdict = f"   reach {reach:.3g}: {'met' if value <= reach else 'NOT MET'}"
    print(f"  -> {what:<55}{value:8.2f}{unit}{verdict}")


def memory(way: Way, reach: float) -> None:
    ratio(f"peak memory of {way.name}", way.megabytes, reach, " MB")


# --- the parts -----------------------------------------------------------------------------------


def start(rounds: int, _full: bool) -> None:
    """--help, and the --help of a sub-command."""
    heading("Start-up")
    help_, typer = (
        Way("cmledger --help", (*OURS, "--help")),
        Way("python -c 'import typer'", (PYTHON, "-c", "import typer")),
    )
    sub = Way("cmledger due-visits --help", (*OURS, "due-visits", "--help"))
    one = Way("one-command Typer app --help", bare("one_command.py", "--help"))
    interleaved([help_, typer, sub, one], rounds * 5, DATA)
    table([help_, typer, sub, one])
    against("--help against import typer", help_, typer, 2)
    against("sub-command --help against a one-command app's", sub, one, 1.5)


def inspect(rounds: int, _full: bool) -> None:
    """Looking at a small office's workbook: what that takes beyond starting up."""
    heading(f"inspect-excel of {OFFICE} rows x 18 columns")
    book = DATA / "customers-office.xlsx"
    if not book.exists():
        write_workbook(book, OFFICE, shared=True)
    look = Way("cmledger inspect-excel", (*OURS, "inspect-excel", str(book), "-q"))
    sub = Way("cmledger inspect-excel --help", (*OURS, "inspect-excel", "--help"))
    interleaved([look, sub], rounds * 3, DATA)
    table([look, sub])
    ratio("inspect-excel beyond start-up", look.wall - sub.wall, 0.5, " s")


def imports(rounds: int, full: bool) -> None:
    """A customer workbook of 100,000 rows and 18 columns."""
    for shared in (True, False):
        strings = "shared strings" if shared else "inline strings"
        heading(f"Import of {ROWS:,} rows x 18 columns, {strings}")
        book = DATA / f"customers-{'shared' if shared else 'inline'}.xlsx"
        if not book.exists():
            write_workbook(book, ROWS, shared=shared)
        _import_one(book, rounds, pandas=shared or full)
    if full:
        _import_large()


def _import_large() -> None:
    """A million rows in one run, the cap on cells lifted."""
    heading(f"Import of {LARGE:,} rows x 18 columns")
    book, ledger = DATA / "customers-large.xlsx", DATA / "import.db"
    if not book.exists():
        write_workbook(book, LARGE, shared=True)
    ours = [*OURS, "import-excel", str(book), "--ledger", str(ledger), "--as-of", AS_OF, "-q"]
    cap = ["--max-cells", "20000000"]
    first = Way("cmledger import-excel", (*ours, *cap), lambda: _empty(ledger))
    floor = Way("calamine + executemany", bare("floor_import.py", book, DATA / "scratch.db"))
    interleaved([floor, first], 1, DATA)
    assert _rows_of(ledger) == int(floor.printed) == LARGE
    table([floor, first])
    against("import against the floor", first, floor)
    memory(first, 2500)


def _import_one(book: Path, rounds: int, *, pandas: bool) -> None:
    ledger, scratch = DATA / "import.db", DATA / "scratch.db"
    ours = [*OURS, "import-excel", str(book), "--ledger", str(ledger), "--as-of", AS_OF]
    first = Way("cmledger import-excel", (*ours, "-q"), lambda: _empty(ledger))
    same = Way("cmledger import-excel, same file again", (*ours, "-q"))
    forced = Way("cmledger import-excel --again (all unchanged)", (*ours, "--again", "-q"))
    floor = Way("calamine + executemany", bare("floor_import.py", book, scratch))
    other = Way("pandas.read_excel(openpyxl) + to_sql", bare("pandas_import.py", book, scratch))
    reading = Way("calamine alone", bare("calamine_only.py", book))
    interleaved([floor, reading, first, same, forced], rounds, DATA)
    if pandas:
        interleaved([other], 1, DATA)
    stored = _rows_of(ledger)
    assert stored == int(floor.printed) == ROWS, (stored, floor.printed)
    table([floor, reading, first, same, forced, *([other] if pandas else [])])
    against("import against the floor", first, floor, 2.5)
    against("import --again against the floor", forced, floor)
    against("the same file again against calamine alone", same, reading, 2.5)
    if pandas:
        against("import against pandas", first, other, 1 / 5)
    memory(first, 600)


def _empty(ledger: Path) -> None:
    """A new ledger with its policy; untimed."""
    _remove(ledger)
    (ledger.parent / "policy.toml").unlink(missing_ok=True)
    command = [*OURS, "init", "--ledger", str(ledger), "--as-of", AS_OF, "-q"]
    subprocess.run(command, check=True, cwd=DATA)


def _remove(ledger: Path) -> None:
    for ending in ("", "-wal", "-shm", "-writer"):
        ledger.with_name(ledger.name + ending).unlink(missing_ok=True)


def _rows_of(ledger: Path) -> int:
    import sqlite3

    return int(sqlite3.connect(ledger).execute("SELECT count(*) FROM customer").fetchone()[0])


def tiers(rounds: int, full: bool) -> None:
    """assign-tiers with reasons and journal against SQL that only stores tier and rank."""
    walls = [_tiers_of(size, rounds) for size in ((SMALL, LARGE) if full else (SMALL,))]
    if full:
        ratio("time for 10 times the customers (linear: 10)", walls[1] / walls[0], 11)


def _tiers_of(customers: int, rounds: int) -> float:
    heading(f"assign-tiers, {customers:,} customers, 4 visits each")
    ledger = build_ledger(DATA / "ledgers", customers)
    work = DATA / "ledgers" / "work.db"
    fresh = lambda: _copy(ledger, work)  # noqa: E731
    ours = [*OURS, "assign-tiers", "--ledger", str(work), "--as-of", AS_OF]
    quiet = Way("cmledger assign-tiers -q", (*ours, "-q"), fresh)
    again = Way("cmledger assign-tiers -q, again (nothing moves)", (*ours, "-q"))
    told = Way("cmledger assign-tiers --json", (*ours, "--json"), fresh)
    sql = Way(
        "SQL, tier and rank stored", bare("run_sql.py", work, HERE / "bare" / "tiers.sql"), fresh
    )
    rounds = rounds if customers == SMALL else 1
    interleaved([sql, quiet, again, told], rounds, DATA)
    counts = _counts(told.printed)
    _agree(sql.printed, {k: v for k, v in counts.items() if k != "out_of_scope"})
    table([sql, quiet, again, told])
    against("assign-tiers -q against SQL", quiet, sql, 4)
    against("assign-tiers --json (every move told) against SQL", told, sql)
    memory(quiet, 600)
    return quiet.wall


def due(rounds: int, full: bool) -> None:
    """due-visits against SQL that only lists who owes a visit."""
    walls = [_due_of(size, rounds) for size in ((SMALL, LARGE) if full else (SMALL,))]
    if full:
        ratio("time for 10 times the customers (linear: 10)", walls[1] / walls[0], 11)


def _tiered(customers: int) -> Path:
    """A ledger whose customers have their tiers."""
    ledger = build_ledger(DATA / "ledgers", customers)
    tiered = DATA / "ledgers" / f"tiered-{customers}.db"
    if not tiered.exists():
        _copy(ledger, tiered)
        command = [*OURS, "assign-tiers", "--ledger", str(tiered), "--as-of", AS_OF, "-q"]
        subprocess.run(command, check=True, cwd=DATA)
    return tiered


def _due_of(customers: int, rounds: int) -> float:
    heading(f"due-visits, {customers:,} customers, 4 visits each")
    tiered = _tiered(customers)
    ours = [*OURS, "due-visits", "--ledger", str(tiered), "--as-of", AS_OF]
    quiet = Way("cmledger due-visits -q", (*ours, "-q"))
    told = Way("cmledger due-visits --json", (*ours, "--json"))
    sql = Way("SQL, rows fetched", bare("run_sql.py", tiered, HERE / "bare" / "due.sql"))
    rounds = rounds if customers == SMALL else 1
    interleaved([sql, quiet, told], rounds, DATA)
    _agree(sql.printed, _counts(told.printed))
    table([sql, quiet, told])
    against("due-visits -q against SQL", quiet, sql, 2)
    against("due-visits --json against SQL", told, sql)
    memory(quiet, 600)
    return quiet.wall


ITEMS_POLICY = HERE / "services.toml"


def services(rounds: int, full: bool) -> None:
    """due-services of ten items against a SELECT by hand for each; and the list of one manager."""
    for size in (SMALL, LARGE) if full else (SMALL,):
        _services_of(size, rounds if size == SMALL else 1)


def _services_of(customers: int, rounds: int) -> None:
    heading(f"due-services, {customers:,} customers, ten items each, 4 visits with an item each")
    ledger = DATA / "ledgers" / f"services-{customers}.db"
    here = ["--ledger", str(ledger), "--policy", str(ITEMS_POLICY), "--as-of", AS_OF]
    if not ledger.exists():
        _copy(build_ledger(DATA / "ledgers", customers), ledger)
        subprocess.run([*OURS, "assign-tiers", *here, "-q"], check=True, cwd=DATA)
        add_services(ledger)
    quiet = Way("cmledger due-services -q", (*OURS, "due-services", *here, "-q"))
    told = Way("cmledger due-services --json", (*OURS, "due-services", *here, "--json"))
    sql = Way("SQL for each item, rows fetched", bare("due_items.py", ledger))
    interleaved([sql, quiet, told], rounds, DATA)
    _agree(sql.printed, _counts(told.printed))
    table([sql, quiet, told])
    against("due-services -q against SQL", quiet, sql, 2)
    against("due-services --json against SQL", told, sql)
    memory(quiet, 2500)
    memory(told, 2500)
    _of_one_manager(here, rounds)


def _of_one_manager(here: list[str], rounds: int) -> None:
    """What his list takes beyond starting up: beyond --help, which opens no ledger and reads no rules, and beyond the
    same list of a ledger without customers."""
    mine = ["--manager", "示例经理7", "-q"]
    nobody = DATA / "ledgers" / "0.db"
    build_ledger(DATA / "ledgers", 0)
    sub = Way("cmledger due-visits --help", (*OURS, "due-visits", "--help"))
    empty = Way(
        "cmledger due-visits --manager, no customers",
        (*OURS, "due-visits", "--ledger", str(nobody), *here[2:], *mine),
    )
    visits = Way("cmledger due-visits --manager", (*OURS, "due-visits", *here, *mine))
    items = Way("cmledger due-services --manager", (*OURS, "due-services", *here, *mine))
    ways = [sub, empty, visits, items]
    interleaved(ways, max(rounds, 2) * 3, DATA)
    table(ways)
    for what, one in (("visits", visits), ("ten items", items)):
        ratio(
            f"one manager's {what}, beyond a ledger of nobody's", one.wall - empty.wall, 0.2, " s"
        )
        ratio("   by CPU time", one.cpu - empty.cpu, None, " s")
        ratio(f"one manager's {what}, beyond --help", one.wall - sub.wall, None, " s")
        ratio("   by CPU time", one.cpu - sub.cpu, None, " s")
    memory(items, 150)


PLANNED = 8_000
"""Customers of 20 managers, nearly all of whom are to be visited in the last month of a quarter."""


def plan(rounds: int, _full: bool) -> None:
    """plan-visits for 20 managers with 400 dues each: planned and written, and nothing to write the second time."""
    heading(f"plan-visits, 20 managers, {PLANNED:,} customers")
    ledger = build_ledger(DATA / "ledgers", PLANNED)
    tiered = DATA / "ledgers" / f"tiered-{PLANNED}.db"
    here = ["--ledger", str(tiered), "--as-of", AS_OF]
    if not tiered.exists():
        _copy(ledger, tiered)
        subprocess.run([*OURS, "assign-tiers", *here, "-q"], check=True, cwd=DATA)
    month = [*OURS, "plan-visits", *here, "--month", "2027-03", "--services", "visit"]
    quiet = Way("cmledger plan-visits -n -q (all rows written)", (*month, "-n", "-q"))
    told = Way("cmledger plan-visits -n --json", (*month, "-n", "--json"))
    interleaved([quiet, told], rounds, DATA)
    counts = _counts(told.printed)
    print(f"  {counts['planned']:,} planned, {counts['unplanned']:,} not")
    table([quiet, told])
    ratio("planning and writing", quiet.wall, 2, " s")


def managers(rounds: int, full: bool) -> None:
    """assign-managers, with reasons, history and journal, against one UPDATE … FROM; all customers move, then none."""
    for size in (SMALL, LARGE) if full else (SMALL,):
        _managers_of(size, rounds if size == SMALL else 1)


def _managers_of(customers: int, rounds: int) -> None:
    heading(f"assign-managers, {customers:,} customers")
    ledger = _tiered(customers)
    placed = DATA / "ledgers" / f"placed-{customers}.db"
    if not placed.exists():
        _copy(ledger, placed)
        give_territories(placed)
    work = DATA / "ledgers" / "work.db"
    fresh = lambda: _copy(placed, work)  # noqa: E731
    ours = [*OURS, "assign-managers", "--ledger", str(work), "--as-of", AS_OF]
    quiet = Way("cmledger assign-managers -q", (*ours, "-q"), fresh)
    again = Way("cmledger assign-managers -q, again (nothing moves)", (*ours, "-q"))
    sql = Way("one UPDATE … FROM", bare("run_sql.py", work, HERE / "bare" / "managers.sql"), fresh)
    interleaved([sql, quiet, again], rounds, DATA)
    print(f"  {sql.printed.strip()} by SQL, {_moved(work)} by cmledger")
    table([sql, quiet, again])
    against("assign-managers -q against UPDATE … FROM", quiet, sql, 3)
    against("again, nothing moves, against UPDATE … FROM", again, sql)
    memory(quiet, 700)


def _moved(ledger: Path) -> int:
    import sqlite3

    query = "SELECT count(*) FROM customer_manager WHERE basis = 'territory'"
    return int(sqlite3.connect(ledger).execute(query).fetchone()[0])


def _copy(ledger: Path, to: Path) -> None:
    _remove(to)
    shutil.copyfile(ledger, to)


def _counts(printed: str) -> dict[str, int]:
    """The counts that the JSON begins with; its rows may be millions."""
    counts: dict[str, int] = json.JSONDecoder().raw_decode(
        printed, printed.index('"counts": ') + 10
    )[0]
    return counts


def _agree(printed: str, counts: dict[str, int]) -> None:
    """Both ways must give the same answer, else the ratio says nothing."""
    bare_counts = {word: int(n) for word, n in (pair.split("=") for pair in printed.split())}
    assert bare_counts == {k: counts.get(k, 0) for k in bare_counts}, (bare_counts, counts)
    print(f"  both: {printed.strip()}")


def headers() -> None:
    """How often the header rows of real workbooks are found, where such a corpus is at hand."""
    if os.environ.get("CMLEDGER_CORPUS"):
        heading("Header detection")
        subprocess.run([PYTHON, str(HERE / "header_score.py")], check=True)


PARTS: dict[str, Callable[[int, bool], None]] = {
    "start": start,
    "inspect": inspect,
    "import": imports,
    "tiers": tiers,
    "due": due,
    "services": services,
    "managers": managers,
    "plan": plan,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="also 1,000,000 customers")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=list(PARTS))
    chosen = parser.parse_args()
    DATA.mkdir(exist_ok=True)
    print(
        f"{os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}; medians of {chosen.rounds} interleaved rounds"
    )
    for name in chosen.only:
        PARTS[name](chosen.rounds, chosen.full)
    headers()


if __name__ == "__main__":
    main()
