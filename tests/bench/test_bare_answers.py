"""What the bench compares with gives the same answer, customer by customer: a second opinion on tiers and dues."""

import importlib
import json
import sqlite3
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from cmledger.cli.app import run

BENCH = Path(__file__).parents[2] / "bench"
pytestmark = pytest.mark.skipif(not BENCH.is_dir(), reason="bench/ stays in the checkout")


def answer(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    with redirect_stdout(out):
        assert run([*arguments, "--json"]) == 0
    return json.loads(out.getvalue())


def bare(ledger: Path, script: str) -> sqlite3.Connection:
    """A connection on which all of a script but its last SELECT has run."""
    connection = sqlite3.connect(ledger, isolation_level=None)
    connection.executescript((BENCH / "bare" / script).read_text(encoding="utf-8"))
    return connection


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCH))
        build = importlib.import_module("ledgers").build_ledger
        return build(tmp_path_factory.mktemp("bench"), 3000)


def test_tiers_are_those_of_the_bare_sql(ledger: Path) -> None:
    report = answer("assign-tiers", "--ledger", str(ledger), "--as-of", "2026-11-22")
    connection = bare(ledger, "tiers.sql")
    expected = dict(
        connection.execute(
            "SELECT c.account_no, b.tier FROM bare_tier b JOIN customer c ON c.id = b.customer_id"
        )
    )
    ranks = dict(
        connection.execute(
            "SELECT c.account_no, b.kwh_rank FROM bare_tier b JOIN customer c ON c.id = b.customer_id"
        )
    )
    assert {move["account_no"]: move["to"] for move in report["moves"]} == expected
    assert set(expected.values()) == {"diamond", "gold", "normal"}
    ranked = {
        move["account_no"]: reason["value"]
        for move in report["moves"]
        for reason in move["because"]
        if reason["rule"] == "sales-rank"
    }
    assert (
        len(ranked) > 40
    )  # a diamond by another rule does not tell that it would also be gold by rank
    assert ranked.items() <= ranks.items()


def test_dues_are_those_of_the_bare_sql(ledger: Path) -> None:
    run(["assign-tiers", "--ledger", str(ledger), "--as-of", "2026-11-22", "-q"])
    report = answer("due-visits", "--ledger", str(ledger), "--as-of", "2026-11-22")
    connection = sqlite3.connect(ledger)
    script = (BENCH / "bare" / "due.sql").read_text(encoding="utf-8")
    expected = sorted(tuple(row) for row in connection.execute(script))
    rows = [
        (
            row["status"],
            row["account_no"],
            row["name"],
            row["tier"],
            row["manager"],
            row["last_done"],
            row["missed"],
        )
        for row in report["due"]
    ]
    assert sorted(rows) == expected
    assert {row[0] for row in rows} == {"overdue", "due"}
