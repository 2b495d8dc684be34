"""Out into Excel, edited by a person, and back: only what the person changed is applied, whatever else happened."""

import json
import random
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from openpyxl.worksheet.worksheet import Worksheet

from cmledger.ledger.store import Ledger, create_ledger
from cmledger.ledger.tables import metadata, table
from cmledger.records.account import ImportReport
from cmledger.records.caller import Caller
from cmledger.sheets.layouts import layout
from cmledger.sheets.layouts.row_token import ROW_TOKEN
from cmledger.work.export_excel import export_excel
from cmledger.work.import_excel import import_excel
from cmledger.work.undo import undo

Rows = list[tuple[object, ...]]
Book = dict[str, Rows]

OFFICE: Book = {
    "客户经理台账": [
        ("姓名", "工号", "级别", "供电所", "电话"),
        ("示例甲", "G001", "高级", "示例供电所", "13900000001"),
        ("示例乙", "G002", "普通", "示例供电所", "13900000002"),
    ],
    "客户台账": [
        ("户号", "户名", "供电所", "线路", "客户经理", "联系电话", "合同容量(kVA)", "备注", "柜号"),
        ("3700000001", "示例一厂", "示例供电所", "示例一线", "示例甲", "13800000001", 315, "旧备注", "柜1"),
        ("3700000002", "示例二厂", "示例供电所", "示例一线", "示例甲", "13800000002", 400, None, "柜2"),
        ("3700000003", "示例三厂", "示例供电所", "示例二线", "示例乙", "13800000003", 500, None, None),
    ],
    "售电量": [
        ("户号", "年", "月", "电量(kWh)"),
        ("3700000001", 2025, 1, 1200.5),
        ("3700000001", 2025, 2, 900),
        ("3700000002", 2025, "全年", 20000),
    ],
    "走访记录": [
        ("户号", "走访日期", "客户经理", "走访方式", "走访内容", "满意度"),
        ("3700000001", "2026-10-08", "示例甲", "上门", "讲解电价", "满意"),
        ("3700000002", "2026-10-09", "示例甲", "电话", "无异常", "非常满意"),
    ],
}  # fmt: skip


KINDS = ("managers", "customers", "consumption", "visits")


def saved(path: Path, book: Book) -> Path:
    """A workbook of these sheets."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in book.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return path


class Office:
    """A ledger with an export of it, and what a person does to the two."""

    def __init__(self, ledger: Ledger, caller: Caller, folder: Path) -> None:
        self.ledger, self.caller, self.folder = ledger, caller, folder
        self.path = folder / "export.xlsx"

    def later(self, minutes: int = 1) -> Caller:
        """The caller, some time later."""
        moment = self.caller.now + timedelta(minutes=minutes)
        self.caller = Caller(self.caller.actor, moment, self.caller.as_of)
        return self.caller

    def export(self, *kinds: str) -> Path:
        self.path.unlink(missing_ok=True)
        export_excel(self.ledger.location, self.path, self.later(), kinds=kinds or KINDS)
        return self.path

    def take(self, path: Path | None = None, **options: Any) -> ImportReport:
        return import_excel(
            self.ledger.location, [path or self.path], self.later(), again=True, **options
        )

    def meanwhile(self, book: Book) -> ImportReport:
        """The ledger goes on, by another file."""
        return self.take(saved(self.folder / "meanwhile.xlsx", book))

    def edit(self, title: str, change: Callable[[Worksheet, dict[str, int]], object]) -> None:
        """Change a sheet of the export in Excel; its columns by header."""
        book = openpyxl.load_workbook(self.path)
        sheet = book[title]
        change(sheet, {str(cell.value): cell.column for cell in sheet[1]})
        book.save(self.path)

    def set(self, title: str, row: int, **cells: object) -> None:
        """Type into cells of one row."""

        def change(sheet: Worksheet, columns: dict[str, int]) -> None:
            for header, value in cells.items():
                sheet.cell(row, columns[header]).value = value

        self.edit(title, change)

    def rows(self, name: str) -> list[dict[str, Any]]:
        target = table(name)
        with self.ledger.reading() as connection:
            found = connection.execute(sa.select(target).order_by(*target.primary_key.columns))
            return [dict(row) for row in found.mappings()]

    def customer(self, account_no: str) -> dict[str, Any]:
        return next(row for row in self.rows("customer") if row["account_no"] == account_no)

    def content(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything but what is no content: the log of exports."""
        with self.ledger.reading() as connection:
            return {
                t.name: sorted(map(tuple, connection.execute(sa.select(t))), key=repr)
                for t in metadata.sorted_tables
                if t.name not in ("event", "id_counter")
            }


@pytest.fixture
def office(ledger: Ledger, caller: Caller, tmp_path: Path) -> Office:
    found = Office(ledger, caller, tmp_path)
    found.take(saved(tmp_path / "office.xlsx", OFFICE))
    return found


def totals(report: ImportReport) -> dict[str, int]:
    counted: dict[str, int] = report.to_json()["totals"]
    return {name: count for name, count in counted.items() if count}


def findings(report: ImportReport) -> list[dict[str, Any]]:
    return [
        finding
        for file in report.to_json()["files"]
        for sheet in file["sheets"]
        for finding in sheet["findings"]
    ]


def codes(report: ImportReport) -> list[str]:
    return [finding["code"] for finding in findings(report)]


# --- nothing edited ------------------------------------------------------------------------------


def test_an_unedited_export_leaves_the_ledger_as_it_is(office: Office) -> None:
    before = office.content()
    report = office.take(office.export())
    assert totals(report) == {"read": 10, "unchanged": 10}
    assert report.operation is None
    assert codes(report) == []
    assert office.content() == before


def test_the_mark_is_the_last_column_and_hidden(office: Office) -> None:
    book = openpyxl.load_workbook(office.export())
    for sheet in book:
        if sheet.sheet_state == "visible":
            last = sheet.cell(1, sheet.max_column)
            assert last.value == ROW_TOKEN.title
            assert sheet.column_dimensions[last.column_letter].hidden


def test_an_unedited_export_undoes_nothing_of_what_the_ledger_did_since(office: Office) -> None:
    office.export()
    changed = (
        OFFICE["客户台账"][0],
        (
            "3700000001",
            "示例一厂新",
            "示例供电所",
            "示例三线",
            "示例乙",
            "13811111111",
            630,
            "新",
            "柜9",
        ),
    )
    office.meanwhile({"客户台账": list(changed)})
    before = office.content()
    report = office.take()
    assert totals(report) == {"read": 10, "unchanged": 10}
    assert codes(report) == []
    assert office.content() == before


def test_sorted_rows_and_other_sheets_and_workbooks_keep_their_marks(office: Office) -> None:
    office.export("customers")
    source = openpyxl.load_workbook(office.path)["客户台账"]
    rows = list(source.iter_rows(values_only=True))
    moved = [rows[0], *reversed(rows[1:])]
    phone = rows[0].index("联系电话")
    moved[1] = (*moved[1][:phone], "13855555555", *moved[1][phone + 1 :])
    path = saved(office.folder / "moved.xlsx", {"Sheet1": moved})
    office.meanwhile({"客户台账": [("户号", "备注"), ("3700000003", "台账改的")]})
    report = office.take(path)
    assert totals(report) == {"read": 3, "changed": 1, "unchanged": 2}
    third = office.customer("3700000003")
    assert (third["contact_phone"], third["remark"]) == ("13855555555", "台账改的")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice here")
def test_a_workbook_saved_by_another_program_is_still_the_export(office: Office) -> None:
    office.export()
    office.meanwhile({"客户台账": [("户号", "备注"), ("3700000003", "台账改的")]})
    before = office.content()
    folder = office.folder / "saved"
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{office.folder}/profile",
         "--convert-to", "xlsx", "--outdir", str(folder), str(office.path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    report = office.take(folder / office.path.name)
    assert totals(report) == {"read": 10, "unchanged": 10}
    assert office.content() == before


# --- edited cells --------------------------------------------------------------------------------


def test_only_the_edited_cell_is_applied(office: Office) -> None:
    office.export()
    office.meanwhile(
        {"客户台账": [("户号", "备注", "客户经理"), ("3700000001", "台账改的", "示例乙")]}
    )
    office.set("客户台账", 2, 户名="示例一厂改")
    report = office.take()
    assert totals(report) == {"read": 10, "changed": 1, "unchanged": 9}
    assert report.to_json()["records"] == {"customer": {"changed": 1}}
    first = office.customer("3700000001")
    assert (first["name"], first["remark"]) == ("示例一厂改", "台账改的")


def test_a_cell_both_changed_is_refused_with_both_values(office: Office) -> None:
    office.export()
    done = office.meanwhile({"客户台账": [("户号", "联系电话"), ("3700000001", "13822222222")]})
    office.set("客户台账", 2, 联系电话="13833333333", 户名="示例一厂改")
    report = office.take()
    assert totals(report) == {"read": 10, "changed": 1, "unchanged": 9}
    (said,) = findings(report)
    assert (said["code"], said["severity"]) == ("changed-meanwhile", "warning")
    assert "13822222222" in said["message"]
    assert "13833333333" in said["message"]
    assert f"第 {done.operation} 号" in said["message"]
    assert said["cell"][0].isalpha()
    assert said["cell"].endswith("2")
    first = office.customer("3700000001")
    assert (first["name"], first["contact_phone"]) == ("示例一厂改", "13822222222")


def test_a_row_of_which_only_such_a_cell_was_edited_is_rejected(office: Office) -> None:
    office.export()
    office.meanwhile({"客户台账": [("户号", "联系电话"), ("3700000001", "13822222222")]})
    office.set("客户台账", 2, 联系电话="13833333333")
    before = office.content()
    report = office.take()
    assert totals(report) == {"read": 10, "rejected": 1, "unchanged": 9}
    assert report.exit_code == 3
    assert codes(report) == ["row-changed-meanwhile"]
    assert office.content() == before


def test_the_same_change_on_both_sides_is_no_conflict(office: Office) -> None:
    office.export()
    office.meanwhile({"客户台账": [("户号", "联系电话"), ("3700000001", "13822222222")]})
    office.set("客户台账", 2, 联系电话="13822222222")
    assert totals(office.take()) == {"read": 10, "unchanged": 10}


def test_the_manager_is_compared_like_any_cell(office: Office) -> None:
    office.export("customers")
    office.meanwhile({"客户台账": [("户号", "客户经理"), ("3700000001", "示例乙")]})
    office.set("客户台账", 2, 客户经理="示例丙")
    office.set("客户台账", 3, 客户经理="示例乙")
    report = office.take()
    assert totals(report) == {"read": 3, "changed": 1, "unchanged": 1, "rejected": 1}
    (said,) = [f for f in findings(report) if f["severity"] == "error"]
    assert "示例乙" in said["message"]
    assert "示例丙" in said["message"]
    assert not any(row["name"] == "示例丙" for row in office.rows("manager"))


def test_a_blanked_cell_erases_nothing_and_that_is_said(office: Office) -> None:
    office.export("customers")
    office.set("客户台账", 2, 备注=None, 柜号=None)
    report = office.take()
    assert totals(report) == {"read": 3, "unchanged": 3}
    assert codes(report) == ["blank-kept", "blank-kept"]
    office.set("客户台账", 2, 备注="清空")
    assert totals(office.take()) == {"read": 3, "changed": 1, "unchanged": 2}
    assert office.customer("3700000001")["remark"] is None


def test_own_columns_are_compared_too(office: Office) -> None:
    office.export("customers")
    office.meanwhile(
        {
            "客户台账": [
                ("户号", "户名", "柜号"),
                ("3700000001", "示例一厂", "柜88"),
                ("3700000002", "示例二厂", "柜89"),
            ]
        }
    )
    office.set("客户台账", 3, 柜号="柜77")
    office.set("客户台账", 4, 柜号="柜3")
    report = office.take()
    assert totals(report) == {"read": 3, "changed": 1, "rejected": 1, "unchanged": 1}
    extras = {row["account_no"][-1]: row["extras"] for row in office.rows("customer")}
    assert ["柜88" in extras["1"], "柜89" in extras["2"], "柜3" in extras["3"]] == [True] * 3


def test_an_edited_cell_that_is_only_shown_is_named(office: Office) -> None:
    office.export("customers", "visits")
    office.set("客户台账", 2, 客户等级="钻石")
    office.set("走访记录", 2, 户名="别的名字")
    before = office.content()
    report = office.take()
    assert totals(report) == {"read": 5, "unchanged": 5}
    assert codes(report) == ["export-only-edited"] * 2
    assert office.content() == before


def test_energy_is_compared_too(office: Office) -> None:
    office.export("consumption")
    office.meanwhile(
        {
            "售电量": [
                ("户号", "年", "月", "电量(kWh)"),
                ("3700000001", 2025, 1, 1300),
                ("3700000001", 2025, 2, 950),
            ]
        }
    )
    office.set("售电量", 2, **{"电量(kWh)": 1400})
    office.set("售电量", 4, **{"电量(kWh)": 21000})
    report = office.take()
    assert totals(report) == {"read": 3, "changed": 1, "rejected": 1, "unchanged": 1}
    assert [row["kwh"] for row in office.rows("consumption")] == [1300_000, 950_000, 21000_000]


def test_visits_are_compared_too(office: Office) -> None:
    office.export("visits")
    office.edit(
        "走访记录",
        lambda sheet, at: sheet.cell(2, at["走访内容"]).__setattr__("value", "讲解新电价"),
    )
    other = office.folder / "other.xlsx"
    shutil.copy(office.path, other)
    office.export("visits")
    office.set("走访记录", 2, 走访内容="讲解峰谷电价", 满意度="非常满意")
    assert totals(office.take()) == {"read": 2, "changed": 1, "unchanged": 1}
    report = office.take(other)
    assert totals(report) == {"read": 2, "rejected": 1, "unchanged": 1}
    assert "讲解峰谷电价" in findings(report)[0]["message"]
    assert [row["satisfaction"] for row in office.rows("visit")] == ["very-satisfied"] * 2


def test_a_corrected_visit_day_moves_the_visit(office: Office) -> None:
    office.export("visits")
    office.set("走访记录", 2, 走访日期="2026-10-12")
    assert totals(office.take()) == {"read": 2, "changed": 1, "unchanged": 1}
    assert [row["visited_on"] for row in office.rows("visit")] == ["2026-10-12", "2026-10-09"]


# --- edited keys ---------------------------------------------------------------------------------


def test_a_new_number_renumbers_the_customer(office: Office) -> None:
    office.export()
    office.set("客户台账", 2, 户号="3700000099")
    report = office.take()
    assert totals(report) == {"read": 10, "changed": 1, "unchanged": 9}
    renumbered = office.customer("3700000099")
    assert (renumbered["old_account_no"], renumbered["name"]) == ("3700000001", "示例一厂")
    assert len(office.rows("customer")) == 3
    assert totals(office.take()) == {"read": 10, "unchanged": 10}


def test_a_customer_renumbered_meanwhile_is_found(office: Office) -> None:
    office.export()
    office.meanwhile(
        {"客户台账": [("户号", "原户号", "户名"), ("3700000099", "3700000001", "示例一厂")]}
    )
    office.set("客户台账", 2, 联系电话="13833333333")
    office.set("售电量", 2, **{"电量(kWh)": 1400})
    report = office.take()
    assert totals(report) == {"read": 10, "changed": 2, "unchanged": 8}
    assert office.customer("3700000099")["contact_phone"] == "13833333333"
    assert len(office.rows("consumption")) == 3


def test_a_number_given_back_is_a_renumbering_too(office: Office) -> None:
    office.meanwhile(
        {"客户台账": [("户号", "原户号", "户名"), ("3700000099", "3700000001", "示例一厂")]}
    )
    office.export("customers")
    office.set("客户台账", 2, 户号="3700000001")
    assert totals(office.take()) == {"read": 3, "changed": 1, "unchanged": 2}
    assert office.customer("3700000001")["old_account_no"] == "3700000099"


def test_the_number_of_another_customer_is_refused(office: Office) -> None:
    office.export("customers")
    office.set("客户台账", 2, 户号="3700000002")
    before = office.content()
    report = office.take()
    assert totals(report) == {"read": 3, "rejected": 1, "unchanged": 2}
    assert codes(report) == ["mark-of-another-row"]
    assert office.content() == before


def test_marks_that_stayed_behind_when_rows_were_sorted_harm_nobody(office: Office) -> None:
    office.export("customers")

    def rotate(sheet: Worksheet, columns: dict[str, int]) -> None:
        marks = [sheet.cell(row, columns[ROW_TOKEN.title]).value for row in (3, 4, 2)]
        for row, mark in enumerate(marks, 2):
            sheet.cell(row, columns[ROW_TOKEN.title]).value = mark

    office.edit("客户台账", rotate)
    before = office.content()
    assert totals(office.take()) == {"read": 3, "rejected": 3}
    assert office.content() == before


def test_a_copied_row_with_a_new_number_is_a_new_customer(office: Office) -> None:
    office.export("customers")

    def copy(sheet: Worksheet, columns: dict[str, int]) -> None:
        sheet.append([cell.value for cell in sheet[2]])
        sheet.cell(5, columns["户号"]).value = "3700000044"

    office.edit("客户台账", copy)
    report = office.take()
    assert totals(report) == {"read": 4, "new": 1, "unchanged": 3}
    assert codes(report) == ["row-copied"]
    assert office.customer("3700000044")["name"] == "示例一厂"


def test_a_record_on_two_rows_that_differ_is_refused(office: Office) -> None:
    office.export("customers")

    def copy(sheet: Worksheet, columns: dict[str, int]) -> None:
        sheet.append([cell.value for cell in sheet[2]])
        sheet.cell(5, columns["备注"]).value = "另一个"

    office.edit("客户台账", copy)
    before = office.content()
    report = office.take()
    assert totals(report) == {"read": 4, "rejected": 2, "unchanged": 2}
    assert codes(report) == ["conflicting-rows"] * 2
    assert office.content() == before


def test_two_copies_without_their_original_are_refused(office: Office) -> None:
    office.export("customers")

    def copy(sheet: Worksheet, columns: dict[str, int]) -> None:
        sheet.append([cell.value for cell in sheet[2]])
        sheet.cell(2, columns["户号"]).value = "3700000043"
        sheet.cell(5, columns["户号"]).value = "3700000044"

    office.edit("客户台账", copy)
    report = office.take()
    assert totals(report) == {"read": 4, "rejected": 2, "unchanged": 2}
    assert codes(report) == ["row-mark-shared"] * 2


def test_a_manager_is_renamed_not_doubled(office: Office) -> None:
    office.export()
    office.set("客户经理台账", 2, 姓名="示例丁")
    report = office.take()
    assert totals(report) == {"read": 10, "changed": 1, "unchanged": 9}
    assert [(row["id"], row["name"], row["person_key"]) for row in office.rows("manager")] == [
        (1, "示例丁", "示例丁"),
        (2, "示例乙", "示例乙"),
    ]
    assert totals(office.take(office.export())) == {"read": 10, "unchanged": 10}


def test_a_manager_renamed_on_every_sheet_is_one_person(office: Office) -> None:
    office.export()
    office.set("客户经理台账", 2, 姓名="示例丁")
    for row in (2, 3):
        office.set("客户台账", row, 客户经理="示例丁")
        office.set("走访记录", row, 客户经理="示例丁")
    report = office.take()
    assert totals(report) == {"read": 10, "changed": 1, "unchanged": 9}
    assert len(office.rows("manager")) == 2


def test_a_month_cannot_be_edited_but_a_row_can_be_copied_for_another(office: Office) -> None:
    office.export("consumption")
    office.set("售电量", 2, 月=3)
    report = office.take()
    assert totals(report) == {"read": 3, "rejected": 1, "unchanged": 2}
    assert codes(report) == ["exported-key-changed"]
    office.set("售电量", 2, 月=1)

    def copy(sheet: Worksheet, columns: dict[str, int]) -> None:
        sheet.append([cell.value for cell in sheet[2]])
        sheet.cell(5, columns["月"]).value = 3

    office.edit("售电量", copy)
    report = office.take()
    assert totals(report) == {"read": 4, "new": 1, "unchanged": 3}
    assert codes(report) == ["row-copied"]


def test_a_customer_moved_to_another_office_takes_its_names_along(office: Office) -> None:
    office.export("customers")
    office.set("客户台账", 2, 供电所="示例二所")
    assert totals(office.take()) == {"read": 3, "changed": 1, "unchanged": 2}
    first = office.customer("3700000001")
    line = next(row for row in office.rows("line") if row["id"] == first["line_id"])
    assert (line["name"], line["office_id"]) == ("示例一线", first["office_id"])


def test_places_and_contacts_are_renamed_not_doubled(office: Office) -> None:
    office.meanwhile(
        {
            "网格": [("网格名称", "供电所", "网格类型", "网格经理"), ("示例网格", "示例供电所", "网格", "示例甲")],
            "联系人": [("户号", "联系人姓名", "联系人类型", "联系人电话"), ("3700000001", "示例子", "电气联系人", "13877777777")],
        }
    )  # fmt: skip
    assert len(office.rows("grid")) == 1
    assert len(office.rows("contact")) == 1
    kinds = ("lines", "grids", "contacts", "customers")
    assert totals(office.take(office.export(*kinds)))["unchanged"] == 7
    titles = [s.title for s in openpyxl.load_workbook(office.path) if s.sheet_state == "visible"]
    renamed = {"lines": "示例九线", "grids": "示例新网格", "contacts": "示例丑"}
    for title, (kind, name) in zip(titles, renamed.items(), strict=False):
        key = layout(kind).key[-1]
        header = next(c.title for c in layout(kind).columns if c.field == key)
        office.set(title, 2, **{header: name})
    report = office.take()
    assert totals(report) == {"read": 7, "changed": 3, "unchanged": 4}
    for name in ("line", "grid", "contact"):
        assert office.rows(name)[0]["name"] in renamed.values()
    assert [len(office.rows(name)) for name in ("line", "grid", "contact")] == [2, 1, 1]


# --- marks that are of no use ----------------------------------------------------------------------


def test_an_export_of_another_ledger_is_an_ordinary_workbook(
    office: Office, caller: Caller, tmp_path: Path
) -> None:
    office.export("customers")
    moment = caller.now + timedelta(seconds=5)
    other_caller = Caller("tester", moment, caller.as_of)
    other = Office(create_ledger(str(tmp_path / "other.db"), other_caller), caller, tmp_path)
    report = other.take(office.path)
    assert totals(report) == {"read": 3, "new": 3}
    assert "export-of-another-ledger" in codes(report)


def test_a_ledger_that_went_another_way_takes_no_older_state_for_a_baseline(
    office: Office, caller: Caller, tmp_path: Path
) -> None:
    copied = tmp_path / "backup.db"
    with sa.create_engine(f"sqlite:///{office.ledger.location}").connect() as connection:
        connection.exec_driver_sql(f"VACUUM INTO '{copied}'")
    office.meanwhile({"客户台账": [("户号", "备注"), ("3700000001", "这条路")]})
    office.export("customers")
    restored = Office(
        Ledger(str(copied), copied, office.ledger.count_from), office.caller, tmp_path
    )
    restored.later(9)
    saved(tmp_path / "elsewhere.xlsx", {"客户台账": [("户号", "备注"), ("3700000001", "那条路")]})
    restored.take(tmp_path / "elsewhere.xlsx")
    report = restored.take(office.path)
    assert totals(report) == {"read": 3, "changed": 1, "unchanged": 2}
    assert codes(report) == ["export-of-another-ledger"]


def test_rows_whose_record_is_gone_are_ordinary_rows(office: Office) -> None:
    added = office.meanwhile(
        {"客户台账": [("户号", "户名", "供电所"), ("3700000009", "示例九厂", "示例供电所")]}
    )
    office.export("customers")
    assert added.operation is not None
    undo(office.ledger.location, added.operation, office.later())
    report = office.take()
    assert totals(report) == {"read": 4, "new": 1, "unchanged": 3}
    assert codes(report) == ["exported-record-gone"]


def test_a_spoilt_mark_is_said_and_the_row_is_an_ordinary_one(office: Office) -> None:
    office.export("customers")
    office.set("客户台账", 2, **{ROW_TOKEN.title: "改过", "备注": "改过"})
    report = office.take()
    assert totals(report) == {"read": 3, "changed": 1, "unchanged": 2}
    assert codes(report) == ["row-mark-damaged"]


def test_a_row_emptied_by_hand_is_skipped(office: Office) -> None:
    office.export()

    def empty(sheet: Worksheet, columns: dict[str, int]) -> None:
        for header, column in columns.items():
            if header not in (ROW_TOKEN.title, "表单编号"):
                sheet.cell(3, column).value = None

    for title in OFFICE:
        office.edit(title, empty)
    before = office.content()
    report = office.take()
    assert totals(report) == {"read": 10, "skipped": 4, "unchanged": 6}
    assert codes(report) == ["row-emptied"] * 4
    assert office.content() == before


def test_an_undo_meanwhile_counts_as_a_change_of_the_ledger(office: Office) -> None:
    done = office.meanwhile({"客户台账": [("户号", "联系电话"), ("3700000001", "13822222222")]})
    office.export("customers")
    assert done.operation is not None
    undo(office.ledger.location, done.operation, office.later())
    before = office.content()
    assert totals(office.take()) == {"read": 3, "unchanged": 3}
    assert office.content() == before
    office.set("客户台账", 2, 联系电话="13833333333")
    report = office.take()
    assert totals(report) == {"read": 3, "rejected": 1, "unchanged": 2}
    assert "13800000001" in findings(report)[0]["message"]


def test_two_edited_copies_of_one_export_do_not_undo_each_other(office: Office) -> None:
    office.export("customers")
    second = office.folder / "second.xlsx"
    shutil.copy(office.path, second)
    office.set("客户台账", 2, 备注="甲改的", 联系电话="13811111111")
    office.take()
    office.path = second
    office.set("客户台账", 2, 备注="乙改的", 户名="示例一厂乙")
    report = office.take()
    assert totals(report) == {"read": 3, "changed": 1, "unchanged": 2}
    assert codes(report) == ["changed-meanwhile"]
    first = office.customer("3700000001")
    assert (first["remark"], first["contact_phone"], first["name"]) == (
        "甲改的", "13811111111", "示例一厂乙",
    )  # fmt: skip


def test_sorting_by_chance(office: Office) -> None:
    office.export()
    rng = random.Random(1)
    book = openpyxl.load_workbook(office.path)
    for sheet in book:
        if sheet.sheet_state != "visible":
            continue
        rows = list(sheet.iter_rows(2, values_only=True))
        rng.shuffle(rows)
        for number, row in enumerate(rows, 2):
            for column, value in enumerate(row, 1):
                sheet.cell(number, column).value = value
    book.save(office.path)
    before = office.content()
    assert totals(office.take()) == {"read": 10, "unchanged": 10}
    assert office.content() == before


# --- the office's own columns under titles of ours -------------------------------------------------


def own_columns(office: Office) -> None:
    """联系人 holds phones beside 联系电话, so that it is kept as the office's own; 手机号 is one more of the kind."""
    header = ("户号", "户名", "供电所", "联系人", "联系电话", "手机号")
    row = ("3700000001", "示例一厂", "示例供电所", "13800000009", "0537-1111111", "13800000007")
    two = ("3700000002", "示例二厂", "示例供电所", "13800000008", "0537-1111112", "13800000006")
    office.take(saved(office.folder / "own.xlsx", {"客户台账": [header, row, two]}))


def test_an_own_column_titled_like_a_field_is_exported_under_another_title(office: Office) -> None:
    own_columns(office)
    sheet = openpyxl.load_workbook(office.export("customers"))["客户台账"]
    headers = [cell.value for cell in sheet[1]]
    assert headers.count("联系人") == 1
    assert "联系人(原列)" in headers
    before = office.content()
    report = office.take()
    assert totals(report) == {"read": 3, "unchanged": 3}
    assert codes(report) == []
    assert office.content() == before


@pytest.mark.parametrize("titled", ["联系人(原列)", "联系人"])
def test_edits_of_a_field_and_of_the_own_column_beside_it_are_both_applied(
    office: Office, titled: str
) -> None:
    own_columns(office)
    office.export("customers")

    def edit(sheet: Worksheet, columns: dict[str, int]) -> None:
        sheet.cell(1, columns["联系人(原列)"]).value = titled  # as older exports wrote it
        sheet.cell(2, columns["联系人"]).value = "示例卯"
        sheet.cell(3, columns["联系人(原列)"]).value = "13800000008转2"

    office.edit("客户台账", edit)
    report = office.take()
    assert totals(report) == {"read": 3, "changed": 2, "unchanged": 1}
    first, second = (office.customer(no) for no in ("3700000001", "3700000002"))
    sheet = report.to_json()["files"][0]["sheets"][0]
    assert "联系人" in [c["header"] for c in sheet["columns"] if c.get("use") == "extra"]
    assert first["contact_name"] == "示例卯"
    assert json.loads(first["extras"])["联系人"] == "13800000009"
    assert second["contact_name"] is None
    assert json.loads(second["extras"])["联系人"] == "13800000008转2"


def test_an_unknown_word_is_no_blank_cell(office: Office) -> None:
    office.export("managers")
    office.set("客户经理台账", 2, 级别="不知道")
    told = codes(office.take())
    assert "unknown-word" in told
    assert "blank-kept" not in told
