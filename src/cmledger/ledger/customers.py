"""Finding customers by 户号: the 10- and the 13-digit form, today's number and a former one."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, RowMapping

from cmledger.errors import NotFound
from cmledger.ledger.dialect import chunks, raw_rows
from cmledger.ledger.tables import table
from cmledger.wording import errors as say

KEY_DIGITS = 10
"""A 户号 of either length is joined on its last ten digits."""

_MANY, _SHARE = 5000, 4
"""So many keys, if they may be a fourth of all customers, are found sooner by reading all of them."""


def account_key(account_no: str) -> str:
    """What the forms of one 户号 have in common."""
    return account_no[-KEY_DIGITS:]


def same_account(number: str, forms: Iterable[str | None]) -> bool:
    """Whether a 户号 can be one of the forms a customer has: two long ones with different prefixes never are."""
    alike = [form for form in forms if form and account_key(form) == account_key(number)]
    long = [form for form in alike if len(form) > KEY_DIGITS]
    return number in long if long and len(number) > KEY_DIGITS else bool(alike)


def customers_by_number(
    connection: Connection, keys: Sequence[str], columns: Sequence[str]
) -> dict[str, tuple[Any, ...]]:
    """key -> the customer's columns, for the keys (account_key) that are known, now or formerly."""
    customer = table("customer")
    wanted = [customer.c[name] for name in columns]
    found: dict[str, tuple[Any, ...]] = {}
    everybody = sa.select(customer.c.account_key, *wanted)
    if len(keys) > _MANY and _SHARE * len(keys) > (_count(connection) or 0):
        asked = set(keys)
        rows = raw_rows(connection, everybody)
        found.update({row[0]: row[1:] for row in rows if row[0] in asked})
    else:
        for part in chunks(keys):
            query = everybody.where(customer.c.account_key.in_(part))
            found.update({key: tuple(row) for key, *row in connection.execute(query)})
    missing = {key for key in keys if key not in found}
    if missing:
        former = sa.select(customer.c.old_account_no, customer.c.account_key, *wanted).where(
            customer.c.old_account_no.is_not(None)
        )
        for old, key, *row in connection.execute(former):
            if account_key(old) != key and account_key(old) in missing:
                found[account_key(old)] = tuple(row)
    return found


def _count(connection: Connection) -> int | None:
    return connection.scalar(sa.select(sa.func.count()).select_from(table("customer")))


def customers_by_id(
    connection: Connection, ids: Sequence[int], columns: Sequence[str]
) -> list[tuple[Any, ...]]:
    """These columns of the customers with these ids."""
    customer = table("customer")
    wanted = [customer.c[name] for name in columns]
    return [
        tuple(row)
        for part in chunks(ids)
        for row in connection.execute(sa.select(*wanted).where(customer.c.id.in_(part)))
    ]


def find_customer(connection: Connection, account_no: str) -> RowMapping:
    """The customer of a 户号 as a person types it (either form, today's or a former number).

    Raises NotFound (exit 18).
    """
    customer = table("customer")
    number = account_no.strip()
    found: dict[str, tuple[Any, ...]] = {}
    if number.isascii() and number.isdigit() and len(number) >= KEY_DIGITS:
        columns = ("id", "account_no", "old_account_no")
        found = customers_by_number(connection, [account_key(number)], columns)
    key = account_key(number)
    if not found or not same_account(number, found[key][1:]):
        raise NotFound(say.NO_CUSTOMER.format(account_no=account_no), hint=say.NO_CUSTOMER_HINT)
    row = connection.execute(sa.select(customer).where(customer.c.id == found[key][0]))
    return row.mappings().one()
