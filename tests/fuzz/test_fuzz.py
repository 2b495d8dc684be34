"""The bounded part of the fuzzing: the first cases of one seed. For many more: python tests/fuzz/run.py --help"""

import functools
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.fuzz.cases import Seeds, case, seeds
from tests.fuzz.oracle import World, judge, world

from cmledger.ledger import dialect

SEED = 2026
CASES = 240
PARTS = 8


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch:  # else compiling SQL is a third of all
        patch.setattr(dialect, "sqlite_engine", functools.cache(dialect.sqlite_engine))
        yield world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Seeds:
    return seeds(tmp_path_factory.mktemp("seeds"), large=False, office=False)


@pytest.mark.filterwarnings("ignore::UserWarning")  # of zipfile and openpyxl, over what is bent
@pytest.mark.parametrize("part", range(PARTS))
def test_no_file_brings_the_pipeline_down(
    at: World, sources: Seeds, tmp_path: Path, capfd: pytest.CaptureFixture[str], part: int
) -> None:
    for number in range(part, CASES, PARTS):
        one = case(SEED, number, sources, tmp_path / str(number))
        assert not judge(one, at), f"python tests/fuzz/run.py --seed {SEED} --only {number}: {one}"
    assert capfd.readouterr().err == ""  # native code is not silent about its panics
