"""Freeze a small ledger of the schema this code has: python tests/ledger/old/make.py

Run once per released schema, with that release's code; the file is committed and never made again.
`test_upgrade.py` brings each of them to the current schema. Every table holds at least one row.
"""

import sys
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from cmledger.ledger.ids import take_ids
from cmledger.ledger.journal import Operation, packed
from cmledger.ledger.store import create_ledger
from cmledger.ledger.tables import FOREVER, SCHEMA_VERSION, table
from cmledger.records.caller import Caller

CALLER = Caller(
    "示例经办人",
    datetime(2026, 11, 20, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai")),
    date(2026, 11, 20),
)


def main(folder: Path) -> Path:
    """Write ledger-v<N>.db into the folder; its path."""
    path = folder / f"ledger-v{SCHEMA_VERSION}.db"
    path.unlink(missing_ok=True)
    ledger = create_ledger(str(path), CALLER)
    with ledger.operation(CALLER, "import-excel", {"files": ["示例台账.xlsx"]}) as op:
        import_office(op)
    with ledger.operation(CALLER, "assign-tiers", {}) as op:
        assign(op)
    with ledger.operation(CALLER, "record-visit", {"account_no": "3700000001"}) as op:
        (visit,) = op.insert(
            "visit",
            ("customer_id", "visited_on", "manager_key", "sequence", "manager_id", "method"),
            [(1, "2026-11-19", 1, 1, 1, "on-site")],
        )
        op.insert(
            "service_done",
            ("customer_id", "service", "done_on", "manager_id", "visit_id"),
            [(1, "safety-check", "2026-11-19", 1, visit)],
        )
    with ledger.operation(CALLER, "plan-visits", {}) as op:
        serve(op)
    ledger.record_event(CALLER, "job", {"command": "daily", "steps": []})
    return path


def serve(op: Operation) -> None:
    """A row of every record of the service engine."""
    for name, values in SERVED.items():
        op.insert(name, list(values), [list(values.values())])
    plan = {
        "service": "safety-check",
        "valid_from": "2026-11-20",
        "valid_to": FOREVER,
        "cycle": "quarter",
    }
    op.replace_spans("customer_plan", {1: [plan]})


SERVED: dict[str, dict[str, object]] = {
    "training": {"manager_id": 1, "trained_on": "2026-11-18", "topic": "示例培训"},
    "customer_date": {"customer_id": 1, "occasion": "founding", "day": "05-03"},
    "customer_event": {"customer_id": 1, "event": "suspension", "happened_on": "2026-11-18"},
    "service_done": {"customer_id": 1, "service": "greeting", "done_on": "2026-11-18"},
    "duty_done": {"office_id": 1, "service": "meeting", "done_on": "2026-11-18", "manager_key": 1, "grid_key": 0, "manager_id": 1},
    "matter": {"customer_id": 1, "matter_kind": "hazard", "opened_on": "2026-11-18", "sequence": 1},
    "arrears_contact": {"customer_id": 1, "contacted_on": "2026-11-18", "sequence": 1},
    "outage": {"office_id": 1, "begins_at": "2026-12-05T08:00", "line_key": 1, "area_key": 0, "line_id": 1},
    "outage_notice": {"outage_id": 1, "customer_id": 1, "notice_kind": "notice", "told_at": "2026-11-20T09:00"},
    "planned_visit": {"customer_id": 1, "service": "visit", "period": "2026-12", "month": "2026-12", "fixed": 0},
}  # fmt: skip


def import_office(op: Operation) -> None:
    """An office with two lines, two managers and six customers, as if read from a sheet."""
    file = take_ids(op.connection, "source_file", 1)[0]
    sheet = take_ids(op.connection, "source_sheet", 1)[0]
    insert(
        op.connection, "source_file", id=file, operation_id=op.id, path="示例台账.xlsx",
        sha256="0" * 64, size=1, reading="{}", report="{}",
    )  # fmt: skip
    insert(
        op.connection, "source_sheet", id=sheet, file_id=file, name="专变台账", kind="customers",
        columns=packed({"customer.account_no": "B"}), refused_rows="[]",
    )  # fmt: skip
    (office,) = op.insert("office", ("name",), [("示例供电所",)])
    lines = op.insert("line", ("office_id", "name"), [(office, "示例一线"), (office, "示例二线")])
    op.insert("transformer_area", ("office_id", "name"), [(office, "示例台区")])
    grids = op.insert("grid", ("office_id", "name", "grid_kind"), [(office, "示例村", "village")])
    op.insert("liaison", ("grid_id", "name", "role"), [(grids[0], "示例丁", "村委")])
    managers = op.insert(
        "manager",
        ("office_id", "person_key", "name", "grade"),
        [(office, "示例甲", "示例甲", "chief"), (office, "示例乙", "示例乙", "general")],
    )
    customers = op.insert(
        "customer",
        ("account_key", "account_no", "name", "office_id", "line_id", "customer_class", "pv"),
        [
            (no, no, f"示例客户{no[-1]}", office, lines[int(no) % 2], "high-voltage", 0)
            for no in (f"370000000{n}" for n in range(1, 7))
        ],
        [(sheet, 3 + n) for n in range(6)],
    )
    op.insert("contact", ("customer_id", "name", "role"), [(customers[0], "示例丙", "电气联系人")])
    op.insert(
        "duplicate",
        ("first_id", "second_id", "decision"),
        [(customers[0], customers[1], "distinct")],
    )
    op.replace_spans(
        "customer_manager",
        {
            c: [{"valid_from": "2026-11-20", "valid_to": FOREVER, "manager_id": managers[c % 2]}]
            for c in customers
        },
    )
    op.insert(
        "consumption",
        ("customer_id", "year", "month", "kwh"),
        [(c, 2025, 0, 1_000_000 * c) for c in customers],
    )
    op.update("customer", ("name",), [1], [("示例客户一",)], [{"name": "示例客户1"}])


def assign(op: Operation) -> None:
    """A policy edition, a tier for each customer, one set by hand."""
    edition = take_ids(op.connection, "policy_edition", 1)[0]
    insert(
        op.connection, "policy_edition", id=edition, since="2026-01-01", digest="0" * 64,
        profile="three-fixed", text="", first_used_at=CALLER.moment,
    )  # fmt: skip
    span = {
        "valid_from": "2026-11-20", "valid_to": FOREVER, "tier": "normal",
        "rule": "rest", "reasons": "[]", "edition_id": edition,
    }  # fmt: skip
    op.replace_spans("customer_tier", {c: [span] for c in range(1, 7)})
    op.insert(
        "tier_override",
        ("customer_id", "tier", "reason", "valid_from", "valid_to"),
        [(2, "gold", "示例理由", "2026-11-20", FOREVER)],
    )


def insert(connection: sa.Connection, name: str, /, **values: object) -> None:
    """One row of a table that is not journalled."""
    connection.execute(sa.insert(table(name)).values(values))


if __name__ == "__main__":
    print(main(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parent))
