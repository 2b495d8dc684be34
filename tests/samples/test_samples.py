"""The shipped samples give what their generator says they must: the main job on an office's own workbooks."""

import importlib
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from cmledger.cli.app import run
from cmledger.packaged import packaged

SAMPLES = packaged("samples")
OFFICE = json.loads((SAMPLES / "office.expected.json").read_text(encoding="utf-8"))
FILES: list[str] = OFFICE["import_order"]
ANSWERS = {
    name: json.loads((SAMPLES / f"{name}.expected.json").read_text(encoding="utf-8"))
    for name in FILES
}
AS_OF = ["--as-of", OFFICE["as_of"]]
OUTCOMES = ("new", "changed", "unchanged", "rejected", "skipped")


def called(*arguments: str) -> tuple[int, dict[str, Any]]:
    """Exit code and the JSON object of a command."""
    out = StringIO()
    with redirect_stdout(out):
        code = run([*arguments, "--json"])
    return code, json.loads(out.getvalue())


class Story:
    """One ledger in which the whole story is played once; each test looks at its part."""

    def __init__(self, folder: Path) -> None:
        self.where = ["--ledger", str(folder / "cmledger.db")]
        assert run(["init", *self.where, "--as-of", OFFICE["init_as_of"], "-q"]) == 0
        self.paths = [str(SAMPLES / name) for name in FILES]
        (folder / "rejects").mkdir()
        files = [*self.paths, "--rejects", str(folder / "rejects")]
        self.dry = self.call("import-excel", *files, "--dry-run")
        self.imported = self.call("import-excel", *files)
        self.again = self.call("import-excel", *files)
        self.forced = self.call("import-excel", *files, "--again")
        self.tiers = self.call("assign-tiers")
        self.tiers_again = self.call("assign-tiers")
        self.due = self.call("due-visits")
        self.services = self.call("due-services")
        self.managers = self.call("assign-managers")
        self.outages = self.call("outages")
        self.planned = self.call("plan-visits", "--month", OFFICE["planned"]["month"])
        self.customers = self.call("list", "customers")

    def call(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        return called(*arguments, *self.where, *AS_OF)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return Story(tmp_path_factory.mktemp("office"))


def spoken(sheet: dict[str, Any]) -> list[tuple[str, str]]:
    """What a sheet's report says beyond notices."""
    return sorted(
        (f["cell"], f["code"]) for f in sheet["findings"] if f["severity"] in ("error", "warning")
    )


def left_out(sheet: dict[str, Any]) -> list[tuple[int, str]]:
    return [(one["row"], one["code"]) for one in sheet["skipped"]]


def expected_spoken(sheet: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((f["cell"], f["code"]) for f in sheet["findings"])


def expected_left_out(sheet: dict[str, Any]) -> list[tuple[int, str]]:
    return [(one["row"], one["code"]) for one in sheet["skipped"]]


def fields(sheet: dict[str, Any]) -> dict[str, str]:
    return {c["column"]: c["field"] for c in sheet["columns"] if c["field"]}


# --- the generator -------------------------------------------------------------------------------


def test_the_generator_gives_the_committed_samples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(SAMPLES))
    main: Callable[[list[str]], None] = importlib.import_module("make_samples").main
    main([str(tmp_path)])
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    shipped = {
        path.relative_to(SAMPLES)
        for path in SAMPLES.rglob("*")
        if path.name.endswith((".xlsx", ".csv", ".json"))
    }
    assert set(made) == shipped  # every workbook but the .xls, every answer
    for name in made:
        assert (tmp_path / name).read_bytes() == (SAMPLES / name).read_bytes(), name


# --- reading -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_inspecting_sees_every_sheet_as_it_was_written(name: str) -> None:
    answer = ANSWERS[name]
    _, report = called("inspect-excel", str(SAMPLES / name), *AS_OF)
    (file,) = report["files"]
    assert [(s["name"], s["kind"], s["header_rows"]) for s in file["sheets"]] == [
        (s["name"], s["kind"], s["header_rows"]) for s in answer["sheets"]
    ]
    in_the_ledger_only = {
        "unknown-account",
        "unknown-item",
        "visit-among-items",
        "unknown-outage",
    }
    for seen, sheet in zip(file["sheets"], answer["sheets"], strict=True):
        if sheet["kind"] is None:
            continue
        assert seen["totals"]["read"] == sheet["totals"]["read"]
        assert fields(seen) == sheet["columns"]
        assert left_out(seen) == expected_left_out(sheet)
        assert spoken(seen) == [
            said for said in expected_spoken(sheet) if said[1] not in in_the_ledger_only
        ]


# --- importing -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_importing_accounts_for_every_row(story: Story, name: str) -> None:
    _, report = story.imported
    file = report["files"][FILES.index(name)]
    assert Path(file["path"]).name == name
    for seen, sheet in zip(file["sheets"], ANSWERS[name]["sheets"], strict=True):
        if sheet["kind"] is None:
            continue
        assert seen["totals"] == sheet["totals"], sheet["name"]
        assert seen["totals"]["read"] == sum(seen["totals"][o] for o in OUTCOMES)
        assert spoken(seen) == expected_spoken(sheet)
        assert left_out(seen) == expected_left_out(sheet)


def test_the_import_as_a_whole(story: Story) -> None:
    code, report = story.imported
    assert code == 3  # done, but some rows were rejected
    sheets = [s for name in FILES for s in ANSWERS[name]["sheets"]]
    assert report["totals"] == {
        key: sum(s["totals"][key] for s in sheets) for key in ("read", *OUTCOMES)
    }
    for table, count in OFFICE["records"].items():
        assert report["records"][table]["new"] == count, table


def test_a_dry_run_reports_the_same(story: Story) -> None:
    _, dry = story.dry
    _, real = story.imported
    assert dry["operation"] is None
    assert dry["totals"] == real["totals"]
    assert dry["records"] == real["records"]


@pytest.mark.parametrize("how", ["again", "forced"])
def test_importing_again_changes_nothing(story: Story, how: str) -> None:
    _, first = story.imported
    _, second = getattr(story, how)
    assert second["operation"] is None
    was, now = first["totals"], second["totals"]
    assert now == was | {
        "new": 0,
        "changed": 0,
        "unchanged": was["new"] + was["changed"] + was["unchanged"],
    }


def test_ten_and_thirteen_digits_are_one_customer(story: Story) -> None:
    _, report = story.customers
    keys = [row["account_no"][-10:] for row in report["rows"]]
    assert len(keys) == len(set(keys)) == OFFICE["customers"]


# --- tiers and dues ------------------------------------------------------------------------------


def test_tiers_are_those_of_the_plain_calculation(story: Story) -> None:
    code, report = story.tiers
    assert code == 0
    assert report["counts"] == OFFICE["tiers"]
    tiers = {move["account_no"][-10:]: move["to"] for move in report["moves"]}
    assert tiers == OFFICE["tier_of"]


def test_assigning_again_moves_nobody(story: Story) -> None:
    _, report = story.tiers_again
    assert report["operation"] is None
    assert report["moves"] == []
    assert report["counts"] == OFFICE["tiers"]


def test_the_due_list_is_that_of_the_plain_calculation(story: Story) -> None:
    code, report = story.due
    assert code == 0
    assert {key: report["counts"][key] for key in OFFICE["due"]} == OFFICE["due"]
    owed = [
        {
            "account": row["account_no"][-10:],
            "tier": row["tier"],
            "manager": row["manager"],
            "status": row["status"],
            "missed": row["missed"],
        }
        for row in report["due"]
    ]
    assert sorted(owed, key=lambda row: row["account"]) == sorted(
        OFFICE["owed"], key=lambda row: row["account"]
    )


# --- the service engine --------------------------------------------------------------------------


def test_every_item_is_due_as_the_plain_calculation_says(story: Story) -> None:
    code, report = story.services
    assert code == 0
    assert report["counts"] == OFFICE["services"]
    told = ("service", "status", "missed", "due_by")
    got = {
        (row["account_no"] or "")[-10:] or row["manager"]: [] for row in report["due"]
    }  # who owes anything at all
    for row in report["due"]:
        got[(row["account_no"] or "")[-10:] or row["manager"]].append([row[t] for t in told])
    want: dict[str, list[list[Any]]] = {}
    for row in OFFICE["services_owed"]:
        who = row.get("account") or row["manager"]
        want.setdefault(who, []).append([row[t] for t in told])
    assert {who: sorted(rows) for who, rows in got.items()} == {
        who: sorted(rows) for who, rows in want.items()
    }


def test_nobody_gets_another_manager(story: Story) -> None:
    _, report = story.managers
    kept = len(OFFICE["tier_of"])
    assert report["operation"] is None
    assert report["counts"] == {"kept": kept, "assigned": 0, "moved": 0, "unserved": 0}


def test_whom_to_tell_of_outages(story: Story) -> None:
    _, report = story.outages
    assert len(report["outages"]) == len(OFFICE["outages"])
    for seen, wanted in zip(report["outages"], OFFICE["outages"], strict=True):
        rows = sorted(
            (row["account_no"][-10:], row["status"])
            for row in report["rows"]
            if row["outage"] == seen["outage"]
        )
        assert rows == sorted((row["account"], row["status"]) for row in wanted["rows"])
        facts = ("number", "begins_at", "ends_at", "tell_by", "customers")
        assert [seen[fact] for fact in facts] == [wanted[fact] for fact in facts]


def test_the_month_is_planned_on_working_days_for_everyone_to_be_visited(story: Story) -> None:
    code, report = story.planned
    assert code == 0
    wanted = OFFICE["planned"]
    assert report["working_days"] == wanted["working_days"]
    visited = {
        visit["account_no"][-10:]: visit
        for visit in report["visits"]
        if any(item["service"] == "visit" for item in visit["items"])
    }
    assert sorted(visited) == wanted["accounts"]
    assert {visit["planned_on"] for visit in report["visits"]} <= set(wanted["working_days"])
    assert report["unplanned"] == []


def test_the_ledger_is_sound(story: Story) -> None:
    out = StringIO()
    with redirect_stdout(out):
        assert run(["check", *story.where, "--json"]) == 0
