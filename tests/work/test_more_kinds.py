"""Grids with liaisons, lines, transformer areas, contacts: from the office's sheets in, listed, out again, undone."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cmledger.cli.app import run
from cmledger.ledger.intake.apply import APPLY
from cmledger.ledger.listed import ROW_ID
from cmledger.ledger.listing import listed_kinds, stream_rows
from cmledger.ledger.store import Ledger
from cmledger.records.caller import Caller
from cmledger.sheets.layouts import LAYOUTS
from cmledger.wording.intake import KINDS, TABLES
from cmledger.work.export_excel import export_excel
from cmledger.work.import_excel import import_excel
from cmledger.work.list_records import listed
from cmledger.work.template import template

Sheet = list[tuple[object, ...]]

GRIDS: Sheet = [
    ("示例供电所网格台账",),
    ("序号", "网格编号", "网格名称", "网格经理", "电话", "台区数", "户数", "社区联系人", "职务", "电话"),
    (1, "WG01", "新华社区", "示例甲", "13800000001", 12, 1500, "示例子", "社区书记", "13900000001"),
    (2, "WG01", "新华社区", "示例甲", "13800000001", 12, 1500, "示例丑", "物业", "13900000002"),
    (3, "WG02", "示例村", "示例乙", "13800000002", 5, 420, "示例寅", "村主任", "13900000003"),
    (4, "WG03", "城东3号网格", "示例乙", None, 7, 800, None, None, None),
    ("合计", None, None, None, None, 24, 2720, None, None, None),
]  # fmt: skip
LINES: Sheet = [
    ("线路名称", "线路编号", "电压等级", "变电站", "长度(km)"),
    ("示例一线", "XL01", "10kV", "示例变", 12.5),
    ("示例二线", "XL02", "10千伏", "示例变", 8),
]
AREAS: Sheet = [
    ("台区编号", "公变名称", "所属线路", "台区容量(kVA)", "台区经理", "联系电话", "户数"),
    ("TQ01", "示例1号台区", "示例一线", 315, "示例甲", "13800000001", 120),
    ("TQ02", "示例2号台区", "示例三线", "2*200", "示例乙", None, 80),
]
CONTACTS: Sheet = [
    ("户号", "户名", "联系类型", "联系人", "联系电话"),
    ("3700000001", "示例一厂", "电气负责人", "示例卯", "13700000001"),
    ("3700000001", "示例一厂", "帐务联系人", "示例辰", "13700000002"),
    ("3700000009", "示例九厂", "法人", "示例巳", "13700000003"),
]
CUSTOMERS: Sheet = [
    ("户号", "户名", "线路", "台区"),
    ("3700000001", "示例一厂", "示例一线", "示例1号台区"),
]


def book(path: Path, **sheets: Sheet) -> Path:
    work = openpyxl.Workbook()
    work.remove(work.active)
    for title, rows in sheets.items():
        sheet = work.create_sheet(title)
        for row in rows:
            sheet.append(row)
    work.save(path)
    return path


def office(path: Path) -> Path:
    return book(path, 网格=GRIDS, 线路=LINES, 台区=AREAS, 客户=CUSTOMERS, 联系人=CONTACTS)


def rows(location: str, kind: str, caller: Caller) -> list[dict[str, Any]]:
    with listed(location, kind, caller) as listing:
        return list(listing.json_rows())


def totals(report: Any) -> dict[str, int]:
    return {k: n for k, n in report.to_json()["totals"].items() if n}


# --- the lists agree -------------------------------------------------------------------------------


def test_a_kind_is_one_layout_and_its_way() -> None:
    kinds = [one.kind for one in LAYOUTS]
    assert list(APPLY) == kinds, "in the order in which they are applied"
    assert list(KINDS.items()) == [(one.kind, one.title) for one in LAYOUTS]
    assert set(listed_kinds()) == set(kinds)
    assert {one.table for one in LAYOUTS} <= set(TABLES)


@pytest.mark.parametrize("one", LAYOUTS, ids=lambda one: one.kind)
def test_every_kind_is_listed_exported_and_has_a_blank_sheet(
    one: Any, ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    with ledger.reading() as connection:
        faces = [ROW_ID, "office", *(c.name for c in one.columns)]
        assert list(stream_rows(connection, one.kind, faces, caller.day)) == []
    report = export_excel(ledger.location, tmp_path / "a.xlsx", caller, kinds=[one.kind])
    assert report.sheets == ((one.title, 0),)
    assert template(one.kind, caller, tmp_path / "b.xlsx").path.exists()
    known = {c.name for c in one.columns}
    assert set(one.on_screen) <= known
    fields = {c.field for c in (*one.columns, *one.readings)}
    named = (
        *one.proof.needs,
        *one.proof.telling,
        *(f for pair in (*one.parts, *one.phones) for f in pair),
    )
    assert {f for f in (*named, one.office) if f} <= fields


# --- in, out, undone -------------------------------------------------------------------------------


def test_an_office_of_all_kinds(ledger: Ledger, caller: Caller, tmp_path: Path) -> None:
    report = import_excel(ledger.location, [office(tmp_path / "a.xlsx")], caller)
    kinds = [s["kind"] for s in report.to_json()["files"][0]["sheets"]]
    assert kinds == ["grids", "lines", "transformer-areas", "customers", "contacts"]
    assert totals(report) == {"read": 13, "new": 11, "rejected": 1, "skipped": 1}
    assert report.created["line"] == ["示例三线"]
    grids = rows(ledger.location, "grids", caller)
    assert [(g["name"], g["grid_kind"], g["code"], g["manager"]) for g in grids] == [
        ("新华社区", "community", "WG01", "示例甲"),
        ("示例村", "village", "WG02", "示例乙"),
        ("城东3号网格", "grid", "WG03", "示例乙"),
    ]
    assert [(x["grid"], x["name"], x["role"], x["phone"]) for x in rows(ledger.location, "liaisons", caller)] == [
        ("新华社区", "示例子", "社区书记", "13900000001"),
        ("新华社区", "示例丑", "property", "13900000002"),
        ("示例村", "示例寅", "村主任", "13900000003"),
    ]  # fmt: skip
    managers = {m["name"]: m["phone"] for m in rows(ledger.location, "managers", caller)}
    assert managers == {"示例甲": "13800000001", "示例乙": "13800000002"}
    assert [(x["name"], x["voltage"], x["substation"]) for x in rows(ledger.location, "lines", caller)] == [
        ("示例一线", "10kV", "示例变"),
        ("示例二线", "10kV", "示例变"),
        ("示例三线", None, None),
    ]  # fmt: skip
    areas = rows(ledger.location, "transformer-areas", caller)
    assert [(a["name"], a["line"], a["capacity_kva"], a["manager"]) for a in areas] == [
        ("示例1号台区", "示例一线", 315, "示例甲"),
        ("示例2号台区", "示例三线", 400, "示例乙"),
    ]
    contacts = rows(ledger.location, "contacts", caller)
    assert [(c["account_no"], c["customer"], c["name"], c["role"]) for c in contacts] == [
        ("3700000001", "示例一厂", "示例卯", "electrical"),
        ("3700000001", "示例一厂", "示例辰", "billing"),
    ]


def test_the_same_content_again_changes_nothing_and_so_does_an_export(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    first = office(tmp_path / "a.xlsx")
    import_excel(ledger.location, [first], caller)
    again = import_excel(ledger.location, [first], caller, again=True)
    assert totals(again) == {"read": 13, "unchanged": 11, "rejected": 1, "skipped": 1}
    assert again.operation is None
    out = tmp_path / "out.xlsx"
    report = export_excel(ledger.location, out, caller)
    assert dict(report.sheets) == {
        "客户台账": 1, "客户经理台账": 2, "网格台账": 3, "联络员台账": 3, "线路台账": 3, "台区台账": 2, "客户联系人": 2,
    }  # fmt: skip
    back = import_excel(ledger.location, [out], caller)
    assert totals(back) == {"read": 16, "unchanged": 16}
    grids = openpyxl.load_workbook(out)["网格台账"]
    assert {"台区数", "户数"} <= {c.value for c in grids[1]}


def test_an_edited_export_renames_and_changes_just_that(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    import_excel(ledger.location, [office(tmp_path / "a.xlsx")], caller)
    out = tmp_path / "out.xlsx"
    export_excel(ledger.location, out, caller)
    edited = openpyxl.load_workbook(out)
    areas = edited["台区台账"]
    heads = [c.value for c in areas[1]]
    areas.cell(2, heads.index("台区名称") + 1).value = "示例一号公变"
    areas.cell(3, heads.index("所属线路") + 1).value = "示例二线"
    edited.save(out)
    report = import_excel(ledger.location, [out], caller)
    assert totals(report) == {"read": 16, "changed": 2, "unchanged": 14}
    assert [(a["name"], a["line"]) for a in rows(ledger.location, "transformer-areas", caller)] == [
        ("示例一号公变", "示例一线"),
        ("示例2号台区", "示例二线"),
    ]
    assert rows(ledger.location, "customers", caller)[0]["transformer_area"] == "示例一号公变"


def test_undo_takes_all_of_it_back_by_name(ledger: Ledger, caller: Caller, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    import_excel(ledger.location, [office(tmp_path / "a.xlsx")], caller)
    assert run(["undo", "--ledger", ledger.location, "--json"]) == 0
    said = capsys.readouterr().out
    for kind in KINDS:
        assert rows(ledger.location, kind, caller) == []
    assert all(name in said for name in ("示例子", "新华社区", "示例2号台区", "3700000001 示例卯"))


def test_a_contact_stands_in_its_customers_history(
    ledger: Ledger, caller: Caller, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import_excel(ledger.location, [office(tmp_path / "a.xlsx")], caller)
    assert run(["history", "3700000001", "--ledger", ledger.location]) == 0
    said = capsys.readouterr().out
    assert "联系人 示例卯" in said
    assert "电气联系人" in said


def test_liaisons_alone_make_their_grids_known(ledger: Ledger, caller: Caller, tmp_path: Path) -> None:  # fmt: skip
    sheet: Sheet = [
        ("社区", "联络员", "职务", "联系电话"),
        ("新华社区", "示例子", "社区主任", "13900000001"),
        (None, "示例丑", "物业经理", "13900000002"),
        ("示例村", "示例寅", "会计", "13900000003"),
    ]
    path = book(tmp_path / "a.xlsx", 联络员=sheet)
    work = openpyxl.load_workbook(path)
    work.active.merge_cells("A2:A3")
    work.save(path)
    report = import_excel(ledger.location, [path], caller, office="示例供电所")
    assert totals(report) == {"read": 3, "new": 3}
    assert report.created["grid"] == ["新华社区", "示例村"]
    assert [(x["grid"], x["name"], x["role"]) for x in rows(ledger.location, "liaisons", caller)] == [
        ("新华社区", "示例子", "社区主任"),
        ("新华社区", "示例丑", "物业经理"),
        ("示例村", "示例寅", "会计"),
    ]  # fmt: skip


def test_a_merged_grid_and_a_merged_account_hold_for_their_rows(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    grids: Sheet = [
        ("社区名称", "社区经理", "联络员", "联络员电话", "微信号"),
        ("新华社区", "示例甲", "示例子", "13900000001", "wx1"),
        (None, None, "示例丑", "13900000002", "wx2"),
    ]
    contacts: Sheet = [
        CONTACTS[0],
        ("3700000001", "示例一厂", "电气联系人", "示例卯", "13700000001"),
        (None, None, "账务联系人", "示例辰", "13700000002"),
    ]
    path = book(tmp_path / "a.xlsx", 社区=grids, 客户=CUSTOMERS, 联系人=contacts)
    work = openpyxl.load_workbook(path)
    for name in ("社区", "联系人"):
        work[name].merge_cells("A2:A3")
        work[name].merge_cells("B2:B3")
    work.save(path)
    report = import_excel(ledger.location, [path], caller)
    assert totals(report) == {"read": 5, "new": 5}
    assert len(rows(ledger.location, "liaisons", caller)) == 2
    assert [c["name"] for c in rows(ledger.location, "contacts", caller)] == ["示例卯", "示例辰"]
    out = tmp_path / "out.xlsx"
    export_excel(ledger.location, out, caller, kinds=["liaisons", "grids"])
    found = openpyxl.load_workbook(out)
    assert "微信号" in [c.value for c in found["联络员台账"][1]], "what differs is the liaison's"
    assert "微信号" not in [c.value for c in found["网格台账"][1]]


def test_two_offices_and_no_word_whose_they_are_is_asked(
    ledger: Ledger, caller: Caller, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ledger.operation(caller, "test", {}) as operation:
        operation.insert("office", ("name",), [("示例供电所",), ("示例二供电所",)])
    path = book(tmp_path / "a.xlsx", 线路=LINES)
    base = ["import-excel", str(path), "--ledger", ledger.location, "-q"]
    assert run(base) == 16
    assert "--office" in capsys.readouterr().err
    assert run([*base, "--office", "示例二供电所"]) == 0
    assert {x["office"] for x in rows(ledger.location, "lines", caller)} == {"示例二供电所"}


def test_several_liaisons_in_a_cell_are_asked_for_a_row_each(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    sheet: Sheet = [
        ("网格编号", "网格名称", "网格经理", "联络员", "联络员电话"),
        ("WG01", "新华社区", "示例甲", "示例子、示例丑", "13900000001"),
        ("WG02", "示例村", "示例甲", "示例寅（主任）", "13900000002"),
    ]
    report = import_excel(ledger.location, [book(tmp_path / "a.xlsx", 网格=sheet)], caller)
    assert totals(report) == {"read": 2, "new": 1, "rejected": 1}
    findings = report.to_json()["files"][0]["sheets"][0]["findings"]
    assert ("D2", "person-a-row") in [(f["cell"], f["code"]) for f in findings]
    assert [g["name"] for g in rows(ledger.location, "grids", caller)] == ["示例村"]
    assert [m["name"] for m in rows(ledger.location, "managers", caller)] == ["示例甲"]
