"""The policy editions a ledger has been run by: text and digest of each, so that a figure can be explained later.

An edition that a live operation was run by may not be edited; one that was undone, or never wrote, may.
"""

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.errors import BadPolicy
from cmledger.ledger.ids import take_ids
from cmledger.ledger.tables import table
from cmledger.policy.schema import Edition, Policy
from cmledger.records.caller import Caller
from cmledger.wording import policy as say


def check_edition(connection: Connection, edition: Edition, *, where: str = "policy.toml") -> None:
    """BadPolicy (exit 14) where an edition with the same `since` was used and reads otherwise. Writes nothing."""
    used, operation = table("policy_edition"), table("operation")
    since = edition.since.isoformat()
    by_live_operation = sa.exists().where(
        operation.c.edition_id == used.c.id, operation.c.live == 1
    )
    other = connection.scalar(
        sa.select(used.c.id)
        .where(used.c.since == since, used.c.digest != edition.digest, by_live_operation)
        .limit(1)
    )
    if other is not None:
        extended = say.USED_EXTENDED if edition.extends else ""
        raise BadPolicy(
            say.USED_EDITION.format(where=where, since=since),
            hint=say.USED_EDITION_HINT + extended,
            where=where,
        )


def check_editions(connection: Connection, policy: Policy) -> None:
    """The same for every edition of a policy: whoever reads dues or figures may look back over several."""
    for edition in policy.editions:
        check_edition(connection, edition, where=policy.where(edition))


def use_edition(
    connection: Connection,
    edition: Edition,
    caller: Caller,
    *,
    where: str = "policy.toml",
    operation_id: int | None = None,
) -> int:
    """The id of the edition in this ledger, stored on first use; stamps the operation that is run by it.

    `where`: path:line of the edition in the policy file, for the refusal (BadPolicy) of an edited one.
    """
    check_edition(connection, edition, where=where)
    known = keep_edition(connection, edition, caller)
    if operation_id is not None:
        operation = table("operation")
        connection.execute(
            sa.update(operation).where(operation.c.id == operation_id).values(edition_id=known)
        )
    return known


def keep_edition(connection: Connection, edition: Edition, caller: Caller) -> int:
    """The id of the edition in this ledger, stored where it is not yet there."""
    used = table("policy_edition")
    known = connection.scalar(sa.select(used.c.id).where(used.c.digest == edition.digest))
    if known is None:
        known = take_ids(connection, "policy_edition", 1)[0]
        connection.execute(
            sa.insert(used).values(
                id=known,
                since=edition.since.isoformat(),
                digest=edition.digest,
                profile=edition.profile,
                text=edition.text,
                first_used_at=caller.moment,
            )
        )
    return int(known)
