"""Laws of the round trip, on random ledgers of all kinds: nothing edited changes nothing, an edit changes just itself."""

import random
import tempfile
from pathlib import Path
from typing import Any

import openpyxl
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import caller_on

from cmledger.ledger.journal import Operation
from cmledger.ledger.store import Ledger, create_ledger
from cmledger.ledger.tables import FOREVER, metadata, table
from cmledger.records.caller import Caller
from cmledger.sheets.layouts.row_token import ROW_TOKEN
from cmledger.work.export_excel import export_excel
from cmledger.work.import_excel import import_excel
from cmledger.work.undo import undo

NAMES = ("示例甲", "示例乙", "示例丙", "示例丁")
NUMBERS = [f"37000000{i:02d}" for i in range(1, 7)]
words = st.sampled_from(["示例", "旧的", "=1+1", "-无", "a、b", "第2行 ", "3.30E+12", "清 空"])


@st.composite
def offices(draw: st.DrawFn) -> dict[str, Any]:
    """Managers (two may share a name), customers, energy and visits, as rows of values."""
    managers = draw(
        st.lists(st.tuples(st.sampled_from(NAMES), st.booleans()), min_size=1, max_size=5)
    )
    customers = draw(st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=6, unique=True))
    many = len(customers) - 1
    return {
        "managers": managers,
        "customers": [
            (
                number,
                draw(st.none() | words),
                draw(st.none() | words),
                draw(st.none() | st.integers(0, 2 * 10**6)),
                draw(st.none() | st.integers(0, len(managers) - 1)),
                draw(st.none() | st.integers(0, 1)),
                draw(st.none() | words),
            )
            for number in customers
        ],
        "consumption": draw(
            st.lists(
                st.tuples(st.integers(0, many), st.integers(2024, 2025), st.integers(0, 12), st.none() | st.integers(0, 10**9)),
                max_size=6, unique_by=lambda row: row[:3],
            )
        ),
        "visits": draw(
            st.lists(
                st.tuples(
                    st.integers(0, many), st.integers(1, 9), st.none() | st.integers(0, len(managers) - 1),
                    st.none() | words, st.sets(st.sampled_from(["B2", "B4", "自家项目"])),
                ),
                max_size=5,
            )
        ),
    }  # fmt: skip


def seeded(operation: Operation, office: dict[str, Any]) -> None:
    """Write it."""
    insert = operation.insert
    office_id = insert("office", ("name",), [("示例供电所",)])[0]
    line = insert("line", ("office_id", "name"), [(office_id, "示例一线")])[0]
    people, keys = [], set()
    for i, (name, numbered) in enumerate(office["managers"]):
        number = f"G{i}" if numbered or name in keys else None
        key = f"{name}#{number}" if name in keys else name
        keys.add(name)
        people.append((office_id, key, name, number))
    managers = insert("manager", ("office_id", "person_key", "name", "employee_no"), people)
    ids = insert(
        "customer",
        ("account_key", "account_no", "name", "remark", "contract_capacity_kva", "pv", "office_id",
         "line_id", "extras"),
        [
            (no, no, name, remark, kva, pv, office_id, line if pv else None, own and f'{{"柜号":"{own}"}}')
            for no, name, remark, kva, _, pv, own in office["customers"]
        ],
    )  # fmt: skip
    held = [
        (i, managers[row[4]])
        for i, row in zip(ids, office["customers"], strict=True)
        if row[4] is not None
    ]
    operation.insert_spans(
        "customer_manager",
        {
            "customer_id": [i for i, _ in held],
            "valid_from": ["2020-01-01"] * len(held),
            "valid_to": [FOREVER] * len(held),
            "manager_id": [manager for _, manager in held],
        },
        [None] * len(held),
    )
    insert(
        "consumption",
        ("customer_id", "year", "month", "kwh"),
        [(ids[c], *rest) for c, *rest in office["consumption"]],
    )
    for order, (c, day, who, content, codes) in enumerate(office["visits"], 1):
        visitor = None if who is None else managers[who]
        on = f"2026-10-0{day}"
        columns = ("customer_id", "visited_on", "manager_key", "sequence", "manager_id", "content")
        visit = insert("visit", columns, [(ids[c], on, visitor or 0, order, visitor, content)])[0]
        insert(
            "service_done",
            ("customer_id", "service", "done_on", "manager_id", "visit_id"),
            [(ids[c], code, on, visitor, visit) for code in sorted(codes)],
        )  # fmt: skip


def content(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
    """All that is content of the ledger."""
    with ledger.reading() as connection:
        return {
            t.name: sorted(map(tuple, connection.execute(sa.select(t))), key=repr)
            for t in metadata.sorted_tables
            if t.name not in ("event", "id_counter")
        }


def totals(ledger: Ledger, path: Path, caller: Caller) -> dict[str, int]:
    report = import_excel(ledger.location, [path], caller, again=True)
    counted: dict[str, int] = report.to_json()["totals"]
    return {name: count for name, count in counted.items() if count and name != "read"}


def shuffled(path: Path, seed: int) -> None:
    """Sort the rows of every sheet some other way, as a person does."""
    book = openpyxl.load_workbook(path)
    for sheet in book:
        if sheet.sheet_state != "visible" or sheet.max_row < 2:
            continue
        rows = [[(c._value, c.data_type) for c in row] for row in sheet.iter_rows(2)]
        random.Random(seed).shuffle(rows)
        for row, values in zip(sheet.iter_rows(2), rows, strict=True):
            for cell, (value, kind) in zip(row, values, strict=True):
                cell._value, cell.data_type = value, kind
    book.save(path)


@given(office=offices(), seed=st.integers(0, 99), meanwhile=offices(), back=st.booleans())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_unedited_rows_change_nothing_whatever_the_ledger_did_since(
    office: dict[str, Any], seed: int, meanwhile: dict[str, Any], back: bool
) -> None:
    caller = caller_on("2026-11-22")
    with tempfile.TemporaryDirectory() as folder:
        ledger = create_ledger(f"{folder}/l.db", caller)
        with ledger.operation(caller, "test", {}) as operation:
            seeded(operation, office)
        path = Path(folder, "e.xlsx")
        export_excel(ledger.location, path, caller)
        shuffled(path, seed)
        before = content(ledger)
        assert totals(ledger, path, caller).keys() <= {"unchanged", "skipped"}
        assert content(ledger) == before

        number = changed(ledger, caller, meanwhile)
        if back and number is not None:
            undo(ledger.location, number, caller)
        before = content(ledger)
        assert totals(ledger, path, caller).keys() <= {"unchanged", "skipped"}
        assert content(ledger) == before


def changed(ledger: Ledger, caller: Caller, other: dict[str, Any]) -> int | None:
    """Let the ledger go on: fields, managers, energy, visits become other ones."""
    with ledger.reading() as connection:
        rows = {
            name: [dict(r) for r in connection.execute(sa.select(table(name))).mappings()]
            for name in ("customer", "consumption", "visit", "manager", "service_done")
        }
    with ledger.operation(caller, "test", {}) as operation:
        for row, new in zip(rows["customer"], other["customers"], strict=False):
            now = dict(zip(("name", "remark", "contract_capacity_kva"), new[1:4], strict=True))
            now["line_id"] = None
            _update(operation, "customer", row, now)
            if new[4] is not None:
                manager = rows["manager"][new[4] % len(rows["manager"])]["id"]
                span = {"valid_from": "2021-01-01", "valid_to": FOREVER, "manager_id": manager}
                operation.replace_spans("customer_manager", {row["id"]: [span]})
        for row, new in zip(rows["consumption"], other["consumption"], strict=False):
            _update(operation, "consumption", row, {"kwh": new[3]})
        for row, new in zip(rows["visit"], other["visits"], strict=False):
            _update(
                operation, "visit", row, {"content": new[3], "visited_on": f"2026-09-0{new[1]}"}
            )
        for row in rows["manager"][:1]:
            name = f"{row['name']}改"
            key = row["person_key"].replace(row["name"], name)
            _update(operation, "manager", row, {"name": name, "person_key": key})
        operation.delete("service_done", [row["id"] for row in rows["service_done"][:1]])
    return operation.number


def _update(operation: Operation, name: str, row: dict[str, Any], now: dict[str, Any]) -> None:
    before = {field: row[field] for field, value in now.items() if row[field] != value}
    if before:
        columns = sorted(before)
        operation.update(name, columns, [row["id"]], [[now[c] for c in columns]], [before])


@given(office=offices(), meanwhile=offices(), data=st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_edited_cell_changes_itself_or_is_refused(
    office: dict[str, Any], meanwhile: dict[str, Any], data: st.DataObject
) -> None:
    caller = caller_on("2026-11-22")
    with tempfile.TemporaryDirectory() as folder:
        ledger = create_ledger(f"{folder}/l.db", caller)
        with ledger.operation(caller, "test", {}) as operation:
            seeded(operation, office)
        path = Path(folder, "e.xlsx")
        export_excel(ledger.location, path, caller, kinds=["customers"])
        shown = {row[0]: row for row in content(ledger)["customer"]}
        book = openpyxl.load_workbook(path)
        sheet = book["客户台账"]
        at = {cell.value: cell.column for cell in sheet[1]}
        row = data.draw(st.integers(2, sheet.max_row))
        sheet.cell(row, at["备注"])._value, sheet.cell(row, at["备注"]).data_type = "人改的", "s"
        customer = int(
            str(sheet.cell(row, at[ROW_TOKEN.title]).value).split("@")[0][len("customer") :]
        )
        book.save(path)
        changed(ledger, caller, meanwhile)
        before = content(ledger)
        done = totals(ledger, path, caller)
        after = content(ledger)
        columns = [c.name for c in table("customer").columns]
        i = columns.index("remark")
        had = {r[0]: r for r in before["customer"]}
        have = {r[0]: r for r in after["customer"]}
        if had[customer][i] == shown[customer][i]:
            had[customer] = (*had[customer][:i], "人改的", *had[customer][i + 1 :])
            assert done.get("changed") == 1
        else:
            assert done.get("rejected") == 1
        assert have == had
        for name in ("customer_manager", "consumption", "visit", "manager", "line", "service_done"):
            assert after[name] == before[name]
