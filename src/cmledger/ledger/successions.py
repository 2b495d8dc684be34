"""Giving many customers another manager at once: by statements over sets where a history is plain, else one by one."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from cmledger.ledger.dialect import chunks, insert_many
from cmledger.ledger.journal import Operation, current_spans
from cmledger.ledger.manager_spans import SPANS, succeeded
from cmledger.ledger.tables import FOREVER, table

_PART = 5000


def _long() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _scratch(name: str, *columns: sa.Column[Any]) -> sa.Table:
    key = sa.Column("id", _long(), primary_key=True, autoincrement=False)
    return sa.Table(name, sa.MetaData(), key, *columns, prefixes=["TEMPORARY"])


_given = _scratch("manager_given", sa.Column("manager_id", _long()), sa.Column("why", _long()))
"""Customers with their new manager, and the number of the reason."""
_reasons = _scratch("manager_reason", sa.Column("text", sa.Text))


def succeed(
    operation: Operation,
    day: str,
    basis: str,
    given: Iterable[tuple[int, int, int]],
    reasons: Mapping[str, int],
) -> None:
    """From `day` on customers have another manager: (customer, manager, number of the reason), none of them twice.

    reasons: text -> number; it may grow while `given` is read. What is known of later days stands. None of these customers may have been touched by this operation before.
    """
    connection = operation.connection
    for scratch in (_given, _reasons):
        scratch.create(connection)
    insert_many(connection, _given, ("id", "manager_id", "why"), given)
    insert_many(
        connection, _reasons, ("id", "text"), ((number, text) for text, number in reasons.items())
    )
    columns = [c.name for c in table(SPANS).columns]
    held = table(SPANS)
    none_yet = sa.not_(sa.exists().where(held.c.customer_id == _given.c.id))
    done = operation.insert_spans_from(SPANS, columns, _fresh(day, basis).where(none_yet))
    done += _succeed_plain(operation, day, basis)
    if done < (connection.scalar(sa.select(sa.func.count()).select_from(_given)) or 0):
        _succeed_others(operation, day, basis)
    for scratch in (_given, _reasons):
        scratch.drop(connection)


def _fresh(day: str, basis: str) -> sa.Select[Any]:
    """The new spans, from the day on without end."""
    return sa.select(
        _given.c.id.label("customer_id"),
        sa.literal(day).label("valid_from"),
        sa.literal(FOREVER).label("valid_to"),
        _given.c.manager_id,
        sa.literal(basis).label("basis"),
        _reasons.c.text.label("reason"),
    ).join(_reasons, _reasons.c.id == _given.c.why)


def _succeed_plain(operation: Operation, day: str, basis: str) -> int:
    """Customers whose whole history is one span without end, begun before the day, in three statements; how many."""
    connection, held, other = operation.connection, table(SPANS), table(SPANS).alias("other")
    entry = table("entry")
    plain = sa.and_(
        held.c.valid_to == FOREVER,
        held.c.valid_from < day,
        # a reason that a person wrote may hold anything
        sa.or_(held.c.reason.is_(None), sa.and_(held.c.basis == basis, _plain(held.c.reason))),
        sa.not_(
            sa.exists().where(
                other.c.customer_id == held.c.customer_id, other.c.valid_from != held.c.valid_from
            )
        ),
    )
    images = (
        sa.select(
            sa.literal(SPANS),
            _given.c.id,
            sa.literal(operation.id, sa.BigInteger),
            sa.literal("update"),
            _image(held),
        )
        .join(held, held.c.customer_id == _given.c.id)
        .where(plain)
        .order_by(_given.c.id)
    )
    names = ["table_name", "row_id", "operation_id", "action", "before"]
    statement = sa.insert(entry).from_select(names, images)
    done = connection.execute(statement.execution_options(preserve_rowcount=True)).rowcount
    if not done:
        return 0
    entered = sa.select(entry.c.row_id).where(
        entry.c.table_name == SPANS,
        entry.c.operation_id == operation.id,
        entry.c.action == "update",
    )
    connection.execute(
        sa.update(held)
        .where(held.c.customer_id.in_(entered), held.c.valid_to == FOREVER)
        .values(valid_to=day)
    )
    columns = [c.name for c in held.columns]
    fresh = _fresh(day, basis).where(_given.c.id.in_(entered)).order_by(_given.c.id)
    connection.execute(sa.insert(held).from_select(columns, fresh))
    operation.counts[SPANS]["changed"] += done
    return done


def _image(span: sa.Table) -> sa.ColumnElement[str]:
    """A history of one span as the journal keeps it; JSON put together by hand, which both engines can."""

    def word(column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
        return sa.func.coalesce(sa.literal('"', sa.Text) + column + '"', "null")

    return (
        sa.literal('{"spans":[{"valid_from":"', sa.Text)
        + span.c.valid_from
        + '","valid_to":"'
        + span.c.valid_to
        + '","manager_id":'
        + sa.cast(span.c.manager_id, sa.Text)
        + ',"basis":'
        + word(span.c.basis)
        + ',"reason":'
        + word(span.c.reason)
        + "}]}"
    )


def _plain(text: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Whether a sentence of ours stands in JSON as it is; names in it may be quoted."""
    plain: sa.ColumnElement[Any] = text
    for mark in ('"', "\\", "\n", "\r", "\t"):
        plain = sa.func.replace(plain, mark, "")
    return plain == text


def _succeed_others(operation: Operation, day: str, basis: str) -> None:
    """Customers with a longer history, or with days to come that are known already."""
    entry = table("entry")
    settled = sa.exists().where(
        entry.c.table_name == SPANS,
        entry.c.row_id == _given.c.id,
        entry.c.operation_id == operation.id,
    )
    query = (
        sa.select(_given.c.id, _given.c.manager_id, _reasons.c.text)
        .join(_reasons, _reasons.c.id == _given.c.why)
        .where(sa.not_(settled))
        .order_by(_given.c.id)
    )
    rows = [tuple(row) for row in operation.connection.execute(query)]
    for part in chunks(rows, _PART):
        spans = current_spans(operation.connection, SPANS, [row[0] for row in part])
        operation.replace_spans(
            SPANS,
            {
                owner: succeeded(
                    spans.get(owner, []),
                    day,
                    {"manager_id": manager, "basis": basis, "reason": reason},
                )
                for owner, manager, reason in part
            },
        )
