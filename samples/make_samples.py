"""Make the samples again: python samples/make_samples.py [FOLDER] [--xls]

The same bytes come out every time, except of the .xls: it is written only with --xls, by LibreOffice.
Beside each file FILE stands FILE.expected.json, what must come out of it; office.expected.json is what
must come out of all of them, imported in one go in the order given there.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from making import (
    community,
    community_books,
    consumption,
    customers,
    deeds,
    dues,
    grids,
    managers,
    office,
    outages,
    plans,
    services,
    threes,
    visits,
)
from making.answers import FileAnswer


def expected_office(
    one: office.Office, doings: deeds.Doings, files: list[FileAnswer]
) -> dict[str, Any]:
    """What the whole office must show: tiers, and who is due on the day the samples are told for."""
    tiers = list(one.tiers.values())
    counts = {name: tiers.count(name) for name in ("diamond", "gold", "normal")}
    services_owed = dues.owed_services(one, doings)
    owing = _visits_owed(one, services_owed)
    return {
        **_whole(files),
        "profile": "three-fixed",
        "init_as_of": office.COUNT_FROM.isoformat(),
        "as_of": office.AS_OF.isoformat(),
        "customers": len(one.customers),
        "managers": len(office.MANAGERS),
        "tiers": counts | {"out_of_scope": len(one.customers) - len(tiers)},
        "due": {
            status: sum(1 for row in owing if row["status"] == status)
            for status in ("overdue", "due")
        },
        "tier_of": one.tiers,
        "owed": owing,
        "services": {
            status: sum(1 for row in services_owed if row["status"] == status)
            for status in ("overdue", "due")
        },
        "services_owed": services_owed,
        "planned": dues.december(one, doings, services_owed),
        "outages": dues.told_of_outages(one, doings),
        "payment_channels": dict(Counter(c.channel for c in one.customers if c.channel)),
    }


def _visits_owed(one: office.Office, owed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Who is to be visited, with tier and manager: the visits among all that is owed."""
    visits_owed = {row["account"]: row for row in owed if row["service"] == "visit"}
    return [
        {
            "account": c.base,
            "tier": one.tiers[c.base],
            "manager": c.manager,
            "status": visits_owed[c.base]["status"],
            "missed": visits_owed[c.base]["missed"],
        }
        for c in one.customers
        if c.base in visits_owed
    ]


def main(arguments: list[str]) -> None:
    folders = [argument for argument in arguments if not argument.startswith("--")]
    folder = Path(folders[0]) if folders else Path(__file__).parent
    _three_fixed(folder, xls="--xls" in arguments)
    town = community.make_town()
    for name in ("community-grid", "three-plus-three"):
        (folder / name).mkdir(exist_ok=True)
    towns = community_books.books(town, folder / "community-grid")
    _answer(folder / "community-grid", towns, _whole(towns) | community.expected(town))
    files, expected = threes.book(folder / "three-plus-three")
    _answer(folder / "three-plus-three", files, _whole(files) | expected)


def _three_fixed(folder: Path, *, xls: bool) -> None:
    one = office.make_office()
    doings = deeds.make_doings(one)
    files = [
        managers.managers_book(folder, write=xls),
        customers.high_voltage_book(one, folder),
        customers.per_line_book(one, folder),
        consumption.long_csv(one, folder),
        consumption.wide_book(one, folder),
        visits.visits_book(one, folder),
        grids.grids_book(one, folder),
        services.services_book(doings, folder),
        plans.plans_book(doings, folder),
        outages.outages_book(doings, folder),
    ]
    _answer(folder, files, expected_office(one, doings, files))


def _whole(files: list[FileAnswer]) -> dict[str, Any]:
    """The order of the files, and what records they make together."""
    return {
        "import_order": [file.file for file in files],
        "records": dict(sum((Counter(file.new) for file in files), Counter())),
    }


def _answer(folder: Path, files: list[FileAnswer], whole: dict[str, Any]) -> None:
    answers = {file.file: file.to_json() for file in files} | {"office": whole}
    for name, answer in answers.items():
        text = json.dumps(answer, ensure_ascii=False, indent=1)
        (folder / f"{name}.expected.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
