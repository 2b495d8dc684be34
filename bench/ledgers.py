"""Ledgers of many customers, built fast: the real schema by `cmledger init`, the rows by raw SQL.

One office per 10,000 customers, all of them under the three-fixed rules; 2025's energy as one row, or as
twelve for one in fifty; a manager each; four visits each in 2026, so that by 2026-11-22 about a third of the
normal customers are due and every tenth customer has missed a period. Each row has its journal entry, as if imported.
"""

import json
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

PER_OFFICE = 10_000
MANAGERS_PER_OFFICE = 20
AS_OF = "2026-11-22"
COUNT_FROM = "2026-01-01"
FOREVER = "9999-12-31"
_MONTH_DAYS = [f"{day:02d}" for day in range(1, 29)]


def build_ledger(folder: Path, customers: int) -> Path:
    """Make folder/N.db (with policy.toml beside it) unless it is there already; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{customers}.db"
    if path.exists():
        return path
    being_made = folder / f"{customers}-being-made.db"
    for rest in folder.glob(f"{being_made.name}*"):
        rest.unlink()
    (folder / "policy.toml").unlink(missing_ok=True)
    init = ["init", "--ledger", str(being_made), "--as-of", COUNT_FROM, "-q"]
    subprocess.run([sys.executable, "-m", "cmledger", *init], check=True)
    connection = sqlite3.connect(being_made, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -200000")
    connection.execute("BEGIN")
    _fill(connection, customers)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    being_made.rename(path)
    return path


def _fill(connection: sqlite3.Connection, customers: int) -> None:
    offices = max(1, customers // PER_OFFICE)
    _insert(
        connection, "office", ("id", "name"), ((n, f"示例{n}所") for n in range(1, offices + 1))
    )
    _insert(
        connection, "line", ("id", "office_id", "name"),
        ((n, (n - 1) // 10 + 1, f"示例{n}线") for n in range(1, offices * 10 + 1)),
    )  # fmt: skip
    managers = offices * MANAGERS_PER_OFFICE
    grades = ("chief", "senior", "general", "general", "general")
    _insert(
        connection, "manager", ("id", "office_id", "person_key", "name", "grade"),
        ((n, (n - 1) // MANAGERS_PER_OFFICE + 1, f"示例经理{n}", f"示例经理{n}", grades[n % 5])
         for n in range(1, managers + 1)),
    )  # fmt: skip
    _insert(connection, "customer", _CUSTOMER, _customers(customers, offices))
    _insert(
        connection, "customer_manager", ("customer_id", "valid_from", "valid_to", "manager_id"),
        ((n, "2015-06-01", FOREVER, _manager(n, offices))
         for n in range(1, customers + 1)),
    )  # fmt: skip
    energies = _insert(
        connection, "consumption", ("id", "customer_id", "year", "month", "kwh"), _energies(customers)
    )  # fmt: skip
    _insert(
        connection, "visit",
        ("id", "customer_id", "visited_on", "manager_key", "sequence", "manager_id", "method"),
        _visits(customers, offices),
    )  # fmt: skip
    _journal(
        connection,
        {"office": offices, "line": offices * 10, "manager": managers, "customer": customers,
         "consumption": energies, "visit": customers * 4},
    )  # fmt: skip


def _insert(
    connection: sqlite3.Connection, table: str, columns: tuple[str, ...], rows: Iterable[Any]
) -> int:
    """One executemany; how many rows it put in."""
    marks = ", ".join("?" * len(columns))
    done = connection.executemany(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows
    )
    return done.rowcount


_CUSTOMER = (
    "id", "account_key", "account_no", "name", "address", "office_id", "line_id", "customer_class", "voltage",
    "tariff_class", "contract_capacity_kva", "supply", "reliability_need", "social_impact", "pv", "ev_charging",
    "payment_channel", "status", "contact_name", "contact_phone", "opened_on",
)  # fmt: skip


def _office(customer: int, offices: int) -> int:
    return customer % offices + 1


def _manager(customer: int, offices: int) -> int:
    return (
        _office(customer, offices) * MANAGERS_PER_OFFICE - customer // offices % MANAGERS_PER_OFFICE
    )


def _customers(count: int, offices: int) -> Iterator[tuple[Any, ...]]:
    draw = random.Random(1)
    for n in range(1, count + 1):
        key = f"1{n:08d}7"
        chance = draw.random()
        yield (
            n, key, "370" + key, f"示例{n}号有限公司", f"示例镇示例路{n % 3000}号", _office(n, offices),
            (_office(n, offices) - 1) * 10 + n // offices % 10 + 1, "high-voltage", "10kV", "大工业用电", 315_000,
            "dual-source" if chance < 0.02 else "dual-circuit" if chance < 0.04 else "single",
            "high" if chance < 0.01 else None, 1 if 0.5 < chance < 0.502 else None,
            1 if 0.6 < chance < 0.63 else None, 1 if 0.7 < chance < 0.71 else None,
            "wechat" if n % 3 else "cash", "closed" if chance > 0.98 else "active", "甲某",
            f"1380000{n % 10_000:04d}", "2015-06-01",
        )  # fmt: skip


def _energies(customers: int) -> Iterator[tuple[int, int, int, int, int]]:
    draw = random.Random(2)
    number = 0
    for n in range(1, customers + 1):
        kwh = int(draw.lognormvariate(11, 1)) * 1000
        months = range(1, 13) if n % 50 == 0 else (0,)
        for month in months:
            number += 1
            yield (number, n, 2025, month, kwh // len(months))


def _visits(customers: int, offices: int) -> Iterator[tuple[Any, ...]]:
    """One visit in each quarter; some had their last one earlier than the fourth, or than the third."""
    draw = random.Random(3)
    number = 0
    for n in range(1, customers + 1):
        manager = _manager(n, offices)
        chance = draw.random()
        months = ["02", "05", "08", "11" if n % 2 else "10"]
        if chance < 0.3:
            months[3] = "09" if chance > 0.1 else "06"
        if chance < 0.1:
            months[2] = "04"
        for month in months:
            number += 1
            day = _MONTH_DAYS[draw.randrange(21 if month == "11" else 28)]
            yield (number, n, f"2026-{month}-{day}", manager, 1, manager, "on-site")


def _journal(connection: sqlite3.Connection, rows: dict[str, int]) -> None:
    """An operation as an import would have left it, the entries of its rows, and the counters of ids."""
    counted = rows | {"customer_manager": rows["customer"]}
    connection.execute(
        "INSERT INTO operation (id, at, as_of, actor, by_person, command, arguments, live, counts)"
        " VALUES (1, '2026-11-20T08:00:00+08:00', '2026-11-20', 'bench', 1, 'import-excel', '{}', 1, ?)",
        (json.dumps({name: {"new": count} for name, count in counted.items()}),),
    )
    for table in sorted(rows):
        connection.execute(
            "INSERT INTO entry (table_name, row_id, operation_id, action)"
            f" SELECT '{table}', id, 1, 'insert' FROM {table} ORDER BY id"
        )
    customers = (
        "INSERT INTO entry (table_name, row_id, operation_id, action)"
        " SELECT 'customer_manager', customer_id, 1, 'insert' FROM customer_manager ORDER BY customer_id"
    )
    connection.execute(customers)
    for name, count in (rows | {"operation": 1}).items():
        connection.execute(
            "INSERT INTO id_counter (name, next_id) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET next_id = excluded.next_id",
            (name, count + 1),
        )


def give_territories(path: Path) -> None:
    """Write down who looks after which line, so that nobody is where he is now: a general manager or two for most
    lines, chiefs and seniors for all lines of the office but one."""
    connection = sqlite3.connect(path)
    rows = []
    for manager, office, grade in connection.execute("SELECT id, office_id, grade FROM manager"):
        first = (office - 1) * 10
        now = (office * MANAGERS_PER_OFFICE - manager) % 10
        others = [line for line in range(10) if line != now]
        lines = [(now + 5) % 10] if grade == "general" else others
        rows.append(("、".join(f"示例{first + line + 1}线" for line in lines), manager))
    connection.executemany("UPDATE manager SET lines = ? WHERE id = ?", rows)
    connection.commit()
    connection.close()


def add_services(path: Path) -> None:
    """Give each visit one of nine items S1 … S9 done with it, and every hundredth customer a plan of its own for S8."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -200000")
    statements = [
        "INSERT INTO service_done (id, customer_id, service, done_on, manager_id, visit_id)"
        " SELECT id, customer_id, 'S' || ((customer_id + id) % 9 + 1), visited_on, manager_id, id FROM visit ORDER BY id",
        "INSERT INTO customer_plan (customer_id, service, valid_from, valid_to, cycle)"
        f" SELECT id, 'S8', '{COUNT_FROM}', '{FOREVER}', 'month' FROM customer WHERE id % 100 = 0 ORDER BY id",
        "INSERT INTO entry (table_name, row_id, operation_id, action)"
        " SELECT 'service_done', id, 1, 'insert' FROM service_done ORDER BY id",
        "INSERT INTO entry (table_name, row_id, operation_id, action)"
        " SELECT 'customer_plan', customer_id, 1, 'insert' FROM customer_plan ORDER BY customer_id",
        "INSERT INTO id_counter (name, next_id) SELECT 'service_done', max(id) + 1 FROM service_done",
    ]
    for statement in ("BEGIN", *statements, "COMMIT", "PRAGMA wal_checkpoint(TRUNCATE)"):
        connection.execute(statement)
    connection.close()
