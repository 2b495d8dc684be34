"""The workbooks that cmledger hands out, edited at random: the first cases of one seed. For more: python tests/fuzz/own_books.py"""

import functools
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.fuzz.oracle import World, judge, world
from tests.fuzz.own_books import case, changed_unedited, served

from cmledger.ledger import dialect

SEED = 2026
CASES = 16


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dialect, "sqlite_engine", functools.cache(dialect.sqlite_engine))
        yield world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def books(at: World) -> dict[str, Path]:
    return served(at)


def test_unedited_nothing_changes(at: World, books: dict[str, Path]) -> None:
    for name, path in books.items():
        assert not changed_unedited(name, path, at)


def test_no_edit_brings_the_pipeline_down(
    at: World, books: dict[str, Path], tmp_path: Path
) -> None:
    for number in range(CASES):
        one, done = case(SEED, number, books, tmp_path)
        wrong = judge(one, at)
        assert not wrong, (number, done)
