"""One customer's whole file, or those of a manager's customers: who it is, its own service plan, what is due, what was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from cmledger.errors import NotFound, UsageProblem
from cmledger.ledger import customer_plan as ledger_of
from cmledger.ledger.baseline import state_now
from cmledger.ledger.customers import find_customer
from cmledger.ledger.dossier import contact_ids, manager_spans
from cmledger.ledger.editions import check_editions
from cmledger.ledger.listing import rows_of_ids
from cmledger.ledger.narrow import narrowed
from cmledger.ledger.plans import SPANS, last_day
from cmledger.ledger.store import Ledger
from cmledger.ledger.tier_spans import held_on
from cmledger.policy.cycles import cycle_text
from cmledger.policy.schema import Edition, Policy
from cmledger.records.caller import Caller
from cmledger.records.customer_plan import CustomerFile, DateKept, OwnTerms, PlanItem, PlanReport
from cmledger.records.due import DueRow, Wanted
from cmledger.records.obligations import Facts, Own, Span
from cmledger.records.row_tokens import token
from cmledger.records.tiering import Held
from cmledger.rules.masking import masked_phone
from cmledger.rules.terms import PLAN, TermsOf
from cmledger.wording import customer_plan as say
from cmledger.wording import tiers as say_tiers
from cmledger.work.due_visits import ALL, due_list, tier_asked
from cmledger.work.log_export import log_export

MOST = 200
"""Customers of one workbook."""
_AHEAD = timedelta(days=366)
"""How far the next due day is looked for: every cycle but the longest comes round within it."""
_VISITS, _EVENTS = 5, 5
_FACES = (
    "address", "office", "line", "transformer_area", "grid", "status", "customer_class", "voltage", "tariff_class",
    "contract_capacity_kva", "operating_capacity_kva", "supply", "dedicated_line", "importance", "own_source", "pv",
    "ev_charging", "reliability_need", "social_impact", "special_group", "channel", "inspection_months",
    "contact_name", "contact_phone", "opened_on", "closed_on", "manager", "remark",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose files: 户号 one by one, or all customers of an office, a line, a manager."""

    accounts: tuple[str, ...] = ()
    office: str | None = None
    line: str | None = None
    manager: str | None = None
    tier: str | None = None


def customer_plan(
    ledger: Ledger,
    policy: Policy,
    caller: Caller,
    whose: Whose,
    *,
    full: bool = False,
    excel: Path | None = None,
) -> PlanReport:
    """The files of these customers on the day of the call, written as a workbook too where `excel` is given.

    full: telephone numbers unmasked, which is noted in the export log. Raises UsageProblem, NotFound, BadPolicy,
    OutputNotWritable.
    """
    edition = policy.edition_on(caller.as_of)
    with ledger.reading() as connection:
        check_editions(connection, policy)
        accounts = _accounts(connection, whose, edition, caller.as_of)
        files = [_start(connection, account, caller) for account in accounts]
    due = _due(ledger, policy, caller, files)
    with ledger.reading() as connection:
        state = str(state_now(connection, caller.day))
        customers = [
            _File(connection, policy, edition, caller, state, due, full or excel is not None).read(
                one
            )
            for one in files
        ]
    logged = None
    if full or excel is not None:
        detail = {"rows": {"plan": len(customers)}, "path": str(excel) if excel else None}
        logged = log_export(ledger, caller, detail)
    report = PlanReport(
        as_of=caller.as_of,
        customers=tuple(customers),
        catalogue={
            code: item.name for code, item in edition.service.items() if item.owner == "customer"
        },
        seasons={code: season.name for code, season in edition.season.items()},
        grades={str(code): name for code, name in edition.grade.items()},
        masked=not (full or excel is not None),
        excel=None if excel is None else str(excel),
        logged=logged,
    )
    if excel is not None:
        from cmledger.sheets.customer_plan_book import write_plan_book

        write_plan_book(excel, report, caller)
    return report


def _accounts(connection: Any, whose: Whose, edition: Edition, as_of: date) -> list[str]:
    """户号 of those asked for."""
    names = {"office": whose.office, "line": whose.line, "manager": whose.manager}
    if whose.accounts:
        if any(names.values()) or whose.tier:
            raise UsageProblem(say.BOTH, hint=say.BOTH_HINT)
        found = [str(find_customer(connection, one)["account_no"]) for one in whose.accounts]
        return list(dict.fromkeys(found))
    if not any(names.values()) and whose.tier is None:
        raise UsageProblem(say.WHOM, hint=say.WHOM_HINT)
    narrow = narrowed(connection, **names)
    found = ledger_of.accounts_of(
        connection, narrow, as_of, MOST, whose.tier and tier_asked(edition, whose.tier)
    )
    if len(found) > MOST:
        raise UsageProblem(say.MANY.format(count=MOST, most=MOST), hint=say.MANY_HINT)
    if not found:
        raise NotFound(say.NOBODY)
    return found


@dataclass(frozen=True, slots=True)
class _Started:
    """A customer's own row: id, 户号, name, faces."""

    row_id: int
    account_no: str
    name: str | None
    facts: Mapping[str, Any]


def _start(connection: Any, account_no: str, caller: Caller) -> _Started:
    row = find_customer(connection, account_no)
    faces = rows_of_ids(connection, "customers", _FACES, caller.day, [row["id"]])
    (_, *values) = next(iter(faces))
    return _Started(
        row["id"], row["account_no"], row["name"], dict(zip(_FACES, values, strict=True))
    )


def _due(
    ledger: Ledger, policy: Policy, caller: Caller, files: Sequence[_Started]
) -> dict[str, dict[str, DueRow]]:
    """户号 -> item -> its next row of the due list. Asked for as few customers as the list can be narrowed to."""
    wanted: dict[Wanted, set[str]] = {}
    for one in files:
        manager, line = one.facts["manager"], one.facts["line"]
        what = Wanted(
            office=None if manager else one.facts["office"],  # a manager may be of another office
            line=None if manager else line,
            manager=manager,
            services=(ALL,),
            until=caller.as_of + _AHEAD,
        )
        wanted.setdefault(what, set()).add(one.account_no)
    found: dict[str, dict[str, DueRow]] = {}
    for what, accounts in wanted.items():
        for row in due_list(ledger, policy, caller, what).rows:
            if row.account_no in accounts:
                found.setdefault(row.account_no, {}).setdefault(row.service, row)
    return found


@dataclass(frozen=True, slots=True)
class _File:
    """Reads the files of customers, one after the other."""

    connection: Any
    policy: Policy
    edition: Edition
    caller: Caller
    state: str
    due: Mapping[str, Mapping[str, DueRow]]
    full: bool

    def read(self, one: _Started) -> CustomerFile:
        """One customer's."""
        connection, day, i = self.connection, self.caller.day, one.row_id
        held = held_on(connection, i, day)
        count, visits = ledger_of.visits_of(connection, i, day, _VISITS)
        facts = dict(one.facts)
        facts["contact_phone"] = self._phone(facts["contact_phone"])
        return CustomerFile(
            account_no=one.account_no,
            name=one.name,
            tier=held.tier if held else None,
            tier_name=self.edition.tier_name(held.tier if held else None),
            tier_since=held.since if held else None,
            tier_reasons=_reasons(held),
            facts=facts,
            managers=tuple(
                (since, last_day(until), name)
                for since, until, name in manager_spans(connection, i)
                if since <= day
            ),
            contacts=tuple(self._contacts(i)),
            dates=tuple(
                DateKept(row["occasion"], row["day"], row["remark"], self._mark("customer_date", row["id"]))
                for row in ledger_of.dates_of(connection, i)
            ),
            items=tuple(self._items(one, held)),
            visits_count=count,
            visits=tuple(map(dict, visits)),
            matters=tuple(map(dict, ledger_of.matters_of(connection, i, day))),
            events=tuple(map(dict, ledger_of.events_of(connection, i, day, _EVENTS))),
            outages=tuple(map(dict, ledger_of.outages_ahead(connection, i, day))),
            mark=self._mark("customer", i),
        )  # fmt: skip

    def _mark(self, table: str, row_id: int) -> str:
        return token(table, row_id, self.state)

    def _phone(self, phone: str | None) -> str | None:
        return phone if phone is None or self.full else masked_phone(phone)

    def _contacts(self, customer_id: int) -> list[dict[str, Any]]:
        faces = ("role", "name", "phone", "remark")
        ids = contact_ids(self.connection, customer_id)
        rows = rows_of_ids(self.connection, "contacts", faces, self.caller.day, ids)
        held = {i: dict(zip(faces, values, strict=True)) for i, *values in rows}  # in any order
        found = [held[i] for i in ids]
        for row in found:
            row["phone"] = self._phone(row["phone"])
        return found

    # --- the service items -------------------------------------------------------------------------

    def _items(self, one: _Started, held: Held | None) -> list[PlanItem]:
        """Every item the customer has by its tier or by a plan of its own, in the order of the catalogue."""
        own: dict[str, list[OwnTerms]] = {}
        for row_id, span in ledger_of.plans_of(self.connection, one.row_id):
            terms = OwnTerms(
                span["cycle"],
                span["valid_from"],
                last_day(span["valid_to"]),
                span["remark"],
                self._mark(SPANS, row_id),
            )
            own.setdefault(span["service"], []).append(terms)
        done = ledger_of.last_done(self.connection, one.row_id, self.caller.day)
        codes = [c for c, item in self.edition.service.items() if item.owner == "customer"]
        codes += [c for c in own if c not in codes]
        due = self.due.get(one.account_no, {})
        found = (self._item(c, one, held, own.get(c, []), done, due.get(c)) for c in codes)
        return [item for item in found if item is not None]

    def _item(
        self,
        code: str,
        one: _Started,
        held: Held | None,
        own: Sequence[OwnTerms],
        done: Mapping[str, date],
        due: DueRow | None,
    ) -> PlanItem | None:
        day = self.caller.day
        now = next((o for o in own if o.since <= day and (o.until is None or day <= o.until)), None)
        later = tuple(o for o in own if o.since > day)
        service = self.edition.service.get(code)
        if service is None:  # an item that the rules of today do not know never falls due
            if now is None and not later:
                return None
            return PlanItem(
                code, code, now.cycle if now else None, PLAN, None, now, later, None, done.get(code), None, None
            )  # fmt: skip
        listed = self.edition.terms(service, held.tier) if held else None
        terms = self._terms(code, one, held, own)
        if terms is None and now is None and not later:
            return None
        cycle = None if terms is None or terms.cycle is None else cycle_text(terms.cycle)
        if terms is None and now is not None:
            cycle = now.cycle
        by = service.discharged_by or (code,)
        return PlanItem(
            service=code,
            name=service.name,
            cycle=cycle,
            source=terms.source if terms else PLAN,
            listed=cycle_text(listed.cycle or service.cycle) if listed else None,
            own=now,
            later=later,
            performer=self.edition.performer(service, held.tier, held.rule) if held else None,
            last_done=max((done[c] for c in by if c in done), default=None),
            due_by=due.due_by if due else None,
            status=due.status if due else None,
        )

    def _terms(
        self, code: str, one: _Started, held: Held | None, own: Sequence[OwnTerms]
    ) -> Any | None:
        """On which terms the customer has the item on the day; None: it has no tier, or the tier not the item."""
        if held is None:
            return None
        plans = tuple(
            Own(
                date.fromisoformat(o.since),
                date.max if o.until is None else date.fromisoformat(o.until) + timedelta(days=1),
                o.cycle,
            )
            for o in own
        )
        facts = Facts(
            None,
            None,
            (Span(held.since, date.max, held.tier, held.rule),),
            (),
            own=plans,
            inspection=one.facts["inspection_months"],
            importance=one.facts["importance"],
        )
        return TermsOf(self.policy, code).on(facts, self.caller.as_of)


def _reasons(held: Held | None) -> tuple[str, ...]:
    """Why the tier: the criterion that decided, with its figures."""
    if held is None:
        return ()
    telling = [r for r in held.reasons if (r.tier, r.rule) == (held.tier, held.rule)]
    return tuple(say_tiers.reason_text(r, held.energy) for r in telling or held.reasons[:1])
