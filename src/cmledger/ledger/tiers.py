"""Spans of tiers: the first ones of customers who had none, the changes of those who move, who moved and why.

A span is written only where tier or deciding rule changes. A tier set by hand (`tier_override`) lies over the
rule's while it stands; behind its last day the rule's tier continues by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.dialect import chunks
from cmledger.ledger.journal import Operation, current_spans
from cmledger.ledger.tables import FOREVER, table
from cmledger.ledger.tier_facts import (
    Round,
    choices,
    decide_all,
    decided,
    drop_scratch,
    facts_from,
    facts_query,
    rows_of,
)
from cmledger.ledger.tier_spans import (
    SPANS,
    Span,
    alike,
    overrides,
    span_body,
    stands,
    tier_counts,
    tier_on,
    timeline,
)
from cmledger.records.tiering import CLOSED, Energy, Reason, reasons_from

COMMAND = "assign-tiers"


@dataclass(frozen=True, slots=True)
class Move:
    """A customer whose tier changes; energy is what the rank was taken from."""

    customer_id: int
    account_no: str
    name: str | None
    before: str | None
    after: str | None
    reasons: tuple[Reason, ...]
    energy: Energy

    @property
    def telling(self) -> tuple[Reason, ...]:
        """The criteria met for the tier it leads to."""
        return tuple(reason for reason in self.reasons if reason.tier == self.after)


@dataclass(slots=True)
class Assigned:
    """What a round came to. counts: tier (None: none) -> customers that day.

    same_tier: customers who keep their tier by another rule. no_kwh, partial: customers in scope without any kWh
    of the year, or with less than twelve months of it; 0 where no rule asks for kWh.
    """

    counts: dict[str | None, int] = field(default_factory=dict)
    moved: int = 0
    same_tier: int = 0
    moves: list[Move] = field(default_factory=list)
    no_kwh: int = 0
    partial: int = 0


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a customer with a history (or a tier by hand) has now, and the body of the span that the rules give."""

    before: str | None
    before_rule: str | None
    body: Span | None
    rule: str
    reasons: str
    energy: Energy


def latest_run(connection: Connection, *, before: int) -> str | None:
    """The day, as stored, of the latest live round of tiering before an operation's number."""
    operation = table("operation")
    found: str | None = connection.scalar(
        sa.select(sa.func.max(operation.c.as_of)).where(
            operation.c.command == COMMAND, operation.c.live == 1, operation.c.id < before
        )
    )
    return found


def assign(
    operation: Operation, this: Round, edition_id: int, *, list_moves: int | None = None
) -> Assigned:
    """Give every customer the tier of the day; `list_moves`: how many moves to tell one by one (None: all)."""
    connection = operation.connection
    done = Assigned()
    decide_all(connection, this)
    hands = overrides(connection, this.today)
    outcomes = _outcomes(connection, this, edition_id, hands)
    first = _first_spans(this, edition_id)
    done.moves = _told(connection, this, outcomes, hands, list_moves)
    done.moved = operation.insert_spans_from(SPANS, [c.name for c in table(SPANS).columns], first)
    for part in chunks(list(outcomes)):
        _write_changes(operation, this, {o: outcomes[o] for o in part}, hands, done)
    done.counts = tier_counts(connection, this.today)
    if this.rules.rank_limit or this.rules.kwh_cuts:
        done.no_kwh, done.partial = _weak_energy(connection)
    drop_scratch(connection)
    return done


# --- who moves -------------------------------------------------------------------------------------


def _weak_energy(connection: Connection) -> tuple[int, int]:
    query = (
        sa.select(decided.c.kwh_basis, sa.func.count())
        .join(choices, choices.c.id == decided.c.choice)
        .where(choices.c.tier.is_not(None))
        .group_by(decided.c.kwh_basis)
    )
    by_basis: dict[str | None, int] = {row[0]: row[1] for row in connection.execute(query)}
    return by_basis.get(None, 0), by_basis.get("partial", 0)


def _by_hand(today: str) -> sa.ColumnElement[bool]:
    """Whether a decided customer has a tier set by hand."""
    hand = table("tier_override")
    return sa.exists().where(hand.c.customer_id == decided.c.id, stands(hand, today))


def _history(today: str) -> sa.ColumnElement[bool]:
    """Whether a decided customer has had a tier before, or has one by hand: then its spans are not simply new."""
    had = table(SPANS).alias("had")
    return sa.or_(sa.exists().where(had.c.customer_id == decided.c.id), _by_hand(today))


def _outcomes(
    connection: Connection, this: Round, edition_id: int, hands: Mapping[int, Any]
) -> dict[int, _Outcome]:
    """Customers with a history whose tier or rule is another now, and everyone with a tier set by hand."""
    held = table(SPANS)
    on_the_day = sa.and_(held.c.valid_from <= this.today, held.c.valid_to > this.today)
    differs = sa.or_(
        held.c.tier.is_distinct_from(choices.c.tier),
        sa.and_(choices.c.tier.is_not(None), held.c.rule != choices.c.rule),
        _by_hand(this.today),
    )
    query = (
        sa.select(
            decided.c.id,
            held.c.tier,
            held.c.rule,
            choices.c.tier,
            choices.c.rule,
            choices.c.reasons,
            decided.c.kwh,
            decided.c.kwh_basis,
            decided.c.kwh_rank,
        )
        .join(choices, choices.c.id == decided.c.choice)
        .outerjoin(held, sa.and_(held.c.customer_id == decided.c.id, on_the_day))
        .where(_history(this.today), differs)
    )
    found: dict[int, _Outcome] = {}
    for portion in rows_of(connection, query):
        for owner, before, by, tier, rule, reasons, kwh, basis, rank in portion:
            energy = Energy(this.year, kwh, basis, rank)
            body = span_body(tier, rule, reasons, energy, edition_id)
            found[owner] = _Outcome(before, by, body, rule, reasons, energy)
    gone = (
        sa.select(held.c.customer_id, held.c.tier, held.c.rule)
        .outerjoin(decided, decided.c.id == held.c.customer_id)
        .where(on_the_day, decided.c.id.is_(None))
    )
    left = {owner: (tier, rule) for owner, tier, rule in connection.execute(gone)}
    absent = {owner for owner in hands if owner not in found and owner not in left}
    columns = this.rules.columns
    for part in chunks([*left, *absent]):
        query = facts_query(columns, this.today).where(table("customer").c.id.in_(part))
        for owner, _, *facts in connection.execute(query):
            decision = this.rules.decide(facts_from(columns, facts))
            before, by = left.get(owner, (None, None))
            found[owner] = _Outcome(
                before, by, None, decision.rule, decision.stored_reasons, Energy(this.year)
            )
    return found


def offices_without_energy(connection: Connection, this: Round) -> list[str]:
    """Offices whose customers hold a rank of an earlier year, while nothing is known of the year to rank by."""
    held, customer, office = table(SPANS), table("customer"), table("office")
    energy, owner = table("consumption"), table("customer").alias()
    known = (
        sa.select(energy.c.id)
        .join(owner, owner.c.id == energy.c.customer_id)
        .where(
            owner.c.office_id == office.c.id, energy.c.year == this.year, energy.c.kwh.is_not(None)
        )
    )
    ranked = (
        sa.select(customer.c.id)
        .join(held, held.c.customer_id == customer.c.id)
        .where(
            customer.c.office_id == office.c.id,
            held.c.kwh_rank.is_not(None),
            held.c.kwh_year < this.year,
            held.c.valid_from <= this.today,
            held.c.valid_to > this.today,
        )
    )
    query = sa.select(office.c.name).where(ranked.exists(), sa.not_(known.exists()))
    return list(connection.scalars(query.order_by(office.c.name)))


# --- what is written -------------------------------------------------------------------------------


def _first_spans(this: Round, edition_id: int) -> sa.Select[Any]:
    """First spans, from the day of opening (blank: where counting begins), never after the day.

    A customer that a round of an earlier day had left out is only now in scope: it begins today, or it would
    at once have missed what nobody owed it.
    """
    customer, entry, operation = table("customer"), table("entry"), table("operation")
    opened = sa.func.coalesce(customer.c.opened_on, this.count_from.isoformat())
    last_round = (
        sa.select(sa.func.max(operation.c.id))
        .where(
            operation.c.command == "assign-tiers",
            operation.c.live == 1,
            operation.c.as_of < this.today,
        )
        .scalar_subquery()
    )
    left_out = (
        sa.select(entry.c.row_id)
        .where(
            entry.c.table_name == "customer",
            entry.c.row_id == customer.c.id,
            entry.c.action == "insert",
            entry.c.operation_id < last_round,
        )
        .exists()
    )
    begins = sa.case((sa.and_(opened < this.today, sa.not_(left_out)), opened), else_=this.today)
    return (
        sa.select(
            decided.c.id.label("customer_id"),
            begins.label("valid_from"),
            sa.literal(FOREVER).label("valid_to"),
            choices.c.tier,
            choices.c.rule,
            choices.c.reasons,
            decided.c.kwh,
            sa.case((decided.c.kwh.is_not(None), this.year)).label("kwh_year"),
            decided.c.kwh_basis,
            decided.c.kwh_rank,
            sa.literal(edition_id, sa.BigInteger).label("edition_id"),
        )
        .join(choices, choices.c.id == decided.c.choice)
        .join(customer, customer.c.id == decided.c.id)
        .where(choices.c.tier.is_not(None), sa.not_(_history(this.today)))
    )


def _write_changes(
    operation: Operation,
    this: Round,
    outcomes: Mapping[int, _Outcome],
    hands: Mapping[int, Sequence[Span]],
    done: Assigned,
) -> None:
    had = current_spans(operation.connection, SPANS, list(outcomes))
    changed: dict[int, list[Span]] = {}
    for owner, outcome in outcomes.items():
        old = had.get(owner, [])
        new = timeline(old, this.today, outcome.body, _counting(outcome, hands.get(owner, ())))
        if not alike(old, new):
            changed[owner] = new
        after = tier_on(new, this.today)
        if after != outcome.before:
            done.moved += 1
        elif owner in changed:
            done.same_tier += 1
    operation.replace_spans(SPANS, changed)


def _counting(outcome: _Outcome, hands: Sequence[Span]) -> Sequence[Span]:
    """The tiers set by hand that count: none for a customer who is closed."""
    return () if outcome.rule == CLOSED else hands


# --- what is told ----------------------------------------------------------------------------------


def _told(
    connection: Connection,
    this: Round,
    outcomes: Mapping[int, _Outcome],
    hands: Mapping[int, Sequence[Span]],
    limit: int | None,
) -> list[Move]:
    """Moves one by one: changes first, then first tiers; each from the highest tier and rank down."""
    if limit == 0:
        return []
    customer = table("customer")
    moves: list[Move] = []
    for part in chunks(list(outcomes)):
        names = sa.select(customer.c.id, customer.c.account_no, customer.c.name)
        for owner, account_no, name in connection.execute(names.where(customer.c.id.in_(part))):
            outcome = outcomes[owner]
            spans = timeline((), this.today, outcome.body, _counting(outcome, hands.get(owner, ())))
            now = spans[0] if spans and spans[0]["valid_from"] == this.today else None
            after = now["tier"] if now else None
            if after != outcome.before:
                reasons = reasons_from(now["reasons"] if now else outcome.reasons)
                moves.append(
                    Move(owner, account_no, name, outcome.before, after, reasons, outcome.energy)
                )
    moves.sort(key=lambda m: (_height(this, m.after), m.energy.rank or FAR, m.account_no))
    first = (
        sa.select(
            customer.c.id,
            customer.c.account_no,
            customer.c.name,
            choices.c.tier,
            choices.c.reasons,
            decided.c.kwh,
            decided.c.kwh_basis,
            decided.c.kwh_rank,
        )
        .join(choices, choices.c.id == decided.c.choice)
        .join(customer, customer.c.id == decided.c.id)
        .where(choices.c.tier.is_not(None), sa.not_(_history(this.today)))
        .order_by(
            sa.case({code: n for n, code in enumerate(this.tiers)}, value=choices.c.tier),
            sa.func.coalesce(decided.c.kwh_rank, FAR),
            customer.c.account_no,
        )
    )
    if limit is not None:
        moves = moves[:limit]
        first = first.limit(limit - len(moves))
    known: dict[str, tuple[Reason, ...]] = {}
    for portion in rows_of(connection, first):
        for owner, account_no, name, tier, text, kwh, basis, rank in portion:
            if text not in known:
                known[text] = reasons_from(text)
            energy = Energy(this.year, kwh, basis, rank)
            moves.append(Move(owner, account_no, name, None, tier, known[text], energy))
    return moves


FAR = 10**12
"""Behind every rank."""


def _height(this: Round, tier: str | None) -> int:
    return this.tiers.index(tier) if tier in this.tiers else len(this.tiers)
