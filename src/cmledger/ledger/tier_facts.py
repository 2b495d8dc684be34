"""What tiers are decided on, out of the ledger in bulk: patterns of facts, the year's kWh, the rank within the office.

SQL knows no rule. Equal facts are one *pattern*, decided once by the evaluator; only where a rank or the kWh
themselves matter is a customer looked at again. All of it goes through three scratch tables, so that a million
customers are never a million objects.
"""

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.dialect import chunks, insert_many, portions, update_many
from cmledger.ledger.tables import CLOSED, table
from cmledger.policy.schema import Ranking
from cmledger.records.tiering import OVERRIDE, Decision, Energy, Evaluator, Place, TierFacts

_AT_A_TIME = 20_000


@dataclass(frozen=True, slots=True)
class Round:
    """One round of tiering: the rules, the tiers they know (highest first), the day, and where history begins."""

    rules: Evaluator
    ranking: Ranking
    tiers: tuple[str, ...]
    day: date
    count_from: date

    @property
    def year(self) -> int:
        """The last complete calendar year."""
        return self.day.year - 1

    @property
    def today(self) -> str:
        """The day as stored."""
        return self.day.isoformat()


def _long() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _scratch(name: str, *columns: sa.Column[Any]) -> sa.Table:
    key = sa.Column("id", _long(), primary_key=True, autoincrement=False)
    return sa.Table(name, sa.MetaData(), key, *columns, prefixes=["TEMPORARY"])


_seen = _scratch("tier_seen", sa.Column("office_id", _long()), sa.Column("pattern", _long()))
"""Customers to be decided or ranked, with the number of their pattern."""

decided = _scratch(
    "tier_decided",
    sa.Column("office_id", _long()),
    sa.Column("choice", _long()),
    sa.Column("kwh", _long()),
    sa.Column("kwh_basis", sa.Text),
    sa.Column("kwh_rank", _long()),
)
"""By customer id: the number of the decision, and the energy (thousandths) and rank it was taken from."""

choices = _scratch(
    "tier_choice",
    sa.Column("tier", sa.Text),
    sa.Column("rule", sa.Text),
    sa.Column("reasons", sa.Text),
)
"""Decisions by number; tier is NULL for out of scope."""


def decide_all(connection: Connection, this: Round) -> None:
    """Fill the scratch tables `decided` and `choices` for the day. `drop_scratch` ends it."""
    for scratch in (_seen, decided, choices):
        scratch.create(connection)
    patterns = _sort_into_patterns(connection, this)
    connection.execute(
        sa.insert(decided).from_select([c.name for c in decided.columns], _ranked(this))
    )
    _decide(connection, this, patterns)


def drop_scratch(connection: Connection) -> None:
    """Remove the scratch tables, so that another round may follow in the same transaction."""
    for scratch in (_seen, decided, choices):
        scratch.drop(connection)


def facts_query(columns: Sequence[str], today: str) -> sa.Select[Any]:
    """id, office, closed (0/1), then the facts named, of every customer."""
    customer, grid = table("customer"), table("grid")
    closed = sa.case(
        (customer.c.closed_on <= today, 1),
        (sa.and_(customer.c.closed_on.is_(None), customer.c.status == CLOSED), 1),
        else_=0,
    )
    span = table("customer_tier").alias("held_before")
    elsewhere = {"grid_kind": grid.c.grid_kind, "held": span.c.tier}
    wanted = [elsewhere[c] if c in elsewhere else customer.c[c] for c in columns]
    query = sa.select(customer.c.id, customer.c.office_id, closed, *wanted).select_from(customer)
    if "grid_kind" in columns:
        query = query.outerjoin(grid, grid.c.id == customer.c.grid_id)
    if "held" in columns:
        query = query.outerjoin(span, _held_the_day_before(span, customer, today))
    return query


def _held_the_day_before(
    span: sa.FromClause, customer: sa.Table, today: str
) -> sa.ColumnElement[bool]:
    """The span of the rules (no tier set by hand) that a customer had the day before: a second round a day sees it, too."""
    day = (date.fromisoformat(today) - timedelta(days=1)).isoformat()
    return sa.and_(
        span.c.customer_id == customer.c.id,
        span.c.valid_from <= day,
        span.c.valid_to > day,
        span.c.rule != OVERRIDE,
    )


def facts_from(columns: Sequence[str], row: Sequence[Any]) -> TierFacts:
    """The facts in (closed, *columns)."""
    return TierFacts(closed=bool(row[0]), **dict(zip(columns, row[1:], strict=True)))


def rows_of(connection: Connection, query: sa.Select[Any]) -> Iterator[Sequence[Any]]:
    """A query's rows in portions; never the whole answer in memory, on either engine."""
    return portions(connection, query, _AT_A_TIME)


def _sort_into_patterns(connection: Connection, this: Round) -> list[TierFacts]:
    """Number every distinct set of facts, and note the customers who are in scope (or are ranked all the same)."""
    columns = this.rules.columns
    numbers: dict[tuple[Any, ...], int] = {}
    patterns: list[TierFacts] = []
    counted: list[bool] = []
    for portion in rows_of(connection, facts_query(columns, this.today)):
        noted = []
        for row in portion:
            key = row[2:]
            number = numbers.get(key)
            if number is None:
                number = numbers[key] = len(patterns)
                pattern = facts_from(columns, key)
                patterns.append(pattern)
                everyone = this.ranking.among == "all" and not pattern.closed
                counted.append(everyone or this.rules.in_scope(pattern))
            if counted[number]:
                noted.append((row[0], row[1], number))
        insert_many(connection, _seen, ("id", "office_id", "pattern"), noted)
    return patterns


# --- energy and rank -------------------------------------------------------------------------------


def energy_of(customer_id: sa.ColumnElement[int], year: int) -> tuple[Any, Any, Any]:
    """(consumption joined on, kWh, basis) of the year, for a query grouped by customer.

    The annual row, else the sum of the twelve months, else of those there are: basis annual, months, partial.
    """
    used = table("consumption")
    joined = sa.and_(
        used.c.customer_id == customer_id, used.c.year == year, used.c.kwh.is_not(None)
    )
    annual = sa.func.max(sa.case((used.c.month == 0, used.c.kwh)))
    months = sa.func.count(sa.case((used.c.month > 0, 1)))
    summed = sa.cast(sa.func.sum(sa.case((used.c.month > 0, used.c.kwh))), _long())
    kwh = sa.case((annual.is_not(None), annual), (months > 0, summed))
    basis = sa.case(
        (annual.is_not(None), "annual"), (months == 12, "months"), (months > 0, "partial")
    )
    return joined, kwh, basis


def _ranked(this: Round) -> sa.Select[Any]:
    """The rows of `decided`: every customer seen, with energy and rank; the choice is still the pattern."""
    joined, kwh, basis = energy_of(_seen.c.id, this.year)
    energy = (
        sa.select(
            _seen.c.id,
            _seen.c.office_id,
            _seen.c.pattern,
            kwh.label("kwh"),
            basis.label("basis"),
        )
        .outerjoin(table("consumption"), joined)
        .group_by(_seen.c.id, _seen.c.office_id, _seen.c.pattern)
        .subquery("energy")
    )
    counts = energy.c.kwh > 0
    if this.ranking.partial_year == "leave-out":
        counts = sa.and_(counts, energy.c.basis != "partial")
    taking_part = sa.case((counts, 1), else_=0).label("takes_part")
    rivals = sa.select(energy, taking_part, energy.c.kwh.label("total")).subquery("rivals")
    if this.ranking.same_name == "together":
        rivals = _by_name(energy, taking_part)
    place = _place(this, rivals)
    return sa.select(
        rivals.c.id,
        rivals.c.office_id,
        rivals.c.pattern,
        rivals.c.kwh,
        rivals.c.basis,
        sa.case((rivals.c.takes_part == 1, place)),
    )


def _by_name(energy: sa.Subquery, taking_part: sa.Label[int]) -> sa.Subquery:
    """Accounts of one name in one office as one rival: `total` of them all; the one account with `first` = 1 counts."""
    customer = table("customer")
    name = sa.func.coalesce(customer.c.name, customer.c.account_no)
    named = (
        sa.select(energy, taking_part, name.label("name"))
        .join(customer, customer.c.id == energy.c.id)
        .subquery("named")
    )
    one = [named.c.office_id, named.c.takes_part, named.c.name]
    number = sa.func.row_number().over(partition_by=one, order_by=named.c.id)
    return sa.select(
        named,
        sa.func.sum(named.c.kwh).over(partition_by=one).label("total"),
        sa.case((number == 1, 1), else_=0).label("first"),
    ).subquery("rivals")


def _place(this: Round, rivals: sa.Subquery) -> sa.ColumnElement[int]:
    """The rank within the office: 1 2 2 4 where ties are all in, 1 3 3 4 where they are all out."""
    field = [rivals.c.office_id, rivals.c.takes_part]
    if "first" not in rivals.c:
        window: Any = sa.func.rank() if this.ranking.ties == "all-in" else sa.func.count()
        return sa.cast(window.over(partition_by=field, order_by=rivals.c.total.desc()), _long())
    first = sa.func.sum(rivals.c.first)
    down_to = first.over(partition_by=field, order_by=rivals.c.total.desc())
    if this.ranking.ties == "all-out":
        return sa.cast(down_to, _long())
    peers = first.over(partition_by=[*field, rivals.c.total])
    return sa.cast(down_to - peers + 1, _long())


# --- decisions -------------------------------------------------------------------------------------


def _decide(connection: Connection, this: Round, patterns: Sequence[TierFacts]) -> None:
    """One decision per pattern; further ones for each pattern with a rank or kWh that some rule asks for."""
    rules, cuts = this.rules, this.rules.kwh_cuts
    decisions: list[Decision] = [rules.decide(pattern) for pattern in patterns]
    numbers: dict[tuple[int, int | None, int | None], int] = {}
    looked_at = decided.c.kwh_rank <= rules.rank_limit
    if cuts:
        looked_at = sa.or_(looked_at, decided.c.kwh.is_not(None))
    query = sa.select(decided.c.id, decided.c.choice, decided.c.kwh_rank, decided.c.kwh)
    changes: list[tuple[int, int]] = []
    for portion in rows_of(connection, query.where(looked_at)):
        for customer_id, pattern, place, kwh in portion:
            rank = place if place is not None and place <= rules.rank_limit else None
            band = bisect.bisect_right(cuts, kwh) if cuts and kwh is not None else None
            key = (pattern, rank, band)
            if key not in numbers:
                numbers[key] = len(decisions)
                usual = None if band is None else cuts[band - 1] if band else cuts[0] - 1
                facts = patterns[pattern]._replace(sales_rank=rank, annual_kwh=usual)
                decisions.append(rules.decide(facts))
            changes.append((numbers[key], customer_id))
    for part in chunks(changes):
        update_many(connection, decided, ("choice",), part)
    insert_many(
        connection,
        choices,
        ("id", "tier", "rule", "reasons"),
        [(n, d.tier, d.rule, d.stored_reasons) for n, d in enumerate(decisions)],
    )


# --- one customer ----------------------------------------------------------------------------------


def place_of(connection: Connection, this: Round, tops: Sequence[int], customer_id: int) -> Place:
    """Facts, energy and rank of one customer, as `decide_all` would find them, without writing. `tops`: ranks that count."""
    customer, columns = table("customer"), this.rules.columns
    one = facts_query(columns, this.today).where(customer.c.id == customer_id)
    _, office_id, *facts = connection.execute(one).one()
    own = facts_from(columns, facts)
    energy, rival = Energy(this.year), None
    totals: dict[Any, int] = {}
    taking_part: dict[tuple[Any, ...], bool] = {}
    for owner, name, kwh, basis, *row in connection.execute(_sales(this, columns, office_id)):
        key = tuple(row)
        if key not in taking_part:
            pattern = facts_from(columns, key)
            everyone = this.ranking.among == "all" and not pattern.closed
            taking_part[key] = everyone or this.rules.in_scope(pattern)
        who = name if this.ranking.same_name == "together" else owner
        if owner == customer_id:
            energy, rival = Energy(this.year, kwh, basis), who
        partial = basis == "partial" and this.ranking.partial_year == "leave-out"
        if taking_part[key] and kwh > 0 and not partial:
            totals[who] = totals.get(who, 0) + kwh
        elif owner == customer_id:
            rival = None
    total = totals.pop(rival, None)
    others = sorted(totals.values(), reverse=True)
    ties_count = this.ranking.ties == "all-out"
    rank = None
    if total is not None:
        rank = 1 + sum(kwh >= total if ties_count else kwh > total for kwh in others)
    cutoffs = {top: others[top - 1] + ties_count if len(others) >= top else 1 for top in tops}
    seen = rank if rank is not None and rank <= this.rules.rank_limit else None
    ranked = own._replace(annual_kwh=energy.kwh, sales_rank=seen)
    return Place(ranked, replace(energy, rank=rank), total, cutoffs)


def _sales(this: Round, columns: Sequence[str], office_id: int) -> sa.Select[Any]:
    """id, name, kWh, basis, closed, facts of every customer of an office with kWh in the year."""
    customer = table("customer")
    joined, kwh, basis = energy_of(customer.c.id, this.year)
    energy = (
        sa.select(customer.c.id, kwh.label("kwh"), basis.label("basis"))
        .join(table("consumption"), joined)
        .where(customer.c.office_id == office_id)
        .group_by(customer.c.id)
        .subquery()
    )
    facts = facts_query(columns, this.today)
    name = sa.func.coalesce(customer.c.name, customer.c.account_no)
    closed_and_facts = list(facts.selected_columns)[2:]
    return facts.join(energy, energy.c.id == customer.c.id).with_only_columns(
        customer.c.id, name, energy.c.kwh, energy.c.basis, *closed_and_facts
    )


def energy_rows(connection: Connection, customer_id: int, year: int) -> dict[int, int]:
    """month (0: the whole year) -> kWh (thousandths) of one customer's year."""
    used = table("consumption")
    query = (
        sa.select(used.c.month, used.c.kwh)
        .where(used.c.customer_id == customer_id, used.c.year == year, used.c.kwh.is_not(None))
        .order_by(used.c.month)
    )
    return {row.month: row.kwh for row in connection.execute(query)}
