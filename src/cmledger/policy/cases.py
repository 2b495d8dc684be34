"""Readable cases beside a policy: facts of a customer, and the tier and dues the office expects of its own rules.

The file policy-cases.toml beside policy.toml (new-cases.toml beside new.toml); nothing but `policy check` reads it.
"""

from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    TypeAdapter,
    ValidationError,
)

from cmledger.policy.cycles import Cycle, HowOften
from cmledger.policy.cycles import cycle_text as policy_text
from cmledger.policy.kinds import Count, Text
from cmledger.policy.load import text_of
from cmledger.policy.mistakes import lines_of, of_validation, parsed, refused
from cmledger.policy.schema import (
    CustomerClass,
    GridKind,
    Importance,
    ReliabilityNeed,
    ServiceCode,
    Supply,
    Thousandths,
    read_day,
)
from cmledger.records.cycles import parse_cycle
from cmledger.records.tiering import TierFacts
from cmledger.wording import policy as say

OUT_OF_SCOPE = "out-of-scope"
"""What a case expects of a customer who is put into no tier."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CaseFacts(_Frozen):
    """The facts of a customer as a person writes them: kVA and kWh as they are, yes and no."""

    customer_class: CustomerClass | None = None
    voltage: Text | None = None
    tariff_class: Text | None = None
    supply: Supply | None = None
    dedicated_line: StrictBool | None = None
    reliability_need: ReliabilityNeed | None = None
    social_impact: StrictBool | None = None
    importance: Importance | None = None
    pv: StrictBool | None = None
    ev_charging: StrictBool | None = None
    contract_capacity_kva: Thousandths | None = None
    operating_capacity_kva: Thousandths | None = None
    grid_kind: GridKind | None = None
    held: Text | None = None
    closed: StrictBool = False
    annual_kwh: Thousandths | None = None
    sales_rank: Count | None = None
    inspection_months: Count | None = None

    def facts(self) -> TierFacts:
        """As the evaluator of tiers takes them."""
        return TierFacts(**self.model_dump(exclude={"inspection_months"}))


def _cycle(value: object) -> object:
    """A cycle may also be written as its text: month, every-6-months."""
    if isinstance(value, str):
        with suppress(ValueError):
            return parse_cycle(value)
    return value


def _own_cycle(value: object) -> str:
    """A customer's own cycle: a text, or a table as the policy writes it."""
    if isinstance(value, dict):
        return policy_text(_OWN.validate_python(value))
    try:
        parse_cycle(str(value))
    except ValueError:
        raise ValueError(say.NO_SUCH_CYCLE) from None
    return str(value)


_OWN: TypeAdapter[Cycle | str] = TypeAdapter(HowOften)
OwnCycle = Annotated[str, BeforeValidator(_own_cycle)]


class Case(_Frozen):
    """One example. tier: code or name, or OUT_OF_SCOPE. dues: every item that falls due; None: not looked at.

    plan: the customer's own terms, by item, as text (records.cycles): quarter, every-6-months, none.
    """

    name: Text
    day: Annotated[date, BeforeValidator(read_day)] | None = None
    facts: CaseFacts
    tier: Text
    rule: Text | None = None
    grade: Literal["chief", "senior", "general"] | None = None
    plan: dict[ServiceCode, OwnCycle] = Field(default_factory=dict)
    dues: dict[ServiceCode, Annotated[HowOften, BeforeValidator(_cycle)]] | None = None
    line: int = 1


class _File(_Frozen):
    case: tuple[Case, ...]


def cases_path(policy: Path) -> Path:
    """Where the cases of a policy file stand."""
    return policy.with_name(f"{policy.stem}-cases.toml")


def load_cases(policy: Path) -> tuple[Case, ...] | None:
    """The cases beside a policy file; None where there is no such file. BadPolicy (path:line)."""
    path = cases_path(policy)
    return parse_cases(text_of(path), str(path)) if path.exists() else None


def parse_cases(text: str, path: str) -> tuple[Case, ...]:
    """The cases in a text, each with its line."""
    document, lines = parsed(text, path), lines_of(text)
    try:
        found = _File.model_validate(document)
    except ValidationError as problem:
        raise refused(of_validation(problem, document), lines, path) from problem
    return tuple(
        case.model_copy(update={"line": lines.get(("case", number), 1)})
        for number, case in enumerate(found.case)
    )
