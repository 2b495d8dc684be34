"""Customer rows meet the ledger: new, changed, unchanged, rejected; blanks, 清空, two forms of a 户号, repeats."""

from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from cmledger.ledger.intake.apply import APPLY
from cmledger.ledger.intake.common import Batch, Intake
from cmledger.ledger.intake.people import People
from cmledger.ledger.intake.places import Places
from cmledger.ledger.store import Ledger
from cmledger.ledger.tables import table
from cmledger.records.caller import Caller
from cmledger.records.intake import CLEAR, EnergyColumn, SheetRows


def take(
    ledger: Ledger,
    caller: Caller,
    *sheets: list[dict[str, Any]],
    kind: str = "customers",
    energy: dict[tuple[int, int], list[int | None]] | None = None,
) -> tuple[list[list[str]], list[list[str]], int | None]:
    """Apply sheets of rows ({full field: value}); outcomes and finding codes per sheet, operation number."""
    with ledger.operation(caller, "import-excel", {}) as operation:
        intake = Intake(operation, caller.day, ledger.count_from.isoformat())
        batches = []
        for rows in sheets:
            names = list(dict.fromkeys(name for row in rows for name in row))
            values = {name: [row.get(name) for row in rows] for name in names}
            columns = [
                EnergyColumn("Z", year, month, kwh) for (year, month), kwh in (energy or {}).items()
            ]
            sheet_rows = SheetRows(kind, list(range(2, 2 + len(rows))), values, columns)
            sheet_id = 900 + len(batches)
            connection = operation.connection
            if not connection.scalar(
                sa.select(sa.func.count()).where(table("source_file").c.id == 1)
            ):
                connection.execute(
                    sa.insert(table("source_file")).values(
                        id=1, operation_id=operation.id, path="a.xlsx", sha256="0", size=1,
                        reading="{}", report="{}",
                    )
                )  # fmt: skip
            if not connection.scalar(
                sa.select(sa.func.count()).where(table("source_sheet").c.id == sheet_id)
            ):
                connection.execute(
                    sa.insert(table("source_sheet")).values(
                        id=sheet_id, file_id=1, name="s", kind=kind, columns="{}", refused_rows="[]"
                    )
                )
            batches.append(Batch.of(sheet_rows, sheet_id, "示例供电所"))
        APPLY[kind](intake, batches, Places(intake), People(intake))
    outcomes = [[str(o) for o in batch.applied().outcomes] for batch in batches]
    return outcomes, [[f.code for f in batch.findings] for batch in batches], operation.number


def customers(ledger: Ledger) -> list[dict[str, Any]]:
    customer = table("customer")
    with ledger.reading() as connection:
        rows = connection.execute(sa.select(customer).order_by(customer.c.id)).mappings()
        return [dict(row) for row in rows]


NO, NAME, PHONE = "customer.account_no", "customer.name", "customer.contact_phone"


def test_new_then_unchanged_then_changed(ledger: Ledger, caller: Caller) -> None:
    rows = [{NO: "3700000001", NAME: "示例一厂", "customer.line": "示例一线"}]
    assert take(ledger, caller, rows) == ([["new"]], [[]], 1)
    assert take(ledger, caller, rows) == ([["unchanged"]], [[]], None)
    rows[0][PHONE] = "13800000001"
    assert take(ledger, caller, rows)[0] == [["changed"]]
    assert [c["contact_phone"] for c in customers(ledger)] == ["13800000001"]


def test_a_blank_never_erases_and_the_word_does(ledger: Ledger, caller: Caller) -> None:
    take(ledger, caller, [{NO: "3700000001", NAME: "示例一厂", PHONE: "13800000001"}])
    assert take(ledger, caller, [{NO: "3700000001", PHONE: None}])[0] == [["unchanged"]]
    assert take(ledger, caller, [{NO: "3700000001", PHONE: CLEAR}])[0] == [["changed"]]
    assert customers(ledger)[0]["contact_phone"] is None


def test_ten_and_thirteen_digits_are_one_customer(ledger: Ledger, caller: Caller) -> None:
    take(ledger, caller, [{NO: "3700000001", NAME: "示例一厂"}])
    assert take(ledger, caller, [{NO: "3703700000001"}])[0] == [["changed"]]
    (row,) = customers(ledger)
    assert (row["account_no"], row["old_account_no"]) == ("3703700000001", "3700000001")
    assert take(ledger, caller, [{NO: "3700000001"}])[0] == [["unchanged"]]


def test_one_number_under_two_prefixes_is_refused(ledger: Ledger, caller: Caller) -> None:
    take(ledger, caller, [{NO: "3703700000001"}])
    outcomes, codes, number = take(ledger, caller, [{NO: "3203700000001"}])
    assert (outcomes, codes, number) == ([["rejected"]], [["two-prefixes"]], None)


def test_rows_that_contradict_each_other_are_all_refused(ledger: Ledger, caller: Caller) -> None:
    outcomes, codes, _ = take(
        ledger,
        caller,
        [{NO: "3700000001", NAME: "甲"}, {NO: "3700000002", NAME: "乙"}],
        [{NO: "3700000001", NAME: "丙"}],
    )
    assert outcomes == [["rejected", "new"], ["rejected"]]
    assert codes == [["conflicting-rows"], ["conflicting-rows"]]


def test_the_same_row_again_is_unchanged_and_an_addition_is_taken(
    ledger: Ledger, caller: Caller
) -> None:
    outcomes, _, _ = take(
        ledger,
        caller,
        [{NO: "3700000001", NAME: "甲"}, {NO: "3700000001", NAME: "甲"}],
        [{NO: "3700000001", PHONE: "13800000001", "customer_manager.manager": "测试员甲"}],
    )
    assert outcomes == [["new", "unchanged"], ["changed"]]
    assert customers(ledger)[0]["contact_phone"] == "13800000001"


def test_energy_on_a_customer_row_and_its_contradiction(ledger: Ledger, caller: Caller) -> None:
    rows = [{NO: "3700000001"}, {NO: "3700000001"}]
    same = take(ledger, caller, rows, energy={(2025, 0): [1000, 1000]})
    assert same[0] == [["new", "unchanged"]]
    other = take(ledger, caller, rows, energy={(2025, 0): [1000, 2000]})
    assert other[0] == [["rejected", "rejected"]]


def test_a_manager_moves_from_the_day_of_the_import(ledger: Ledger, caller: Caller) -> None:
    name = "customer_manager.manager"
    take(ledger, caller, [{NO: "3700000001", name: "测试员甲", "customer.opened_on": "2015-03-01"}])
    outcomes, codes, _ = take(ledger, caller, [{NO: "3700000001", name: "测试员乙"}])
    assert (outcomes, codes) == ([["changed"]], [["manager-created"]])
    span = table("customer_manager")
    with ledger.reading() as connection:
        spans = connection.execute(
            sa.select(span.c.valid_from, span.c.valid_to).order_by(span.c.valid_from)
        ).all()
    assert [tuple(s) for s in spans] == [("2015-03-01", "2026-11-22"), ("2026-11-22", "9999-12-31")]


def test_a_customer_that_changed_its_number_is_found_by_the_former_one(
    ledger: Ledger, caller: Caller
) -> None:
    take(ledger, caller, [{NO: "3700000001", NAME: "甲"}])
    take(ledger, caller, [{NO: "3700009999", "customer.old_account_no": "3700000001"}])
    (row,) = customers(ledger)
    assert (row["account_no"], row["account_key"]) == ("3700009999", "3700009999")
    assert take(ledger, caller, [{NO: "3700000001", NAME: "甲"}])[0] == [["unchanged"]]


def test_closing_a_customer_dates_it(ledger: Ledger, caller: Caller) -> None:
    take(ledger, caller, [{NO: "3700000001", "customer.status": "normal"}])
    take(ledger, caller, [{NO: "3700000001", "customer.status": "closed"}])
    assert customers(ledger)[0]["closed_on"] == "2026-11-22"


def test_a_customer_row_completes_its_manager_but_does_not_correct_it(
    ledger: Ledger, caller: Caller
) -> None:
    row = {NO: "3700000001", "customer_manager.manager": "测试员甲", "manager.grade": "chief"}
    take(ledger, caller, [row])
    outcomes, codes, _ = take(ledger, caller, [{**row, "manager.grade": "senior"}])
    assert (outcomes, codes) == ([["unchanged"]], [["manager-differs"]])
    with ledger.reading() as connection:
        assert connection.scalar(sa.select(table("manager").c.grade)) == "chief"


def spans_of(ledger: Ledger) -> list[tuple[str, str, str]]:
    span, manager = table("customer_manager"), table("manager")
    query = sa.select(span.c.valid_from, span.c.valid_to, manager.c.name).join(manager)
    with ledger.reading() as connection:
        return [tuple(row) for row in connection.execute(query.order_by(span.c.valid_from))]


def test_a_manager_told_of_a_past_day_fits_between_what_is_known(
    ledger: Ledger, caller: Caller
) -> None:
    row = {NO: "3700000001", "customer.opened_on": "2015-01-01"}
    for day, name in (("2026-01-06", "甲"), ("2026-03-01", "乙"), ("2026-02-01", "丙")):
        on_day = replace(caller, as_of=date.fromisoformat(day))
        take(ledger, on_day, [{**row, "customer_manager.manager": name}])
    assert spans_of(ledger) == [
        ("2015-01-01", "2026-02-01", "甲"),
        ("2026-02-01", "2026-03-01", "丙"),
        ("2026-03-01", "9999-12-31", "乙"),
    ]


def test_energy_under_another_province_prefix_is_refused(ledger: Ledger, caller: Caller) -> None:
    take(ledger, caller, [{NO: "0013700000001", NAME: "甲"}])
    row = {NO: "9993700000001", "consumption.year": 2025, "consumption.kwh": 500_000}
    outcomes, codes, _ = take(ledger, caller, [row], kind="consumption")
    assert (outcomes, codes) == ([["rejected"]], [["two-prefixes"]])


def test_a_number_somebody_gave_up_is_not_taken_for_him(ledger: Ledger, caller: Caller) -> None:
    take(
        ledger,
        caller,
        [{NO: "3700000011", NAME: "老客户", "customer.old_account_no": "3700000010"}],
    )
    outcomes, codes, _ = take(ledger, caller, [{NO: "3700000010", NAME: "全新客户"}])
    assert (outcomes, codes) == ([["rejected"]], [["former-number"]])
    assert take(ledger, caller, [{NO: "3700000010", NAME: "老客户"}])[0] == [["unchanged"]]


def test_a_name_two_managers_share_must_be_told_apart(ledger: Ledger, caller: Caller) -> None:
    both = [{"manager.name": "甲", "manager.employee_no": n} for n in ("1", "2")]
    assert take(ledger, caller, both, kind="managers")[0] == [["new", "new"]]
    outcomes, codes, _ = take(ledger, caller, [{"manager.name": "甲"}], kind="managers")
    assert (outcomes, codes) == ([["rejected"]], [["ambiguous-manager"]])


def test_an_office_cannot_be_cleared_and_a_new_customer_without_a_name_is_said(
    ledger: Ledger, caller: Caller
) -> None:
    outcomes, codes, _ = take(
        ledger, caller, [{NO: "3700000001", "customer.office": CLEAR}, {NO: "3700000002"}]
    )
    assert (outcomes, codes) == ([["rejected", "new"]], [["office-cleared", "no-name"]])


def test_what_one_import_says_twice_is_said_and_a_value_that_returns_is_no_change(
    ledger: Ledger, caller: Caller
) -> None:
    take(ledger, caller, [{NO: "3700000001", NAME: "甲", PHONE: "1"}])
    with ledger.operation(caller, "test", {}) as op:
        ids = [customers(ledger)[0]["id"]]
        op.update("customer", ("name",), ids, [("乙",)], [{"name": "甲"}])
        op.update("customer", ("name",), ids, [("甲",)], [{"name": "乙"}])
    assert op.number is None, "back at its first value: nothing was changed"


def test_a_row_that_completes_its_manager_is_changed(ledger: Ledger, caller: Caller) -> None:
    row = {NO: "3700000001", NAME: "甲", "customer_manager.manager": "测试员甲"}
    take(ledger, caller, [row])
    assert take(ledger, caller, [{**row, "manager.grade": "chief"}])[0] == [["changed"]]


def test_a_name_written_in_another_width_is_no_other_name(ledger: Ledger, caller: Caller) -> None:
    wide, narrow = "瑞丰（集团）　一分厂", "瑞丰(集团) 一分厂"
    take(ledger, caller, [{NO: "3700000001", NAME: wide}])
    outcomes, _, _ = take(ledger, caller, [{NO: "3700000001", NAME: narrow}])
    assert outcomes == [["unchanged"]]
    both = [{NO: "3700000001", NAME: narrow}, {NO: "3700000001", NAME: wide}]
    assert take(ledger, caller, both)[0] == [["unchanged", "unchanged"]]
    assert customers(ledger)[0]["name"] == wide
    assert take(ledger, caller, [{NO: "3700000001", NAME: "瑞丰"}])[0] == [["changed"]]
