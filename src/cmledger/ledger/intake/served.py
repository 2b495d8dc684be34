"""服务记录 and 履职记录 rows: items done for a customer without a visit, and those a manager or a grid owes itself."""

from collections.abc import Sequence
from typing import Final

from cmledger.ledger.intake.accounts import customers_of
from cmledger.ledger.intake.common import Batch, Intake, Place, extras_at
from cmledger.ledger.intake.dated import Row, Shape, settle
from cmledger.ledger.intake.named import of_offices
from cmledger.ledger.intake.people import People
from cmledger.ledger.intake.persons import named_managers, offices_of
from cmledger.ledger.intake.places import Places
from cmledger.ledger.obligations import VISIT
from cmledger.ledger.tables import table
from cmledger.records.forms import split
from cmledger.records.intake import CLEAR, Outcome, Parsed
from cmledger.records.items import CUSTOMER, GRID, MANAGER, Items
from cmledger.wording import items as say
from cmledger.wording.lists import listed

_DONE: Final = Shape(
    table="service_done",
    key=("customer_id", "service", "done_on"),
    day="done_on",
    fields=("manager_id", "method", "content", "remark"),
    face="service_done.done_on",
    forms=True,
    only=table("service_done").c.visit_id.is_(None),
)
_DUTY: Final = Shape(
    table="duty_done",
    key=("office_id", "service", "done_on", "manager_key", "grid_key"),
    day="done_on",
    fields=("manager_id", "grid_id", "content", "materials", "answered", "attendees", "remark"),
    face="duty_done.done_on",
    forms=True,
)  # fmt: skip


def apply_services(intake: Intake, batches: Sequence[Batch], people: People) -> None:
    """Settle every open row of a file's sheets of services done."""
    customers = customers_of(intake, batches, "customer.account_no")
    offices = offices_of(intake, customers.values())
    by_sheet = {batch.sheet_id: batch for batch in batches}
    open_rows: list[tuple[Place, int, str, str]] = []
    for (sheet_id, position), customer in customers.items():
        place = Place(by_sheet[sheet_id], position)
        code, day = item_of(intake, place, "service_done.service"), _day(place, "service_done")
        if code is not None and day is not None:
            open_rows.append((place, customer, code, day))
    named = [(offices[customer], place) for place, customer, _, _ in open_rows]
    managers = named_managers(named, "service_done.manager", people)
    rows = [
        Row(
            place,
            (customer, code, day),
            (managers[place.origin], *_told(place, _DONE, "manager_id")),
            extras_at(place.batch.rows, place.position),
            _forms(place, "service_done.form_id"),
        )
        for place, customer, code, day in open_rows
        if place.origin in managers
    ]
    settle(intake, _DONE, rows)


def apply_duties(intake: Intake, batches: Sequence[Batch], places: Places, people: People) -> None:
    """Settle every open row of a file's sheets of duties done."""
    wanted: list[tuple[Place, str, str, str]] = []
    for place, office, _ in of_offices(batches, "duty_done.office", "duty_done.service"):
        code, day = item_of(intake, place, "duty_done.service"), _day(place, "duty_done")
        if code is not None and day is not None and _has_its_owner(intake, place, code):
            wanted.append((place, office, code, day))
    places.ensure_offices([(office, place.origin) for place, office, *_ in wanted])
    named = [(places.offices[office], place) for place, office, *_ in wanted]
    managers = named_managers(named, "duty_done.manager", people)
    taken = [one for one in wanted if one[0].origin in managers]
    grids = [
        (places.offices[office], name, place.origin)
        for place, office, *_ in taken
        if isinstance(name := place.batch.column("duty_done.grid")[place.position], str)
    ]
    places.ensure("grid", grids)
    at = {origin: places.id_of("grid", office, name) for office, name, origin in grids}
    rows = []
    for place, office, code, day in taken:
        manager, grid = managers[place.origin], at.get(place.origin)
        who = manager if isinstance(manager, int) else None
        key = (places.offices[office], code, day, who or 0, grid or 0)
        told = (who or CLEAR, grid or CLEAR, *_told(place, _DUTY, "manager_id", "grid_id"))
        extras = extras_at(place.batch.rows, place.position)
        rows.append(Row(place, key, told, extras, _forms(place, "duty_done.form_id")))
    settle(intake, _DUTY, rows)


# --- what a row says ---------------------------------------------------------------------------------


def _day(place: Place, name: str) -> str | None:
    """The day a row is about; a row without one is refused."""
    if place.batch.outcomes[place.position] is Outcome.REJECTED:
        return None
    day = place.batch.column(f"{name}.done_on")[place.position]
    if isinstance(day, str):
        return day
    place.batch.reject(place.position, "missing-key", f"{name}.done_on")
    return None


def _told(place: Place, shape: Shape, *without: str) -> tuple[Parsed, ...]:
    names = [name for name in shape.fields if name not in without]
    return tuple(place.batch.column(f"{shape.table}.{f}")[place.position] for f in names)


def _forms(place: Place, name: str) -> tuple[str, ...]:
    form = place.batch.column(name)[place.position]
    return split(form) if isinstance(form, str) else ()


def item_of(intake: Intake, place: Place, name: str) -> str | None:
    """The item's code; a row of an item nobody knows, or of another kind of sheet's, is refused."""
    batch, position = place.batch, place.position
    word = batch.column(name)[position]
    ours = (CUSTOMER,) if name.startswith("service_done.") else (MANAGER, GRID)
    if not isinstance(word, str):
        batch.reject(position, "missing-key", name)
        return None
    code: str | None = word
    if intake.services is not None:
        code = intake.services.get(word) or item_by_part(intake, place, name, word, ours)
    if code is None:
        near = near_items(intake, word, ours)
        known = _known_once(intake, place, word, ours)
        batch.reject(position, "unknown-item", name, value=word, near=near, known=known)
    elif code == VISIT and CUSTOMER in ours:
        batch.reject(position, "visit-among-items", name)
    elif isinstance(intake.services, Items) and intake.services.owner(code) not in ours:
        other = "item-not-of-customers" if CUSTOMER in ours else "item-of-customers"
        batch.reject(position, other, name, value=intake.services.names.get(code, code))
    else:
        return code
    return None


def near_items(intake: Intake, word: str, owners: tuple[str, ...] = (CUSTOMER,)) -> str:
    """The question whether the word means one of the items that are like it; blank where none is."""
    near = intake.services.near(word, owners) if isinstance(intake.services, Items) else []
    return (
        say.IS_IT.format(near=say.OR.join(say.QUOTED.format(name=n) for n in near)) if near else ""
    )


def _known_once(intake: Intake, place: Place, word: str, owners: tuple[str, ...]) -> str:
    """All items of these owners, told once for a sheet: with the first word that is none of them."""
    batch = place.batch
    if batch.listed_for is None:
        batch.listed_for = word
    if batch.listed_for != word or not isinstance(intake.services, Items):
        return ""
    return say.ITEMS_ARE.format(known=listed(intake.services.known(owners)))


def item_by_part(
    intake: Intake, place: Place, name: str, word: str, owners: tuple[str, ...] = (CUSTOMER,)
) -> str | None:
    """The only item of these owners in whose name the word stands; that it was so understood is said."""
    if not isinstance(intake.services, Items):
        return None
    code = intake.services.by_part(word, owners)
    if code is not None:
        known = intake.services.names[code]
        place.batch.say(place.position, "item-by-part", name, value=word, known=known)
    return code


def _has_its_owner(intake: Intake, place: Place, code: str) -> bool:
    """Whether the row names whose duty it was; else it is refused."""
    owner = intake.services.owner(code) if isinstance(intake.services, Items) else None
    names = {MANAGER: "duty_done.manager", GRID: "duty_done.grid"}
    named = {
        who: isinstance(place.batch.column(name)[place.position], str)
        for who, name in names.items()
    }
    if named.get(owner or "", any(named.values())):
        return True
    place.batch.reject(place.position, "missing-key", names[owner or MANAGER])
    return False
