"""The whole job gives the same on PostgreSQL as on SQLite, to the last figure."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cmledger.cli.app import run
from cmledger.errors import EXIT_DONE, EXIT_REJECTED_ROWS
from cmledger.packaged import packaged
from cmledger.policy import load

SAMPLES = packaged("samples")
OFFICE = json.loads((SAMPLES / "office.expected.json").read_text(encoding="utf-8"))
DAY = ("--as-of", OFFICE["as_of"])
FILES = [str(SAMPLES / name) for name in OFFICE["import_order"]]
LATE = next(owed["account"] for owed in OFFICE["owed"] if owed["status"] == "overdue")
OWED = OFFICE["services_owed"]
GIFT = next(owed["account"] for owed in OWED if owed["service"] == "G7")
TELLING, ASKING = (
    next(
        (outage["number"], row["account"])
        for outage in OFFICE["outages"]
        for row in outage["rows"]
        if row["status"] == status
    )
    for status in ("due", "overdue")
)
OTHER_RULES = str(Path(load.__file__).parent / "profiles" / "three-plus-three.toml")

JOB: tuple[tuple[str, ...], ...] = (
    ("init", "--as-of", OFFICE["init_as_of"]),
    ("import-excel", *FILES, "--rejects", "rejects", *DAY),
    ("import-excel", *FILES, "--rejects", "rejects", *DAY),
    ("assign-tiers", *DAY),
    ("assign-tiers", *DAY),
    ("try-policy", OTHER_RULES, *DAY),
    ("why", LATE, *DAY),
    ("why", LATE, "--due", *DAY),
    ("due-visits", "--services", "all", *DAY),
    ("record-visit", LATE, "--date", OFFICE["as_of"], *DAY),
    ("set-tier", LATE, "diamond", "--reason", "示例理由", *DAY),
    ("due-visits", *DAY),
    ("assign-managers", "--all", *DAY),
    ("assign-managers", "--all", *DAY),
    ("set-manager", LATE, "周九", "--reason", "示例理由", *DAY),
    ("handover", "吴十", "郑一", "--until", "2026-12-06", "--reason", "请假", *DAY),
    ("assign-managers", *DAY),
    ("coverage", *DAY),
    ("coverage", "--by", "grid", *DAY),
    ("manager-check", *DAY),
    ("due-services", "--until", "2026-12-31", *DAY),
    ("record-service", GIFT, "--service", "G7", "--method", "微信", *DAY),
    ("record-duty", "--service", "M1", "--manager", "周九", "--content", "示例内容", *DAY),
    ("due-services", *DAY),
    ("why", GIFT, "--due", *DAY),
    ("plan", GIFT, *DAY),
    ("plan", GIFT, LATE, "--excel", "plans.xlsx", *DAY),
    ("import-excel", "plans.xlsx", *DAY),
    ("plan-visits", "--month", "2026-12", "-n", *DAY),
    ("plan-visits", "--month", "2026-12", "--excel", "month.xlsx", *DAY),
    ("import-excel", "month.xlsx", *DAY),
    ("plan-visits", "--month", "2026-12", *DAY),
    ("visit-forms", "--month", "2026-12", "--manager", "冯二", "--folder", "forms", *DAY),
    ("outages", *DAY),
    ("record-notice", *TELLING, "--at", "2026-11-22 09:00", "--outcome", "已告知", *DAY),
    ("record-notice", *ASKING, "--at", "2026-11-22 10:00", "--outcome", "同意", "--agreement", *DAY),
    ("outages", "--all", "--excel", "outages.xlsx", *DAY),
    ("import-excel", "outages.xlsx", *DAY),
    ("kpi-report", "--month", "2026-10", *DAY),
    ("kpi-report", "--year", "2026", "--by", "line", *DAY),
    ("kpi-report", "--year", "2026", "--by", "manager", *DAY),
    ("kpi-report", "--month", "2026-10", "--rows", "visit_completion", *DAY),
    ("list", "customers", "--where", "tier=gold", *DAY),
    ("list", "visits", "--limit", "0", *DAY),
    ("export-excel", "--excel", "export.xlsx", *DAY),
    ("record-visit", LATE, "--date", "2026-11-20", *DAY),
    ("import-excel", "export.xlsx", *DAY),
    ("undo", "1"),
    ("redo", "1"),
    ("undo",),
    ("due-visits", *DAY),
    ("assign-tiers", *DAY),
    ("edit", "customers", LATE, "联系人=周示例", "联系电话=13800000009", *DAY),
    ("add", "contacts", f"户号={LATE}", "联系人=孙示例", *DAY),
    ("find", "周示例"),
    ("find", "0000 009"),
    ("find", LATE[-5:]),
    ("show", LATE, *DAY),
    ("list", "customers", "--where", "name~示例", "--where", "tier!=gold", "--columns", "account_no", *DAY),
    ("close", "customers", LATE, "--reason", "搬迁", *DAY),
    ("forget", LATE, "--yes", *DAY),
    ("check",),
    ("undo", "2"),
    ("list", "customers", "--limit", "0", *DAY),
)  # fmt: skip


def played(folder: Path, ledger: str, capsys: pytest.CaptureFixture[str]) -> list[Any]:
    """Exit code and JSON of every command of the job."""
    said: list[Any] = []
    for words in JOB:
        code = run([*words, "--ledger", ledger, "--json"])
        shown = capsys.readouterr()
        told = json.loads(shown.out or shown.err)
        assert code in (EXIT_DONE, EXIT_REJECTED_ROWS), (words, told)
        assert told["schema"] == f"cmledger.{words[0]}/1"
        said.append((words[0], code, told))
    return said


def differences(one: Any, other: Any, where: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two JSON values differ, as path, one, other; moments apart, for the two were not at once."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key in one.keys() - {"at"}:
            yield from differences(one[key], other[key], f"{where}/{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for position, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from differences(left, right, f"{where}/{position}")
    elif one != other:
        yield where, one, other


@pytest.mark.postgresql
def test_the_job_gives_the_same_on_both_engines(
    tmp_path: Path,
    new_database: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    results = []
    for name, ledger in (("file", "cmledger.db"), ("database", new_database())):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "rejects").mkdir()
        monkeypatch.chdir(folder)
        results.append(played(folder, ledger, capsys))
    in_file, in_database = results
    for part in ("ledger", "journal_mode"):  # the only things that may differ
        in_file[0][2].pop(part)
        in_database[0][2].pop(part)
    assert [code for _, code, _ in in_file[:4]] == [0, 3, 3, 0]
    for one, other in zip(in_file, in_database, strict=True):
        assert one[:2] == other[:2]
        assert list(differences(one[2], other[2])) == [], one[0]
