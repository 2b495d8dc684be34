"""What the documents say is what the program does."""

import re
import subprocess
from pathlib import Path

import pytest
from pydantic import BaseModel

from cmledger import errors
from cmledger.cli.app import COMMANDS
from cmledger.ledger.tables import metadata
from cmledger.policy import cycles, forms, outages, plan, schema, staff
from cmledger.sheets.layouts import LAYOUTS

ROOT = Path(__file__).parents[2]

NOT_COLUMNS = {
    "customer_manager.manager",
    "visit.services",
    "customer.tier",
    "form.number",
    "outage.outage",
    "outage_notice.notice",
}
"""Faces of what is no column of its table: current spans, the services of a visit, the numbers records go by."""


def test_every_command_is_documented() -> None:
    documented = re.findall(
        r"^## (\S+)$", (ROOT / "docs" / "commands.md").read_text("utf-8"), re.MULTILINE
    )
    assert documented == list(COMMANDS)


def test_every_setting_of_the_policy_is_explained() -> None:
    models = {
        value
        for room in (schema, cycles, forms, outages, plan, staff)
        for value in vars(room).values()
        if isinstance(value, type) and issubclass(value, BaseModel)
    }
    settings = {f.alias or name for model in models for name, f in model.model_fields.items()}
    assert len(settings) > 80
    explained = " ".join(re.findall("`([^`]*)`", (ROOT / "docs" / "policy.md").read_text("utf-8")))
    assert settings - set(re.findall(r"\w+", explained)) == set()


def exit_codes() -> set[int]:
    """Every code that a class or a constant of errors.py carries."""
    found = {0}
    for thing in vars(errors).values():
        if isinstance(thing, type) and issubclass(thing, errors.LedgerError):
            found.add(thing.exit_code)
    return found | {v for k, v in vars(errors).items() if k.startswith("EXIT_")}


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_table_of_exit_codes_is_the_programs(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    marked = re.search(r"<!-- exit-codes -->(.*)<!-- /exit-codes -->", text, re.DOTALL)
    assert marked, "the table stands between <!-- exit-codes --> and <!-- /exit-codes -->"
    assert {
        int(code) for code in re.findall(r"^\| *(\d+) *\|", marked[1], re.MULTILINE)
    } == exit_codes()


def test_every_field_of_a_layout_is_a_column_of_a_table() -> None:
    missing = []
    for layout in LAYOUTS:
        for column in layout.columns:
            name, _, field = column.field.partition(".")
            held = metadata.tables[name].columns if name in metadata.tables else {}
            if column.field not in NOT_COLUMNS and field not in held and f"{field}_id" not in held:
                missing.append(column.field)
    assert missing == []


def test_no_line_names_a_path_of_a_machine_or_a_download_address() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a checkout")
    # written so that this file does not hold what it looks for
    local = "|".join(
        ("/wo" + "rk/", "/ro" + "ot/", "/ho" + r"me/\w", "/op" + "t/", r"C:\\Us" + "ers")
    )
    forbidden = re.compile(
        rf"(?<![\w.]){local}|https?://[^ \"]+/(?:simple|packages)/|(?:py" + r"pi|pythonhosted)\.org"
    )
    found = []
    for name in listed.stdout.split("\0"):
        path = ROOT / name
        if not name or not path.is_file():
            continue
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue  # workbooks and frozen ledgers
        found += [(name, line) for line in text.splitlines() if forbidden.search(line)]
    assert found == []
