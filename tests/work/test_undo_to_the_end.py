"""Imports, edits, undo and redo in any order: the ledger is what the live operations say, and sound after each step.

The model knows nothing of the journal: it compares the content before and after each operation, and takes the
difference for what the operation wrote.
"""

import contextlib
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import assert_sound, caller_on

from cmledger.errors import LedgerError
from cmledger.ledger.store import Ledger, create_ledger
from cmledger.ledger.tables import ROW_TABLES, SPAN_TABLES, table
from cmledger.policy.load import load_policy, profile_text
from cmledger.records.flips import FlipReport, RowFate
from cmledger.records.visit import VisitTold
from cmledger.work.assign_tiers import assign_tiers
from cmledger.work.import_excel import import_excel
from cmledger.work.record_visit import record_visit
from cmledger.work.set_tier import set_tier
from cmledger.work.undo import redo, undo

Key = tuple[str, int]
Content = dict[Key, dict[str, Any]]
"""(table, row id) -> fields; of a table of spans (table, customer) -> {"spans": …}"""

GONE: dict[str, Any] = {}
"""What an operation wrote to a row that it deleted."""

ACCOUNTS = ("3700000001", "3703700000001", "3700000002", "3700000003")
CLEAR = "清空"


def content(ledger: Ledger) -> Content:
    found: Content = {}
    with ledger.reading() as connection:
        for name, t in ROW_TABLES.items():
            for row in connection.execute(sa.select(t)).mappings():
                found[name, row["id"]] = {k: v for k, v in row.items() if k != "id"}
        for name, t in SPAN_TABLES.items():
            ordered = sa.select(t).order_by(t.c.customer_id, t.c.valid_from)
            for row in connection.execute(ordered).mappings():
                span = {k: v for k, v in row.items() if k != "customer_id"}
                found.setdefault((name, row["customer_id"]), {"spans": []})["spans"].append(span)
    return found


def pointers(key: Key, fields: dict[str, Any]) -> set[Key]:
    """The rows that a row refers to."""
    name, owner = key
    found = set()
    rows = fields["spans"] if name in SPAN_TABLES else [fields]
    for reference in table(name).foreign_keys:
        parent, column = reference.column.table.name, reference.parent.name
        if parent in ROW_TABLES:
            for row in rows:
                value = owner if name in SPAN_TABLES and column == "customer_id" else row[column]
                if value is not None:
                    found.add((parent, value))
    return found


class Model:
    """Every write of every operation, and which operations are live."""

    def __init__(self) -> None:
        self.writes: dict[int, Content] = {}
        self.inserts: dict[Key, dict[str, Any]] = {}
        self.live: dict[int, bool] = {}

    def learn(self, number: int, before: Content, after: Content) -> None:
        wrote: Content = {}
        for key in before.keys() | after.keys():
            old, new = before.get(key), after.get(key)
            if key[0] in SPAN_TABLES:
                old, new = old or {"spans": []}, new or {"spans": []}
            if new is None:  # what a plan no longer holds
                wrote[key] = GONE
            elif old is None:
                self.inserts[key] = wrote[key] = new
            elif changed := {f: v for f, v in new.items() if old[f] != v}:
                wrote[key] = changed
        self.writes[number] = wrote
        self.live[number] = True

    def says(self) -> Content:
        """The content that the live operations leave."""
        rows: Content = {}
        all_: Content = {}
        for number, wrote in sorted(self.writes.items()):
            for key, fields in wrote.items():
                base = {"spans": []} if key[0] in SPAN_TABLES else self.inserts[key]
                row = all_.setdefault(key, dict(base))
                if self.live[number] and fields is GONE:
                    rows.pop(key, None)
                elif self.live[number]:
                    row.update(fields)
                    rows[key] = row
        while True:  # what is referred to is there
            missing = {p for key, row in rows.items() for p in pointers(key, row)} - rows.keys()
            if not missing:
                return {k: r for k, r in rows.items() if r.get("spans") != []}
            rows.update({key: all_[key] for key in missing})


# --- what can be done ------------------------------------------------------------------------------


def cell(*words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(("", *words, CLEAR))


def sheet(kind: str, *columns: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    rows = st.lists(st.tuples(*columns), min_size=1, max_size=3)
    return st.tuples(st.just(kind), rows, st.booleans())


account = st.sampled_from(ACCOUNTS)
person = cell("示例甲", "示例乙")
HEADS = {
    "customers": "户号,户名,用电地址,供电所,线路,客户经理,原户号,客户分类,2025年用电量（kWh）",
    "managers": "姓名,供电所,级别,电话,工号",
    "consumption": "户号,年,月,电量(kWh)",
    "visits": "户号,走访日期,客户经理,走访内容,服务项目",
}
offices = st.sampled_from(("示例一所", "示例二所"))
imports = st.one_of(
    sheet(
        "customers",
        account, cell("示例一厂", "示例二厂"), cell("示例路 1 号"), offices, cell("示例一线", "示例二线"),
        person, cell("3700000002"), cell("高压"), cell("5000", "6000"),
    ),
    sheet("managers", st.sampled_from(("示例甲", "示例乙")), offices, cell("首席", "高级"), cell("13800000001"), cell("1", "2")),
    sheet("consumption", account, st.just("2025"), cell("1", "2"), cell("100", "200")),
    sheet("visits", account, st.sampled_from(("2026-10-08", "2026-11-02")), person, cell("示例内容", "另一内容"), cell("B4")),
)  # fmt: skip
edits = st.one_of(
    st.tuples(st.just("set-tier"), account, st.sampled_from(("diamond", "gold", None))),
    st.tuples(st.just("record-visit"), account, st.sampled_from(("2026-10-08", "2026-11-09"))),
    st.tuples(st.just("assign-tiers")),
)
flips = st.tuples(st.sampled_from(("undo", "redo")), st.integers(0, 20))
steps = st.lists(st.one_of(imports, imports, edits, flips, flips), min_size=2, max_size=12)


class Desk:
    """A ledger, its model, and the doing of a step on both."""

    def __init__(self, location: str, folder: Path) -> None:
        self.folder = folder
        self.day = date(2026, 11, 22)
        self.ledger = create_ledger(location, caller_on("2026-11-01"))
        self.model = Model()
        self.flipped: dict[int, tuple[str, int]] = {}
        """a flip's number -> (its command, the operation it named)"""
        policy = folder / "policy.toml"
        policy.write_text(profile_text("three-fixed"), encoding="utf-8")
        self.policy = load_policy(policy)
        self.policy_file = policy

    def do(self, step: Any) -> None:
        self.day += timedelta(days=1)
        if step[0] in ("undo", "redo"):
            self.flip(*step)
        else:
            before = content(self.ledger)
            number = None
            with contextlib.suppress(LedgerError):
                number = self.change(step)
            after = content(self.ledger)
            if number is None:
                assert before == after
            else:
                self.model.learn(number, before, after)
        self.compare()

    def change(self, step: Any) -> int | None:
        caller = caller_on(self.day.isoformat())
        if step[0] in HEADS:
            kind, rows, again = step
            path = self.folder / f"{kind}.csv"
            lines = [HEADS[kind], *(",".join(row) for row in rows)]
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
            return import_excel(
                self.ledger.location, [path], caller, policy=self.policy_file, kind=kind, office="示例一所", again=again,
            ).operation  # fmt: skip
        if step[0] == "set-tier":
            return set_tier(
                self.ledger, self.policy, caller, step[1], step[2], reason="示例理由"
            ).operation
        if step[0] == "record-visit":
            told = VisitTold(step[1], date.fromisoformat(step[2]), services=("B4",))
            return record_visit(self.ledger, self.policy, caller, told).operation
        return assign_tiers(self.ledger, self.policy, caller, without_energy=True).operation

    def flip(self, command: str, which: int) -> None:
        known = sorted(self.model.writes.keys() | self.flipped.keys())
        if not known:
            return
        number = known[which % len(known)]
        target, live = number, command == "redo"
        while target in self.flipped:  # an undone undo is a redo
            done, target = self.flipped[target]
            live = live == (done == "redo")
        before = content(self.ledger)
        turn = redo if command == "redo" else undo
        report = turn(self.ledger.location, number, caller_on(self.day.isoformat()))
        assert report.target == target
        if self.model.live[target] == live:
            assert report.operation is None
            assert content(self.ledger) == before
            return
        assert report.operation is not None
        self.flipped[report.operation] = (command, number)
        self.model.live[target] = live
        self.judge(report, before, content(self.ledger))

    def judge(self, report: FlipReport, before: Content, after: Content) -> None:
        """Every row of the operation has one fate, and the fate is true."""
        rows = [(row.table, row.row_id) for row in report.rows]
        assert len(rows) == len(set(rows))
        assert set(rows) == self.model.writes[report.target].keys()
        assert sum(report.counts.values()) == len(rows)
        for row in report.rows:
            key = (row.table, row.row_id)
            assert row.label, row
            if row.fate is RowFate.NOTHING:
                assert before.get(key) == after.get(key), row
            elif row.fate is RowFate.REVERSED:
                assert before.get(key) != after.get(key), row
            else:
                assert row.fate is RowFate.KEPT
                assert row.kept_by is not None or row.reason is not None
                if row.kept_by is not None:
                    assert self.model.live[row.kept_by], row

    def compare(self) -> None:
        """Rows that something stands in the way of (a key that another has) are left out, as the journal names them."""
        assert_sound(self.ledger.location)
        found, said = content(self.ledger), self.model.says()
        operation = table("operation")
        with self.ledger.reading() as connection:
            notes = connection.scalars(sa.select(operation.c.arguments)).all()
            newest = sa.select(operation.c.command).order_by(operation.c.id.desc())
            last = connection.scalar(newest.limit(1))
        for note in notes:
            for name, ids in json.loads(note).get("obstructed", {}).items():
                for i in ids:
                    key = (name, i)
                    for side in (found, said):
                        side.pop(key, None)
        if last not in ("undo", "redo"):
            # what only a reference kept, and this operation let go of, goes with the next flip
            found = {k: row for k, row in found.items() if k in said or k not in self.model.inserts}
        for key in found.keys() | said.keys():
            assert found.get(key) == said.get(key), key


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=steps)
def test_any_order_of_anything(tmp_path_factory: Any, steps: list[Any]) -> None:
    folder = tmp_path_factory.mktemp("end")
    desk = Desk(str(folder / "cmledger.db"), folder)
    for step in steps:
        desk.do(step)


@pytest.mark.postgresql
@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=steps)
def test_any_order_of_anything_on_postgresql(
    tmp_path_factory: Any, new_database: Callable[[], str], steps: list[Any]
) -> None:
    desk = Desk(new_database(), tmp_path_factory.mktemp("end"))
    for step in steps:
        desk.do(step)
