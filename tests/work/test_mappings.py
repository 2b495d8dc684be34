"""Next month's sheet is read by what was settled for the last one, and what is not as it was then is told."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cmledger.errors import NeedsDecision, NotFound
from cmledger.ledger.store import Ledger
from cmledger.records.account import ImportReport
from cmledger.records.caller import Caller
from cmledger.work.import_excel import import_excel
from cmledger.work.mappings import forget_mapping, list_mappings, show_mapping
from cmledger.work.undo import undo

FIRST = ("标识", "户名", "线路", "电压等级", "合同容量(kVA)", "联系电话")
SETTLED = {"标识": "account_no"}


def book(path: Path, header: Sequence[str], *rows: Sequence[Any], title: str = "客户台账") -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "客户台账"
    sheet.append([title])
    sheet.append(list(header))
    for row in rows:
        sheet.append(list(row))
    made.save(path)
    return path


def row(number: int, **changed: Any) -> dict[str, Any]:
    return {
        "标识": f"370{number:07d}", "户名": f"示例企业{number}", "线路": "示例一线", "电压等级": "10kV",
        "合同容量(kVA)": 315, "联系电话": "13800000001", **changed,
    }  # fmt: skip


def table(path: Path, header: Sequence[str], *rows: dict[str, Any]) -> Path:
    return book(path, header, *[[one.get(name) for name in header] for one in rows])


def codes(report: ImportReport) -> list[str]:
    return [
        f["code"] for f in report.files[0].sheets[0].findings if f["code"].startswith("mapping")
    ]


@pytest.fixture
def settled(ledger: Ledger, caller: Caller, tmp_path: Path) -> Ledger:
    """A ledger whose first import was told what 标识 is."""
    path = table(tmp_path / "十月.xlsx", FIRST, row(1), row(2))
    with pytest.raises(NeedsDecision):
        import_excel(ledger.location, [path], caller)
    report = import_excel(ledger.location, [path], caller, kind="customers", mapping=SETTLED)
    assert report.totals["new"] == 2
    return ledger


def test_what_was_settled_once_need_not_be_said_again(
    settled: Ledger, caller: Caller, tmp_path: Path
) -> None:
    path = table(tmp_path / "十一月.xlsx", FIRST, row(1), row(3))
    report = import_excel(settled.location, [path], caller)
    assert (report.totals["unchanged"], report.totals["new"]) == (1, 1)
    assert codes(report) == ["mapping-recalled"]


def test_a_dry_run_remembers_nothing(ledger: Ledger, caller: Caller, tmp_path: Path) -> None:
    path = table(tmp_path / "十月.xlsx", FIRST, row(1))
    import_excel(ledger.location, [path], caller, kind="customers", mapping=SETTLED, dry_run=True)
    assert list_mappings(ledger.location).mappings == ()


def test_an_undone_import_is_not_remembered(
    settled: Ledger, caller: Caller, tmp_path: Path
) -> None:
    assert len(list_mappings(settled.location).mappings) == 1
    undo(settled.location, None, caller)
    assert list_mappings(settled.location).mappings == ()


def test_columns_that_moved_are_followed_and_told(
    settled: Ledger, caller: Caller, tmp_path: Path
) -> None:
    moved = ("户名", "标识", *FIRST[2:])
    report = import_excel(
        settled.location, [table(tmp_path / "十一月.xlsx", moved, row(1))], caller
    )
    assert report.totals["unchanged"] == 1
    assert set(codes(report)) == {"mapping-recalled", "mapping-moved"}
    (told,) = [f for f in report.files[0].sheets[0].findings if f["code"] == "mapping-moved"]
    assert "标识 A→B" in told["message"]


def test_a_renamed_column_is_told(settled: Ledger, caller: Caller, tmp_path: Path) -> None:
    renamed = (*FIRST[:5], "手机号码")
    path = table(tmp_path / "十一月.xlsx", renamed, row(1, 手机号码="13800000001"))
    report = import_excel(settled.location, [path], caller)
    (told,) = [f for f in report.files[0].sheets[0].findings if f["code"] == "mapping-renamed"]
    assert told["cell"] == "F"
    assert "联系电话" in told["message"]
    assert "手机号码" in told["message"]


def test_a_settled_column_that_is_gone_is_asked_for(
    settled: Ledger, caller: Caller, tmp_path: Path
) -> None:
    path = table(tmp_path / "十一月.xlsx", ("标记", *FIRST[1:]), row(1, 标记="3700000001"))
    with pytest.raises(NeedsDecision) as asked:
        import_excel(settled.location, [path], caller)
    assert "标识" in str(asked.value)
    assert "--map A=account_no" in str(asked.value.hint)


def test_another_unit_is_told(settled: Ledger, caller: Caller, tmp_path: Path) -> None:
    changed = (*FIRST[:4], "合同容量(千伏安)", FIRST[5])
    path = table(tmp_path / "十一月.xlsx", changed, row(1, **{"合同容量(千伏安)": 315}))
    report = import_excel(settled.location, [path], caller)
    assert "mapping-unit-changed" in codes(report)
    assert report.totals["unchanged"] == 1, "千伏安 is kVA"


def test_a_unit_named_no_more_is_asked_for(ledger: Ledger, caller: Caller, tmp_path: Path) -> None:
    import_excel(
        ledger.location,
        [table(tmp_path / "台账.xlsx", ("户号", *FIRST[1:]), {**row(1), "户号": "3700000001"})],
        caller,
    )
    first = book(
        tmp_path / "10.xlsx",
        ("户号", "户名", "2025年10月售电量(万kWh)"),
        ["3700000001", "示例企业1", 1.5],
        title="售电量",
    )
    report = import_excel(ledger.location, [first], caller)
    assert report.totals["new"] == 1
    later = book(
        tmp_path / "11.xlsx",
        ("户号", "户名", "2025年11月售电量"),
        ["3700000001", "示例企业1", 1.6],
        title="售电量",
    )
    with pytest.raises(NeedsDecision) as asked:
        import_excel(ledger.location, [later], caller)
    assert "--map C=@万kWh" in str(asked.value.hint)
    answered = import_excel(ledger.location, [later], caller, mapping={"C": "@万kWh"})
    assert answered.totals["new"] == 1


def test_the_unit_of_months_side_by_side_is_remembered_too(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    customers = table(
        tmp_path / "台账.xlsx", ("户号", *FIRST[1:]), {**row(1), "户号": "3700000001"}
    )
    import_excel(ledger.location, [customers], caller)

    def months(name: str, unit: str, count: int) -> Path:
        header = ("户号", "户名", *(f"{m}月电量{unit}" for m in range(1, count + 1)))
        rows = ["3700000001", "示例企业1", *(0.5 + m / 10 for m in range(count))]
        return book(tmp_path / name, header, rows, title="2025年售电量")

    import_excel(ledger.location, [months("1-8.xlsx", "(万kWh)", 8)], caller)
    with pytest.raises(NeedsDecision) as asked:
        import_excel(ledger.location, [months("1-9.xlsx", "", 9)], caller)
    assert "@万kWh" in str(asked.value.hint)


def test_one_month_is_not_read_by_the_memory_of_many(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    """What was settled of the monthly sheet stands, though a sheet of the year was read since."""
    customers = table(
        tmp_path / "台账.xlsx", ("户号", *FIRST[1:]), {**row(1), "户号": "3700000001"}
    )
    import_excel(ledger.location, [customers], caller)
    one = ["3700000001", "示例企业1"]
    title = "2025年售电量"
    monthly = book(tmp_path / "9.xlsx", ("户号", "户名", "9月电量"), [*one, 0.5], title=title)
    import_excel(ledger.location, [monthly], caller, mapping={"C": "@万kWh"})
    wide = ("户号", "户名", *(f"{m}月电量(kWh)" for m in range(1, 9)))
    yearly = book(tmp_path / "1-8.xlsx", wide, [*one, *range(1, 9)], title=title)
    import_excel(ledger.location, [yearly], caller)
    again = book(tmp_path / "10.xlsx", ("户号", "户名", "10月电量"), [*one, 0.6], title=title)
    report = import_excel(ledger.location, [again], caller)
    assert codes(report) == ["mapping-recalled"]


def test_a_period_is_never_remembered(ledger: Ledger, caller: Caller, tmp_path: Path) -> None:
    import_excel(
        ledger.location,
        [table(tmp_path / "台账.xlsx", ("户号", *FIRST[1:]), {**row(1), "户号": "3700000001"})],
        caller,
    )
    header = ("户号", "户名", "售电量(kWh)")
    first = book(tmp_path / "a.xlsx", header, ["3700000001", "示例企业1", 150], title="售电量")
    import_excel(ledger.location, [first], caller, mapping={"C": "kwh:2025-10"})
    later = book(tmp_path / "b.xlsx", header, ["3700000001", "示例企业1", 160], title="售电量")
    with pytest.raises(NeedsDecision) as asked:
        import_excel(ledger.location, [later], caller)
    assert "--map C=kwh:2025" in str(asked.value.hint)


def test_forgetting(settled: Ledger, caller: Caller, tmp_path: Path) -> None:
    (one,) = list_mappings(settled.location).mappings
    assert [c.said for c in one.mapping.columns if c.said] == ["account_no"]
    assert show_mapping(settled.location, one.number).mappings == (one,)
    forget_mapping(settled.location, one.number, caller)
    assert list_mappings(settled.location).mappings == ()
    with pytest.raises(NotFound):
        show_mapping(settled.location, one.number)
    with pytest.raises(NeedsDecision):
        import_excel(settled.location, [table(tmp_path / "x.xlsx", FIRST, row(3))], caller)


PEOPLE = ("户号", "户名", "线路", "客户经理", "联系人", "联系电话")
VISITED = (*PEOPLE, "走访日期", "走访内容")


def person(number: int) -> list[Any]:
    account = f"370{number:07d}"
    return [account, f"示例企业{number}", "示例一线", "测试员甲", "示例卯", f"1380000000{number}"]


@pytest.mark.parametrize("kind", [None, "customers"])
def test_titles_in_common_do_not_make_a_list_of_visits_one_of_customers(
    ledger: Ledger, caller: Caller, tmp_path: Path, kind: str | None
) -> None:
    first = book(tmp_path / "a.xlsx", PEOPLE, person(1), person(2))
    import_excel(ledger.location, [first], caller, kind=kind)
    visits = book(
        tmp_path / "b.xlsx", VISITED, [*person(1), "2026-10-08", "讲解"], title="走访记录"
    )
    if kind:
        with pytest.raises(NeedsDecision, match="customers"):
            import_excel(ledger.location, [visits], caller)
    else:
        report = import_excel(ledger.location, [visits], caller)
        assert report.files[0].sheets[0].kind == "visits"
    report = import_excel(ledger.location, [visits], caller, kind="visits", again=True)
    assert report.files[0].sheets[0].kind == "visits"


CAPACITY = ("户号", "户名", "线路", "电压等级", "容量", "用电地址")


def test_a_surer_column_that_is_new_is_not_kept_out_by_memory(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    """容量 was taken for the contract capacity as long as nothing else was."""
    one = ["3700000001", "示例企业1", "示例一线", "10kV", 315, "示例路1号"]
    import_excel(ledger.location, [book(tmp_path / "a.xlsx", CAPACITY, one)], caller)
    both = book(tmp_path / "b.xlsx", (*CAPACITY, "合同容量(kVA)"), [*one, 630])
    report = import_excel(ledger.location, [both], caller)
    fields = {c["column"]: c["field"] for c in report.files[0].sheets[0].columns}
    assert (fields["E"], fields["G"]) == (None, "contract_capacity_kva")
    assert "mapping-not-kept" in codes(report)


def test_a_surer_column_beside_a_settled_one_is_asked_for(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    one = ["3700000001", "示例企业1", "示例一线", "10kV", 315, "示例路1号"]
    first = book(tmp_path / "a.xlsx", CAPACITY, one)
    settled = {"容量": "contract_capacity_kva"}
    import_excel(ledger.location, [first], caller, mapping=settled)
    both = book(tmp_path / "b.xlsx", (*CAPACITY, "合同容量(kVA)"), [*one, 630])
    with pytest.raises(NeedsDecision) as asked:
        import_excel(ledger.location, [both], caller)
    assert "=ignore" in str(asked.value.hint)
    told = {"G": "contract_capacity_kva"}
    report = import_excel(ledger.location, [both], caller, mapping=told)
    fields = {c["column"]: c["field"] for c in report.files[0].sheets[0].columns}
    assert (fields["E"], fields["G"]) == (None, "contract_capacity_kva")


@pytest.mark.parametrize(("then", "now"), [("name", "name"), ("customer.name", "name"), ("name", "customer.name")])  # fmt: skip
def test_what_is_said_now_takes_the_field_from_the_column_of_then(
    ledger: Ledger, caller: Caller, tmp_path: Path, then: str, now: str
) -> None:
    header = ("户号", "称谓", "编号", "合同容量(kVA)")
    first = book(tmp_path / "一.xlsx", header, ("3700000001", "示例一厂", "甲", 315))
    import_excel(ledger.location, [first], caller, kind="customers", mapping={"称谓": then})
    second = book(tmp_path / "二.xlsx", header, ("3700000002", "示例二厂", "乙", 400))
    report = import_excel(ledger.location, [second], caller, kind="customers", mapping={"C": now})
    uses = {c["column"]: c["field"] for c in report.to_json()["files"][0]["sheets"][0]["columns"]}  # fmt: skip
    assert (uses["C"], uses["B"]) == ("name", None)


def test_a_kind_said_of_an_unclear_sheet_holds_for_the_next_of_its_shape(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    header = ("户号", "户名", "姓名", "职务", "手机")
    rows = [(f"370000000{n}", "示例厂", "示例卯", "电工", "13800000001") for n in (1, 2)]
    first = book(tmp_path / "一.xlsx", header, rows[0], title="名单")
    for sheet in (first, book(tmp_path / "二.xlsx", header, rows[1], title="名单")):
        made = openpyxl.load_workbook(sheet)
        made.active.title = "名单"
        made.save(sheet)
    with pytest.raises(NeedsDecision):
        import_excel(ledger.location, [first], caller)
    import_excel(ledger.location, [first], caller, kind="customers")
    report = import_excel(ledger.location, [tmp_path / "二.xlsx"], caller)
    assert report.totals["new"] == 1


def test_letters_that_mean_different_columns_in_two_sheets_are_asked_for(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    made = openpyxl.Workbook()
    first, second = made.active, made.create_sheet("售电量")
    first.title = "客户台账"
    for line in (("户号", "户名", "简称", "电压等级"), ("3700000001", "示例企业1", "示例", "10kV")):
        first.append(line)
    for line in (("户号", "年", "电量(kWh)"), ("3700000001", 2025, 100)):
        second.append(line)
    made.save(tmp_path / "两张.xlsx")
    with pytest.raises(NeedsDecision) as asked:
        import_excel(ledger.location, [tmp_path / "两张.xlsx"], caller, mapping={"C": "kwh:2025"})
    assert "简称" in str(asked.value)
    assert "电量(kWh)" in str(asked.value)
    by_title = {"电量(kWh)": "kwh"}
    report = import_excel(ledger.location, [tmp_path / "两张.xlsx"], caller, mapping=by_title)
    assert report.totals["new"] == 2
