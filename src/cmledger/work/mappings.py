"""How sheets were read, remembered: listing it, looking at it, forgetting it."""

from cmledger.errors import NotFound
from cmledger.ledger.mappings import forget, remembered
from cmledger.ledger.store import open_ledger
from cmledger.records.caller import Caller
from cmledger.records.mapping import MappingsReport
from cmledger.wording import mappings as say


def list_mappings(location: str) -> MappingsReport:
    """All of them, newest first."""
    with open_ledger(location).reading() as connection:
        return MappingsReport("list", tuple(remembered(connection)))


def show_mapping(location: str, number: int) -> MappingsReport:
    """One of them. Raises NotFound."""
    with open_ledger(location).reading() as connection:
        found = [one for one in remembered(connection) if one.number == number]
    if not found:
        raise _missing(number)
    return MappingsReport("show", tuple(found))


def forget_mapping(location: str, number: int, caller: Caller) -> MappingsReport:
    """Sheets of that shape are read afresh from now on. Raises NotFound."""
    with open_ledger(location).writing(caller, "mappings") as connection:
        found = [one for one in remembered(connection) if one.number == number]
        if not found:
            raise _missing(number)
        forget(connection, caller, number)
    return MappingsReport("forget", tuple(found))


def _missing(number: int) -> NotFound:
    return NotFound(say.NO_SUCH_MAPPING.format(number=number), hint=say.NO_SUCH_MAPPING_HINT)
