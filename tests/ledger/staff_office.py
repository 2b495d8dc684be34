"""A small office of managers, places and customers, filled by hand, for tests of who looks after whom."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from cmledger.ledger.store import Ledger
from cmledger.ledger.tables import FOREVER, table
from cmledger.policy.load import parse_policy, profile_text
from cmledger.policy.schema import Policy
from cmledger.records.assigning import AssignReport, HandoverReport, SetManagerReport
from cmledger.records.caller import Caller
from cmledger.work.assign_managers import assign_managers
from cmledger.work.handover import handover
from cmledger.work.set_manager import lift_manager, set_manager
from cmledger.work.undo import undo

POLICY = parse_policy(profile_text("three-fixed"), "policy.toml")
BEGAN = "2015-01-01"
Spans = list[tuple[str, str, str, str | None]]


class Office:
    """示例供电所 with lines 一线 and 二线; people and customers are known by short words."""

    def __init__(self, ledger: Ledger, caller: Caller) -> None:
        self.ledger, self.caller = ledger, caller
        self.people: dict[str, int] = {}
        self.customers: dict[str, int] = {}
        with ledger.operation(caller, "test", {}) as op:
            (self.office,) = op.insert("office", ("name",), [("示例供电所",)])
            names = [(self.office, name) for name in ("一线", "二线")]
            self.lines = dict(
                zip(("一线", "二线"), op.insert("line", ("office_id", "name"), names), strict=True)
            )

    def on(self, day: str) -> Caller:
        return Caller("tester", self.caller.now, date.fromisoformat(day))

    def manager(self, word: str, grade: str | None = "general", **facts: Any) -> None:
        row = {"office_id": self.office, "person_key": word, "name": word, "grade": grade, **facts}
        with self.ledger.operation(self.caller, "test", {}) as op:
            (self.people[word],) = op.insert("manager", tuple(row), [tuple(row.values())])

    def change(self, word: str, **facts: Any) -> None:
        with self.ledger.operation(self.caller, "test", {}) as op:
            op.update(
                "manager",
                tuple(facts),
                [self.people[word]],
                [tuple(facts.values())],
                [dict.fromkeys(facts)],
            )

    def grid(self, name: str, kind: str | None = None, manager: str | None = None) -> int:
        row = (self.office, name, kind, self.people.get(manager or ""))
        with self.ledger.operation(self.caller, "test", {}) as op:
            (i,) = op.insert("grid", ("office_id", "name", "grid_kind", "manager_id"), [row])
        return i

    def customer(
        self,
        word: str,
        tier: str | None = "normal",
        manager: str | None = None,
        line: str | None = "一线",
        since: str = BEGAN,
        **facts: Any,
    ) -> None:
        number = f"{len(self.customers) + 1:010d}"
        row = {
            "account_key": number, "account_no": number, "office_id": self.office, "name": f"示例{word}",
            "line_id": self.lines.get(line or ""), **facts,
        }  # fmt: skip
        with self.ledger.operation(self.caller, "test", {}) as op:
            (i,) = op.insert("customer", tuple(row), [tuple(row.values())])
            if tier is not None:
                held = {
                    "valid_from": BEGAN,
                    "valid_to": FOREVER,
                    "tier": tier,
                    "rule": "others",
                    "reasons": "[]",
                }
                op.replace_spans("customer_tier", {i: [held]})
            if manager is not None:
                span = {
                    "valid_from": since,
                    "valid_to": FOREVER,
                    "manager_id": self.people[manager],
                }
                op.replace_spans("customer_manager", {i: [span]})
        self.customers[word] = i

    def assign(
        self, day: str = "2026-11-22", rules: Policy = POLICY, **options: Any
    ) -> AssignReport:
        return assign_managers(self.ledger, rules, self.on(day), **options)

    def hand(
        self, giver: str, taker: str, day: str = "2026-11-22", **options: Any
    ) -> HandoverReport:
        dates = {
            k: date.fromisoformat(v) if k in ("on", "until") else v for k, v in options.items()
        }
        return handover(self.ledger, POLICY, self.on(day), giver, taker, **dates)

    def set(
        self, word: str, manager: str, day: str = "2026-11-22", until: str | None = None
    ) -> SetManagerReport:
        number = f"{list(self.customers).index(word) + 1:010d}"
        end = date.fromisoformat(until) if until else None
        return set_manager(
            self.ledger, POLICY, self.on(day), number, manager, reason="客户要求", until=end
        )

    def lift(self, word: str, day: str = "2026-11-22") -> SetManagerReport:
        number = f"{list(self.customers).index(word) + 1:010d}"
        return lift_manager(self.ledger, self.on(day), number)

    def undo(self, operation: int | None = None) -> None:
        undo(self.ledger.location, operation, self.caller)

    def spans(self, word: str) -> Spans:
        """from, to (None: open), manager, basis."""
        names = {i: name for name, i in self.people.items()}
        held = table("customer_manager")
        query = (
            sa.select(held)
            .where(held.c.customer_id == self.customers[word])
            .order_by(held.c.valid_from)
        )
        with self.ledger.reading() as connection:
            return [
                (
                    row.valid_from,
                    "" if row.valid_to == FOREVER else row.valid_to,
                    names[row.manager_id],
                    row.basis,
                )
                for row in connection.execute(query)
            ]

    def now(self, day: str = "2026-11-22") -> dict[str, str | None]:
        """word -> manager on a day."""
        return {
            word: next(
                (m for a, b, m, _ in self.spans(word) if a <= day and (not b or day < b)), None
            )
            for word in self.customers
        }
