"""Whether a sheet that could be one of customers is one of persons at customers: customers have one contact, sheets of contacts several."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from cmledger.sheets.fitness import TELL_NOTHING
from cmledger.sheets.headings import Heading
from cmledger.sheets.kinds.base import as_text
from cmledger.sheets.lexicon import PERSONS_POST, bare
from cmledger.sheets.recognised import Recognised
from cmledger.sheets.rows import is_blank
from cmledger.sheets.surroundings import Surroundings

_KEY: Final = "customer.account_no"
_PERSON: Final = "contact.name"
_CONTACT: Final = "contact_name"


def tells_of_persons(
    customers: Recognised,
    contacts: Recognised,
    headings: Sequence[Heading],
    around: Surroundings,
) -> bool | None:
    """True: each row is a person; None: it may be, which the user must say; False: each row is a customer.

    Whatever tells of the customer besides its contact makes the rows customers.
    """
    person, key = contacts.position(_PERSON), contacts.position(_KEY)
    own = {c.name for c in customers.columns.values()} - TELL_NOTHING
    if person is None or key is None or contacts.unfit or customers.energy or own - {_CONTACT}:
        return False
    cells = {h.position: h.cells for h in headings}
    people: dict[str, set[str]] = defaultdict(set)
    for account, name in zip(cells[key], cells[person], strict=True):
        if not is_blank(account) and not is_blank(name):
            people[as_text(account)].add(bare(as_text(name)))
    if any(len(names) > 1 for names in people.values()) or around.names(contacts.layout.words):
        return True
    if around.names(customers.layout.words):
        return False
    posts = any(h.filled and re.fullmatch(PERSONS_POST, h.leaf) for h in headings)
    return None if posts else False
