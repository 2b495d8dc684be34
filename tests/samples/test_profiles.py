"""The samples of the other profiles: an office of communities and grids, one of three classes of managers."""

import json
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from cmledger.cli.app import run
from cmledger.packaged import packaged

PROFILES = ("community-grid", "three-plus-three")
OUTCOMES = ("new", "changed", "unchanged", "rejected", "skipped")


class Story:
    """One ledger in which a profile's story is played once; each test looks at its part."""

    def __init__(self, profile: str, folder: Path) -> None:
        self.samples = packaged("samples") / profile
        self.expected = self.answer("office")
        self.where = ("--ledger", str(folder / "cmledger.db"))
        self.day = ("--as-of", self.expected["as_of"])
        begin = ("init", "--profile", profile, *self.where, "--as-of", self.expected["init_as_of"])
        assert run([*begin, "-q"]) == 0
        self.names: list[str] = self.expected["import_order"]
        files = [str(self.samples / name) for name in self.names]
        self.imported = self.call("import-excel", *files)
        self.again = self.call("import-excel", *files, "--again")
        self.tiers = self.call("assign-tiers")
        self.managers = self.call("assign-managers")
        self.managers_again = self.call("assign-managers")
        self.customers = self.call("list", "customers", "--limit", "0")["rows"]
        self.covered = self.call("coverage", "--by", "grid")
        self.due = self.call("due-services")

    def answer(self, name: str) -> dict[str, Any]:
        """What the generator says must come out of a file."""
        told: dict[str, Any] = json.loads(
            (self.samples / f"{name}.expected.json").read_text(encoding="utf-8")
        )
        return told

    def call(self, *words: str) -> dict[str, Any]:
        """The JSON of a command that must go well."""
        out = StringIO()
        with redirect_stdout(out):
            assert run([*words, *self.where, *self.day, "--json"]) == 0
        told: dict[str, Any] = json.loads(out.getvalue())
        return told


@pytest.fixture(scope="module", params=PROFILES)
def story(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Story:
    return Story(request.param, tmp_path_factory.mktemp("office"))


def key(row: dict[str, Any]) -> str:
    account: str = row["account_no"]
    return account[-10:]


def test_every_row_and_column_is_accounted_for(story: Story) -> None:
    for name, seen in zip(story.names, story.imported["files"], strict=True):
        for sheet, wanted in zip(seen["sheets"], story.answer(name)["sheets"], strict=True):
            where = f"{name} {wanted['name']}"
            assert (sheet["kind"], sheet["header_rows"]) == (wanted["kind"], wanted["header_rows"])
            assert sheet["totals"] == wanted["totals"], where
            columns = {c["column"]: c["field"] for c in sheet["columns"] if c["field"]}
            assert columns == wanted["columns"], where
            said = [f for f in sheet["findings"] if f["severity"] in ("error", "warning")]
            assert said == [], where
    for table, count in story.expected["records"].items():
        assert story.imported["records"][table]["new"] == count, table


def test_importing_again_changes_nothing(story: Story) -> None:
    assert story.again["operation"] is None
    assert story.again["totals"]["unchanged"] == story.imported["totals"]["new"]


def test_tiers(story: Story) -> None:
    assert story.tiers["counts"] == story.expected["tiers"]
    moves = {key(move): move["to"] for move in story.tiers["moves"]}
    assert moves == story.expected["tier_of"]


def test_who_is_given_to_whom(story: Story) -> None:
    wanted = story.expected["assigned"]
    assert story.managers["counts"] == wanted["counts"]
    assert sorted(key(row) for row in story.managers["unserved"]) == wanted["unserved"]
    loads: dict[str, int] = {}
    for row in story.customers:
        if row["status"] != "closed" and key(row) not in wanted["unserved"]:
            loads[row["manager"]] = loads.get(row["manager"], 0) + 1
            assert row["manager"] in wanted["may_have"][key(row)]
    assert loads == wanted["customers_of"]
    assert story.managers_again["operation"] is None


def test_which_places_nobody_or_too_many_look_after(story: Story) -> None:
    rows = {row["grid"]: row for row in story.covered["rows"]}
    for wanted in story.expected["grids"]:
        row = rows[wanted["grid"]]
        row["managers"].sort()
        assert {fact: row[fact] for fact in wanted} == wanted


def test_what_is_due(story: Story) -> None:
    facts = ("service", "status", "missed", "due_by")
    rows = sorted((key(row), *(row[f] for f in facts)) for row in story.due["due"])
    wanted = story.expected["services_owed"]
    assert rows == sorted((row["account"], *(row[f] for f in facts)) for row in wanted)
    assert story.due["counts"] == story.expected["services"]


def test_special_groups_with_the_day_they_were_last_visited(story: Story) -> None:
    columns = ("--columns", "account_no,special_group,last_visit", "--limit", "0")
    listed = story.call("list", "customers", "--where", "special_group!=", *columns)["rows"]
    rows = {key(row): (row["special_group"], row["last_visit"]) for row in listed}
    wanted = story.expected.get("special_groups", [])
    assert rows == {row["account"]: (row["groups"], row["last_visit"]) for row in wanted}


def test_the_ledger_is_sound(story: Story) -> None:
    assert run(["check", *story.where, "-q"]) == 0
