"""Make the samples again: python samples/make_samples.py [FOLDER] [--xls]

The same bytes come out every time, except of the .xls: it is written only with --xls, by LibreOffice.
Beside each file FILE stands FILE.expected.json, what must come out of it; office.expected.json is what
must come out of all of them, imported in one go in the order given there.
"""

import json
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from making import consumption, customers, grids, managers, office, visits
from making.answers import FileAnswer


def expected_office(one: office.Office, files: list[FileAnswer]) -> dict[str, Any]:
    """What the whole office must show: tiers, and who is due on the day the samples are told for."""
    tiers = list(one.tiers.values())
    counts = {name: tiers.count(name) for name in ("diamond", "gold", "normal")}
    owing = [row for row in (_owed(one, c) for c in one.customers) if row]
    return {
        "import_order": [file.file for file in files],
        "init_as_of": office.COUNT_FROM.isoformat(),
        "as_of": office.AS_OF.isoformat(),
        "customers": len(one.customers),
        "managers": len(office.MANAGERS),
        "records": dict(sum((Counter(file.new) for file in files), Counter())),
        "tiers": counts | {"out_of_scope": len(one.customers) - len(tiers)},
        "due": {
            status: sum(1 for row in owing if row["status"] == status)
            for status in ("overdue", "due")
        },
        "tier_of": one.tiers,
        "owed": owing,
        "payment_channels": dict(Counter(c.channel for c in one.customers if c.channel)),
    }


def _owed(one: office.Office, customer: office.Customer) -> dict[str, Any] | None:
    """What a customer owes on AS_OF: nothing, a visit, or a visit that is late with so many periods missed."""
    tier = one.tiers.get(customer.base)
    if tier is None:
        return None
    since = customer.opened_on or office.COUNT_FROM
    days = [visit.day for visit in one.visits if visit.customer is customer]
    counted = [
        (first, last)
        for first, last in office.periods(office.months_of(tier))
        if first >= since and last >= office.COUNT_FROM
    ]
    met = [any(first <= day <= last for day in days) for first, last in counted]
    if not counted or met[-1]:
        return None
    missed = 0
    for done in reversed(met[:-1]):
        if done:
            break
        missed += 1
    assert counted[-1][1] - timedelta(days=2) > office.AS_OF, "the current period is still open"
    return {
        "account": customer.base,
        "tier": tier,
        "manager": customer.manager,
        "status": "overdue" if missed else "due",
        "missed": missed,
    }


def main(arguments: list[str]) -> None:
    folders = [argument for argument in arguments if not argument.startswith("--")]
    folder = Path(folders[0]) if folders else Path(__file__).parent
    one = office.make_office()
    files = [
        managers.managers_book(folder, write="--xls" in arguments),
        customers.high_voltage_book(one, folder),
        customers.per_line_book(one, folder),
        consumption.long_csv(one, folder),
        consumption.wide_book(one, folder),
        visits.visits_book(one, folder),
        grids.grids_book(one, folder),
    ]
    answers = {file.file: file.to_json() for file in files}
    answers["office"] = expected_office(one, files)
    for name, answer in answers.items():
        text = json.dumps(answer, ensure_ascii=False, indent=1)
        (folder / f"{name}.expected.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
