"""One file per kind of sheet: its columns, in both directions, and by what it is known."""

from cmledger.errors import UsageProblem
from cmledger.sheets.layout import Layout
from cmledger.sheets.layouts.arrears_contacts import ARREARS_CONTACTS
from cmledger.sheets.layouts.consumption import CONSUMPTION
from cmledger.sheets.layouts.contacts import CONTACTS
from cmledger.sheets.layouts.customers import CUSTOMERS
from cmledger.sheets.layouts.dates import DATES
from cmledger.sheets.layouts.duplicates import DUPLICATES
from cmledger.sheets.layouts.duties import DUTIES
from cmledger.sheets.layouts.events import EVENTS
from cmledger.sheets.layouts.grids import GRIDS
from cmledger.sheets.layouts.liaisons import LIAISONS
from cmledger.sheets.layouts.lines import LINES
from cmledger.sheets.layouts.managers import MANAGERS
from cmledger.sheets.layouts.matters import MATTERS
from cmledger.sheets.layouts.outage_notices import OUTAGE_NOTICES
from cmledger.sheets.layouts.outages import OUTAGES
from cmledger.sheets.layouts.planned_visits import PLANNED_VISITS
from cmledger.sheets.layouts.plans import PLANS
from cmledger.sheets.layouts.services import SERVICES
from cmledger.sheets.layouts.trainings import TRAININGS
from cmledger.sheets.layouts.transformer_areas import TRANSFORMER_AREAS
from cmledger.sheets.layouts.visits import VISITS
from cmledger.wording import recognition as say

LAYOUTS: tuple[Layout, ...] = (
    MANAGERS,
    TRAININGS,
    LINES,
    TRANSFORMER_AREAS,
    GRIDS,
    LIAISONS,
    CUSTOMERS,
    CONTACTS,
    PLANS,
    DATES,
    CONSUMPTION,
    VISITS,
    SERVICES,
    DUTIES,
    MATTERS,
    EVENTS,
    ARREARS_CONTACTS,
    PLANNED_VISITS,
    OUTAGES,
    OUTAGE_NOTICES,
    DUPLICATES,
)
"""The list of kinds, in the order in which files are applied: what others refer to comes first."""


def layout(kind: str) -> Layout:
    """The layout of that kind, by its name or its Chinese title; a UsageProblem names the kinds there are."""
    for one in LAYOUTS:
        if kind.strip() in (one.kind, one.title):
            return one
    kinds = say.LISTED.join(f"{one.title}（{one.kind}）" for one in LAYOUTS)
    raise UsageProblem(say.NO_SUCH_KIND.format(kind=kind), hint=say.KINDS_ARE.format(kinds=kinds))
