"""The wheel, in a clean environment, in a folder of its own: what an office installs does the whole job."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OLD = ROOT / "tests" / "ledger" / "old"

pytestmark = pytest.mark.wheel


@dataclass(frozen=True)
class Installed:
    """A clean environment with the wheel in it."""

    wheel: Path
    programs: Path

    def cmledger(self, folder: Path, *words: str, code: int = 0) -> str:
        """What the installed command prints; it must end with that exit code."""
        done = run([self.programs / "cmledger", *words], folder)
        assert done.returncode == code, done.stderr
        return done.stdout


def run(command: Sequence[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program without anything of this checkout in its environment."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "CMLEDGER", "VIRTUAL"))
    }
    return subprocess.run(
        command, cwd=folder, env=kept, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("wheel")
    built = run([sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT], folder)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = folder.glob("cmledger-*.whl")
    made = run([sys.executable, "-m", "venv", folder / "clean"], folder)
    assert made.returncode == 0, made.stderr
    programs = folder / "clean" / ("Scripts" if os.name == "nt" else "bin")
    wanted = ["-c", ROOT / "constraints.txt", wheel]
    done = run([programs / "python", "-m", "pip", "install", "--quiet", *wanted], folder)
    assert done.returncode == 0, done.stderr
    return Installed(wheel, programs)


def test_the_wheel_holds_what_ships_and_nothing_else(installed: Installed) -> None:
    names = zipfile.ZipFile(installed.wheel).namelist()
    tops = {name.split("/")[0].partition("-")[0] for name in names}
    assert tops == {"cmledger"}
    held = set(names)
    for shipped in (
        "migrations/versions/0001_first_release.py",
        "samples/office.expected.json",
        "samples/community-grid/office.expected.json",
        "samples/three-plus-three/office.expected.json",
    ):
        assert f"cmledger/{shipped}" in held
    assert "cmledger/policy/profiles/three-fixed.toml" in held
    assert not [name for name in names if "__pycache__" in name or "tests" in name]


def test_the_office_begins_with_two_commands(installed: Installed, tmp_path: Path) -> None:
    installed.cmledger(tmp_path, "list", "customers", code=10)
    assert "cmledger.db" in installed.cmledger(tmp_path, "init", "--as-of", "2025-11-01")
    samples = ROOT / "samples"
    managers = str(samples / "managers-real-xls.xls")
    taken = json.loads(installed.cmledger(tmp_path, "import-excel", managers, "--json"))
    assert taken["records"]["manager"]["new"] == 12


@pytest.mark.parametrize("profile", ["three-fixed", "community-grid", "three-plus-three"])
def test_the_demo_runs(profile: str, installed: Installed, tmp_path: Path) -> None:
    said = json.loads(installed.cmledger(tmp_path, "demo", "--profile", profile, "--json"))
    assert {"cmledger.db", "policy.toml", "走访计划.xlsx"} <= set(said["files"])
    assert [p.name for p in tmp_path.iterdir()] == ["cmledger-demo"]


def test_an_old_ledger_is_upgraded(installed: Installed, tmp_path: Path) -> None:
    shutil.copy(OLD / "ledger-v1.db", tmp_path / "cmledger.db")
    installed.cmledger(tmp_path, "log", code=13)
    done = json.loads(installed.cmledger(tmp_path, "upgrade", "--json"))
    assert done["from"] == 1
    assert (tmp_path / done["backup"]).is_file()
    listed = json.loads(installed.cmledger(tmp_path, "list", "customers", "--json"))
    assert len(listed["rows"]) == 6


def test_the_version_is_the_wheels(installed: Installed, tmp_path: Path) -> None:
    version = installed.wheel.name.split("-")[1]
    assert installed.cmledger(tmp_path, "--version") == f"cmledger {version}\n"
