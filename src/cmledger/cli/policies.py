"""The office's rules: checked, told in plain words, tried out."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cmledger.cli import options
from cmledger.cli.policy_conduct import conduct
from cmledger.cli.show import Head, Screen, show
from cmledger.errors import UsageProblem
from cmledger.wording.lists import listed

if TYPE_CHECKING:
    from cmledger.policy.schema import Edition
    from cmledger.records.trial import PolicyTrial, Turn
    from cmledger.rules.cases import Difference
    from cmledger.work.policy_check import PolicyChecked
    from cmledger.work.policy_show import Differing, PolicyShown

_MOST_MOVES = 40


def policy(
    action: Annotated[
        str, typer.Argument(metavar="check|show", help="检查规则文件，或用大白话说明。")
    ],
    file: options.PolicyOption = None,
    ledger: options.LedgerOption = None,
    on: Annotated[
        date | None,
        typer.Option(
            "--day", metavar="日期", parser=options.day, help="看哪一天的规则；默认今天。"
        ),
    ] = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """检查规则文件（连同旁边的例子），或说明某一天的规则和它与样板不同之处。"""
    from cmledger.policy.load import load_policy
    from cmledger.wording import policies as say
    from cmledger.work.policy_check import policy_check
    from cmledger.work.policy_show import policy_show

    location = options.ledger_location(ledger, must_be_named=False)
    path = options.policy_path(file, location)
    if action == "check":
        if on is not None:
            raise UsageProblem(say.NO_DAY_TO_CHECK)
        beside = file is None and ("://" in location or Path(location).exists())
        checked = policy_check(path, ledger=location if ledger or beside else None)
        return show(checked, _checked, as_json=as_json, quiet=quiet)
    if action != "show":
        raise UsageProblem(say.NO_SUCH_ACTION.format(action=action))
    shown = policy_show(load_policy(path), options.caller(on).as_of)
    return show(shown, _shown, as_json=as_json, quiet=quiet)


# --- check -----------------------------------------------------------------------------------------


def _checked(screen: Screen, report: "PolicyChecked") -> None:
    from cmledger.wording import policies as say

    editions = report.policy.editions
    screen.line(
        say.SOUND.format(path=report.policy.path, editions=len(editions), since=editions[-1].since),
        strong=True,
    )
    if editions[-1].extends:
        screen.line(say.EXTENDS.format(extends=editions[-1].extends))
    if report.with_ledger:
        screen.line(say.LEDGER_CHECKED)
    if report.cases is None:
        screen.line(say.NO_CASES.format(path=report.cases_path))
        return
    sentence = say.CASES_FAIL if report.failed else say.CASES_PASS
    screen.line(
        sentence.format(path=report.cases_path, count=len(report.cases), failed=report.failed)
    )
    for one in report.cases:
        line = say.CASE_FAILS if one.differences else say.CASE_PASSES
        screen.line(line.format(name=one.case.name, line=one.case.line))
        day = one.case.day
        edition = editions[-1] if day is None else report.policy.edition_on(day)
        for difference in one.differences:
            screen.line(_difference(difference, edition))


def _difference(one: "Difference", edition: "Edition") -> str:
    from cmledger.wording import policies as say

    def word(value: object) -> str:
        if one.what == "tier":
            return say.NO_TIER if value is None else edition.tier_name(str(value))
        if one.what == "grade":
            return say.NOTHING if value is None else _grade(edition, str(value))
        return say.NOTHING if value is None else str(value)

    if one.what != "due":
        return say.CASE_DIFFERS.format(
            what=say.WHAT[one.what], expected=word(one.expected), got=word(one.got)
        )
    known = edition.service.get(one.service or "")
    what = say.DUE_OF.format(service=one.service, name=known.name if known else "").rstrip()
    return say.CASE_DIFFERS.format(
        what=what, expected=say.cycle_text(one.expected), got=say.cycle_text(one.got)
    )


def _grade(edition: "Edition", code: str) -> str:
    return {str(grade): name for grade, name in edition.grade.items()}.get(code, code)


# --- show ------------------------------------------------------------------------------------------


def _shown(screen: Screen, report: "PolicyShown") -> None:
    from cmledger.wording import policies as say

    edition = report.edition
    until = say.UNTIL.format(last=report.last) if report.last else ""
    title = say.TITLE.format(
        day=report.day, profile=edition.profile, since=edition.since, until=until
    )
    screen.line(title, strong=True)
    others = [e.since for e in report.policy.editions if e is not edition]
    if others:
        told = listed(say.OTHER_EDITION.format(since=since) for since in others)
        screen.line(say.OTHER_EDITIONS.format(editions=told))
    if edition.extends:
        screen.line(say.EXTENDS.format(extends=edition.extends))
    _tiers(screen, edition)
    _services(screen, report)
    _duties(screen, edition)
    _differing(screen, report)


def _tiers(screen: Screen, edition: "Edition") -> None:
    from cmledger.wording import policies as say
    from cmledger.work.policy_show import criterion_text

    words = say.CHOICES
    screen.line(say.SCOPE.format(closed=words["closed"][edition.scope.closed]), strong=True)
    for criterion in edition.scope.any:
        screen.line(say.ITEM.format(text=criterion_text(criterion)))
    how = [words[key][value] for key, value in edition.ranking.model_dump().items()]
    screen.line(say.RANKING.format(how=listed(how)))
    screen.line(say.TIERS, strong=True)
    for code, tier in edition.tier.items():
        sentence = say.TIER if tier.grade else say.TIER_PLAIN
        grade = _grade(edition, tier.grade) if tier.grade else ""
        screen.line(sentence.format(name=tier.name, code=code, grade=grade))
        for criterion in tier.any:
            text = criterion_text(criterion)
            if criterion.grade:
                text = say.BY.format(cycle=text, who=_grade(edition, criterion.grade))
            screen.line(say.ITEM.format(text=text))
    buffer = edition.hysteresis
    if buffer.demote or buffer.promote:
        screen.line(
            say.BUFFER.format(demote=f"{buffer.demote:.3g}", promote=f"{buffer.promote:.3g}")
        )
    else:
        screen.line(say.NO_BUFFER)
    screen.line(say.GRADES.format(grades=listed(edition.grade.values())), strong=True)


def _services(screen: Screen, report: "PolicyShown") -> None:
    from cmledger.policy.cycles import cycle_text
    from cmledger.wording import policies as say

    edition = report.edition
    additive = say.CHOICES["additive"][edition.catalogue.additive]
    screen.line(say.SERVICES.format(additive=additive), strong=True)
    rows, uncycled = [], set()
    seasons = {code: season.name for code, season in edition.season.items()}
    for code, service in edition.service.items():
        if service.owner != "customer":
            continue
        by_tier = {item.tier: item for item in report.items(service)}
        cells = []
        for tier in edition.tier:
            item = by_tier.get(tier)
            if item is None:
                cells.append("")
                continue
            text = say.cycle_text(cycle_text(item.cycle), seasons)
            if isinstance(item.cycle, str):
                uncycled.add(text)
            who = item.performer
            cells.append(say.BY.format(cycle=text, who=_grade(edition, who)) if who else text)
        rows.append((code, service.name, *cells))
    heads = [Head(say.SERVICE_HEADS[0], keep=True), Head(say.SERVICE_HEADS[1])]
    heads += [Head(tier.name) for tier in edition.tier.values()]
    screen.table(heads, rows)
    if uncycled:
        screen.line(say.UNCYCLED_NOTE.format(words=listed(f"“{w}”" for w in sorted(uncycled))))
    for note in _service_notes(edition, seasons):
        screen.line(note)


def _service_notes(edition: "Edition", seasons: dict[str, str]) -> Iterator[str]:
    """What a table of tiers cannot hold."""
    from cmledger.policy.cycles import cycle_text
    from cmledger.wording import policies as say

    def words(cycle: Any) -> str:
        return say.cycle_text(cycle_text(cycle), seasons)

    yield say.OWN_PLAN_NOTE
    mine = {code: s for code, s in edition.service.items() if s.owner == "customer"}
    inspected = [code for code, service in mine.items() if service.inspection]
    if inspected:
        yield say.INSPECTION_NOTE.format(items=listed(inspected))
    for code, service in mine.items():
        classes = [
            say.IMPORTANCE_CYCLE.format(importance=say.IMPORTANCE[one], cycle=words(cycle))
            for one, cycle in service.by_importance.items()
        ]
        if classes:
            yield say.IMPORTANCE_NOTE.format(code=code, classes=listed(classes))
    no_call = [code for code, service in mine.items() if not service.visit]
    if no_call:
        yield say.NO_CALL_NOTE.format(items=listed(no_call))
    for season in edition.season.values():
        begins, until = say.day_of_year(season.begins), say.day_of_year(season.until)
        yield say.SEASON_NOTE.format(name=season.name, begins=begins, until=until)
    owned = {code: s for code, s in edition.service.items() if s.owner != "customer"}
    if owned:
        yield say.OWNER_ITEMS
    for code, service in owned.items():
        line = say.OWNER_ITEM.format(
            code=code,
            name=service.name,
            owner=say.OWNERS[service.owner],
            cycle=words(service.cycle),
        )
        yield "  " + say.ITEM.format(text=line)


def _duties(screen: Screen, edition: "Edition") -> None:
    from cmledger.policy.schema import NOT_SHARES
    from cmledger.wording import policies as say
    from cmledger.wording.kpis import NAMES

    words = say.CHOICES
    screen.line(say.DUTY, strong=True)
    screen.line(
        say.DUTY_LINE.format(
            due_by=words["due_by"][edition.duty.due_by],
            performer=words["performer"][edition.duty.performer],
        )
    )
    version = edition.limits.in_force
    screen.line(say.LIMITS_LINE.format(version=version) if version else say.NO_LIMITS)
    for code, limit in edition.limits.version.get(version or "", {}).items():
        screen.line(say.ITEM.format(text=say.limit_text(code, limit.model_dump(exclude_none=True))))
    conduct(screen, edition)
    screen.line(say.KPIS, strong=True)
    for kpi_code, kpi in edition.kpi.items():
        fewer = kpi_code in NOT_SHARES or kpi_code == "connection_restricted"
        way = kpi.direction or ("at_most" if fewer else "at_least")
        target = say.target_text(kpi.target, kpi_code not in NOT_SHARES, way)
        screen.line(say.ITEM.format(text=f"{kpi.name or NAMES[kpi_code]}：{target}"))


def _differing(screen: Screen, report: "PolicyShown") -> None:
    from cmledger.wording import policies as say

    if report.base is None:
        return
    if report.newest != report.base:
        screen.line(say.NEWER.format(newest=report.newest))
    if not report.differing:
        screen.line(say.SAME.format(profile=report.base))
        return
    screen.line(say.DIFFERS.format(profile=report.base), strong=True)
    for one in report.differing:
        screen.line(_difference_line(one))


def _difference_line(one: "Differing") -> str:
    from cmledger.wording import policies as say

    sentence = say.ADDED if one.base is None else say.REMOVED if one.own is None else say.CHANGED
    return sentence.format(path=one.path, base=one.base, own=one.own)


# --- try -------------------------------------------------------------------------------------------


def try_policy(
    new: Annotated[Path, typer.Argument(metavar="新规则.toml", help="要试的规则文件。")],
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    excel: options.ExcelOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """试一份新规则：谁会升降级、每人的走访和工时变多少；什么也不写入台账。"""
    from cmledger.ledger.store import open_ledger
    from cmledger.policy.load import load_policy
    from cmledger.work.try_policy import try_policy

    location = options.ledger_location(ledger)
    report = try_policy(
        open_ledger(location),
        load_policy(options.policy_path(policy, location)),
        new,
        options.caller(as_of),
        list_moves=None if as_json or excel else _MOST_MOVES,
        excel=excel,
    )
    options.say_unless_logged(report.logged)
    return show(report, _tried, as_json=as_json, quiet=quiet)


def _tried(screen: Screen, report: "PolicyTrial") -> None:
    from cmledger.wording import dues as say_due
    from cmledger.wording import policies as say
    from cmledger.wording import tiers as say_tier

    tried = report.tried
    screen.line(
        say.TRIAL.format(
            path=tried.path, profile=tried.profile, since=tried.since, as_of=report.as_of
        ),
        strong=True,
    )
    if report.same:
        screen.line(say.TRIAL_SAME)
    moved = say.TRIAL_MOVED if report.moved else say.TRIAL_NOT_MOVED
    screen.line(moved.format(moved=report.moved))
    if report.pending:
        screen.line(say.TRIAL_PENDING.format(pending=report.pending))
    before, after = report.out_of_scope
    if before or after:
        screen.line(say.TRIAL_OUTSIDE.format(before=before, after=after))
    for note in report.notes:
        screen.line(note)
    faces = [Head(title, "right") for title in say.TRIAL_FACES]
    rows: list[tuple[object, ...]] = [(t.name, *_turns(t.load)) for t in report.tiers]
    screen.table(
        [Head(say.TRIAL_TIER), *faces],
        [*rows, (say.ALL, *_turns(report.total))],
        title=say.TRIAL_TIERS,
    )
    screen.table(
        [Head(say.TRIAL_MANAGER), Head(say.TRIAL_OFFICE), *faces],
        [(m.manager or say.NOBODY, m.office, *_turns(m.load)) for m in report.managers],
        title=say.TRIAL_MANAGERS,
    )
    screen.line(say.TRIAL_NEXT)
    groups: dict[tuple[str, str], list[tuple[object, ...]]] = {}
    for move in report.moves[:_MOST_MOVES]:
        turn = (
            report.tier_name(move.before, say.NO_TIER),
            report.tier_name(move.after, say.NO_TIER),
        )
        row = (move.account_no, move.name, move.manager, move.why)
        groups.setdefault(turn, []).append(row)
    heads = [Head(say_tier.HEAD_ACCOUNT, keep=True), Head(say_tier.HEAD_NAME)]
    heads += [Head(say.TRIAL_MANAGER), Head(say_tier.HEAD_WHY)]
    for (was, becomes), moves in groups.items():
        screen.table(heads, moves, title=say_tier.TURN.format(before=was, after=becomes))
    if report.moved > _MOST_MOVES:
        screen.line(say_tier.MORE_MOVES.format(number=report.moved - _MOST_MOVES))
    if report.excel:
        screen.line(say_due.WRITTEN.format(path=report.excel))


def _turns(load: "Turn") -> list[str]:
    from cmledger.wording import policies as say

    return [
        say.turn_text(before, after)
        for before, after in zip(load.before.faces, load.after.faces, strict=True)
    ]
