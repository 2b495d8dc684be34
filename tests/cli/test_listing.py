"""list, export-excel and template as the user types them."""

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest

from cmledger.cli.app import run
from cmledger.ledger.store import create_ledger
from cmledger.ledger.tables import FOREVER
from cmledger.records.caller import Caller


@pytest.fixture(autouse=True)
def in_an_office(tmp_path: Path, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger in the current folder: a gold customer with two telephone numbers, and 119 others."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CMLEDGER_LEDGER", raising=False)
    monkeypatch.setenv("COLUMNS", "160")
    ledger = create_ledger("cmledger.db", caller)
    with ledger.operation(caller, "test", {}) as op:
        (office,) = op.insert("office", ("name",), [("示例供电所",)])
        (line,) = op.insert("line", ("office_id", "name"), [(office, "示例一线")])
        columns = (
            "account_key", "account_no", "name", "office_id", "line_id", "contact_phone",
            "contract_capacity_kva", "pv", "opened_on",
        )  # fmt: skip
        first, *_ = op.insert(
            "customer",
            columns,
            [("3700000001", "3303700000001", "=示例", office, line, "13812345678/0632-5551234", 315_500, 1, "2020-02-29")]
            + [(f"38{i:08d}", f"38{i:08d}", f"示例{i}", office, None, None, None, None, None) for i in range(119)],
        )  # fmt: skip
        span = {
            "valid_from": "2026-01-01",
            "valid_to": FOREVER,
            "tier": "gold",
            "rule": "r",
            "reasons": "[]",
        }
        op.replace_spans("customer_tier", {first: [span]})


def listed_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert run(["list", *arguments, "--json", "--as-of", "2026-11-22"]) == 0
    shown: dict[str, object] = json.loads(capsys.readouterr().out)
    return shown


def test_json_is_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    shown = listed_json(capsys, "customers", "--where", "tier=金牌")
    assert (shown["schema"], shown["kind"], shown["matched"]) == ("cmledger.list/1", "customers", 1)
    (row,) = shown["rows"]  # type: ignore[misc]
    assert row["account_no"] == "3303700000001"
    assert (row["tier"], row["pv"], row["voltage"]) == ("gold", True, None)
    assert (row["contract_capacity_kva"], row["opened_on"]) == (315.5, "2020-02-29")
    assert row["contact_phone"] == "13812345678/0632-5551234"
    assert len(listed_json(capsys, "customers")["rows"]) == 120  # type: ignore[arg-type]
    assert listed_json(capsys, "visits")["rows"] == []


@pytest.mark.parametrize(
    "where",
    ["tier=gold", "tier=金牌客户", "line=示例一线", "光伏=√", "account_no=3700000001", "opened_on=2020.2.29",
     "contract_capacity_kva=315.5", "name==示例"],
)  # fmt: skip
def test_conditions_take_the_spellings_of_the_sheets(
    capsys: pytest.CaptureFixture[str], where: str
) -> None:
    assert listed_json(capsys, "customers", "--where", where)["matched"] == 1


def test_an_empty_value_asks_for_the_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    shown = listed_json(capsys, "customers", "--where", "tier=", "--where", "line=", "--limit", "7")
    assert shown["matched"] == 119
    assert len(shown["rows"]) == 7  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["客户"], "customers"),
        (["customers", "--where", "colour=red"], "contact_phone"),
        (["customers", "--where", "tier"], "tier="),
        (["customers", "--where", "tier=白银"], "钻石"),
        (["customers", "--columns", "name,colour"], "contact_phone"),
    ],
)
def test_what_there_is_none_of_names_what_there_is(
    capsys: pytest.CaptureFixture[str], arguments: list[str], named: str
) -> None:
    assert run(["list", *arguments]) == 2
    assert named in capsys.readouterr().err


def test_the_screen_shows_a_hundred_and_hides_telephone_numbers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["list", "customers"]) == 0
    shown = capsys.readouterr().out
    assert "138****5678/*******1234" in shown
    assert "12345678" not in shown
    assert "共 120 条，显示前 100 条" in shown
    assert run(["list", "customers", "--limit", "0"]) == 0
    assert "共 120 条。" in capsys.readouterr().out
    assert run(["log", "--json"]) == 0
    assert '"export"' not in capsys.readouterr().out


def test_full_numbers_on_the_screen_are_logged(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list", "customers", "--full", "--columns", "户名,contact_phone"]) == 0
    assert "13812345678/0632-5551234" in capsys.readouterr().out
    from cmledger.ledger.store import open_ledger
    from cmledger.ledger.tables import table

    with open_ledger("cmledger.db").reading() as connection:
        events = connection.execute(table("event").select()).mappings().all()
    assert [(e["kind"], json.loads(e["detail"])["kind"]) for e in events] == [
        ("export", "customers")
    ]


def test_csv_to_the_pipe_and_to_a_file_is_the_same(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    command = ["list", "customers", "--columns", "account_no,name,tier", "--limit", "2"]
    assert run([*command, "--csv", "-", "--as-of", "2026-11-22"]) == 0
    piped = capsys.readouterr().out
    assert list(csv.reader(io.StringIO(piped))) == [
        ["户号", "户名", "客户等级"],
        ["3303700000001\t", "'=示例", "金牌"],
        ["3800000000", "示例0", ""],
    ]
    assert run([*command, "--csv", "a.csv", "--as-of", "2026-11-22"]) == 0
    written = capsys.readouterr()
    assert written.out == ""
    assert (tmp_path / "a.csv").read_text(encoding="utf-8-sig") == piped.replace("\r\n", "\n")


def test_export_says_what_it_wrote(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export-excel", "customers", "--excel", "a.xlsx", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "schema": "cmledger.export-excel/1",
        "excel": "a.xlsx",
        "sheets": [{"name": "客户台账", "rows": 120}],
        "findings": [],
        "logged": True,
    }
    assert run(["export-excel", "--excel", "a.xls", "-q"]) == 2
    Path("b.xlsx").write_text("", encoding="utf-8")
    assert run(["export-excel", "--excel", "b.xlsx", "-q"]) == 17


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("customers", {"户号": "3700000001", "户名": "示例公司"}),
        ("managers", {"姓名": "示例甲", "级别": "高级", "电话": "13800000000"}),
        ("consumption", {"户号": "3700000001", "年": 2025, "月": "全年", "电量(kWh)": 1200}),
        ("visits", {"户号": "3700000001", "走访日期": "2026-11-02", "满意度": "满意"}),
    ],
)
def test_a_blank_sheet_holds_nothing_and_is_recognised_when_filled_in(
    capsys: pytest.CaptureFixture[str], kind: str, row: dict[str, object]
) -> None:
    assert run(["template", kind, "--excel", "t.xlsx", "-q"]) == 0
    book = openpyxl.load_workbook("t.xlsx")
    data, how_to = book.worksheets
    assert data.max_row == 1
    heads = [cell.value for cell in data[1]]
    for head, value in row.items():
        data.cell(2, heads.index(head) + 1).value = value
    book.save("t.xlsx")
    assert run(["inspect-excel", "t.xlsx", "--json"]) == 0
    (file,) = json.loads(capsys.readouterr().out)["files"]
    filled, explained = file["sheets"]
    assert (filled["kind"], filled["totals"]["read"]) == (kind, 1)
    assert all(c["field"] or c["header"] == "户名" for c in filled["columns"])
    assert (explained["name"], explained["kind"]) == (how_to.title, None)


def test_a_blank_sheet_is_named_after_its_kind() -> None:
    assert run(["template", "customers", "-q"]) == 0
    assert Path("客户台账-空白表.xlsx").exists()
    assert run(["template", "meters", "-q"]) == 2


@pytest.mark.parametrize(
    ("where", "matched"),
    [("tier!=gold", 119), ("tier!=", 1), ("name~示例1", 30), ("contract_capacity_kva>=315.5", 1),
     ("contract_capacity_kva<315.5", 0), ("opened_on<2020-03-01", 1), ("account_no~0000002", 11), ("contact_phone~5678", 1),
     ("line!=示例一线", 119), ("name!==示例", 119)],
)  # fmt: skip
def test_conditions_compare(capsys: pytest.CaptureFixture[str], where: str, matched: int) -> None:
    assert listed_json(capsys, "customers", "--where", where)["matched"] == matched


@pytest.mark.parametrize("where", ["tier~金", "name>=3", "contract_capacity_kva>", "name~", "line"])
def test_comparisons_that_make_no_sense_are_refused(
    capsys: pytest.CaptureFixture[str], where: str
) -> None:
    assert run(["list", "customers", "--where", where]) == 2
    assert capsys.readouterr().err


def test_a_list_as_a_workbook_comes_back(capsys: pytest.CaptureFixture[str]) -> None:
    """Unedited it changes nothing; a name edited, with the 户号 column nobody asked for, finds its customer."""
    words = ["list", "customers", "--where", "name~示例11", "--columns", "name,contact_name"]
    assert run([*words, "--excel", "名单.xlsx"]) == 0
    assert "名单.xlsx" in capsys.readouterr().out
    book = openpyxl.load_workbook("名单.xlsx")
    sheet = book.active
    assert sheet is not None
    heads = [cell.value for cell in next(sheet.iter_rows(min_row=1, max_row=1))]
    assert heads[:3] == ["户号", "户名", "联系人"]
    assert sheet.max_row == 11
    assert run(["import-excel", "名单.xlsx", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["operation"], told["totals"]["unchanged"]) == (None, 10)
    sheet["B2"] = "改名示例"
    book.save("名单.xlsx")
    assert run(["import-excel", "名单.xlsx", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["totals"]["changed"], told["totals"]["unchanged"]) == (1, 9)
    assert listed_json(capsys, "customers", "--where", "name=改名示例")["matched"] == 1
    assert run(["log", "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)["entries"]
    assert any(e["command"] == "export" and e["arguments"]["path"] == "名单.xlsx" for e in entries)


def test_one_file_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list", "customers", "--csv", "a.csv", "--excel", "a.xlsx"]) == 2
    assert "--csv" in capsys.readouterr().err
    assert not Path("a.csv").exists()
