"""Layouts against the ledger's tables, and the field names scripts rely on."""

import pytest

from cmledger.ledger.tables import metadata
from cmledger.sheets.layout import Layout
from cmledger.sheets.layouts import LAYOUTS, layout
from cmledger.sheets.layouts.visits import VISITS

CONTRACT = {
    "customers": (
        "account_no old_account_no name address office line transformer_area grid status customer_class voltage "
        "tariff_class industry contract_capacity_kva operating_capacity_kva supply dedicated_line reliability_need "
        "social_impact importance pv ev_charging payment_channel meter_no contact_name contact_phone manager "
        "opened_on remark tier"
    ),
    "managers": "name employee_no office grade phone lines",
    "consumption": "account_no year month kwh",
    "visits": "account_no visited_on manager method content opinion satisfaction services",
    "grids": "name grid_kind code manager office remark",
    "liaisons": "name grid role phone office remark",
    "lines": "name code voltage substation office remark",
    "transformer-areas": "name code line capacity_kva manager office remark",
    "contacts": "account_no customer role name phone remark",
    "services": "account_no name done_on service manager method content remark",
    "duties": "done_on service manager grid content materials answered attendees office remark",
    "matters": "account_no matter_kind opened_on content level measure due_by manager closed_on result remark",
    "events": "account_no event happened_on remark",
    "outages": "outage number line transformer_area outage_kind begins_at ends_at reason known_on cancelled_on office remark",
    "outage-notices": "notice outage account_no name notice_kind told_at method outcome manager remark",
    "arrears-contacts": "account_no contacted_on manager method via result promised_on card_hung_on remark",
}
"""design.md 7"""

ELSEWHERE = {
    "outage.outage": "outage.id",
    "outage_notice.notice": "outage_notice.id",
    "visit.services": "service_done.service",
}
PARTED = {
    "consumption.period",
    "consumption.register",
    "consumption.meter_no",
    "consumption.metering_point",
    "matter.hazard",
    "matter.opinion",
    "matter.suggestion",
    "matter.request",
    "matter.complaint",
    "visit.follow_up",
    "visit.follow_up_by",
    "outage.day",
    "outage.minutes",
    "outage.hours",
    "outage.duration",
}
"""Read as one cell and stored as two fields, or only telling rows of one customer apart."""
FORM = "form."
"""Computed facts that a fill-in form shows; never stored."""


def _spread(one: Layout) -> set[str]:
    """Columns that stand for a word of a choice."""
    return {name for name, _ in one.spread.of} if one.spread else set()


@pytest.mark.parametrize("one", LAYOUTS, ids=lambda one: one.kind)
def test_every_field_is_a_column_of_the_ledger(one: Layout) -> None:
    for column in (*one.columns, *one.readings):
        if column.field in {*PARTED, *_spread(one)} or column.field.startswith(FORM):
            continue
        table, _, name = ELSEWHERE.get(column.field, column.field).partition(".")
        columns = metadata.tables[table].columns
        assert name in columns or f"{name}_id" in columns, column.field


@pytest.mark.parametrize("kind", CONTRACT)
def test_every_field_name_of_the_contract_has_a_column(kind: str) -> None:
    names = [c.name for c in layout(kind).columns]
    assert set(CONTRACT[kind].split()) <= set(names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("one", LAYOUTS, ids=lambda one: one.kind)
def test_titles_are_told_apart(one: Layout) -> None:
    titles = [(c.group, c.title) for c in one.columns]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("one", LAYOUTS, ids=lambda one: one.kind)
def test_the_key_is_made_of_columns(one: Layout) -> None:
    assert all(one.column(field) is not None for field in one.key)


def test_forms_carry_a_hidden_number() -> None:
    assert VISITS.column("visit.form_id") is not None
