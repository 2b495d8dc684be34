"""Chinese stands in five places only: command help, wording, layouts, the lexicon, the profiles."""

import ast
import re
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "cmledger"
PLACES = ("cli/", "wording/", "sheets/layouts/", "sheets/lexicon.py", "policy/profiles/")
CHINESE = re.compile("[\u3400-\u9fff]")


def chinese_literals(text: str) -> list[tuple[int, str]]:
    """Line and text of each string with Chinese in it; docstrings, which name the trade's words, apart."""
    tree = ast.parse(text)
    docs = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docs
        and CHINESE.search(node.value)
    ]


def test_chinese_stands_in_its_five_places_only() -> None:
    elsewhere = {}
    for path in SOURCE.rglob("*.py"):
        name = path.relative_to(SOURCE).as_posix()
        if not name.startswith(PLACES):
            found = chinese_literals(path.read_text(encoding="utf-8"))
            if found:
                elsewhere[name] = found
    assert elsewhere == {}


def test_a_planted_sentence_is_found_and_a_docstring_is_not() -> None:
    text = '"""客户"""\nX = 1\n"""台区"""\ndef f(a):\n    """走访"""\n    return f"{a}户"\n'
    assert chinese_literals(text) == [(6, "户")]
