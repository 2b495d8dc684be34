"""The table of findings is whole: each code is said somewhere, and tells its cause and its cure."""

from pathlib import Path

import pytest

import cmledger
from cmledger.wording.findings import FINDINGS

SOURCE = "\n".join(
    path.read_text("utf-8")
    for path in Path(cmledger.__file__).parent.rglob("*.py")
    if path.name != "findings.py"
)


@pytest.mark.parametrize("code", FINDINGS)
def test_every_finding_is_used_and_told_in_full(code: str) -> None:
    _, sentence, cause, cure = FINDINGS[code]
    assert f'"{code}"' in SOURCE, "nobody says this"
    assert sentence
    assert not sentence.endswith("。")
    assert cause.endswith("。")
    assert cure.endswith("。")
    assert "{" not in cause + cure, "only the sentence is filled in"
