"""A command line that cannot be understood: exit 2 and a Chinese sentence that helps."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmledger.cli.app import COMMANDS, run
from cmledger.cli.framework import wrapped
from cmledger.records.text import width


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "用法：cmledger"),
        (["bakup"], "没有 bakup 这个命令。\n是不是 backup？"),
        (["xyz"], "没有 xyz 这个命令。\n用 cmledger --help"),
        (["backup", "--kep", "3"], "没有 --kep 这个选项。\n是不是 --keep"),
        (["backup", "--keep", "x"], "--keep 的值不对：应是整数"),
        (["backup", "--keep", "0"], "--keep 的值不对：不能小于 1"),
        (["backup", "--keep"], "--keep 后面要跟一个值"),
        (["backup", "--json=3"], "--json 后面不带值"),
        (["backup", "a", "b"], "多出了不认识的内容：b"),
        (["init", "--as-of", "2026-13-01"], "--as-of 的值不对：日期应写成"),
        (["--foo"], "没有 --foo 这个选项"),
    ],
)
def test_a_mistyped_command_line_is_explained(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""


def test_under_json_the_refusal_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["backup", "--keep", "x", "--json"]) == 2
    refusal = json.loads(capsys.readouterr().err)
    assert refusal["code"] == "usage"
    assert "--keep" in refusal["message"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_is_chinese(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """English words in it are names only: options, formats, placeholders, codes; never a sentence."""
    assert run([command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"用法：cmledger {command} ")
    assert "选项：" in shown
    assert not re.search(r"Usage|Options|Arguments|Show this|default:|required", shown)
    described = shown.split("\n\n")[1]
    assert re.search("[\u4e00-\u9fff]", described)


@given(st.text(alphabet="abc-- 户号，。台账", max_size=200), st.integers(4, 60))
def test_wrapping_loses_nothing_and_keeps_to_the_width(text: str, columns: int) -> None:
    lines = wrapped(text, columns)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        before = line.rstrip("，。")  # a mark never begins a line: one word takes it over the edge
        alone = len(re.findall(r" +|[!-~]+|.", before)) <= 1 or before.endswith(" ")
        assert alone or width(line) <= columns
