"""Words for service items: what an office's own rules call an item goes before what other rules call theirs."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.work.test_more_kinds import book

from cmledger.cli.app import run
from cmledger.policy import load
from cmledger.sheets.layouts.codes import SERVICES
from cmledger.sheets.lexicon import bare

PROFILES = Path(load.__file__).parent / "profiles"
DAY = ("--as-of", "2026-11-22")


@pytest.mark.parametrize("profile", ["three-fixed", "three-plus-three", "community-grid"])
def test_no_word_for_an_item_is_the_name_of_another(profile: str) -> None:
    edition = load.load_policy(PROFILES / f"{profile}.toml").edition_on(date(2026, 11, 22))
    names = {bare(item.name): code for code, item in edition.service.items()}
    for code, words in SERVICES.items():
        assert {names.get(bare(word), code) for word in words} == {code}


@pytest.mark.parametrize(
    ("profile", "code"), [("three-fixed", "B2"), ("community-grid", "C4")]
)  # fmt: skip
def test_the_same_word_on_a_visit_and_in_a_plan_is_the_item_of_the_rules_in_force(
    profile: str, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--ledger", str(tmp_path / "cmledger.db"))
    assert run(["init", "-q", "--profile", profile, *where, *DAY]) == 0
    file = book(
        tmp_path / "a.xlsx",
        客户台账=[
            ("户号", "户名", "线路", "供电所"),
            ("3700000001", "示例一厂", "示例一线", "示例供电所"),
        ],
        走访记录=[("走访日期", "户号", "服务项目"), ("2026-11-03", "3700000001", "走访、政策宣传")],
        服务方案=[("户号", "服务项目", "周期"), ("3700000001", "政策宣传", "每季度")],
    )
    assert run(["import-excel", str(file), "-q", *where, *DAY]) == 0

    def rows(kind: str) -> list[dict[str, Any]]:
        capsys.readouterr()
        assert run(["list", kind, *where, *DAY, "--json"]) == 0
        found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["rows"]
        return found

    assert [row["services"] for row in rows("visits")] == [[code]]
    assert [(row["service"], row["cycle"]) for row in rows("plans")] == [(code, "quarter")]
