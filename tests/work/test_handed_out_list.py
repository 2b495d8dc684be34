"""Due list out, filled in, back in: the visits are recorded, and nothing is due any more."""

from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa

from cmledger.ledger.store import Ledger
from cmledger.ledger.tables import FOREVER, table
from cmledger.policy.load import load_policy, profile_text
from cmledger.policy.schema import Policy
from cmledger.records.caller import Caller
from cmledger.records.due import Wanted
from cmledger.work.due_visits import due_visits
from cmledger.work.import_excel import import_excel
from cmledger.work.undo import undo


def test_a_filled_in_list_records_visits_and_a_corrected_one_corrects_them(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    policy = _office(ledger, caller, tmp_path)
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


def _office(ledger: Ledger, caller: Caller, tmp_path: Path) -> Policy:
    """Two gold customers of one manager, and the rules they are under."""
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
    return policy


# --- a list of several service items -------------------------------------------------------------


def test_the_rows_of_one_customer_and_day_are_one_visit_with_its_services(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    policy = _office(ledger, caller, tmp_path)
    handed_out = tmp_path / "all.xlsx"
    report = due_visits(ledger, policy, caller, Wanted(services=("all",)), excel=handed_out)
    items = [row.service for row in report.rows if row.account_no == "3700000001"]
    assert {"visit", "B4", "B8"} <= set(items)
    rows = {
        "visit": {"走访日期": "2026-11-20", "走访方式": "上门", "走访内容": "走访"},
        "B4": {"走访日期": "2026-11-20", "走访方式": "上门", "走访内容": "看配电室"},
        "B8": {"走访日期": "2026-11-20"},
    }
    filled = _items_filled_in(handed_out, tmp_path / "filled.xlsx", rows)
    taken = import_excel(ledger.location, [filled], caller, policy=tmp_path / "policy.toml")
    assert (taken.totals["new"], taken.totals["rejected"]) == (3, 0)
    assert taken.records == {"visit": {"new": 1}, "service_done": {"new": 2}}
    assert _visits(ledger) == [("2026-11-20", 1, "走访；看配电室", "B4,B8")]
    left = due_visits(ledger, policy, caller, Wanted(services=("all",)))
    assert not {"visit", "B4", "B8"} & {r.service for r in left.rows if r.account_no[-1:] == "1"}
    again = import_excel(
        ledger.location, [filled], caller, policy=tmp_path / "policy.toml", again=True
    )
    assert (again.operation, again.totals["unchanged"]) == (None, 3)


def test_a_row_of_another_item_alone_is_a_visit_that_did_it(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    policy = _office(ledger, caller, tmp_path)
    handed_out = tmp_path / "all.xlsx"
    due_visits(ledger, policy, caller, Wanted(services=("all",)), excel=handed_out)
    row = {"走访日期": "2026-11-20", "服务项目": None}  # the form's number says which item it is
    filled = _items_filled_in(handed_out, tmp_path / "filled.xlsx", {"B4": row})
    import_excel(ledger.location, [filled], caller)
    assert _visits(ledger) == [("2026-11-20", 1, None, "B4")]
    left = due_visits(ledger, policy, caller, Wanted())
    assert [r.account_no for r in left.rows] == ["3700000002"]  # it was a contact on site


def test_a_day_corrected_on_all_rows_moves_the_visit(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    policy = _office(ledger, caller, tmp_path)
    handed_out = tmp_path / "all.xlsx"
    due_visits(ledger, policy, caller, Wanted(services=("all",)), excel=handed_out)
    for day, file in (("2026-11-20", "filled.xlsx"), ("2026-11-19", "corrected.xlsx")):
        row = {"走访日期": day}
        path = _items_filled_in(handed_out, tmp_path / file, {"visit": row, "B4": row})
        report = import_excel(ledger.location, [path], caller)
    assert report.totals["changed"] == 2
    assert _visits(ledger) == [("2026-11-19", 1, None, "B4")]
    item = table("service_done")
    with ledger.reading() as connection:
        assert connection.scalars(sa.select(item.c.done_on)).all() == ["2026-11-19"]
    again = import_excel(ledger.location, [path], caller, again=True)
    assert (again.operation, again.totals["unchanged"]) == (None, 2)


@pytest.mark.parametrize("present", [True, False])
def test_a_day_corrected_on_one_row_makes_it_a_visit_of_its_own(
    ledger: Ledger, caller: Caller, tmp_path: Path, *, present: bool
) -> None:
    """Whether the visit's other row stands in the corrected file or is left out of it."""
    policy = _office(ledger, caller, tmp_path)
    handed_out = tmp_path / "all.xlsx"
    due_visits(ledger, policy, caller, Wanted(services=("all",)), excel=handed_out)
    first = {"走访日期": "2026-11-20", "走访内容": "走访"}
    filled = {"visit": first, "B4": {"走访日期": "2026-11-20"}}
    path = _items_filled_in(handed_out, tmp_path / "filled.xlsx", filled)
    import_excel(ledger.location, [path], caller)
    moved = {"B4": {"走访日期": "2026-11-18"}, **({"visit": first} if present else {})}
    path = _items_filled_in(handed_out, tmp_path / "corrected.xlsx", moved)
    report = import_excel(ledger.location, [path], caller)
    assert (report.totals["changed"], report.totals["unchanged"]) == (1, int(present))
    codes = [f["code"] for sheet in report.files[0].sheets for f in sheet.findings]
    assert "form-row-split" in codes
    assert _visits(ledger) == [("2026-11-20", 1, "走访", None), ("2026-11-18", 1, None, "B4")]
    again = import_excel(ledger.location, [path], caller, again=True)
    assert (again.operation, again.totals["changed"]) == (None, 0)
    undo(ledger.location, None, caller)
    assert _visits(ledger) == [("2026-11-20", 1, "走访", "B4")]


def test_a_content_corrected_on_one_row_corrects_the_visit_and_leaves_the_others_words(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    policy = _office(ledger, caller, tmp_path)
    handed_out = tmp_path / "all.xlsx"
    due_visits(ledger, policy, caller, Wanted(services=("all",)), excel=handed_out)
    first = {"走访日期": "2026-11-20", "走访内容": "走访", "满意度": "满意"}
    for content in ("看配电室", "看变压器"):
        rows = {"visit": first, "B4": {**first, "走访内容": content, "满意度": "不满意"}}
        path = _items_filled_in(handed_out, tmp_path / f"{content}.xlsx", rows)
        report = import_excel(ledger.location, [path], caller)
        codes = [f["code"] for sheet in report.files[0].sheets for f in sheet.findings]
        assert "form-rows-differ" in codes  # one visit, one satisfaction: that of the first row
    assert _visits(ledger) == [("2026-11-20", 1, "走访；看变压器", "B4")]
    alone = _items_filled_in(
        handed_out, tmp_path / "alone.xlsx", {"B4": {"走访日期": "2026-11-20", "走访内容": "量电流"}}
    )  # fmt: skip
    import_excel(ledger.location, [alone], caller)
    assert _visits(ledger) == [("2026-11-20", 1, "走访；看变压器；量电流", "B4")]


def _visits(ledger: Ledger) -> list[tuple[object, ...]]:
    visit, done = table("visit"), table("service_done")
    query = (
        sa.select(visit.c.visited_on, visit.c.sequence, visit.c.content, done.c.service)
        .outerjoin(done, done.c.visit_id == visit.c.id)
        .order_by(visit.c.id, done.c.service)
    )
    found: dict[tuple[object, ...], list[str]] = {}
    with ledger.reading() as connection:
        for *facts, service in connection.execute(query):
            found.setdefault(tuple(facts), []).extend([service] if service else [])
    return [(*facts, ",".join(services) or None) for facts, services in found.items()]


def _items_filled_in(
    handed_out: Path, target: Path, items: Mapping[str, Mapping[str, str | None]]
) -> Path:
    """The list with what the first customer's rows of these items were filled in with."""
    book = openpyxl.load_workbook(handed_out)
    sheet = book["示例甲"]
    heads = [cell.value for cell in sheet[3]]
    form = heads.index("表单编号") + 1
    filled = 0
    for row in range(4, sheet.max_row + 1):
        account, _, item = str(sheet.cell(row, form).value).partition("-")
        cells = items.get(item.split("-")[0], {}) if account == "3700000001" else {}
        filled += bool(cells)
        for head, value in cells.items():
            sheet.cell(row, heads.index(head) + 1).value = value
    assert filled == len(items)
    book.save(target)
    return target
