"""Who is in the ledger and missing from a file that claims to be complete: candidates for closing, closed by nobody here.

What is compared is never more than the file can speak for: of each office that its accepted rows belong to, the
customers that are not closed; where every row of the office names one and the same line (area, grid), only those
there; where the customers of all rows are of one class (as on a 专变 sheet), only those of that class. Every row with
a legible 户号 names its customer, be it rejected or not.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from cmledger.errors import BadPolicy, UsageProblem
from cmledger.ledger.completeness import (
    PLACES,
    Facts,
    Known,
    customers_named,
    open_customers,
)
from cmledger.ledger.customers import account_key
from cmledger.ledger.intake.common import Batch
from cmledger.ledger.journal import Operation
from cmledger.policy.load import load_policy
from cmledger.records.consequences import Compared, Consequences, Missing
from cmledger.records.intake import Outcome, Parsed
from cmledger.records.tiering import TierFacts
from cmledger.rules.tiers import TierRules
from cmledger.wording import consequences as say

_CUSTOMERS = "customers"
_NUMBER, _OLD_NUMBER = "customer.account_no", "customer.old_account_no"
_LEFT_OUT = (Outcome.REJECTED, Outcome.SKIPPED, None)
_CLASS = "customer_class"

_ClassOf = Callable[[Facts], str | None]
_Named = dict[str, tuple[int, int, Facts]]


def refuse_without_customers(kinds: Iterable[str | None]) -> None:
    """UsageProblem where no sheet holds customers: there is nothing the files could be complete of."""
    if _CUSTOMERS not in kinds:
        raise UsageProblem(say.COMPLETE_OF_WHAT, hint=say.COMPLETE_OF_WHAT_HINT)


@dataclass(slots=True)
class _Scope:
    """What the accepted rows of one office say: every value of line, area and grid, every class of customer."""

    places: tuple[set[Parsed], ...] = field(default_factory=lambda: tuple(set() for _ in PLACES))
    classes: set[Parsed] = field(default_factory=set)

    def within(self) -> dict[str, str]:
        """What all of them have in common."""
        said = dict(zip((*PLACES, _CLASS), (*self.places, self.classes), strict=True))
        ones = {name: next(iter(values)) for name, values in said.items() if len(values) == 1}
        return {name: one for name, one in ones.items() if isinstance(one, str)}


def with_missing(
    consequences: Consequences, operation: Operation, batches: Sequence[Batch], policy: Path | None
) -> Consequences:
    """The same, with who is missing from the customer sheets among the batches, whose rows have been applied."""
    sheets = [batch for batch in batches if batch.rows.kind == _CUSTOMERS]
    class_of = _class_of(policy, operation.caller.as_of)
    numbers = {number for batch in sheets for number in _numbers(batch)}
    named = customers_named(operation.connection, sorted(numbers))
    scopes = _scopes(sheets, named, class_of)
    told = {customer for customer, _, _ in named.values()}
    in_ledger: Counter[int] = Counter()
    in_file: Counter[int] = Counter()
    offices: dict[int, str] = {}
    missing: list[Missing] = []
    for one in open_customers(operation.connection, sorted(scopes), operation.caller):
        offices[one.office_id] = one.office
        if _lies_within(one, scopes[one.office_id], class_of):
            in_ledger[one.office_id] += 1
            in_file[one.office_id] += one.id in told
            if one.id not in told:
                missing.append(_missing(one))
    compared = [
        Compared(name, scopes[i], in_file[i], in_ledger[i], in_ledger[i] - in_file[i])
        for i, name in offices.items()
    ]
    unreadable = sum(
        not isinstance(number, str) for batch in sheets for number in batch.column(_NUMBER)
    )
    return replace(
        consequences, complete=True, missing=missing, compared=compared, unreadable=unreadable
    )


def _numbers(batch: Batch) -> Iterator[str]:
    """Every 户号 of a sheet, former ones too."""
    for column in (_NUMBER, _OLD_NUMBER):
        yield from (number for number in batch.column(column) if isinstance(number, str))


def _scopes(
    sheets: Sequence[Batch], named: _Named, class_of: _ClassOf
) -> dict[int, dict[str, str]]:
    """office id -> what to compare within it: place or class -> the one value; {}: the whole office."""
    scopes: dict[int, _Scope] = defaultdict(_Scope)
    for batch in sheets:
        numbers = batch.column(_NUMBER)
        places = [batch.column(f"customer.{kind}") for kind in PLACES]
        for position, outcome in enumerate(batch.outcomes):
            number = numbers[position]
            found = named.get(account_key(number)) if isinstance(number, str) else None
            if outcome in _LEFT_OUT or found is None:
                continue
            scope = scopes[found[1]]
            scope.classes.add(class_of(found[2]))
            for values, column in zip(scope.places, places, strict=True):
                values.add(column[position])
    return {office: scope.within() for office, scope in scopes.items()}


def _lies_within(one: Known, within: dict[str, str], class_of: _ClassOf) -> bool:
    """Whether a customer is one of those the file speaks for."""
    said = dict(zip(PLACES, one.places, strict=True))
    if _CLASS in within:
        said[_CLASS] = class_of(one.facts)
    return all(said[name] == value for name, value in within.items())


def _missing(one: Known) -> Missing:
    return Missing(one.account_no, one.name, one.office, one.places[0], one.manager, one.status)


def _class_of(policy: Path | None, day: date) -> _ClassOf:
    """A customer's class: what the rules take it for; without usable rules, what is recorded."""
    if policy is None or not policy.exists():
        return lambda facts: facts[0]
    try:
        rules = TierRules(load_policy(policy).edition_on(day))
    except BadPolicy:
        return lambda facts: facts[0]
    known: dict[Facts, str] = {}

    def class_of(facts: Facts) -> str:
        if facts not in known:
            said, voltage, tariff = facts
            known[facts] = rules.customer_class(TierFacts(said, voltage, tariff))
        return known[facts]

    return class_of
