"""Reading a policy file: its editions, each built on the one before, and its mistakes, each with its line.

A file is one edition; later ones follow as `[[edition]]` blocks that hold `since` and only what changes. A file with
`extend` begins from a shipped profile (policy.extend).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cmledger.errors import BadPolicy
from cmledger.policy.cycles import Dates, Events, Seasons
from cmledger.policy.extend import PROFILES, base_of, merged, profile_text, whole_text
from cmledger.policy.mistakes import (
    Mistake,
    known_part,
    line_of,
    lines_of,
    of_validation,
    parsed,
    refused,
    too_deep,
)
from cmledger.policy.places import Path as Place
from cmledger.policy.schema import NOT_SHARES, Edition, Policy, Service, Tier
from cmledger.records.cycles import HOLIDAYS
from cmledger.wording import policy as say

__all__ = ["PROFILES", "load_policy", "parse_policy", "profile_text", "text_of"]

_RESERVED = {"auto", "none", "out-of-scope"}


def load_policy(path: Path) -> Policy:
    """The office's rules. BadPolicy (exit 14) where the file is missing or not usable as written."""
    return parse_policy(text_of(path), str(path))


def text_of(path: Path) -> str:
    """A file of rules as text; BadPolicy where it is missing, not readable or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadPolicy(
            say.FILE_MISSING.format(path=path), hint=say.FILE_MISSING_HINT, where=str(path)
        ) from None
    except (OSError, UnicodeDecodeError) as problem:
        detail = say.NOT_UTF8 if isinstance(problem, UnicodeDecodeError) else problem.strerror
        raise BadPolicy(
            say.FILE_UNREADABLE.format(path=path, detail=detail), where=str(path)
        ) from problem


def parse_policy(text: str, path: str) -> Policy:
    """The rules in a text; `path` is what mistakes are reported under."""
    try:
        return _editions(text, path)
    except RecursionError:
        raise too_deep(text, path) from None


def _editions(text: str, path: str) -> Policy:
    document = parsed(text, path)
    blocks = document.pop("edition", [])
    lines = lines_of(text)
    if not isinstance(blocks, list) or not all(isinstance(b, dict) for b in blocks):
        raise refused([(("edition",), say.wrong_value("dict_type", {}))], lines, path)
    whole, extends, settings = _begun(text, document, lines, path)
    editions: list[Edition] = []
    begins: list[int] = []
    mistakes: list[Mistake] = []
    for position, block in enumerate([document, *blocks]):
        settings = merged(settings, block)
        home: Place = ("edition", position - 1) if position else ()
        if "since" not in block and position:
            mistakes.append((home, say.SINCE_MISSING))
            continue
        edition, found = _edition(settings)
        mistakes += [(_written(lines, home, place), what) for place, what in found]
        if edition is None:
            continue
        edition._text, edition._extends = whole, extends
        if editions and edition.since <= editions[-1].since:
            order = say.OUT_OF_ORDER.format(since=edition.since, before=editions[-1].since)
            mistakes.append(((*home, "since"), order))
        editions.append(edition)
        begins.append(line_of(lines, (*home, "since")))
    if mistakes:
        raise refused(mistakes, lines, path)
    return Policy(path, tuple(editions), tuple(begins))


def _begun(
    text: str, document: dict[str, Any], lines: Mapping[Place, int], path: str
) -> tuple[str, str | None, dict[str, Any]]:
    """What the first edition begins from: the whole text to keep, what is extended, the settings of that profile."""
    if "extend" not in document:
        return text, None, {}
    extend = document.pop("extend")
    match base_of(extend):
        case str(base), dict(settings):
            if "version" in document:
                raise refused([(("version",), say.VERSION_IS_THE_PROFILES)], lines, path)
            told = f"{settings['profile']}@{settings['version']}"
            return whole_text(text, told, base), told, settings
        case mistake:
            raise refused([mistake], lines, path)


def _edition(settings: dict[str, Any]) -> tuple[Edition | None, list[Mistake]]:
    try:
        edition = Edition.model_validate(settings)
    except ValidationError as problem:
        return None, of_validation(problem, settings)
    return edition, list(_loose_ends(edition))


# --- what no single setting can tell ---------------------------------------------------------------


def _loose_ends(edition: Edition) -> Iterator[Mistake]:
    """References to what is not there, and criteria that could never decide."""
    for position, criterion in enumerate(edition.scope.any):
        if criterion.sales_rank_top is not None:
            yield ("scope", "any", position, "sales_rank_top"), say.RANK_IN_SCOPE
    codes = list(edition.tier)
    for number, (code, tier) in enumerate(edition.tier.items()):
        yield from _tier_ends(edition, code, tier, codes[number + 1 :])
    for indicator, asked in edition.kpi.items():
        for position, name in enumerate(asked.tiers):
            if name not in edition.tier:
                place: Place = ("kpi", indicator, "tiers", position)
                yield place, _unknown(say.UNKNOWN_TIER, name, edition.tier)
    for code, service in edition.service.items():
        home: Place = ("service", code)
        yield from _owner_ends(home, service)
        yield from _cycle_ends(home, edition, service)
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


def _owner_ends(home: Place, service: Service) -> Iterator[Mistake]:
    """Tiers belong to the items of customers, and to them alone."""
    told = service.model_fields_set
    if service.owner == "customer":
        if "tiers" not in told:
            yield home, say.MISSING_KEY.format(key="tiers")
        return
    for key in ("tiers", "instead", "by_importance", "inspection", "performer"):
        if getattr(service, key):
            yield (*home, key), say.OWNER_HAS_NO_TIERS.format(key=key)
    cycle = service.cycle
    if isinstance(cycle, Events):
        yield (*home, "cycle"), say.OWNER_HAS_NO_TIERS.format(key="events")
    if isinstance(cycle, Dates) and cycle.personal:
        yield (*home, "cycle"), say.OWNER_HAS_NO_DAYS.format(known=say.listed(HOLIDAYS))


def _cycle_ends(home: Place, edition: Edition, service: Service) -> Iterator[Mistake]:
    """Seasons that are not there."""
    told: list[tuple[Place, object]] = [((*home, "cycle"), service.cycle)]
    told += [((*home, "by_importance", k), c) for k, c in service.by_importance.items()]
    told += [((*home, "instead", k, "cycle"), i.cycle) for k, i in service.instead.items()]
    for place, cycle in told:
        for code in cycle.seasons if isinstance(cycle, Seasons) else ():
            if code not in edition.season:
                yield place, _unknown(say.UNKNOWN_SEASON, code, edition.season)


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
    return max(((*h, *place) for h in homes), key=lambda p: len(known_part(lines, p)) - len(p))
