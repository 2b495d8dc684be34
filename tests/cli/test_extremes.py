"""Values at and beyond the edge, as typed: an answer or a refusal that helps, never a bug of ours (exit 1)."""

import contextlib
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cmledger.cli.app import run
from cmledger.cli.options import log_bug

HUGE = "99999999999999999999"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger and its rules; one customer with a year and a month of energy, recorded on 2026-11-01."""
    folder = tmp_path_factory.mktemp("office")
    with contextlib.chdir(folder):
        _fill()
    return folder


@pytest.fixture(autouse=True)
def in_a_copy(office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(office, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CMLEDGER_LEDGER", raising=False)
    monkeypatch.setenv("COLUMNS", "100")


def _fill() -> None:
    assert run(["init", "--ledger", "cmledger.db", "--as-of", "2026-01-05", "--quiet"]) == 0
    Path("客户.csv").write_text(
        "户号,户名,供电电压\n3700000001,示例一,10kV\n", encoding="utf-8-sig"
    )
    Path("电量.csv").write_text(
        "户号,年,月,电量（千瓦时）\n3700000001,2025,全年,1200\n3700000001,2025,3,100\n",
        encoding="utf-8-sig",
    )
    for name in ("客户.csv", "电量.csv"):
        assert (
            run(
                [
                    "import-excel",
                    name,
                    "--ledger",
                    "cmledger.db",
                    "--as-of",
                    "2026-11-01",
                    "--quiet",
                ]
            )
            == 0
        )


DATED = (
    ["due-visits", "--as-of"],
    ["due-visits", "--as-of", "2026-11-22", "--until"],
    ["kpi-report", "--as-of"],
    ["assign-tiers", "--dry-run", "--as-of"],
    ["record-visit", "3700000001", "--dry-run", "--as-of"],
    ["record-visit", "3700000001", "--dry-run", "--as-of", "2026-11-22", "--date"],
    ["set-tier", "3700000001", "gold", "--reason", "示例", "--dry-run", "--until"],
    ["why", "3700000001", "--as-of"],
    ["list", "customers", "--as-of"],
    ["export-excel", "--excel", "out.xlsx", "--as-of"],
    ["daily", "--out", "daily", "--as-of"],
)


@pytest.mark.parametrize("command", DATED, ids=" ".join)
def test_a_day_beyond_the_bounds_is_refused(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for day in ("1948-12-31", "2101-01-01", "9998-12-31", "9999-12-31"):
        assert run([*command, day]) == 2
        assert "日期应在 1949-01-01 至 2100-12-31 之间" in capsys.readouterr().err


@pytest.mark.parametrize("command", DATED, ids=" ".join)
@pytest.mark.parametrize("day", ["1949-01-01", "2100-12-31"])
def test_the_outermost_days_are_answered(
    command: list[str], day: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """0, or a refusal that knows what is the matter (a visit in the future, a day before the last round)."""
    code = run([*command, day])
    assert code != 1, capsys.readouterr().err
    assert not Path("cmledger-error.log").exists()


@pytest.mark.parametrize(
    "day", ["2026-W01-1", "20261122", "2026-1-5", "2026-02-30", " 2026-11-22", "２０２６-１１-２２"]
)
def test_a_day_is_written_in_one_way(day: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["due-visits", "--as-of", day]) == 2
    assert "日期应写成 2026-11-22 的样子" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [["undo", HUGE], ["redo", HUGE], ["log", "--limit", HUGE], ["list", "customers", "--limit", HUGE],
     ["backup", "--keep", HUGE], ["daily", "--keep", HUGE]],
    ids=" ".join,
)  # fmt: skip
def test_a_number_beyond_all_measure_is_refused(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command) == 2
    assert "不能大于 1000000000" in capsys.readouterr().err


def test_the_largest_number_is_answered() -> None:
    assert run(["log", "--limit", "1000000000"]) == 0
    assert run(["undo", "1000000000"]) == 18


@pytest.mark.parametrize("field", ["customers name", "customers tier", "consumption kwh"])
def test_the_word_for_clearing_asks_for_the_unknown(
    field: str, capsys: pytest.CaptureFixture[str]
) -> None:
    kind, name = field.split()
    told = []
    for value in ("清空", ""):
        assert run(["list", kind, "--where", f"{name}={value}", "--json"]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]


def test_the_year_as_a_whole_has_no_month(capsys: pytest.CaptureFixture[str]) -> None:
    for asked in ("month=", "month=全年"):
        assert run(["list", "consumption", "--where", asked, "--json"]) == 0
        said = capsys.readouterr().out
        assert '"matched": 1' in said
        assert '"month": null, "kwh": 1200' in said


@pytest.mark.parametrize("columns", ["abc", "", "0", "-3", HUGE])
def test_an_odd_width_of_the_terminal_is_no_obstacle(
    columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert run(["list", "customers"]) == 0
    assert "示例一" in capsys.readouterr().out
    assert run(["list", "--help"]) == 0
    monkeypatch.setenv("COLUMNS", "1")
    assert run(["list", "customers"]) == 0


def test_a_ledger_cannot_be_made_where_a_folder_is(capsys: pytest.CaptureFixture[str]) -> None:
    Path("台账").mkdir()
    assert run(["init", "--ledger", "台账"]) == 17
    said = capsys.readouterr().err
    assert "文件夹" in said
    assert "已经存在" not in said


@pytest.mark.skipif(os.name == "nt", reason="modes and bytes of names differ")
def test_the_log_of_our_own_mistakes_is_for_its_owner_only() -> None:
    log = log_bug("list", "first\n")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    log.chmod(0o644)
    assert log_bug("list", "second\n") == log
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert "first" in log.read_text(encoding="utf-8")
    assert "second" in log.read_text(encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="modes and bytes of names differ")
def test_names_that_are_no_utf_8_are_shown_and_stored_with_a_replacement() -> None:
    """In GBK a folder copied from Windows may hold such names."""
    name = "客户表.csv".encode("gbk")
    Path(os.fsdecode(name)).write_text("户号,户名\n3700000002,示例二\n", encoding="utf-8-sig")
    surroundings = {
        **os.environb, b"CMLEDGER_ACTOR": "张三".encode("gbk"), b"PYTHONUTF8": b"1",
    }  # fmt: skip

    def typed(*words: bytes | str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "cmledger", *words], env=surroundings, capture_output=True, check=False
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.decode()

    typed("import-excel", name)
    typed("inspect-excel", name)
    typed("export-excel", "--excel", b"\xcc\xa8.xlsx")
    typed("list", "customers", "--csv", b"\xcc\xa8.csv")
    typed("record-visit", "3700000002", "--content", "正常".encode("gbk"))
    assert "\ufffd" in typed("log")
    assert "\ufffd" in typed("history", "3700000002")
