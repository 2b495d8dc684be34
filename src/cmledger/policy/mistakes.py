"""What is wrong in a file of rules, told in plain words with path and line: pydantic's and TOML's complaints made ours."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ValidationError

from cmledger.errors import BadPolicy
from cmledger.policy import cycles, schema
from cmledger.policy.places import Path as Place
from cmledger.policy.places import key_lines
from cmledger.wording import policy as say

Mistake = tuple[Place, str]
"""Where, and what."""

_DEEP = 100
_DOCUMENT_KEYS = ("edition", "extend")


def parsed(text: str, path: str) -> dict[str, Any]:
    """The document in a TOML text, floats as Decimal; BadPolicy (path:line) where it is none."""
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as problem:
        raise _syntax(problem, text, path) from problem
    except RecursionError:
        raise too_deep(text, path) from None
    except ValueError:  # more digits than Python makes an integer of
        digits = re.search("[0-9_]{4000,}", text)
        line = text.count("\n", 0, digits.start()) + 1 if digits else 1
        raise refused([((), say.TOO_LONG)], {(): line}, path) from None


def of_validation(problem: ValidationError, settings: Mapping[str, Any]) -> list[Mistake]:
    """pydantic's errors as ours."""
    return [_mistake(dict(error), settings) for error in problem.errors()]


def refused(mistakes: list[Mistake], lines: Mapping[Place, int], path: str) -> BadPolicy:
    """The refusal that tells every mistake with its line, in the order of the file."""
    spots = {(line_of(lines, place), what) for place, what in mistakes}
    said = [say.MISTAKE.format(where=f"{path}:{line}", what=what) for line, what in sorted(spots)]
    first = min(line for line, _ in spots)
    return BadPolicy("\n".join(said), hint=say.MISTAKES_HINT, where=f"{path}:{first}")


def too_deep(text: str, path: str) -> BadPolicy:
    """The refusal of brackets or tables within each other without end."""
    return refused([((), say.TOO_DEEP)], {(): _deepest(text)}, path)


def line_of(lines: Mapping[Place, int], place: Place) -> int:
    """The line of a place, else of the nearest setting around it that stands in the file."""
    return lines.get(known_part(lines, place), 1)


def known_part(lines: Mapping[Place, int], place: Place) -> Place:
    """The longest beginning of a place that stands in the file."""
    while place and place not in lines:
        place = place[:-1]
    return place


def lines_of(text: str) -> dict[Place, int]:
    """The line of every setting; that of `extend` stands for what the file does not say itself."""
    lines = key_lines(text)
    if ("extend",) in lines:
        lines[()] = lines["extend",]
    return lines


def _mistake(error: dict[str, Any], settings: Mapping[str, Any]) -> Mistake:
    """One error of pydantic. Its place may hold steps of its own (tags, "[key]"), which no file has."""
    place: list[str | int] = []
    here: Any = settings
    for step in error["loc"]:
        inside = isinstance(here, Mapping) and step in here
        if inside or (isinstance(here, list) and isinstance(step, int) and step < len(here)):
            here = here[step]
            place.append(step)
    kind, key = error["type"], str(error["loc"][-1])
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(key, _known_keys(), 1)
        sentence = say.UNKNOWN_KEY_NEAR if near else say.UNKNOWN_KEY
        return tuple(place), sentence.format(key=key, near=near[0] if near else "")
    if kind == "missing":
        return tuple(place), say.MISSING_KEY.format(key=key)
    named = next((step for step in reversed(place) if isinstance(step, str)), key)
    return tuple(place), f"“{named}”{say.wrong_value(kind, error.get('ctx', {}))}"


def _known_keys() -> list[str]:
    """Every key of the language, to guess a misspelling from."""
    found: set[str] = set(_DOCUMENT_KEYS)
    for model in (*vars(schema).values(), *cycles.CYCLES.values()):
        if isinstance(model, type) and issubclass(model, BaseModel):
            found.update(model.model_fields)
    return sorted(found)


def _deepest(text: str) -> int:
    """The line on which the hundredth bracket opens within others; where none does, the one with most dots."""
    depth, line = 0, 1
    for sign in text:
        if sign == "\n":
            line += 1
        elif sign in "[{":
            depth += 1
            if depth == _DEEP:
                return line
        elif sign in "]}":
            depth = max(depth - 1, 0)
    dots = [written.count(".") for written in text.split("\n")]
    return dots.index(max(dots)) + 1


def _syntax(problem: tomllib.TOMLDecodeError, text: str, path: str) -> BadPolicy:
    said = str(problem)
    found = re.search(r"\(at line (\d+), column \d+\)", said)
    line = int(found.group(1)) if found else text.rstrip().count("\n") + 1
    what = say.wrong_syntax(said.partition(" (at ")[0])
    where = f"{path}:{line}"
    return BadPolicy(
        say.MISTAKE.format(where=where, what=what), hint=say.MISTAKES_HINT, where=where
    )
