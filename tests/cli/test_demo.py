"""The demonstration plays the whole job on the shipped samples, in a folder of its own."""

import json
from pathlib import Path

import pytest

from cmledger.cli.app import run
from cmledger.ledger.store import create_ledger
from cmledger.packaged import packaged
from cmledger.policy.load import PROFILES
from cmledger.records.caller import Caller
from cmledger.work.demo import FOLDERS


def test_the_demo_plays_every_step_and_names_what_it_wrote(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["demo", "--folder", str(tmp_path / "demo")]) == 0
    shown = capsys.readouterr().out
    for command in (
        "init", "import-excel", "assign-tiers", "due-visits", "kpi-report", "undo", "assign-managers", "coverage",
        "due-services", "plan-visits", "visit-forms", "outages",
    ):  # fmt: skip
        assert f"$ cmledger {command} " in shown or f"$ cmledger {command}\n" in shown
    written = shown.rpartition("演示完毕")[2]
    for name in (
        "cmledger.db",
        "policy.toml",
        "走访到期清单.xlsx",
        "指标月报.xlsx",
        "台账导出.xlsx",
        "走访计划.xlsx",
        "停电通知清单.xlsx",
    ):
        assert (tmp_path / "demo" / name).stat().st_size > 1000
        assert name in written


def test_the_demo_leaves_a_ledger_named_by_the_environment_alone(
    tmp_path: Path,
    caller: Caller,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    real = tmp_path / "real.db"
    create_ledger(str(real), caller)
    before = real.read_bytes()
    monkeypatch.setenv("CMLEDGER_LEDGER", str(real))
    assert run(["demo", "--folder", str(tmp_path / "demo"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    office = json.loads((packaged("samples") / "office.expected.json").read_text("utf-8"))
    assert [step["exit_code"] for step in said["steps"]].count(3) == 1
    assert (
        said["steps"][1]["command"][2 : 2 + len(office["import_order"])] == office["import_order"]
    )
    assert real.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["demo", "real.db"]


def test_an_existing_folder_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["demo", "--folder", str(tmp_path)]) == 2
    assert "--folder" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("profile", ["community-grid", "three-plus-three"])
def test_the_other_profiles_play_their_own_samples(
    profile: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "demo"
    assert run(["demo", "--profile", profile, "--folder", str(folder), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    played = [step["command"][1] for step in said["steps"]]
    for command in ("init", "assign-tiers", "assign-managers", "coverage", "due-services"):
        assert command in played
    assert {step["exit_code"] for step in said["steps"]} == {0}
    assert f'profile = "{profile}"' in (folder / "policy.toml").read_text("utf-8")
    assert any(name.startswith("走访单") for name in said["files"])


def test_a_profile_without_samples_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["demo", "--profile", "示例", "--folder", str(tmp_path / "demo")]) == 2
    assert "three-plus-three" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_every_profile_has_samples() -> None:
    assert set(FOLDERS) == set(PROFILES)
    for folder in FOLDERS.values():
        office = json.loads(
            (packaged("samples") / folder / "office.expected.json").read_text("utf-8")
        )
        for name in office["import_order"]:
            assert (packaged("samples") / folder / name).is_file()
