"""why --due: each item owed or not, on whose terms, what met it."""

import json
from pathlib import Path

import pytest

from cmledger.cli.app import run


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    assert run(["init", "-q", "--as-of", "2026-10-01"]) == 0
    policy = Path("policy.toml")
    policy.write_text(
        policy.read_text("utf-8")
        + '\n[service.X1]\nname = "巡检"\ntiers = ["normal"]\ncycle = { every_months = 6 }\n'
        '[service.X2]\nname = "节前走访"\ntiers = ["normal"]\n'
        'cycle = { dates = ["birthday"], lead_days = 7 }\n'
        '[service.X3]\nname = "报停指导"\ntiers = ["normal"]\n'
        'cycle = { events = ["suspension"], within_days = 7 }\n',
        encoding="utf-8",
    )
    Path("c.csv").write_text(
        "户号,户名,供电所,电压等级,立户日期\n3700000001,示例一厂,示例所,10kV,2015-03-01\n"
        "3700000002,示例二厂,示例所,10kV,2026-11-10\n3700000003,示例居民,示例所,220V,2015-03-01\n",
        encoding="utf-8",
    )
    assert run(["import-excel", "c.csv", "-q", "--as-of", "2026-11-22"]) == 0
    assert run(["assign-tiers", "-q", "--without-energy", "--as-of", "2026-11-22"]) == 0
    return tmp_path


def due(
    capsys: pytest.CaptureFixture[str], account: str, *more: str, as_of: str = "2026-11-22"
) -> dict[str, dict[str, object]]:
    capsys.readouterr()
    assert run(["why", account, "--due", "--json", "--as-of", as_of, *more]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["schema"] == "cmledger.why/1"
    return {item["service"]: item for item in shown["due"]}


def test_each_item_is_told(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    visited = ["record-visit", "3700000001", "--date", "2026-10-15", "--services", "X1", "-q"]
    assert run([*visited, "--as-of", "2026-11-22"]) == 0
    items = due(capsys, "3700000001")
    assert items["visit"]["because"] == "met"
    assert "2026-10-15 完成" in str(items["visit"]["text"])
    assert items["D4"]["because"] == "not-of-tier"
    assert items["B2"]["because"] == "word"
    assert items["X1"]["because"] == "upcoming"
    assert (items["X1"]["cycle"], items["X1"]["due_by"]) == ("every-6-months", "2027-04-15")
    assert items["X2"]["because"] == items["X3"]["because"] == "nothing-yet"

    late = due(capsys, "3700000001", "--service", "visit", as_of="2027-01-05")["visit"]
    assert late["because"] == "due"
    assert [part["state"] for part in late["parts"]] == ["met", "open", "to-come"]  # type: ignore[attr-defined]


def test_who_is_new_out_of_scope_or_was_not_yet(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert due(capsys, "3700000002")["visit"]["because"] == "opened-within"
    assert {item["because"] for item in due(capsys, "3700000003").values()} == {"no-tier"}


def test_the_text_names_rules_parts_and_what_never_falls_due(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(["why", "3700000001", "--due", "--as-of", "2026-11-22"]) == 0
    told = capsys.readouterr().out
    assert "visit 走访：每季（按普通客户的规则），2026-10-01 至 2026-12-31 内要做一次" in told
    assert "X1 巡检：每6个月" in told
    assert "不会自动到期的项目：" in told
    assert run(["why", "3700000001", "--service", "走访", "--as-of", "2027-01-05"]) == 0
    told = capsys.readouterr().out
    assert "  · 2026Q4（2026-10-01 至 2026-12-31）：没有做，算漏一次" in told
    assert run(["why", "3700000001", "--service", "没有的"]) == 2
