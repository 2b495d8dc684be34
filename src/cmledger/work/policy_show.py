"""The rules in force on a day in plain words, and where they differ from the shipped profile."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cmledger.errors import EXIT_DONE
from cmledger.policy.cycles import Cycle, cycle_text
from cmledger.policy.extend import PROFILES, profile_version, versions
from cmledger.policy.load import parse_policy
from cmledger.policy.schema import NOT_SHARES, Criterion, Edition, Policy, Range, Service
from cmledger.records.cycles import SUFFIXES, cycle_json, parse_cycle
from cmledger.wording import policies as say
from cmledger.wording.tiers import kwh_json

_NOT_RULES = {"since", "version"}


@dataclass(frozen=True, slots=True)
class Differing:
    """A setting that is not as in the profile; None: there is none. Values as text."""

    path: str
    base: str | None
    own: str | None


@dataclass(frozen=True, slots=True)
class Item:
    """A service item as one tier has it. cycle: a table, or the word for one that never falls due by itself."""

    tier: str
    cycle: Cycle | str
    performer: str | None
    minutes: int | None

    def to_json(self) -> dict[str, Any]:
        """due_by_itself tells whether the due list will ever name it."""
        return {
            "tier": self.tier,
            "cycle": _cycle_json(self.cycle),
            "due_by_itself": not isinstance(self.cycle, str),
            "performer": self.performer,
            "minutes": self.minutes,
        }


@dataclass(frozen=True, slots=True)
class PolicyShown:
    """An edition with what surrounds it. last: its last day (None: open).

    base: the profile it is held against, in the version it was made from where that is kept; newest: the newest one.
    """

    policy: Policy
    edition: Edition
    day: date
    last: date | None
    base: str | None
    differing: tuple[Differing, ...]
    newest: str | None = None

    exit_code = EXIT_DONE

    def items(self, service: Service) -> tuple[Item, ...]:
        """A service item, tier by tier, highest first; tiers without it are left out."""
        return tuple(_items(self.edition, service))

    def to_json(self) -> dict[str, Any]:
        """`cmledger.policy-show/1`"""
        edition = self.edition
        return {
            "schema": "cmledger.policy-show/1",
            "path": self.policy.path,
            "day": self.day.isoformat(),
            "profile": edition.profile,
            "version": edition.version,
            "extends": edition.extends,
            "since": edition.since.isoformat(),
            "until": None if self.last is None else self.last.isoformat(),
            "editions": [one.since.isoformat() for one in self.policy.editions],
            "digest": edition.digest,
            "scope": {"any": _criteria_json(edition.scope.any), "closed": edition.scope.closed},
            "ranking": edition.ranking.model_dump(),
            "grades": {str(code): name for code, name in edition.grade.items()},
            "tiers": [
                {
                    "code": code,
                    "name": tier.name,
                    "grade": tier.grade,
                    "any": _criteria_json(tier.any),
                }
                for code, tier in edition.tier.items()
            ],
            "hysteresis": edition.hysteresis.model_dump(),
            "additive": edition.catalogue.additive,
            "services": [
                {
                    "code": code,
                    "name": service.name,
                    "item": service.item,
                    "discharged_by": list(service.discharged_by or (code,)),
                    "tiers": [item.to_json() for item in self.items(service)],
                    "owner": service.owner,
                    "cycle": _cycle_json(service.cycle),
                    "by_importance": {
                        str(one): _cycle_json(cycle) for one, cycle in service.by_importance.items()
                    },
                    "inspection": service.inspection,
                    "visit": service.visit,
                }
                for code, service in edition.service.items()
            ],
            "seasons": [
                {"code": code, "name": one.name, "from": one.begins, "until": one.until}
                for code, one in edition.season.items()
            ],
            "duty": edition.duty.model_dump(),
            "assignment": edition.assignment.model_dump(mode="json"),
            "manager_levels": [
                {"code": str(code), **level.model_dump(mode="json")}
                for code, level in edition.manager_level.items()
            ],
            "plan": edition.plan.model_dump(mode="json"),
            "forms": edition.forms.model_dump(mode="json"),
            "outage": {
                **edition.outage.model_dump(mode="json"),
                "agree_service": edition.agree_service,
            },
            "limits": {
                "in_force": edition.limits.in_force,
                "version": {
                    name: {
                        code: limit.model_dump(exclude_none=True) for code, limit in those.items()
                    }
                    for name, those in edition.limits.version.items()
                },
            },
            "kpis": [
                {
                    "code": code,
                    "name": kpi.name,
                    "target": kpi.target,
                    "direction": kpi.direction,
                    "share": code not in NOT_SHARES,
                }
                for code, kpi in edition.kpi.items()
            ],
            "base": self.base,
            "newest": self.newest,
            "differs": [
                {"path": one.path, "base": one.base, "own": one.own} for one in self.differing
            ],
        }


def policy_show(policy: Policy, day: date) -> PolicyShown:
    """The edition in force on a day. Raises BadPolicy where the first one begins later."""
    edition = policy.edition_on(day)
    later = [one.since for one in policy.editions if one.since > edition.since]
    last = min(later) - timedelta(days=1) if later else None
    base = edition.extends or _made_from(edition)
    differing: tuple[Differing, ...] = ()
    newest = None
    if base is not None:
        plain = base.partition("@")[0]
        newest = f"{plain}@{versions(plain)[-1]}"
        name, text = profile_version(base)
        shipped = parse_policy(text, name).editions[0]
        differing = tuple(_differing(_leaves(shipped), _leaves(edition)))
        base = f"{shipped.profile}@{shipped.version}"
    return PolicyShown(policy, edition, day, last, base, differing, newest)


def _made_from(edition: Edition) -> str | None:
    """The profile a full copy was written from, in its version; the newest one where that version is not kept."""
    name = edition.profile
    if name not in PROFILES:
        return None
    return f"{name}@{edition.version}" if edition.version in versions(name) else name


def _cycle_json(cycle: Cycle | str) -> Any:
    return cycle_json(parse_cycle(cycle_text(cycle)))


def _items(edition: Edition, service: Service) -> Iterator[Item]:
    for tier in edition.tier:
        special = edition.terms(service, tier)
        if special is None:
            continue
        cycle = special.cycle or service.cycle
        performer = edition.performer(service, tier)
        yield Item(tier, cycle, performer, special.minutes or service.minutes)


# --- in words --------------------------------------------------------------------------------------


def criterion_text(criterion: Criterion) -> str:
    """What a criterion asks."""
    asked = (
        (f, v.model_dump(exclude_none=True) if isinstance(v, Range) else v)
        for f, v in criterion.conditions()
    )
    return say.criterion_text(asked, criterion.name)


def _criteria_json(criteria: tuple[Criterion, ...]) -> list[dict[str, Any]]:
    return [{"rule": c.rule, "grade": c.grade, "text": criterion_text(c)} for c in criteria]


# --- against the profile -----------------------------------------------------------------------------


def _leaves(edition: Edition) -> dict[str, str]:
    """Every setting that says something, by its path, as text; a criterion is one setting, named by its rule."""
    settings = edition.model_dump(mode="json", exclude_none=True, exclude=_NOT_RULES)
    scope = settings["scope"]
    scope["high_voltage_above_kv"] = kwh_json(scope["high_voltage_above_kv"])
    scope["any"] = _by_rule(edition.scope.any)
    for code, tier in edition.tier.items():
        settings["tier"][code]["any"] = _by_rule(tier.any)
    return dict(_walked(settings, ""))


def _by_rule(criteria: tuple[Criterion, ...]) -> dict[str, dict[str, str]]:
    """rule -> what it asks, and who serves where that is said."""
    return {
        c.rule: {"asks": criterion_text(c)} | ({"grade": str(c.grade)} if c.grade else {})
        for c in criteria
    }


def _walked(settings: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    for key, value in settings.items():
        here = f"{path}.{key}" if path else str(key)
        if isinstance(value, Mapping):
            yield from _walked(value, here)
        elif value != 0 or key not in SUFFIXES:
            yield here.removesuffix(".asks"), say.value_text(value)


def _differing(base: Mapping[str, str], own: Mapping[str, str]) -> Iterator[Differing]:
    for path in dict.fromkeys((*base, *own)):
        if base.get(path) != own.get(path):
            yield Differing(path, base.get(path), own.get(path))
