"""What a person reads on the screen: words, not codes; telephone numbers masked; one sentence once."""

import io
import json
import os
from pathlib import Path

import pytest
from openpyxl import Workbook
from rich.cells import cell_len

from cmledger.cli.app import run
from cmledger.cli.folding import folded


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    assert run(["init"]) == 0
    return tmp_path


def book(path: str, *rows: list[object], title: str = "客户台账") -> str:
    made = Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(row)
    made.save(path)
    return path


def screen(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    capsys.readouterr()
    assert run(list(words)) == code
    return capsys.readouterr().out


def test_a_file_that_may_not_be_read_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book("锁.xlsx", ["户号", "户名"], ["3700000001", "示例厂"])
    opened, access = io.open, os.access
    monkeypatch.setattr(
        os, "access", lambda name, *a, **k: "锁" not in str(name) and access(name, *a, **k)
    )

    def refuse(file: object, *a: object, **k: object) -> object:
        if "锁" in str(file):
            raise PermissionError(13, "Permission denied", str(file))
        return opened(file, *a, **k)  # type: ignore[call-overload]

    monkeypatch.setattr(io, "open", refuse)
    for command in ("import-excel", "inspect-excel"):
        capsys.readouterr()
        assert run([command, path, "--json"]) == 15
        problem = json.loads(capsys.readouterr().err)
        assert problem["code"] == "not-a-workbook"
        assert "锁.xlsx" in problem["message"]


def test_the_log_calls_things_by_their_names(capsys: pytest.CaptureFixture[str]) -> None:
    path = book("客户.xlsx", ["户号", "户名", "线路"], ["3700000001", "示例厂", "示例线"])
    assert run(["import-excel", path]) == 0
    assert run(["export-excel", "customers", "--excel", "出.xlsx"]) == 0
    assert run(["mappings", "forget", "1"]) in (0, 18)
    text = screen(capsys, "log")
    assert "导出" in text
    assert "mapping" not in text
    assert "export" not in text


def test_phones_are_masked_on_the_screen_alone_and_equal_sentences_said_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    head: list[object] = ["户号", "户名", "客户经理", "客户经理电话", "值班说明"]
    manager = ["测试员甲", "13800001111"]
    assert (
        run(
            [
                "import-excel",
                book(
                    "经理.xlsx",
                    ["客户经理姓名", "联系电话", "级别"],
                    [*manager, "高级"],
                    title="客户经理台账",
                ),
            ]
        )
        == 0
    )
    rows: list[list[object]] = [
        [f"370000000{n}", f"示例厂{n}", "测试员甲", "13900002222", "夜班 13700003333"]
        for n in range(5)
    ]
    path = book("客户.xlsx", head, *rows)
    text = screen(capsys, "import-excel", path)
    text = "".join(text.split())
    assert text.count("138****1111") == 1
    for kept in ("13800001111", "13900002222"):
        assert kept not in text
    rows[0][4] = "夜班 13700004444"
    text = "".join(screen(capsys, "import-excel", book("客户2.xlsx", head, *rows)).split())
    assert "137****4444" in text
    assert "13700004444" not in text
    told = json.loads(screen(capsys, "import-excel", path, "--json", "--again"))
    assert "13900002222" in json.dumps(told)


def test_tables_fold_between_chinese_and_digits_and_end_in_no_blanks() -> None:
    text = "这一行的说明很长很长12345678901234以后还有很多很多字，不应留下半空的行"
    lines = folded(text, 20)
    assert "".join(lines) == text
    assert all(18 <= cell_len(line) <= 20 for line in lines[:1])
    assert all(cell_len(line) <= 20 for line in lines)
    assert folded("x" * 45, 20) == ["x" * 20, "x" * 20, "x" * 5]


@pytest.mark.parametrize(
    "text", ["供电质量分析报告、谐波治理", "4月 11,541、5月 14,986、6月 14,214（约）。"]
)
def test_no_mark_stands_alone_or_first_in_a_line(text: str) -> None:
    for columns in range(12, 40):
        lines = folded(text, columns)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(cell_len(line) <= columns for line in lines)
        assert not [line for line in lines if line[:1] in set("、。）")], columns
    assert folded("供电质量分析报告、谐波治理", 16) == ["供电质量分析报", "告、谐波治理"]


def test_no_line_of_a_table_ends_in_blanks(capsys: pytest.CaptureFixture[str]) -> None:
    text = screen(capsys, "import-excel", book("客户.xlsx", ["户号", "户名"], ["3700000001", "厂"]))
    assert all(line == line.rstrip() for line in text.split("\n"))
