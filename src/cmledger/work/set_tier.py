"""Setting a customer's tier by hand, with the reason and for how long; lifting it again."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from cmledger.errors import EXIT_DONE, UsageProblem
from cmledger.ledger.customers import find_customer
from cmledger.ledger.duplicates import refuse_merged
from cmledger.ledger.editions import use_edition
from cmledger.ledger.store import Ledger
from cmledger.ledger.tier_facts import place_of
from cmledger.ledger.tier_overrides import lay_spans, lift_override, set_override
from cmledger.ledger.tier_spans import span_body, tier_on
from cmledger.policy.schema import Edition, Policy
from cmledger.records.caller import Caller
from cmledger.rules.tiers import TierRules
from cmledger.wording import tiers as say
from cmledger.work.assign_tiers import refuse_before_latest, tier_round

COMMAND = "set-tier"


@dataclass(frozen=True, slots=True)
class SetTierReport:
    """What became of one customer's tier. operation: None on a dry run, or where it was so already.

    before, after: the tier on the day of the call before and now; rule_tier: what the rules alone say (None: none),
    which is what follows behind `until`.
    """

    operation: int | None
    dry_run: bool
    edition: Edition
    account_no: str
    name: str | None
    before: str | None
    after: str | None
    rule_tier: str | None
    reason: str | None
    since: date
    until: date | None
    lifted: bool
    closed: bool

    @property
    def exit_code(self) -> int:
        """Always 0."""
        return EXIT_DONE

    def to_json(self) -> dict[str, Any]:
        """cmledger.set-tier/1"""
        return {
            "schema": "cmledger.set-tier/1",
            "operation": self.operation,
            "dry_run": self.dry_run,
            "account_no": self.account_no,
            "name": self.name,
            "from": self.before,
            "to": self.after,
            "rule_tier": self.rule_tier,
            "reason": self.reason,
            "since": self.since.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "lifted": self.lifted,
        }


def set_tier(
    ledger: Ledger,
    policy: Policy,
    caller: Caller,
    account_no: str,
    tier: str | None,
    *,
    reason: str | None = None,
    until: date | None = None,
    dry_run: bool = False,
) -> SetTierReport:
    """Set a tier (code or Chinese name) from the day of the call through `until`; `tier` None lifts what was set.

    Raises NotFound (no such customer), BadPolicy, UsageProblem: no such tier, no reason, `until` in the past, a day
    before the latest round of tiering.
    """
    edition = policy.edition_on(caller.as_of)
    code = None if tier is None else _checked(edition, tier, reason, until, caller.as_of)
    arguments = {
        "account_no": account_no,
        "tier": code,
        "until": until.isoformat() if until else None,
    }
    with ledger.operation(caller, COMMAND, arguments, dry_run=dry_run) as operation:
        connection = operation.connection
        refuse_before_latest(operation, dry_run=dry_run)
        customer = find_customer(connection, account_no)
        refuse_merged(connection, customer)
        owner = customer["id"]
        number = use_edition(
            connection, edition, caller, where=policy.where(edition), operation_id=operation.id
        )
        rules = TierRules(edition)
        place = place_of(connection, tier_round(edition, ledger, caller), rules.tops, owner)
        decision = rules.decide(place.facts)
        if code is None:
            lift_override(operation, owner)
        else:
            set_override(operation, owner, code, reason or "", until)
        body = span_body(
            decision.tier, decision.rule, decision.stored_reasons, place.energy, number
        )
        closed = place.facts.closed and edition.scope.closed == "exclude"
        before, after = lay_spans(operation, owner, body, closed=closed)
    return SetTierReport(
        operation.number,
        dry_run,
        edition,
        customer["account_no"],
        customer["name"],
        tier_on(before, caller.day),
        tier_on(after, caller.day),
        decision.tier,
        reason,
        caller.as_of,
        until,
        code is None,
        closed,
    )


def _checked(
    edition: Edition, tier: str, reason: str | None, until: date | None, today: date
) -> str:
    """The code of the tier, once everything asked for makes sense."""
    code = edition.tier_code(tier)
    if code is None:
        raise say.no_such_tier(tier, {c: t.name for c, t in edition.tier.items()})
    if reason is None or not reason.strip():
        raise UsageProblem(say.NO_REASON, hint=say.NO_REASON_HINT)
    if until is not None and until < today:
        raise UsageProblem(say.UNTIL_PAST.format(until=until, today=today))
    return code
