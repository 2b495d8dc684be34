"""Shipped profiles, and policies that extend one: the office's file holds only what differs.

`extend = "three-fixed"` takes the newest version of the profile, "three-fixed@1" that version for good. A version
once shipped never changes its meaning: a changed profile gets the next number, and the old text stays beside it.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cmledger.errors import UsageProblem
from cmledger.policy.mistakes import Mistake, parsed
from cmledger.wording import policy as say

PROFILES: tuple[str, ...] = ("three-fixed", "three-plus-three", "community-grid")
"""The profiles shipped, the default first."""

_FOLDER = Path(__file__).parent / "profiles"


def profile_text(name: str) -> str:
    """The text of a shipped profile, comments and all; UsageProblem where there is none of that name."""
    if name not in PROFILES:
        raise UsageProblem(say.NO_SUCH_PROFILE.format(name=name, known=say.listed(PROFILES)))
    return _read(name)


def cases_text(name: str) -> str:
    """The readable cases that are shipped with a profile."""
    return _read(f"{name}-cases")


def base_of(extend: object) -> tuple[str, dict[str, Any]] | Mistake:
    """Text and settings of the profile that `extend` names; else the mistake."""
    place = ("extend",)
    if not isinstance(extend, str):
        return place, say.EXTEND_NOT_TEXT
    name, sign, number = extend.partition("@")
    if name not in PROFILES:
        return place, say.NO_SUCH_PROFILE.format(name=name, known=say.listed(PROFILES))
    text, settings = _profile(name)
    if sign and number != str(settings["version"]):
        if not (number.isdigit() and (_FOLDER / f"{name}@{number}.toml").exists()):
            known = say.listed(versions(name))
            return place, say.NO_SUCH_VERSION.format(name=name, number=number, known=known)
        text, settings = _profile(f"{name}@{number}")
    return text, settings


def versions(name: str) -> tuple[int, ...]:
    """The versions of a profile that can be extended, oldest first."""
    kept = (re.fullmatch(rf"{name}@(\d+)\.toml", path.name) for path in _FOLDER.iterdir())
    return tuple(sorted({int(one[1]) for one in kept if one} | {_profile(name)[1]["version"]}))


def profile_version(name: str) -> tuple[str, str]:
    """File and text of a profile that can be extended, given as its name or name@version."""
    plain = name.partition("@")[0]
    file = name if (_FOLDER / f"{name}.toml").exists() else plain
    return f"{file}.toml", _read(file)


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Tables merge key by key; everything else is replaced, lists as a whole."""
    result = dict(base)
    for key, value in changes.items():
        old = result.get(key)
        both = isinstance(value, dict) and isinstance(old, dict)
        result[key] = merged(old, value) if both and old is not None else value
    return result


def whole_text(text: str, extend: str, base: str) -> str:
    """What is kept of an edition that extends a profile: the office's own words, then the profile's."""
    return f"{text.rstrip()}\n\n# ===== extend = {extend} =====\n\n{base}"


@cache
def _profile(name: str) -> tuple[str, dict[str, Any]]:
    text = _read(name)
    return text, parsed(text, f"{name}.toml")


def _read(name: str) -> str:
    return (_FOLDER / f"{name}.toml").read_text(encoding="utf-8")
