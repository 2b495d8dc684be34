"""The kinds of sheet the ledger takes in, in the order they are applied, and the way of each."""

from collections.abc import Callable, Sequence

from cmledger.ledger.intake.common import Batch, Intake
from cmledger.ledger.intake.consumption import apply_consumption
from cmledger.ledger.intake.contacts import apply_contacts
from cmledger.ledger.intake.customers import apply_customers
from cmledger.ledger.intake.dates import apply_dates
from cmledger.ledger.intake.duplicates import apply_duplicates
from cmledger.ledger.intake.grids import apply_grids, apply_liaisons
from cmledger.ledger.intake.happened import apply_arrears_contacts, apply_events
from cmledger.ledger.intake.lines import apply_lines, apply_transformer_areas
from cmledger.ledger.intake.managers import apply_managers
from cmledger.ledger.intake.matters import apply_matters
from cmledger.ledger.intake.outage_notices import apply_outage_notices
from cmledger.ledger.intake.outages import apply_outages
from cmledger.ledger.intake.people import People
from cmledger.ledger.intake.places import Places
from cmledger.ledger.intake.planned_visits import apply_planned_visits
from cmledger.ledger.intake.plans import apply_plans
from cmledger.ledger.intake.served import apply_duties, apply_services
from cmledger.ledger.intake.trainings import apply_trainings
from cmledger.ledger.intake.visits import apply_visits

_Apply = Callable[[Intake, Sequence[Batch], Places, People], None]

APPLY: dict[str, _Apply] = {
    "managers": apply_managers,
    "trainings": apply_trainings,
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
    "services": lambda intake, batches, _places, people: apply_services(intake, batches, people),
    "duties": apply_duties,
    "matters": lambda intake, batches, _places, people: apply_matters(intake, batches, people),
    "events": lambda intake, batches, _places, _people: apply_events(intake, batches),
    "arrears-contacts": lambda intake, batches, _places, people: apply_arrears_contacts(
        intake, batches, people
    ),
    "planned-visits": lambda intake, batches, _places, people: apply_planned_visits(
        intake, batches, people
    ),
    "outages": lambda intake, batches, places, _people: apply_outages(intake, batches, places),
    "outage-notices": lambda intake, batches, _places, people: apply_outage_notices(
        intake, batches, people
    ),
    "duplicates": lambda intake, batches, _places, _people: apply_duplicates(intake, batches),
}
"""kind -> how its rows are settled; what others refer to comes first."""
