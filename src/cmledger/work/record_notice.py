"""Customers told of an outage, or asked beforehand, as one operation: the same way in as a filled-in list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cmledger.errors import EXIT_DONE, EXIT_REJECTED_ROWS, NotFound, UsageProblem
from cmledger.ledger.customers import find_customer
from cmledger.ledger.editions import check_editions
from cmledger.ledger.intake.by_hand import apply_by_hand
from cmledger.ledger.narrow import Narrow
from cmledger.ledger.outages import outages_between
from cmledger.ledger.record_keys import find_record
from cmledger.ledger.store import Ledger
from cmledger.policy.schema import Policy
from cmledger.records.caller import Caller
from cmledger.records.intake import Finding, Outcome, Parsed, SheetRows
from cmledger.records.outages import PLANNED_OUTAGE, Agreement, Outage, Standing
from cmledger.rules import outages as rules
from cmledger.sheets.layouts.outage_notices import OUTAGE_NOTICES
from cmledger.sheets.typed import typed
from cmledger.wording import outages as say
from cmledger.work.exported_rows import faces_of_kind
from cmledger.work.outages import OutagesWanted, outage_list
from cmledger.work.owed import working_days

COMMAND = "record-notice"


@dataclass(frozen=True, slots=True)
class NoticeTold:
    """What the caller tells. outage: o12 or the office's number. accounts: 户号; () with all_listed: all still to be told.

    at: when, as a sheet may write it; None: now. agreement: asked beforehand, not only told.
    """

    outage: str
    accounts: tuple[str, ...] = ()
    all_listed: bool = False
    at: str | None = None
    method: str | None = None
    outcome: str | None = None
    manager: str | None = None
    agreement: bool = False


@dataclass(frozen=True, slots=True)
class NoticeReport:
    """What was recorded. told_at: YYYY-MM-DDTHH:MM. discharged: how many have the item of agreed outages done by it.

    tell_by: the last moment to tell of the outage; None: no limit. findings: what must be known, of rejected rows, too.
    """

    operation: int | None
    dry_run: bool
    outage: str
    notice_kind: str
    told_at: str
    tell_by: str | None
    recorded: tuple[str, ...]
    unchanged: tuple[str, ...]
    rejected: tuple[str, ...]
    discharged: int
    service: str | None
    findings: tuple[Finding, ...]

    @property
    def late(self) -> bool:
        """Whether it was told after the limit."""
        return self.tell_by is not None and self.told_at > self.tell_by

    @property
    def exit_code(self) -> int:
        """3 where a customer was rejected."""
        return EXIT_REJECTED_ROWS if self.rejected else EXIT_DONE

    def to_json(self) -> dict[str, Any]:
        """cmledger.record-notice/1"""
        return {
            "schema": "cmledger.record-notice/1",
            "operation": self.operation,
            "dry_run": self.dry_run,
            "outage": self.outage,
            "notice_kind": self.notice_kind,
            "told_at": self.told_at,
            "tell_by": self.tell_by,
            "late": self.late,
            "recorded": list(self.recorded),
            "unchanged": list(self.unchanged),
            "rejected": list(self.rejected),
            "discharged": self.discharged,
            "service": self.service,
            "findings": [one.to_json() for one in self.findings],
        }


def record_notice(
    ledger: Ledger, policy: Policy, caller: Caller, told: NoticeTold, *, dry_run: bool = False
) -> NoticeReport:
    """Record it for every customer named. Raises NotFound, NeedsDecision, UsageProblem, BadPolicy."""
    edition = policy.edition_on(caller.as_of)
    values = _values(caller, told)
    with ledger.reading() as connection:
        check_editions(connection, policy)
        record = find_record(connection, "outages", told.outage, caller.day)
        outage = _outage(connection, record.row_id, record.values["begins_at"])
        if outage.cancelled_on is not None and outage.cancelled_on <= caller.day:
            raise UsageProblem(say.IS_CANCELLED.format(outage=outage.key))
        accounts = tuple(find_customer(connection, one)["account_no"] for one in told.accounts)
    if told.all_listed:
        accounts = _still_to_tell(ledger, policy, caller, outage, agreement=told.agreement)
    limit = rules.limit_of(edition, outage)
    tell_by = rules.last_moment(outage.begins_at, limit, working_days(policy))[0] if limit else None
    agreed = edition.agree_service
    noted = {"outage": outage.key, "accounts": list(accounts), "at": values[_AT]}
    with ledger.operation(caller, COMMAND, noted, dry_run=dry_run) as operation:
        batch, _ = apply_by_hand(
            operation,
            _rows(outage, accounts, values),
            faces_of_kind("outage-notices"),
            office=None,
            count_from=ledger.count_from.isoformat(),
            services=lambda: {PLANNED_OUTAGE: agreed} if agreed else {},
        )
        tally = operation.tally()
    by: dict[str, list[str]] = {}
    for account, outcome in zip(accounts, batch.outcomes, strict=True):
        by.setdefault(str(outcome), []).append(account)
    new = (*by.get(Outcome.NEW.value, ()), *by.get(Outcome.CHANGED.value, ()))
    return NoticeReport(
        operation=operation.number,
        dry_run=dry_run,
        outage=outage.key,
        notice_kind="agreement" if told.agreement else "notice",
        told_at=str(values[_AT]),
        tell_by=tell_by,
        recorded=new,
        unchanged=tuple(by.get(Outcome.UNCHANGED.value, ())),
        rejected=tuple(by.get(Outcome.REJECTED.value, ())),
        discharged=tally.get("service_done", {}).get("new", 0),
        service=edition.service[agreed].name if agreed else None,
        findings=tuple(batch.findings),
    )


_AT = "outage_notice.told_at"


def _values(caller: Caller, told: NoticeTold) -> Mapping[str, Parsed]:
    """What is told, read as a sheet's cells are. Raises UsageProblem."""
    if told.accounts and told.all_listed:
        raise UsageProblem(say.BOTH)
    if not told.accounts and not told.all_listed:
        raise UsageProblem(say.NOBODY, hint=say.NOBODY_HINT)
    at = told.at
    if at is None:
        if caller.now.date() != caller.as_of:
            raise UsageProblem(say.NO_TIME.format(day=caller.as_of), hint=say.BAD_TIME_HINT)
        at = caller.now.replace(tzinfo=None).isoformat(" ", timespec="minutes")
    facts = {"told_at": at, "method": told.method, "outcome": told.outcome, "manager": told.manager}
    words = [f"{name}={word}" for name, word in facts.items() if word]
    found = typed(OUTAGE_NOTICES, words, caller.as_of)
    when = found.values.get(_AT)
    if not isinstance(when, str) or when[:10] > caller.day:
        raise UsageProblem(say.TIME_TO_COME.format(at=at), hint=say.BAD_TIME_HINT)
    kind = "agreement" if told.agreement else "notice"
    return {**found.values, "outage_notice.notice_kind": kind}


def _outage(connection: Any, row_id: int, begins_at: str) -> Outage:
    day = begins_at[:10]
    known = outages_between(connection, day, day, Narrow())
    found = next((one for one in known if one.id == row_id), None)
    if found is None:
        raise NotFound(begins_at)
    return found


def _still_to_tell(
    ledger: Ledger, policy: Policy, caller: Caller, outage: Outage, *, agreement: bool
) -> tuple[str, ...]:
    """The customers of the list who have not been told yet, or not asked. Raises UsageProblem where there is none."""
    day = date.fromisoformat(outage.begins_at[:10])
    report = outage_list(ledger, policy, caller, OutagesWanted(first=day, last=day))
    open_ones = (Agreement.OPEN, Agreement.ASKED, Agreement.MISSED)
    found = tuple(
        row.account_no
        for row in report.rows
        if row.outage.id == outage.id
        and (
            row.agreement in open_ones
            if agreement
            else row.told_at is None and row.standing is not Standing.NONE
        )
    )
    if not found:
        raise UsageProblem(say.ALL_TOLD)
    return found


def _rows(outage: Outage, accounts: Sequence[str], values: Mapping[str, Parsed]) -> SheetRows:
    """The rows of a filled-in list."""
    count = len(accounts)
    columns: dict[str, Sequence[Parsed]] = {name: [value] * count for name, value in values.items()}
    columns["outage_notice.outage"] = [outage.key] * count
    columns["customer.account_no"] = list(accounts)
    titles = {c.field: c.title for c in (*OUTAGE_NOTICES.readings, *OUTAGE_NOTICES.columns)}
    return SheetRows("outage-notices", range(1, count + 1), columns, titles=titles)
