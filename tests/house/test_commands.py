"""What every command keeps to: --json tells its own schema, help fits a narrow screen, a slip is a sentence."""

import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from cmledger.cli.app import COMMANDS, run
from cmledger.errors import EXIT_DONE, EXIT_REJECTED_ROWS, UsageProblem

AT = ("--as-of", "2026-11-22")
ACCOUNT = "3700000001"

CALLS: dict[str, tuple[str, ...]] = {
    "init": ("--as-of", "2026-10-01"),
    "template": ("customers", "--excel", "blank.xlsx"),
    "inspect-excel": ("blank.xlsx",),
    "import-excel": ("blank.xlsx", *AT),
    "mappings": (),
    "add": (
        "customers",
        f"户号={ACCOUNT}",
        "户名=示例一厂",
        "线路=示例一线",
        "供电所=示例供电所",
        "客户经理=示例甲",
        *AT,
    ),
    "edit": ("customers", ACCOUNT, "联系人=周示例", *AT),
    "assign-tiers": AT,
    "set-tier": (ACCOUNT, "diamond", "--reason", "示例", *AT),
    "assign-managers": AT,
    "set-manager": (ACCOUNT, "示例甲", "--reason", "示例", *AT),
    "handover": ("示例甲", "示例乙", "--reason", "请假", "--until", "2026-12-01", *AT),
    "coverage": AT,
    "manager-check": AT,
    "policy": ("check",),
    "try-policy": ("policy.toml", *AT),
    "why": (ACCOUNT, *AT),
    "plan": (ACCOUNT, *AT),
    "due-visits": AT,
    "due-services": AT,
    "visit-forms": ("--month", "2026-12", "--folder", "forms", *AT),
    "plan-visits": ("--month", "2026-12", *AT),
    "record-visit": (ACCOUNT, "--date", "2026-11-20", *AT),
    "record-service": (ACCOUNT, "--service", "G7", *AT),
    "record-duty": ("--service", "M1", "--manager", "示例甲", *AT),
    "outages": AT,
    "record-notice": ("o1", ACCOUNT, "--at", "2026-11-22 09:00", *AT),
    "kpi-report": ("--month", "2026-10", *AT),
    "log": (),
    "history": (ACCOUNT,),
    "undo": (),
    "redo": (),
    "daily": AT,
    "cron-lines": (),
    "backup": (),
    "check": (),
    "upgrade": (),
    "duplicates": (),
    "find": (ACCOUNT,),
    "show": (ACCOUNT, *AT),
    "list": ("customers", *AT),
    "export-excel": ("--excel", "export.xlsx", *AT),
    "close": ("customers", ACCOUNT, "--reason", "销户", *AT),
    "forget": (ACCOUNT, "--yes", *AT),
    "demo": ("--folder", "demo"),
}
"""Every command once, in an order in which each finds what it needs."""

BEFORE: dict[str, tuple[tuple[str, ...], ...]] = {
    "handover": (("add", "managers", "姓名=示例乙", "供电所=示例供电所"),),
    "record-notice": (
        ("add", "outages", "停电编号=示1", "线路=示例一线", "停电开始=2026-11-25 08:00"),
    ),
}


def test_each_command_tells_its_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert CALLS.keys() == COMMANDS.keys()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CMLEDGER_LEDGER", raising=False)
    for name, words in CALLS.items():
        for earlier in BEFORE.get(name, ()):
            assert run([*earlier, *AT]) == EXIT_DONE, capsys.readouterr().err
        capsys.readouterr()
        code = run([name, *words, "--json"])
        shown = capsys.readouterr()
        assert code in (EXIT_DONE, EXIT_REJECTED_ROWS), (name, shown.err)
        told = json.loads(shown.out)
        assert told["schema"].startswith(f"cmledger.{name}"), name
        assert told["schema"].endswith("/1"), name


@pytest.mark.parametrize("name", COMMANDS)
def test_help_fits_eighty_columns(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run([name, "--help"]) == EXIT_DONE
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if cell_len(line) > 80] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_option_is_a_sentence(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--no-such-option", "--json"]) == UsageProblem.exit_code
    told = json.loads(capsys.readouterr().err)
    assert told.keys() == {"code", "message", "hint", "where"}
    assert told["code"] == "usage"
