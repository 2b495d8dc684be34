"""Reading a policy file: its editions, each built on the one before, and its mistakes, each with its line.

A file is one edition; later ones follow as `[[edition]]` blocks that hold `since` and only what changes.
"""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from cmledger.errors import BadPolicy, UsageProblem
from cmledger.policy import schema
from cmledger.policy.places import Path as Place
from cmledger.policy.places import key_lines
from cmledger.policy.schema import NOT_SHARES, Edition, Policy, Tier
from cmledger.wording import policy as say

PROFILES: tuple[str, ...] = ("three-fixed", "three-plus-three", "community-grid")
"""The profiles shipped, the default first."""

_RESERVED = {"auto", "none", "out-of-scope"}
_DEEP = 100
_FOLDER = Path(__file__).parent / "profiles"

Mistake = tuple[Place, str]


def profile_text(name: str) -> str:
    """The text of a shipped profile, comments and all; UsageProblem where there is none of that name."""
    if name not in PROFILES:
        raise UsageProblem(say.NO_SUCH_PROFILE.format(name=name, known=say.listed(PROFILES)))
    return (_FOLDER / f"{name}.toml").read_text(encoding="utf-8")


def load_policy(path: Path) -> Policy:
    """The office's rules. BadPolicy (exit 14) where the file is missing or not usable as written."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadPolicy(
            say.FILE_MISSING.format(path=path), hint=say.FILE_MISSING_HINT, where=str(path)
        ) from None
    except (OSError, UnicodeDecodeError) as problem:
        detail = say.NOT_UTF8 if isinstance(problem, UnicodeDecodeError) else problem.strerror
        raise BadPolicy(
            say.FILE_UNREADABLE.format(path=path, detail=detail), where=str(path)
        ) from problem
    return parse_policy(text, str(path))


def parse_policy(text: str, path: str) -> Policy:
    """The rules in a text; `path` is what mistakes are reported under."""
    try:
        return _parsed(text, path)
    except RecursionError:
        raise _refused([((), say.TOO_DEEP)], {(): _deepest(text)}, path) from None


def _parsed(text: str, path: str) -> Policy:
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as problem:
        raise _syntax(problem, text, path) from problem
    except ValueError:  # more digits than Python makes an integer of
        digits = re.search("[0-9_]{4000,}", text)
        line = text.count("\n", 0, digits.start()) + 1 if digits else 1
        raise _refused([((), say.TOO_LONG)], {(): line}, path) from None
    blocks = document.pop("edition", [])
    lines = key_lines(text)
    if not isinstance(blocks, list) or not all(isinstance(b, dict) for b in blocks):
        raise _refused([(("edition",), say.wrong_value("dict_type", {}))], lines, path)
    editions: list[Edition] = []
    begins: list[int] = []
    mistakes: list[Mistake] = []
    merged: dict[str, Any] = {}
    for position, block in enumerate([document, *blocks]):
        merged = _merged(merged, block)
        home: Place = ("edition", position - 1) if position else ()
        if "since" not in block and position:
            mistakes.append((home, say.SINCE_MISSING))
            continue
        edition, found = _edition(merged)
        mistakes += [(_written(lines, home, place), what) for place, what in found]
        if edition is None:
            continue
        edition._text = text
        if editions and edition.since <= editions[-1].since:
            order = say.OUT_OF_ORDER.format(since=edition.since, before=editions[-1].since)
            mistakes.append(((*home, "since"), order))
        editions.append(edition)
        begins.append(lines.get((*home, "since"), 1))
    if mistakes:
        raise _refused(mistakes, lines, path)
    return Policy(path, tuple(editions), tuple(begins))


def _merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Tables merge key by key; everything else is replaced."""
    result = dict(base)
    for key, value in changes.items():
        old = result.get(key)
        both = isinstance(value, dict) and isinstance(old, dict)
        result[key] = _merged(old, value) if both and old is not None else value
    return result


def _edition(settings: dict[str, Any]) -> tuple[Edition | None, list[Mistake]]:
    try:
        edition = Edition.model_validate(settings)
    except ValidationError as problem:
        return None, [_mistake(dict(error), settings) for error in problem.errors()]
    return edition, list(_loose_ends(edition))


def _mistake(error: dict[str, Any], settings: Mapping[str, Any]) -> Mistake:
    """pydantic's error as ours. Its place may hold steps of its own (tags, "[key]"), which no file has."""
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
    found: set[str] = set()
    for model in vars(schema).values():
        if isinstance(model, type) and issubclass(model, BaseModel):
            found.update(model.model_fields)
    return sorted(found)


# --- what no single setting can tell ---------------------------------------------------------------


def _loose_ends(edition: Edition) -> Iterator[Mistake]:
    """References to what is not there, and criteria that could never decide."""
    for position, criterion in enumerate(edition.scope.any):
        if criterion.sales_rank_top is not None:
            yield ("scope", "any", position, "sales_rank_top"), say.RANK_IN_SCOPE
    codes = list(edition.tier)
    for number, (code, tier) in enumerate(edition.tier.items()):
        yield from _tier_ends(edition, code, tier, codes[number + 1 :])
    for code, service in edition.service.items():
        home: Place = ("service", code)
        for position, name in enumerate(service.tiers):
            if name not in edition.tier:
                yield (*home, "tiers", position), _unknown(say.UNKNOWN_TIER, name, edition.tier)
        for name in service.instead:
            if name not in service.tiers:
                yield (*home, "instead", name), say.INSTEAD_NOT_OWED.format(code=name)
        for place, grade in (
            ((*home, "performer"), service.performer),
            *(
                ((*home, "instead", t, "performer"), i.performer)
                for t, i in service.instead.items()
            ),
        ):
            if grade not in {None, "serving", *edition.grade}:
                yield place, _unknown(say.UNKNOWN_GRADE, grade, edition.grade)
        for position, other in enumerate(service.discharged_by):
            if other not in edition.service:
                place = (*home, "discharged_by", position)
                yield place, _unknown(say.UNKNOWN_SERVICE, other, edition.service)
    for kpi_code, kpi in edition.kpi.items():
        if kpi_code not in NOT_SHARES and kpi.target is not None and kpi.target > 1:
            yield ("kpi", kpi_code, "target"), say.NOT_A_SHARE
    version = edition.limits.in_force
    if version is not None and version not in edition.limits.version:
        known = edition.limits.version
        yield ("limits", "in_force"), _unknown(say.UNKNOWN_VERSION, version, known)


def _tier_ends(edition: Edition, code: str, tier: Tier, lower: list[str]) -> Iterator[Mistake]:
    home: Place = ("tier", code)
    if code in _RESERVED:
        yield home, say.RESERVED.format(code=code)
    if tier.grade not in {None, *edition.grade}:
        yield (*home, "grade"), _unknown(say.UNKNOWN_GRADE, tier.grade, edition.grade)
    rules = {"override", "closed", "not-in-scope"}
    for position, criterion in enumerate(tier.any):
        place: Place = (*home, "any", position)
        if criterion.rule in rules:
            yield (*place, "rule"), say.RULE_TWICE.format(code=criterion.rule)
        rules.add(criterion.rule)
        if criterion.grade not in {None, *edition.grade}:
            yield (*place, "grade"), _unknown(say.UNKNOWN_GRADE, criterion.grade, edition.grade)
        if lower and not any(True for _ in criterion.conditions()):
            yield place, say.SHADOWED.format(tier=lower[0])


def _unknown(sentence: str, code: object, known: Mapping[Any, Any]) -> str:
    return sentence.format(code=code, known=say.listed(known))


# --- where it stands -----------------------------------------------------------------------------


def _written(lines: Mapping[Place, int], home: Place, place: Place) -> Place:
    """Where a setting of an edition was written: in its own block, else in the nearest earlier one."""
    number = home[1] if home else -1
    homes: list[Place] = [("edition", k) if k >= 0 else () for k in range(int(number), -2, -1)]
    return max(((*h, *place) for h in homes), key=lambda p: len(_known(lines, p)) - len(p))


def _known(lines: Mapping[Place, int], place: Place) -> Place:
    """The longest beginning of a place that stands in the file."""
    while place and place not in lines:
        place = place[:-1]
    return place


def _refused(mistakes: list[Mistake], lines: Mapping[Place, int], path: str) -> BadPolicy:
    spots = {(lines.get(_known(lines, place), 1), what) for place, what in mistakes}
    said = [say.MISTAKE.format(where=f"{path}:{line}", what=what) for line, what in sorted(spots)]
    first = min(line for line, _ in spots)
    return BadPolicy("\n".join(said), hint=say.MISTAKES_HINT, where=f"{path}:{first}")


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
