"""Spans of time: each begins before it ends, and those of one customer follow one another."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.checks.found import identity
from cmledger.ledger.tables import SPAN_TABLES, metadata
from cmledger.records.checks import Broken
from cmledger.wording import checks as say


def spans_in_order(connection: Connection) -> Iterator[Broken]:
    """No span ends before it begins; in tables of spans none is empty either.

    Elsewhere (a tier set by hand) a span lifted before it began is empty, and stands as a record.
    """
    for whole in metadata.sorted_tables:
        if not {"valid_from", "valid_to"} <= set(whole.c.keys()):
            continue
        start, end = whole.c.valid_from, whole.c.valid_to
        wrong = start >= end if whole.name in SPAN_TABLES else start > end
        query = sa.select(identity(whole), start, end).where(wrong)
        for row_id, *span in connection.execute(query):
            yield Broken(say.SPAN.format(start=span[0], end=span[1]), whole.name, row_id)


def spans_do_not_overlap(connection: Connection) -> Iterator[Broken]:
    """On no day has a customer two tiers, two managers, or two terms of one item."""
    for whole in SPAN_TABLES.values():
        key = [column for column in whole.primary_key if column.name != "valid_from"]
        following = (
            sa.func.lead(whole.c.valid_from)
            .over(partition_by=key, order_by=whole.c.valid_from)
            .label("following")
        )
        spans = sa.select(
            whole.c.customer_id, whole.c.valid_from, whole.c.valid_to, following
        ).subquery()
        query = sa.select(spans).where(spans.c.following < spans.c.valid_to)
        for row_id, start, end, following_start in connection.execute(query):
            sentence = say.OVERLAP.format(start=start, end=end, next=following_start)
            yield Broken(sentence, whole.name, row_id)
