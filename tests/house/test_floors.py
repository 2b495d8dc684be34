"""The floors of the house: arrows run one way, and the contracts that say so do bite."""

import ast
import graphlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "cmledger"


def lint_imports(root: Path) -> tuple[int, dict[str, str]]:
    """Exit code, and KEPT or BROKEN by the name of the contract."""
    program = Path(sys.executable).with_name("lint-imports")
    environment = os.environ | {"PYTHONPATH": str(root / "src")}
    done = subprocess.run(
        [program, "--no-cache", "--no-logo"],
        cwd=root, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, dict(re.findall(r"^(.+) (KEPT|BROKEN)", done.stdout, re.MULTILINE))


def test_every_contract_is_kept() -> None:
    code, contracts = lint_imports(ROOT)
    assert set(contracts.values()) == {"KEPT"}
    assert code == 0


@pytest.mark.parametrize(
    ("contract", "planted"),
    [
        ("Arrows run one way", {"rules/planted.py": "import cmledger.ledger.store\n"}),
        ("Arrows run one way", {"records/planted.py": "import cmledger.wording.errors\n"}),
        (
            "Arrows run one way",
            {"ledger/planted.py": "def f():\n    import cmledger.sheets.grid\n"},
        ),
        ("Arrows run one way", {"helpers.py": ""}),  # a room nobody has named
        ("Only ledger knows SQL", {"work/planted.py": "import sqlalchemy\n"}),
        ("Only ledger knows SQL", {"sheets/planted.py": "import sqlite3\n"}),
        ("Only sheets knows Excel", {"work/planted.py": "import openpyxl\n"}),
        ("Only cli knows the terminal", {"work/planted.py": "from rich.table import Table\n"}),
        ("Only policy validates with pydantic", {"rules/planted.py": "import pydantic\n"}),
        (
            "No circles among siblings",
            {
                "work/one.py": "import cmledger.work.two\n",
                "work/two.py": "import cmledger.work.one\n",
            },
        ),
    ],
)
def test_a_planted_violation_breaks_its_contract(
    contract: str, planted: dict[str, str], tmp_path: Path
) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(SOURCE, tmp_path / "src" / "cmledger")
    for name, text in planted.items():
        (tmp_path / "src" / "cmledger" / name).write_text(text)
    code, contracts = lint_imports(tmp_path)
    assert code != 0
    assert contracts[contract] == "BROKEN"


def imported(path: Path, module: str) -> set[str]:
    """Every name of cmledger that a file imports, wherever in it: at the top, in a function, for types only."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module if path.name == "__init__.py" else module.rpartition(".")[0]
                for _ in range(node.level - 1):
                    package = package.rpartition(".")[0]
                base = f"{package}.{base}".rstrip(".")
            found.update({base, *(f"{base}.{alias.name}" for alias in node.names)})
    return found


def circle(source: Path) -> list[str] | None:
    """The modules of a circle of imports, None where there is none."""
    files = {
        ".".join(path.relative_to(source.parent).with_suffix("").parts).removesuffix(
            ".__init__"
        ): path
        for path in source.rglob("*.py")
    }
    graph: dict[str, set[str]] = {}
    for module, path in files.items():
        names = imported(path, module) & files.keys()
        # `from package import module` is an arrow to the module, not to the package that holds it
        held = {name.rpartition(".")[0] for name in names}
        graph[module] = names - held - {module}
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as problem:
        return list(problem.args[1])
    return None


def test_no_circles_among_modules_even_inside_functions_or_for_types() -> None:
    assert circle(SOURCE) is None


@pytest.mark.parametrize(
    "back",
    [
        "import pack.one",
        "def f():\n    from pack import one",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pack.one import x",
        "def f():\n    from . import one",
    ],
)
def test_a_planted_circle_is_found(back: str, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "__init__.py").touch()
    (pack / "one.py").write_text("import pack.two\nx = 1\n")
    (pack / "two.py").write_text(back + "\n")
    found = circle(pack)
    assert found is not None
    assert set(found) == {"pack.one", "pack.two"}
