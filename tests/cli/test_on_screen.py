"""What a person reads on the screen: words, not codes; telephone numbers masked; one sentence once."""

import io
import json
import os
from pathlib import Path

import pytest
from openpyxl import Workbook

from cmledger.cli.app import run


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
