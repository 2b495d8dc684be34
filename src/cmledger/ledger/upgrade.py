"""Bring an older ledger to this program's schema: a verified backup, then one transaction, all or nothing.

Schema version N is Alembic revision N (four digits). The ledger keeps its version in `ledger_info` alone,
so a revision's `upgrade()` is run as it stands, without Alembic's own version table. A revision may say
`RAISES_UNDO_FLOOR = True`: what was done before it can then no longer be undone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from cmledger.errors import NeedsDecision
from cmledger.ledger.backup import Copy, verified_copy
from cmledger.ledger.store import Ledger, damaged, newer, place_of, record_event, schema_of
from cmledger.ledger.tables import SCHEMA_VERSION, table
from cmledger.packaged import packaged
from cmledger.records.caller import Caller
from cmledger.wording import errors as say


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What an upgrade did. before == after: nothing was to be done. backup: None on PostgreSQL."""

    before: int
    after: int
    backup: Copy | None
    undo_floor: int | None = None
    """The operation up to which nothing can be undone any more, where the upgrade raised it."""


def upgrade(location: str, caller: Caller, *, backed_up: bool = False) -> Upgraded:
    """Migrate the ledger at a place to SCHEMA_VERSION.

    backed_up: the caller vouches for a backup of a PostgreSQL ledger (pg_dump); a file is copied here.
    Raises SchemaMismatch where the ledger is newer than the program.
    """
    path = place_of(location)
    before, count_from = schema_of(location, path)
    if before > SCHEMA_VERSION:
        raise newer(location, before)
    if before == SCHEMA_VERSION:
        return Upgraded(before, before, None)
    if path is None and not backed_up:
        raise NeedsDecision(say.BACK_UP_FIRST, hint=say.BACK_UP_FIRST_HINT)
    return _migrate(Ledger(location, path, count_from), caller, before)


def _migrate(ledger: Ledger, caller: Caller, before: int) -> Upgraded:
    floor: int | None = None
    backup: Copy | None = None
    with ledger.writing(caller, "upgrade", foreign_keys=False) as connection:
        if ledger.path is not None:
            # a second connection reads what was committed: nobody else can write meanwhile
            name = f"{ledger.path.stem}-v{before}-{caller.now:%Y%m%d-%H%M%S}.db"
            backup = verified_copy(ledger.path, ledger.path.with_name("backups") / name)
        revisions = revisions_after(before)
        for module in revisions:
            run(connection, module)
        _check(connection, ledger.location)
        info, operation = table("ledger_info"), table("operation")
        connection.execute(sa.update(info).values(schema_version=SCHEMA_VERSION))
        if any(getattr(module, "RAISES_UNDO_FLOOR", False) for module in revisions):
            floor = connection.scalar(sa.select(sa.func.coalesce(sa.func.max(operation.c.id), 0)))
            connection.execute(sa.update(info).values(undo_floor=floor))
        detail = {
            "from": before,
            "to": SCHEMA_VERSION,
            "backup": str(backup.path) if backup else None,
        }
        record_event(connection, caller, "upgrade", detail)
    return Upgraded(before, SCHEMA_VERSION, backup, floor)


def revisions_after(version: int) -> list[ModuleType]:
    """The migrations that lead from a schema version to this program's, in order."""
    chain = ScriptDirectory(str(packaged("migrations"))).walk_revisions()
    return [script.module for script in chain if int(script.revision) > version][::-1]


def run(connection: Connection, module: ModuleType) -> None:
    """Carry out one migration within the connection's transaction."""
    carry_out: Callable[[], None] = module.upgrade
    with Operations.context(MigrationContext.configure(connection)):
        carry_out()


def _check(connection: Connection, location: str) -> None:
    """Foreign keys were off while tables were rebuilt: nothing may dangle now."""
    if connection.dialect.name == "sqlite":
        orphan = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if orphan is not None:
            raise damaged(location, f"foreign key: {orphan[0]} -> {orphan[2]}")
