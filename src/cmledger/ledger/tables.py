"""Every table of the ledger: what a field *is*. Its face in Excel is a column of a layout in `sheets`.

STRICT tables of TEXT and INTEGER only. Dates are ISO text; a day that never ends is `FOREVER`.
Quantities (kWh, kVA) are integer thousandths. Unknown is NULL, never an empty string; a part of a key
is never NULL (month 0 is the whole year). Row ids are handed out by the ledger (`id_counter`), never
reused, never by a sequence of the database: a copied ledger writes on where the other stopped.
"""

from typing import Annotated, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

SCHEMA_VERSION = 4
"""Compared with `ledger_info.schema_version` on opening; raised with every migration."""

FOREVER = "9999-12-31"
"""`valid_to` of a span that is still open. Spans are half-open: valid_from <= day < valid_to."""
CLOSED = "closed"
"""customer.status of a closed account (销户)."""

_Long = BigInteger().with_variant(Integer, "sqlite")

Id = Annotated[int, mapped_column(_Long, primary_key=True, autoincrement=False)]
Number = Annotated[int, mapped_column(_Long)]
Thousandths = Annotated[int, mapped_column(_Long)]
"""A quantity times 1000, as an integer."""
Day = Annotated[str, mapped_column(Text)]
"""YYYY-MM-DD."""
Moment = Annotated[str, mapped_column(Text)]
"""YYYY-MM-DDTHH:MM:SS+08:00."""
Flag = Annotated[int, mapped_column(_Long)]
"""0 or 1."""
Json = Annotated[str, mapped_column(Text)]


class Base(DeclarativeBase):
    type_annotation_map: ClassVar = {str: Text, int: _Long}

    # STRICT and every other dialect argument in one place; subclasses add theirs through `extra_args`.
    extra_args: ClassVar[tuple[object, ...]] = ()

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[object, ...]:
        return (*cls.extra_args, {"sqlite_strict": True})


# --- who and where -------------------------------------------------------------------------------


class Office(Base):
    """供电所"""

    __tablename__ = "office"
    id: Mapped[Id]
    name: Mapped[str] = mapped_column(Text, unique=True)


class Line(Base):
    """线路 of an office."""

    __tablename__ = "line"
    extra_args = (UniqueConstraint("office_id", "name"),)
    id: Mapped[Id]
    office_id: Mapped[Number] = mapped_column(ForeignKey("office.id"))
    name: Mapped[str]
    code: Mapped[str | None]
    voltage: Mapped[str | None]
    substation: Mapped[str | None]
    remark: Mapped[str | None]
    extras: Mapped[Json | None]


class Manager(Base):
    """客户经理. `person_key` tells persons of one office apart: the name, or name#employee_no where two share it."""

    __tablename__ = "manager"
    extra_args = (UniqueConstraint("office_id", "person_key"),)
    id: Mapped[Id]
    office_id: Mapped[Number] = mapped_column(ForeignKey("office.id"))
    person_key: Mapped[str]
    name: Mapped[str]
    employee_no: Mapped[str | None]
    grade: Mapped[str | None]
    phone: Mapped[str | None]
    lines: Mapped[str | None]
    remark: Mapped[str | None]
    extras: Mapped[Json | None]
    areas: Mapped[str | None]
    grids: Mapped[str | None]
    """With `lines`: the territory, names of lines, transformer areas and grids (社区, 村) as the office wrote them."""
    capacity: Mapped[Number | None]
    """How many customers at most; NULL: as the policy says."""
    level: Mapped[str | None]
    """senior, first, second, trainee (高级/一级/二级/见习): what the person is, beside the grade it serves as."""
    education: Mapped[str | None]
    power_since: Mapped[Day | None]
    bad_record: Mapped[Flag | None]
    healthy: Mapped[Flag | None]
    left_on: Mapped[Day | None]
    """The first day on which the manager is no longer there."""


class Training(Base):
    """培训 that a manager took part in."""

    __tablename__ = "training"
    extra_args = (UniqueConstraint("manager_id", "trained_on", "topic"),)
    id: Mapped[Id]
    manager_id: Mapped[Number] = mapped_column(ForeignKey("manager.id"))
    trained_on: Mapped[Day]
    topic: Mapped[str]
    hours: Mapped[Thousandths | None]
    result: Mapped[str | None]
    remark: Mapped[str | None]
    extras: Mapped[Json | None]


class TransformerArea(Base):
    """台区 of an office, on a line; the manager (台区经理) looks after it."""

    __tablename__ = "transformer_area"
    extra_args = (UniqueConstraint("office_id", "name"),)
    id: Mapped[Id]
    office_id: Mapped[Number] = mapped_column(ForeignKey("office.id"))
    name: Mapped[str]
    code: Mapped[str | None]
    line_id: Mapped[Number | None] = mapped_column(ForeignKey("line.id"))
    capacity_kva: Mapped[Thousandths | None]
    manager_id: Mapped[Number | None] = mapped_column(ForeignKey("manager.id"))
    remark: Mapped[str | None]
    extras: Mapped[Json | None]


class Grid(Base):
    """网格/社区/村 of an office, with its kind (grid, community, village) and its manager (网格经理)."""

    __tablename__ = "grid"
    extra_args = (UniqueConstraint("office_id", "name"),)
    id: Mapped[Id]
    office_id: Mapped[Number] = mapped_column(ForeignKey("office.id"))
    name: Mapped[str]
    grid_kind: Mapped[str | None]
    code: Mapped[str | None]
    manager_id: Mapped[Number | None] = mapped_column(ForeignKey("manager.id"))
    remark: Mapped[str | None]
    extras: Mapped[Json | None]


class Liaison(Base):
    """联络员 of a grid: community staff, property company, village committee; a person outside the office."""

    __tablename__ = "liaison"
    extra_args = (UniqueConstraint("grid_id", "name"),)
    id: Mapped[Id]
    grid_id: Mapped[Number] = mapped_column(ForeignKey("grid.id"))
    name: Mapped[str]
    role: Mapped[str | None]
    phone: Mapped[str | None]
    remark: Mapped[str | None]
    extras: Mapped[Json | None]


class Customer(Base):
    """客户: one 户号. `account_key` (the last 10 digits) joins the 10- and the 13-digit form."""

    __tablename__ = "customer"
    extra_args = (
        Index("customer_office", "office_id"),
        Index("customer_line", "line_id"),
        # without it every customer that an undo deletes would be looked for among all; few are merged
        Index(
            "customer_merged",
            "merged_into_id",
            sqlite_where=text("merged_into_id IS NOT NULL"),
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
    )
    id: Mapped[Id]
    account_key: Mapped[str] = mapped_column(Text, unique=True)
    account_no: Mapped[str]
    old_account_no: Mapped[str | None]
    name: Mapped[str | None]
    address: Mapped[str | None]
    office_id: Mapped[Number] = mapped_column(ForeignKey("office.id"))
    line_id: Mapped[Number | None] = mapped_column(ForeignKey("line.id"))
    transformer_area_id: Mapped[Number | None] = mapped_column(ForeignKey("transformer_area.id"))
    grid_id: Mapped[Number | None] = mapped_column(ForeignKey("grid.id"))
    status: Mapped[str | None]
    customer_class: Mapped[str | None]
    voltage: Mapped[str | None]
    tariff_class: Mapped[str | None]
    industry: Mapped[str | None]
    contract_capacity_kva: Mapped[Thousandths | None]
    operating_capacity_kva: Mapped[Thousandths | None]
    supply: Mapped[str | None]
    dedicated_line: Mapped[Flag | None]
    reliability_need: Mapped[str | None]
    social_impact: Mapped[Flag | None]
    importance: Mapped[str | None]
    pv: Mapped[Flag | None]
    ev_charging: Mapped[Flag | None]
    payment_channel: Mapped[str | None]
    meter_no: Mapped[str | None]
    contact_name: Mapped[str | None]
    contact_phone: Mapped[str | None]
    opened_on: Mapped[Day | None]
    closed_on: Mapped[Day | None]
    remark: Mapped[str | None]
    extras: Mapped[Json | None]
    merged_into_id: Mapped[Number | None] = mapped_column(ForeignKey("customer.id"))
    """The customer this one turned out to be (a duplicate, closed by a merge)."""
    inspection_months: Mapped[Number | None]
    """检查周期: the customer's own inspection cycle, which goes before that of its importance class and tier."""
    channel: Mapped[str | None]
    """服务渠道 the customer wishes: wechat, sms, phone, email, or a word."""
    representative: Mapped[Flag | None]
    """客户代表 of its community, consulted regularly."""
    special_group: Mapped[str | None]
    """elderly, disabled, living-alone, low-income (老人/残疾/独居/低保), joined by commas: never posted."""
    own_source: Mapped[Flag | None]
    """自备电源"""


class Contact(Base):
    """联系人 of a customer, of a role (电气联系人, 账务联系人, 法人 …), beside the one on the customer's own row."""

    __tablename__ = "contact"
    extra_args = (UniqueConstraint("customer_id", "name"),)
    id: Mapped[Id]
    customer_id: Mapped[Number] = mapped_column(ForeignKey("customer.id"))
    name: Mapped[str]
    role: Mapped[str | None]
    phone: Mapped[str | None]
    remark: Mapped[str | None]
    extras: Mapped[Json | None]


class Duplicate(Base):
    """Two customers that look alike (first_id < second_id), and what was decided of them.

    decision: distinct, into-first, into-second; NULL: open again.
    """

    __tablename__ = "duplicate"
    extra_args = (UniqueConstraint("first_id", "second_id"), Index("duplicate_second", "second_id"))
    id: Mapped[Id]
    first_id: Mapped[Number] = mapped_column(ForeignKey("customer.id"))
    second_id: Mapped[Number] = mapped_column(ForeignKey("customer.id"))
    decision: Mapped[str | None]


class CustomerManager(Base):
    """Who looked after a customer from when until when. Spans: journalled per customer."""

    __tablename__ = "customer_manager"
    extra_args = (Index("customer_manager_manager", "manager_id"),)
    customer_id: Mapped[Number] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    valid_from: Mapped[Day] = mapped_column(primary_key=True)
    valid_to: Mapped[Day]
    manager_id: Mapped[Number] = mapped_column(ForeignKey("manager.id"))
    basis: Mapped[str | None]
    """Why this manager: fixed (set by hand), territory, handover; NULL: a sheet said so."""
    reason: Mapped[str | None]


class CustomerPlan(Base):
    """一户一方案: on which terms a customer has a service item, where not those of its tier. Journalled per customer.

    cycle: none (not this customer), or a cycle as `records.cycles` writes it (month, 2/quarter, every-6-months …).
    """

    __tablename__ = "customer_plan"
    customer_id: Mapped[Number] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    service: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[Day] = mapped_column(primary_key=True)
    valid_to: Mapped[Day]
    cycle: Mapped[str]
    remark: Mapped[str | None]


class CustomerDate(Base):
    """A day of the year to greet a customer on. occasion: birthday, founding (厂庆日), or a word; day: MM-DD."""

    __tablename__ = "customer_date"
    extra_args = (UniqueConstraint("customer_id", "occasion"),)
    id: Mapped[Id]
    customer_id: Mapped[Number] = mapped_column(ForeignKey("customer.id"))
    occasion: Mapped[str]
    day: Mapped[str]
    remark: Mapped[str | None]
    extras: Mapped[Json | None]


class CustomerEvent(Base):
    """What happened at a customer's and calls for a service: suspension (报停), reduction (减容), or a word."""

    __tablename__ = "customer_event"
    extra_args = (
        UniqueConstraint("customer_id", "event", "happened_on"),
        Index("customer_event_day", "event", "happened_on"),
    )
    id: Mapped[Id]
    customer_id: Mapped[Number] = mapped_column(ForeignKey("customer.id"))
    event: Mapped[str]
    happened_on: Mapped[Day]
    remark: Mapped[str | None]
    extras: Mapped[Json | None]


class CustomerTier(Base):
    """Which tier a customer had from when until when, and why. Spans: journalled per customer.

    `rule` decided; `reasons` is the JSON list of every criterion that was met ({rule, value, threshold, rank…});
    kwh, kwh_year and kwh_basis (annual, months, partial) are what the rank was taken from.
    """

    __tablename__ = "customer_tier"
    customer_id: Mapped[Number] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    valid_from: Mapped[Day] = mapped_column(primary_key=True)
    valid_to: Mapped[Day]
    tier: Mapped[str]
    rule: Mapped[str]
    reasons: Mapped[Json]
    kwh: Mapped[Thousandths | None]
    kwh_year: Mapped[Number | None]
    kwh_basis: Mapped[str | None]
    kwh_rank: Mapped[Number | None]
    edition_id: Mapped[Number | None] = mapped_column(ForeignKey("policy_edition.id"))


class TierOverride(Base):
    """A tier set by hand, with its reason; stands on valid_from <= day < valid_to."""

    __tablename__ = "tier_override"
    extra_args = (Index("tier_override_customer", "customer_id"),)
    id: Mapped[Id]
    customer_id: Mapped[Number] = mapped_column(ForeignKey("customer.id"))
    tier: Mapped[str]
    reason: Mapped[str]
    valid_from: Mapped[Day]
    valid_to: Mapped[Day]


# --- what was measured and done ------------------------------------------------------------------


class Consumption(Base):
    """Energy sold to a customer in a year (month 0) or a month (1-12)."""

    __tablename__ = "consumption"
    extra_args = (UniqueConstraint("customer_id", "year", "month"),)
    id: Mapped[Id]
    customer_id: Mapped[Number] = mapped_column(ForeignKey("customer.id"))
    year: Mapped[Number]
    month: Mapped[Number]
    kwh: Mapped[Thousandths | None]


class Visit(Base):
    """走访. Key: customer, day, manager (0: not named), sequence. `form_id` is the hidden id of a fill-in form."""

    __tablename__ = "visit"
    extra_args = (
        UniqueConstraint("customer_id", "visited_on", "manager_key", "sequence"),
        Index("visit_form", "form_id"),
        Index("visit_day", "visited_on"),
    )
    id: Mapped[Id]
    customer_id: Mapped[Number] = mapped_column(ForeignKey("customer.id"))
    visited_on: Mapped[Day]
    manager_key: Mapped[Number]
    sequence: Mapped[Number]
    manager_id: Mapped[Number | None] = mapped_column(ForeignKey("manager.id"))
    method: Mapped[str | None]
    content: Mapped[str | None]
    opinion: Mapped[str | None]
    satisfaction: Mapped[str | None]
    form_id: Mapped[str | None]
    remark: Mapped[str | None]
    extras: Mapped[Json | None]


class ServiceDone(Base):
    """A service item done for a customer, by a visit or without one (a greeting sent, a card handed over).

    The item `visit` is discharged by the visit row; a row without a visit is no visit.
    """

    __tablename__ = "service_done"
    extra_args = (
        UniqueConstraint("visit_id", "service"),
        Index("service_done_customer", "customer_id", "service", "done_on"),
        Index(
            "service_done_alone",
            "customer_id",
            "service",
            "done_on",
            unique=True,
            sqlite_where=text("visit_id IS NULL"),
            postgresql_where=text("visit_id IS NULL"),
        ),
    )
    id: Mapped[Id]
    customer_id: Mapped[Number] = mapped_column(ForeignKey("customer.id"))
    service: Mapped[str]
    done_on: Mapped[Day]
    manager_id: Mapped[Number | None] = mapped_column(ForeignKey("manager.id"))
    visit_id: Mapped[Number | None] = mapped_column(ForeignKey("visit.id"))
    method: Mapped[str | None]
    content: Mapped[str | None]
    form_id: Mapped[str | None]
    remark: Mapped[str | None]
    extras: Mapped[Json | None]


class DutyDone(Base):
    """An item done that a manager or a grid owes, not a customer: 座谈会, 政企联系, 宣传. Keys are 0 where not named."""

    __tablename__ = "duty_done"
    extra_args = (
        UniqueConstraint("office_id", "service", "done_on", "manager_key", "grid_key"),
        Index("duty_done_day", "service", "done_on"),
    )
    id: Mapped[Id]
    office_id: Mapped[Number] = mapped_column(ForeignKey("office.id"))
    service: Mapped[str]
    done_on: Mapped[Day]
    manager_key: Mapped[Number]
    grid_key: Mapped[Number]
    manager_id: Mapped[Number | None] = mapped_column(ForeignKey("manager.id"))
    grid_id: Mapped[Number | None] = mapped_column(ForeignKey("grid.id"))
    content: Mapped[str | None]
    materials: Mapped[Number | None]
    """宣传资料 handed out."""
    answered: Mapped[Number | None]
    """Questions answered."""
    attendees: Mapped[Number | None]
    form_id: Mapped[str | None]
    remark: Mapped[str | None]
    extras: Mapped[Json | None]


class Matter(Base):
    """事项 of a customer that needs follow-up: hazard (隐患), complaint, opinion, request …; open until closed_on."""

    __tablename__ = "matter"
    extra_args = (UniqueConstraint("customer_id", "matter_kind", "opened_on", "sequence"),)
    id: Mapped[Id]
    customer_id: Mapped[Number] = mapped_column(ForeignKey("customer.id"))
    matter_kind: Mapped[str]
    opened_on: Mapped[Day]
    sequence: Mapped[Number]
    content: Mapped[str | None]
    level: Mapped[str | None]
    measure: Mapped[str | None]
    due_by: Mapped[Day | None]
    manager_id: Mapped[Number | None] = mapped_column(ForeignKey("manager.id"))
    visit_id: Mapped[Number | None] = mapped_column(ForeignKey("visit.id"))
    """The visit at which it came up."""
    closed_on: Mapped[Day | None]
    result: Mapped[str | None]
    form_id: Mapped[str | None]
    remark: Mapped[str | None]
    extras: Mapped[Json | None]


class ArrearsContact(Base):
    """催费联系: one try to reach a customer about arrears. No amounts: they are the billing system's."""

    __tablename__ = "arrears_contact"
    extra_args = (UniqueConstraint("customer_id", "contacted_on", "sequence"),)
    id: Mapped[Id]
    customer_id: Mapped[Number] = mapped_column(ForeignKey("customer.id"))
    contacted_on: Mapped[Day]
    sequence: Mapped[Number]
    manager_id: Mapped[Number | None] = mapped_column(ForeignKey("manager.id"))
    method: Mapped[str | None]
    via: Mapped[str | None]
    """Through whom (社区联络员), where the customer could not be reached itself."""
    result: Mapped[str | None]
    promised_on: Mapped[Day | None]
    card_hung_on: Mapped[Day | None]
    """欠费停电卡 hung on the meter."""
    remark: Mapped[str | None]
    extras: Mapped[Json | None]


# --- outages -------------------------------------------------------------------------------------


class Outage(Base):
    """停电 of a line or an area, planned, temporary or fault. Keys are 0 where not named; minutes: YYYY-MM-DDTHH:MM."""

    __tablename__ = "outage"
    extra_args = (UniqueConstraint("office_id", "begins_at", "line_key", "area_key"),)
    id: Mapped[Id]
    office_id: Mapped[Number] = mapped_column(ForeignKey("office.id"))
    begins_at: Mapped[str]
    line_key: Mapped[Number]
    area_key: Mapped[Number]
    line_id: Mapped[Number | None] = mapped_column(ForeignKey("line.id"))
    transformer_area_id: Mapped[Number | None] = mapped_column(ForeignKey("transformer_area.id"))
    ends_at: Mapped[str | None]
    outage_kind: Mapped[str | None]
    number: Mapped[str | None]
    reason: Mapped[str | None]
    known_on: Mapped[Day | None]
    """From when on the office could tell customers."""
    cancelled_on: Mapped[Day | None]
    remark: Mapped[str | None]
    extras: Mapped[Json | None]


class OutageNotice(Base):
    """A customer told of an outage (notice), or asked beforehand (agreement, 协商停电) with what came of it."""

    __tablename__ = "outage_notice"
    extra_args = (
        UniqueConstraint("outage_id", "customer_id", "notice_kind", "told_at"),
        Index("outage_notice_customer", "customer_id"),
    )
    id: Mapped[Id]
    outage_id: Mapped[Number] = mapped_column(ForeignKey("outage.id"))
    customer_id: Mapped[Number] = mapped_column(ForeignKey("customer.id"))
    notice_kind: Mapped[str]
    told_at: Mapped[str]
    method: Mapped[str | None]
    outcome: Mapped[str | None]
    manager_id: Mapped[Number | None] = mapped_column(ForeignKey("manager.id"))
    remark: Mapped[str | None]
    extras: Mapped[Json | None]


# --- the month's plan ----------------------------------------------------------------------------


class PlannedVisit(Base):
    """One due of the month's plan: which item of which period is to be done on which day by whom."""

    __tablename__ = "planned_visit"
    extra_args = (
        UniqueConstraint("customer_id", "service", "period"),
        Index("planned_visit_month", "month"),
    )
    id: Mapped[Id]
    customer_id: Mapped[Number] = mapped_column(ForeignKey("customer.id"))
    service: Mapped[str]
    period: Mapped[str]
    month: Mapped[str]
    """YYYY-MM of the plan it stands in."""
    planned_on: Mapped[Day | None]
    """NULL: nobody has room for it in that month."""
    manager_id: Mapped[Number | None] = mapped_column(ForeignKey("manager.id"))
    fixed: Mapped[Flag]
    """1: set by hand; planning anew keeps it."""
    reason: Mapped[str | None]
    remark: Mapped[str | None]


# --- the journal ---------------------------------------------------------------------------------


class Operation(Base):
    """One command that changed the ledger: all of it or none."""

    __tablename__ = "operation"
    id: Mapped[Id]
    at: Mapped[Moment]
    as_of: Mapped[Day]
    actor: Mapped[str]
    by_person: Mapped[Flag]
    command: Mapped[str]
    arguments: Mapped[Json]
    edition_id: Mapped[Number | None] = mapped_column(ForeignKey("policy_edition.id"))
    target_id: Mapped[Number | None] = mapped_column(ForeignKey("operation.id"))
    live: Mapped[Flag]
    counts: Mapped[Json]


class SourceFile(Base):
    """A file that an operation read, by digest. `reading` are the options that shaped how it was read."""

    __tablename__ = "source_file"
    extra_args = (Index("source_file_digest", "sha256"),)
    id: Mapped[Id]
    operation_id: Mapped[Number] = mapped_column(ForeignKey("operation.id"))
    path: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[Number]
    reading: Mapped[Json]
    report: Mapped[Json]


class SourceSheet(Base):
    """A sheet that an operation read: its column map, kept once, finds the cell of any stored field."""

    __tablename__ = "source_sheet"
    id: Mapped[Id]
    file_id: Mapped[Number] = mapped_column(ForeignKey("source_file.id"))
    name: Mapped[str]
    kind: Mapped[str]
    columns: Mapped[Json]
    refused_rows: Mapped[Json]


class Entry(Base):
    """One row (or one customer's spans) that an operation touched. See journal.py for the rules.

    action: insert, update, delete. before: JSON {field: value} of the fields changed (update) or of the
    whole row (delete); NULL for an insert. In a span table row_id is the customer's id and the one field is "spans".
    """

    __tablename__ = "entry"
    extra_args = (Index("entry_operation", "operation_id"),)
    table_name: Mapped[str] = mapped_column(Text, primary_key=True)
    row_id: Mapped[Number] = mapped_column(primary_key=True)
    operation_id: Mapped[Number] = mapped_column(ForeignKey("operation.id"), primary_key=True)
    action: Mapped[str]
    before: Mapped[Json | None]
    sheet_id: Mapped[Number | None] = mapped_column(ForeignKey("source_sheet.id"))
    sheet_row: Mapped[Number | None]


class Event(Base):
    """What is no change of the ledger's content and cannot be undone: job runs, exports, backups."""

    __tablename__ = "event"
    extra_args = (Index("event_kind", "kind"),)
    id: Mapped[Id]
    at: Mapped[Moment]
    as_of: Mapped[Day]
    actor: Mapped[str]
    kind: Mapped[str]
    detail: Mapped[Json]


class PolicyEdition(Base):
    """The text of every policy edition that was used, with its digest."""

    __tablename__ = "policy_edition"
    id: Mapped[Id]
    since: Mapped[Day]
    digest: Mapped[str] = mapped_column(Text, unique=True)
    profile: Mapped[str]
    text: Mapped[str]
    first_used_at: Mapped[Moment]


class LedgerInfo(Base):
    """One row: facts about this ledger itself."""

    __tablename__ = "ledger_info"
    id: Mapped[Id]
    schema_version: Mapped[Number]
    count_from: Mapped[Day]
    created_at: Mapped[Moment]
    undo_floor: Mapped[Number]


class IdCounter(Base):
    """The next free row id of each table."""

    __tablename__ = "id_counter"
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    next_id: Mapped[Number]


metadata = Base.metadata

SPAN_TABLES: dict[str, Table] = {
    name: metadata.tables[name] for name in ("customer_manager", "customer_tier", "customer_plan")
}
"""Tables journalled per owner (customer_id), all spans or none."""

ROW_TABLES: dict[str, Table] = {
    name: metadata.tables[name]
    for name in (
        "office", "line", "manager", "training", "transformer_area", "grid", "liaison",
        "customer", "contact", "duplicate", "customer_date", "customer_event", "tier_override",
        "consumption", "visit", "service_done", "duty_done", "matter", "arrears_contact",
        "outage", "outage_notice", "planned_visit",
    )
}  # fmt: skip
"""Tables journalled row by row, parents before children."""


def table(name: str) -> Table:
    """The Core table of that name."""
    return metadata.tables[name]
