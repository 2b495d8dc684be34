"""Customers that share a telephone, a meter or a name; which pairs were decided on."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy import Connection, RowMapping

from cmledger.errors import UsageProblem
from cmledger.ledger.customers import account_key
from cmledger.ledger.dialect import chunks, raw_rows
from cmledger.ledger.tables import CLOSED, table
from cmledger.records.duplicates import Likeness
from cmledger.wording import duplicates as say

_COMPARED = ("id", "account_no", "name", "contact_phone", "meter_no", "address", "status")


def sharing(
    connection: Connection, field: str, most: int, offices: Sequence[int] | None
) -> tuple[list[list[int]], int]:
    """Groups of customers with the same value of `field`, two to `most` each; how many values more customers share.

    Telephones of managers are nobody else's.
    """
    customer, manager = table("customer"), table("manager")
    value = customer.c[field]
    conditions = [*_open(offices), value.is_not(None)]
    if field == "contact_phone":
        phones = sa.select(manager.c.phone).where(manager.c.phone.is_not(None))
        conditions.append(value.not_in(phones))
    count = sa.func.count()
    shared = sa.select(value, count).where(*conditions).group_by(value).having(count > 1)
    many = 0
    few: list[str] = []
    for text, size in connection.execute(shared):
        if size > most:
            many += 1
        else:
            few.append(text)
    groups: dict[str, list[int]] = defaultdict(list)
    for part in chunks(few):
        query = sa.select(value, customer.c.id).where(value.in_(part), *_open(offices))
        for text, customer_id in connection.execute(query.order_by(customer.c.id)):
            groups[text].append(customer_id)
    return list(groups.values()), many


def alike(
    connection: Connection,
    key: Callable[[str | None, str | None], str | None],
    most: int,
    offices: Sequence[int] | None,
) -> tuple[list[list[int]], int]:
    """Groups of customers of one key, made of name and address; how many keys more customers share.

    key: None where a customer is to be compared with nobody.
    """
    customer = table("customer")
    query = sa.select(customer.c.id, customer.c.name, customer.c.address).where(
        customer.c.name.is_not(None), *_open(offices)
    )
    first: dict[str, int] = {}
    groups: dict[str, list[int]] = {}
    for customer_id, name, address in raw_rows(connection, query.order_by(customer.c.id)):
        known = key(name, address)
        if known is None:
            continue
        if known in groups:
            groups[known].append(customer_id)
        elif known in first:
            groups[known] = [first[known], customer_id]
        else:
            first[known] = customer_id
    few = [ids for ids in groups.values() if len(ids) <= most]
    return few, len(groups) - len(few)


def likenesses(connection: Connection, ids: Sequence[int]) -> Iterator[Likeness]:
    """What is compared of these customers."""
    customer = table("customer")
    columns = [customer.c[name] for name in _COMPARED]
    for part in chunks(ids):
        for row in connection.execute(sa.select(*columns).where(customer.c.id.in_(part))):
            yield Likeness(*row)


def settled_pairs(connection: Connection) -> set[tuple[int, int]]:
    """(smaller id, larger id) of the pairs that were decided on."""
    pair = table("duplicate")
    query = sa.select(pair.c.first_id, pair.c.second_id).where(pair.c.decision.is_not(None))
    return {(first, second) for first, second in connection.execute(query)}


def merged_numbers(connection: Connection) -> dict[str, str]:
    """account_key of every customer that was merged -> the 户号 of the one it is now, however often that was merged on."""
    pair, gone, stays = table("duplicate"), table("customer"), table("customer").alias()
    # the pairs decided on are few; looking for merged customers among all would cost every import
    query = (
        sa.select(gone.c.account_no, stays.c.account_no)
        .select_from(pair)
        .join(gone, gone.c.id.in_((pair.c.first_id, pair.c.second_id)))
        .join(stays, stays.c.id == gone.c.merged_into_id)
    )
    merged = {account_key(number): into for number, into in connection.execute(query)}
    for key, into in merged.items():
        passed = {key}
        while (further := account_key(into)) in merged and further not in passed:
            passed.add(further)
            into = merged[further]
        merged[key] = into
    return merged


def refuse_merged(connection: Connection, customer: RowMapping) -> None:
    """Raises UsageProblem, naming the 户号 it is now, where a customer was merged into another."""
    if customer["merged_into_id"] is None:
        return
    number = str(customer["account_no"])
    into = merged_numbers(connection).get(account_key(number))
    raise UsageProblem(
        say.MERGED.format(account_no=number, into=into or ""),
        hint=say.MERGED_HINT.format(into=into or ""),
    )


def _open(offices: Sequence[int] | None) -> list[sa.ColumnElement[bool]]:
    """Customers that are not closed, of these offices."""
    customer = table("customer")
    conditions: list[sa.ColumnElement[bool]] = [
        sa.or_(customer.c.status.is_(None), customer.c.status != CLOSED)
    ]
    if offices is not None:
        conditions.append(customer.c.office_id.in_(offices))
    return conditions
