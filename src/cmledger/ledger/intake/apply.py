"""The kinds of sheet the ledger takes in, in the order they are applied, and the way of each."""

from collections.abc import Callable, Sequence

from cmledger.ledger.intake.common import Batch, Intake
from cmledger.ledger.intake.consumption import apply_consumption
from cmledger.ledger.intake.contacts import apply_contacts
from cmledger.ledger.intake.customers import apply_customers
from cmledger.ledger.intake.dates import apply_dates
from cmledger.ledger.intake.duplicates import apply_duplicates
from cmledger.ledger.intake.grids import apply_grids, apply_liaisons
from cmledger.ledger.intake.lines import apply_lines, apply_transformer_areas
from cmledger.ledger.intake.managers import apply_managers
from cmledger.ledger.intake.people import People
from cmledger.ledger.intake.places import Places
from cmledger.ledger.intake.plans import apply_plans
from cmledger.ledger.intake.visits import apply_visits

_Apply = Callable[[Intake, Sequence[Batch], Places, People], None]

APPLY: dict[str, _Apply] = {
    "managers": apply_managers,
    "lines": apply_lines,
    "transformer-areas": apply_transformer_areas,
    "grids": apply_grids,
    "liaisons": apply_liaisons,
    "customers": apply_customers,
    "contacts": lambda intake, batches, _places, _people: apply_contacts(intake, batches),
    "plans": lambda intake, batches, _places, _people: apply_plans(intake, batches),
    "dates": lambda intake, batches, _places, _people: apply_dates(intake, batches),
    "consumption": lambda intake, batches, _places, _people: apply_consumption(intake, batches),
    "visits": lambda intake, batches, _places, people: apply_visits(intake, batches, people),
    "duplicates": lambda intake, batches, _places, _people: apply_duplicates(intake, batches),
}
"""kind -> how its rows are settled; what others refer to comes first."""
