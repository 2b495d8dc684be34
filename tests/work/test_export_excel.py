"""The ledger out into Excel and back: unedited it changes nothing, edited it changes just that."""

import json
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa

from cmledger.errors import UsageProblem
from cmledger.ledger.store import Ledger
from cmledger.ledger.tables import table
from cmledger.records.caller import Caller
from cmledger.work.export_excel import export_excel
from cmledger.work.import_excel import import_excel
from cmledger.work.list_records import listed, write_listing

NASTY = ("=1+1公司", "+86 138", "-华", "@x公司", "'引号公司")


@pytest.fixture
def filled(ledger: Ledger, caller: Caller, tmp_path: Path) -> str:
    """A ledger with customers whose names begin like formulas, an own column, energy, managers and visits."""
    book = openpyxl.Workbook()
    book.remove(book.active)

    def sheet(title: str, *rows: tuple[object, ...]) -> None:
        ws = book.create_sheet(title)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                cell = ws.cell(number, column)
                if isinstance(value, str):
                    cell._value, cell.data_type = value, "s"
                else:
                    cell.value = value

    customers = [
        (
            f"37000000{i:02d}",
            name,
            "示例供电所",
            "示例一线",
            "示例甲",
            "13800000000",
            315.5,
            f"柜{i}",
            i,
        )
        for i, name in enumerate(NASTY, 1)
    ]
    sheet(
        "客户台账",
        (
            "户号",
            "户名",
            "供电所",
            "线路",
            "客户经理",
            "联系电话",
            "合同容量(kVA)",
            "开关柜编号",
            "档案盒",
        ),
        *customers,
    )
    sheet(
        "客户经理台账",
        ("姓名", "级别", "供电所", "电话"),
        ("示例甲", "高级", "示例供电所", "13900000000"),
    )
    sheet(
        "售电量",
        ("户号", "年", "月", "电量(kWh)"),
        ("3700000001", 2025, 1, 1200.5),
        ("3700000001", 2025, 2, 900),
        ("3700000002", 2025, "全年", 20000),
    )
    sheet(
        "走访记录",
        ("户号", "走访日期", "客户经理", "走访方式", "走访内容", "满意度"),
        ("3700000001", "2026-10-08", "示例甲", "上门", "=讲解电价", "满意"),
        ("3700000002", "2026-10-09", "示例甲", "电话", "-无异常", "非常满意"),
    )  # fmt: skip
    path = tmp_path / "office.xlsx"
    book.save(path)
    report = import_excel(ledger.location, [path], caller)
    assert report.to_json()["totals"]["rejected"] == 0
    return ledger.location


def outcome(location: str, path: Path, caller: Caller) -> dict[str, int]:
    """The totals of importing a file, without writing."""
    totals: dict[str, int] = import_excel(location, [path], caller, dry_run=True).to_json()[
        "totals"
    ]
    return {name: count for name, count in totals.items() if count}


def test_an_unedited_export_changes_nothing(filled: str, caller: Caller, tmp_path: Path) -> None:
    path = tmp_path / "all.xlsx"
    report = export_excel(filled, path, caller)
    assert report.findings == ()
    assert {title: rows for title, rows in report.sheets if rows} == {
        "客户台账": 5, "客户经理台账": 1, "售电量": 3, "走访记录": 2, "线路台账": 1,
    }  # fmt: skip
    assert outcome(filled, path, caller) == {"read": 12, "unchanged": 12}
    names = [r[2] for r in openpyxl.load_workbook(path)["客户台账"].iter_rows(2, values_only=True)]
    assert tuple(names) == NASTY


@pytest.mark.parametrize(
    ("kind", "count"), [("customers", 5), ("managers", 1), ("consumption", 3), ("visits", 2)]
)
def test_an_unedited_csv_changes_nothing(
    filled: str, caller: Caller, tmp_path: Path, kind: str, count: int
) -> None:
    path = tmp_path / f"{kind}.csv"
    with listed(filled, kind, caller) as listing:
        write_listing(listing, path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert outcome(filled, path, caller) == {"read": count, "unchanged": count}


def test_the_offices_own_columns_go_out_and_come_back(
    filled: str, caller: Caller, tmp_path: Path
) -> None:
    path = tmp_path / "customers.xlsx"
    export_excel(filled, path, caller, kinds=["customers"])
    book = openpyxl.load_workbook(path)
    heads = [cell.value for cell in book.active[1]]
    assert [
        book.active.cell(2, heads.index(own) + 1).value for own in ("开关柜编号", "档案盒")
    ] == ["柜1", "1"]
    book.active.cell(2, heads.index("开关柜编号") + 1).value = "柜9"
    edited = tmp_path / "edited.xlsx"
    book.save(edited)
    assert outcome(filled, edited, caller) == {"read": 5, "unchanged": 4, "changed": 1}


def test_an_edited_cell_is_all_that_changes(
    ledger: Ledger, filled: str, caller: Caller, tmp_path: Path
) -> None:
    path = tmp_path / "customers.xlsx"
    export_excel(filled, path, caller, kinds=["customers"])
    book = openpyxl.load_workbook(path)
    book.active["C3"] = "改名公司"
    book.save(path)
    import_excel(filled, [path], caller)
    customer = table("customer")
    with ledger.reading() as connection:
        names = connection.scalars(sa.select(customer.c.name).order_by(customer.c.account_no)).all()
    assert list(names) == [NASTY[0], "改名公司", *NASTY[2:]]


def test_what_left_the_ledger_is_logged(
    ledger: Ledger, filled: str, caller: Caller, tmp_path: Path
) -> None:
    path = tmp_path / "all.xlsx"
    assert export_excel(filled, path, caller, kinds=["managers"]).logged
    event = table("event")
    with ledger.reading() as connection:
        (detail,) = connection.scalars(sa.select(event.c.detail).where(event.c.kind == "export"))
    assert json.loads(detail) == {"rows": {"managers": 1}, "path": str(path), "office": None}


def test_only_one_office(ledger: Ledger, filled: str, caller: Caller, tmp_path: Path) -> None:
    with ledger.operation(caller, "test", {}) as operation:
        operation.insert("office", ("name",), [("示例二所",)])
    report = export_excel(filled, tmp_path / "none.xlsx", caller, office="示例二所")
    assert {rows for _, rows in report.sheets} == {0}


def test_an_unknown_kind_names_the_known(filled: str, caller: Caller, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem) as refused:
        export_excel(filled, tmp_path / "a.xlsx", caller, kinds=["客户"])
    assert "customers" in str(refused.value.hint)
    assert not (tmp_path / "a.xlsx").exists()
