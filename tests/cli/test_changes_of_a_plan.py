"""What an import changed in the month's plan, on the screen: a line for each visit's day and manager."""

from typing import Any

from cmledger.cli.consequences import each_visit_once


def change(field: str, record: str = "B4") -> tuple[str, dict[str, Any]]:
    """A changed field of one item of a visit."""
    facts = {"table": "planned_visit", "row": 5, "field": field, "record": record}
    return "计划", {**facts, "before": "a", "after": "b"}


def test_items_of_a_visit_moved_together_are_one_line() -> None:
    fields = ("planned_on", "manager_id", "month", "fixed", "reason")
    found = [change(field, record) for record in ("B4", "visit") for field in fields]
    assert [told["field"] for _, told in each_visit_once(found)] == ["planned_on", "manager_id"]


def test_what_is_changed_by_itself_is_told() -> None:
    assert each_visit_once([change("fixed")]) == [change("fixed")]
