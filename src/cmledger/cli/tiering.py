"""Tiers: giving them, setting one by hand, and telling why."""

from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated

import typer

from cmledger.cli import options
from cmledger.cli.show import Head, Screen, show, write_json_rows

if TYPE_CHECKING:
    from cmledger.records.history import SourceCell
    from cmledger.records.tiering import Decision, Energy, Held
    from cmledger.work.assign_tiers import TierReport
    from cmledger.work.set_tier import SetTierReport
    from cmledger.work.why import WhyReport

_MOST_MOVES = 40
_LIFT = "auto"

AccountArgument = Annotated[str, typer.Argument(metavar="户号", help="客户的户号，10 位或 13 位。")]
UntilOption = Annotated[
    date | None,
    typer.Option(
        "--until", metavar="日期", parser=options.day, help="到哪一天为止（含）；不写则一直有效。"
    ),
]


def assign_tiers(
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    without_energy: Annotated[
        bool,
        typer.Option("--without-energy", help="上一年电量还没导入，也照样定级（谁都没有名次）。"),
    ] = False,
    dry_run: options.DryRunOption = False,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """按规则给客户分级（钻石、金牌、普通），记下每一户的原因；数据没变就什么也不改。"""
    from cmledger.ledger.store import open_ledger
    from cmledger.policy.load import load_policy
    from cmledger.work.assign_tiers import assign_tiers

    location = options.ledger_location(ledger)
    report = assign_tiers(
        open_ledger(location),
        load_policy(options.policy_path(policy, location)),
        options.caller(as_of),
        dry_run=dry_run,
        list_moves=None if as_json else 0 if quiet else _MOST_MOVES,
        without_energy=without_energy,
    )
    if as_json:
        write_json_rows(report.json_head(), "moves", report.json_moves())
        return report.exit_code
    return show(report, _tiers_text, quiet=quiet)


def set_tier(
    account_no: AccountArgument,
    tier: Annotated[
        str | None,
        typer.Argument(
            metavar="等级", help="diamond、gold、normal 或中文名；auto 表示恢复按规则定级。"
        ),
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="为什么，必须写。")] = None,
    until: UntilOption = None,
    lift: Annotated[bool, typer.Option("--lift", help="取消人工指定，恢复按规则定级。")] = False,
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    dry_run: options.DryRunOption = False,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """人工指定一户的等级，写明理由；再次分级时保留，到期或取消后恢复按规则定级。"""
    from cmledger.errors import UsageProblem
    from cmledger.ledger.store import open_ledger
    from cmledger.policy.load import load_policy
    from cmledger.wording import tiers as say
    from cmledger.work.set_tier import set_tier

    if (tier is None) is not lift:
        raise UsageProblem(say.TIER_OR_LIFT)
    location = options.ledger_location(ledger)
    report = set_tier(
        open_ledger(location),
        load_policy(options.policy_path(policy, location)),
        options.caller(as_of),
        account_no,
        None if tier == _LIFT else tier,
        reason=reason,
        until=until,
        dry_run=dry_run,
    )
    return show(report, _set_text, as_json=as_json, quiet=quiet)


def why(
    account_no: AccountArgument,
    due: Annotated[
        bool,
        typer.Option("--due", help="说明每个服务项目该不该做、按谁的规定、哪天做过、下一次何时。"),
    ] = False,
    services: Annotated[
        list[str] | None,
        typer.Option("--service", metavar="项目", help="只说这个项目（编号或名称），可多次。"),
    ] = None,
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """说明一户为什么是这个等级：规则、比较的数字、离上一级还差多少、数据出自哪个表哪一格；或各项服务为什么该做（--due）。"""
    from cmledger.ledger.store import open_ledger
    from cmledger.policy.load import load_policy
    from cmledger.work.why import why

    due = due or bool(services)
    location = options.ledger_location(ledger)
    report = why(
        open_ledger(location),
        load_policy(options.policy_path(policy, location)),
        options.caller(as_of),
        account_no,
        due=due,
        services=tuple(services or ()),
    )
    if due and not as_json:
        return show(report, _due_text if services else _dues_text, quiet=quiet)
    return show(report, _why_text, as_json=as_json, quiet=quiet)


def _dues_text(screen: Screen, report: "WhyReport") -> None:
    """Each item that falls due in a sentence; the others named together."""
    from cmledger.records.why_due import Because
    from cmledger.wording import why_due as say

    _named(screen, report)
    never: dict[Because, list[str]] = {Because.WORD: [], Because.NOT_OF_TIER: []}
    for item in report.due or ():
        if item.because in never:
            never[item.because].append(say.ITEM_SHORT.format(code=item.service, name=item.name))
        else:
            screen.line(say.ITEM.format(code=item.service, name=item.name, rest=item.text))
    tier = report.edition.tier_name(report.tier)
    if never[Because.NOT_OF_TIER]:
        screen.line(say.NOT_ITS.format(tier=tier, items="、".join(never[Because.NOT_OF_TIER])))
    if never[Because.WORD]:
        screen.line(say.NEVER.format(items="、".join(never[Because.WORD])))


def _due_text(screen: Screen, report: "WhyReport") -> None:
    """The items asked for, with their parts around the day."""
    from cmledger.wording import why_due as say

    _named(screen, report)
    for item in report.due or ():
        screen.line(say.ITEM.format(code=item.service, name=item.name, rest=item.text))
        for text in item.part_texts:
            screen.line(text)


def _named(screen: Screen, report: "WhyReport") -> None:
    from cmledger.wording import why_due as say

    tier = report.edition.tier_name(report.tier)
    title = say.TITLE.format(as_of=report.as_of)
    screen.line(f"{report.account_no} {report.name or ''} {tier}，{title}", strong=True)


def _tiers_text(screen: Screen, report: "TierReport") -> None:
    from cmledger.wording import tiers as say
    from cmledger.work.assign_tiers import OUT_OF_SCOPE

    if report.moved or report.dry_run:
        line = say.HEADLINE[report.dry_run]
    else:
        line = say.ONLY_RULES if report.same_tier else say.NO_CHANGE
    screen.line(
        line.format(
            day=report.as_of,
            moved=report.moved,
            operation=report.operation,
            same=report.same_tier,
        ),
        strong=True,
    )
    name = report.edition.tier_name
    counts = [
        say.COUNT.format(tier=say.OUT_OF_SCOPE if t == OUT_OF_SCOPE else name(t), number=n)
        for t, n in report.counts.items()
    ]
    screen.line(say.COUNTS.format(counts=say.JOINT.join(counts)))
    if report.moved and report.same_tier:
        screen.line(say.SAME_TIER.format(same=report.same_tier))
    if report.no_kwh:
        screen.line(say.NO_KWH_NOTE.format(number=report.no_kwh, year=report.year))
    if report.partial:
        screen.line(say.PARTIAL_NOTE.format(number=report.partial, year=report.year))
    groups: dict[tuple[str, str], list[tuple[object, ...]]] = {}
    for move in report.moves:
        why = say.JOINT.join(say.reason_text(r, move.energy) for r in move.telling)
        turn = (name(move.before), name(move.after))
        groups.setdefault(turn, []).append((move.account_no, move.name, why))
    heads = [Head(say.HEAD_ACCOUNT, keep=True), Head(say.HEAD_NAME), Head(say.HEAD_WHY)]
    for (before, after), rows in groups.items():
        screen.table(heads, rows, title=say.TURN.format(before=before, after=after))
    if report.moved > len(report.moves):
        screen.line(say.MORE_MOVES.format(number=report.moved - len(report.moves)))


def _set_text(screen: Screen, report: "SetTierReport") -> None:
    from cmledger.wording import tiers as say

    name = report.edition.tier_name
    changed = report.operation is not None or report.dry_run
    if report.lifted:
        sentence = say.LIFTED if changed else say.NOTHING_TO_LIFT
    else:
        sentence = say.SET if changed else say.SET_SAME
    until = ""
    if report.until is not None:
        until = say.SET_UNTIL.format(until=report.until, rule=name(report.rule_tier))
    screen.line(
        sentence.format(
            account_no=report.account_no,
            name=report.name or "",
            since=report.since,
            before=name(report.before),
            after=name(report.after),
            until=until,
        )
    )
    if report.closed:
        screen.line(say.SET_CLOSED)
    if report.dry_run:
        screen.line(say.SET_DRY)
    elif report.operation is not None:
        screen.line(say.SET_OPERATION.format(operation=report.operation))


def _why_text(screen: Screen, report: "WhyReport") -> None:
    from cmledger.wording import tiers as say

    name = report.edition.tier_name
    held = report.held
    screen.line(
        say.WHY_TITLE.format(account_no=report.account_no, name=report.name or ""), strong=True
    )
    if report.not_yet:
        screen.line(say.WHY_NOT_YET.format(tier=name(report.expected)))
        _why_reasons(screen, report, report.now, report.energy)
    elif held is None:
        screen.line(say.WHY_NONE.format(text=say.reason_text(report.now.reasons[0], report.energy)))
    else:
        until = say.WHY_UNTIL.format(until=held.until) if held.until else ""
        sentence = say.WHY_TIER_HAND if report.by_hand else say.WHY_TIER
        screen.line(
            sentence.format(
                tier=name(held.tier), since=held.since, until=until, edition=held.edition_since
            )
        )
        _why_reasons(screen, report, held, held.energy)
    for reason in report.held_back:
        text = say.reason_text(reason, report.energy)
        screen.line(say.WHY_HELD_BACK.format(tier=name(reason.tier), text=text))
    rank = say.WHY_RANK.format(rank=report.energy.rank) if report.energy.rank else ""
    screen.line(say.WHY_ENERGY.format(kwh=say.energy_text(report.energy), rank=rank))
    for margin in report.margins:
        open_places = margin.line <= 1  # any sale at all, in thousandths
        sentence = say.WHY_OPEN if open_places else say.WHY_MARGIN[margin.margin >= 0]
        screen.line(
            "  · "
            + sentence.format(
                tier=name(margin.tier),
                top=margin.top,
                line=say.amount(margin.line),
                margin=say.amount(abs(margin.margin)),
            )
        )
    if report.steps:
        screen.line(say.WHY_NEXT.format(tier=name(report.steps[0].tier)))
        for step in report.steps:
            screen.line(f"  · {say.step_text(step.name, step.missing, step.kwh_short)}")
    if report.expected != report.tier and not report.not_yet:
        screen.line(say.WHY_DIFFERS.format(tier=name(report.expected)))
    if report.sources:
        screen.line(say.WHY_SOURCES)
        screen.table(
            [Head(say.HEAD_FACT), Head(say.HEAD_VALUE), Head(say.HEAD_SOURCE)],
            [
                (
                    say.source_label(s.fact, s.field),
                    say.source_value(s.fact, s.value),
                    _source(s.cell),
                )
                for s in report.sources
            ],
        )


def _why_reasons(
    screen: Screen, report: "WhyReport", what: "Held | Decision", energy: "Energy"
) -> None:
    """Every rule that is met, each once, with the one that decides."""
    from cmledger.wording import tiers as say

    screen.line(say.WHY_REASONS)
    told = set()
    for reason in what.reasons:
        if reason.rule in told:  # the same rule, met for a lower tier too
            continue
        told.add(reason.rule)
        decides = (reason.tier, reason.rule) == (what.tier, what.rule)
        also = say.WHY_ALSO.format(tier=report.edition.tier_name(reason.tier))
        other = "" if reason.tier == what.tier else also
        mark = say.WHY_DECIDES if decides else other
        screen.line(f"  · {say.reason_text(reason, energy)}{mark}")


def _source(cell: "SourceCell | None") -> str:
    from cmledger.wording import tiers as say

    if cell is None:
        return say.SOURCE_UNKNOWN
    if cell.file is None:
        return say.SOURCE_COMMAND.format(
            command=cell.command, actor=cell.actor, operation=cell.operation
        )
    return say.SOURCE_FILE.format(
        file=PurePath(cell.file).name,
        sheet=cell.sheet,
        cell=cell.cell or "",
        operation=cell.operation,
    )
