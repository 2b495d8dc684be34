"""One file per kind of sheet: its columns, in both directions."""

from cmledger.errors import UsageProblem
from cmledger.sheets.layout import Layout
from cmledger.sheets.layouts.consumption import CONSUMPTION
from cmledger.sheets.layouts.customers import CUSTOMERS
from cmledger.sheets.layouts.managers import MANAGERS
from cmledger.sheets.layouts.visits import VISITS
from cmledger.wording import recognition as say

LAYOUTS: tuple[Layout, ...] = (MANAGERS, CUSTOMERS, CONSUMPTION, VISITS)
"""In the order in which files are applied."""


def layout(kind: str) -> Layout:
    """The layout of that kind; a UsageProblem names the kinds there are."""
    for one in LAYOUTS:
        if one.kind == kind:
            return one
    kinds = say.LISTED.join(f"{one.kind}（{one.title}）" for one in LAYOUTS)
    raise UsageProblem(say.NO_SUCH_KIND.format(kind=kind), hint=say.KINDS_ARE.format(kinds=kinds))
