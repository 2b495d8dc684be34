"""Due list out, filled in, back in: the visits are recorded, and nothing is due any more."""

from pathlib import Path

import openpyxl
import sqlalchemy as sa

from cmledger.ledger.store import Ledger
from cmledger.ledger.tables import FOREVER, table
from cmledger.policy.load import load_policy, profile_text
from cmledger.records.caller import Caller
from cmledger.records.due import Wanted
from cmledger.work.due_visits import due_visits
from cmledger.work.import_excel import import_excel


def test_a_filled_in_list_records_visits_and_a_corrected_one_corrects_them(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    policy_file = tmp_path / "policy.toml"
    policy_file.write_text(profile_text("three-fixed"), encoding="utf-8")
    policy = load_policy(policy_file)
    with ledger.operation(caller, "test", {}) as op:
        (office,) = op.insert("office", ("name",), [("示例供电所",)])
        (manager,) = op.insert(
            "manager", ("office_id", "person_key", "name", "grade"), [(office, "示例甲", "示例甲", "senior")]
        )  # fmt: skip
        customers = op.insert(
            "customer",
            ("account_key", "account_no", "name", "office_id", "opened_on"),
            [(f"370000000{i}", f"370000000{i}", "=示例", office, "2015-01-01") for i in (1, 2)],
        )
        span = {"valid_from": "2015-01-01", "valid_to": FOREVER}
        op.replace_spans(
            "customer_manager", {c: [{**span, "manager_id": manager}] for c in customers}
        )
        tier = {**span, "tier": "gold", "rule": "sales-rank", "reasons": "[]"}
        op.replace_spans("customer_tier", {c: [tier] for c in customers})

    handed_out = tmp_path / "due.xlsx"
    report = due_visits(ledger, policy, caller, Wanted(), excel=handed_out)
    assert [row.account_no for row in report.rows] == ["3700000001", "3700000002"]

    filled = _filled_in(handed_out, tmp_path / "filled.xlsx", "2026-11-20")
    totals = import_excel(ledger.location, [filled], caller).to_json()["totals"]
    assert (totals["new"], totals["skipped"], totals["rejected"]) == (1, 1, 0)
    left = due_visits(ledger, policy, caller, Wanted())
    assert [row.account_no for row in left.rows] == ["3700000002"]

    corrected = _filled_in(handed_out, tmp_path / "corrected.xlsx", "2026-11-19")
    totals = import_excel(ledger.location, [corrected], caller).to_json()["totals"]
    assert (totals["new"], totals["changed"], totals["skipped"]) == (0, 1, 1)
    visit = table("visit")
    with ledger.reading() as connection:
        days = connection.scalars(sa.select(visit.c.visited_on)).all()
    assert list(days) == ["2026-11-19"]


def _filled_in(handed_out: Path, target: Path, day: str) -> Path:
    """The list with the first customer's visit written in."""
    book = openpyxl.load_workbook(handed_out)
    sheet = book["示例甲"]
    heads = [cell.value for cell in sheet[3]]
    for head, value in {"走访日期": day, "走访方式": "上门", "满意度": "满意"}.items():
        sheet.cell(4, heads.index(head) + 1).value = value
    book.save(target)
    return target
