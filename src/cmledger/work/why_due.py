"""Why a customer owes each service item on a day, or does not: terms, where they come from, parts, what met them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cmledger.ledger.obligations import Snapshot, facts_of
from cmledger.ledger.store import Ledger
from cmledger.policy.cycles import Once, cycle_text
from cmledger.policy.schema import Edition, Policy
from cmledger.records.caller import Caller
from cmledger.records.obligations import Facts, Obligation, Standing, Status
from cmledger.records.why_due import Because, DueItem, state
from cmledger.rules.festivals import next_unknown
from cmledger.rules.obligations import obligations, standing
from cmledger.rules.schedule import Schedule
from cmledger.rules.terms import PLAN, Terms, held_on
from cmledger.rules.workdays import WorkingDays
from cmledger.wording import why_due as say
from cmledger.wording.cycles import cycle_words, festival_words, period_words
from cmledger.work.owed import plan, service_codes, working_days

_AHEAD = timedelta(days=400)
"""Far enough to see a year's next part."""
_ENDED_SHOWN = 3


def why_due(
    snapshot: Snapshot,
    ledger: Ledger,
    policy: Policy,
    caller: Caller,
    customer_id: int,
    services: Sequence[str] = (),
) -> tuple[DueItem, ...]:
    """Each item of customers (these only, by code or name, where given), in the catalogue's order.

    Raises UsageProblem where the policy knows no such item.
    """
    edition = policy.edition_on(caller.as_of)
    codes = service_codes(edition, services) if services else tuple(edition.service)
    asking = _Asking(snapshot, ledger.count_from, policy, caller.as_of, working_days(policy))
    return tuple(
        asking.item(edition, code, customer_id)
        for code in codes
        if edition.service[code].owner == "customer"
    )


@dataclass(frozen=True, slots=True)
class _Asking:
    snapshot: Snapshot
    count_from: date
    policy: Policy
    as_of: date
    days: WorkingDays

    def item(self, edition: Edition, code: str, customer_id: int) -> DueItem:
        """One item."""
        until = self.as_of + _AHEAD
        laid = plan(self.policy, code, self.days, min(self.count_from, until), until, self.as_of)
        assert laid is not None  # the edition of the day has the item
        facts = facts_of(self.snapshot, customer_id, laid.ask)
        owed = list(obligations(facts, laid.parts, self.as_of))
        found = standing(facts, laid.parts, self.as_of, until)
        terms = laid.parts.terms.on(facts, self.as_of)
        because, met = self._because(facts, laid.parts, terms, owed, found)
        own = next((o for o in facts.own if o.since <= self.as_of < o.until), None)
        plan_since = own.since if own and terms and terms.source == PLAN else None
        parts = tuple(_around(owed, self.as_of))
        seasons = {key: season.name for key, season in edition.season.items()}
        words = self._words(edition, facts, terms, plan_since)
        unsaid = next_unknown(laid.parts, terms.cycle if terms else None, self.as_of)
        return DueItem(
            code,
            edition.service[code].name,
            because,
            None if terms is None or terms.cycle is None else cycle_text(terms.cycle),
            terms.source if terms else None,
            plan_since,
            found,
            parts,
            _sentence(because, words, found, met, owed, self.as_of)
            + "".join(say.UNSAID.format(**festival_words(one)) for one in unsaid),
            tuple(_part_text(one, self.as_of, seasons) for one in parts),
            unsaid,
        )

    def _because(
        self,
        facts: Facts,
        parts: Schedule,
        terms: Terms | None,
        owed: Sequence[Obligation],
        found: Standing | None,
    ) -> tuple[Because, Obligation | None]:
        """In one word, and the part that is met where one is."""
        if facts.closed_on is not None and facts.closed_on <= self.as_of:
            return Because.CLOSED, None
        if found is not None and found.status is Status.OVERDUE:
            return Because.OVERDUE, None
        if found is not None and found.status is Status.DUE:
            return Because.DUE, None
        if held_on(facts.spans, self.as_of) is None:
            return Because.NO_TIER, None
        met = [o for o in owed if o.met and o.part.first <= self.as_of <= o.part.closes]
        met += [o for o in owed if o.met and o.part.first > self.as_of]
        met += [o for o in owed if o.met and o.part.cycle.startswith("once")]
        if met:
            return Because.MET, met[0]
        if terms is None:
            return Because.NOT_OF_TIER, None
        late = [o for o in owed if o.part.cycle.startswith("once") and o.ended(self.as_of)]
        if late and isinstance(terms.cycle, Once):
            return Because.DONE_LATE, late[-1]
        if terms.cycle is None:
            return Because.PLAN_NONE, None
        if isinstance(terms.cycle, str):
            return Because.WORD, None
        opened = facts.opened_on
        if opened is not None and any(
            part.begins < opened and part.first <= self.as_of <= part.closes
            for part in parts.course(terms.cycle)
        ):
            return Because.OPENED_WITHIN, None
        return (Because.NOTHING_YET if found is None else Because.UPCOMING), None

    def _words(
        self, edition: Edition, facts: Facts, terms: Terms | None, plan_since: date | None
    ) -> dict[str, Any]:
        """What the sentences may name."""
        held = held_on(facts.spans, self.as_of)
        tier = edition.tier_name(held.tier if held else None)
        seasons = {code: season.name for code, season in edition.season.items()}
        text = None if terms is None or terms.cycle is None else cycle_text(terms.cycle)
        cycle = "" if text is None else cycle_words(text, seasons)
        source = say.SOURCES[terms.source].format(tier=tier, since=plan_since) if terms else ""
        return {
            "terms": say.TERMS.format(cycle=cycle, source=source) if cycle else "",
            "cycle": cycle,
            "tier": tier,
            "since": plan_since,
            "opened": facts.opened_on,
            "closed": facts.closed_on,
        }


def _sentence(
    because: Because,
    words: Mapping[str, Any],
    found: Standing | None,
    met: Obligation | None,
    owed: Sequence[Obligation],
    as_of: date,
) -> str:
    told = dict(words)
    one = met if met is not None else found.obligation if found else None
    if one is not None:
        part = one.part
        told |= {"first": part.first, "last": part.last, "due_by": part.due_by}
        told |= {"done_on": one.done_on}
    if because is Because.OVERDUE and found is not None:
        due_by, since = found.obligation.part.due_by, found.overdue_since
        told["overdue"] = (
            say.PAST_DUE.format(due_by=due_by)
            if since is None or since >= due_by
            else say.MISSED.format(since=since, count=found.missed, due_by=due_by)
        )
    text = say.BECAUSE[because.value].format_map(told)
    coming = [o for o in owed if o.part.first > as_of and not o.met]
    if because in (Because.MET, Because.OPENED_WITHIN) and coming:
        part = min(coming, key=lambda o: o.part.first).part
        text += say.NEXT.format(first=part.first, due_by=part.due_by)
    return text


def _around(owed: Iterable[Obligation], as_of: date) -> list[Obligation]:
    """The last few that ended, all that are open, and the next one."""
    ended = [o for o in owed if o.ended(as_of)]
    still = [o for o in ended if o.pending]
    recent = [o for o in ended[-_ENDED_SHOWN:] if o not in still]
    current = [o for o in owed if not o.ended(as_of) and o.part.first <= as_of]
    coming = sorted((o for o in owed if o.part.first > as_of), key=lambda o: o.part.first)
    return [*recent, *still, *current, *coming[:1]]


def _part_text(one: Obligation, as_of: date, seasons: Mapping[str, str]) -> str:
    part = one.part
    text = say.PARTS[state(one, as_of)].format(
        period=period_words(part.label, seasons),
        first=part.first,
        last=part.last,
        due_by=part.due_by,
        done_on=one.done_on,
        below=say.BELOW if one.below_grade else "",
    )
    return text if part.closes == part.last else f"{text}{say.GRACE.format(closes=part.closes)}"
