"""On what grounds an unclear header was taken for its column: said for each, so that nobody need guess what was guessed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from cmledger.records.intake import Finding
from cmledger.sheets.grid import Cell
from cmledger.sheets.headings import AS_A_WHOLE, Heading, Match
from cmledger.sheets.kinds import Phone
from cmledger.sheets.lexicon import GENERIC_LEAVES, LIKE_A_PHONE
from cmledger.sheets.recognised import Recognised
from cmledger.wording import recognition as say
from cmledger.wording.findings import finding

_CONTACT: Final = ("customer.contact_name", "customer.contact_phone")
_MOSTLY, _HARDLY = 0.8, 0.2
_SAID_OTHERWISE: Final = ("contract_capacity_kva",)
"""Whose notice says more than the general one."""


def ground_of(match: Match, heading: Heading) -> str:
    """Why a header that says little was taken for a column: its group, or its values; "" where it says enough."""
    if match.level == AS_A_WHOLE and heading.leaf in GENERIC_LEAVES:
        return "column-by-group"
    return "column-by-values" if match.weak and match.rank else ""


def say_grounds(
    one: Recognised, grounds: Mapping[int, str], headings: Sequence[Heading]
) -> list[Finding]:
    """A notice for each column that was not taken by its header alone."""
    by_position = {h.position: h for h in headings}
    return [
        finding(
            "known-and-not-taken" if one.columns[position].export_only else code,
            column=by_position[position].letters,
            header=by_position[position].path,
            field=one.columns[position].title,
            letters=by_position[position].letters,
        )
        for position, code in sorted(grounds.items())
        if position in one.columns
        and not (code == "column-by-values" and one.columns[position].name in _SAID_OTHERWISE)
    ]


def names_with_phones(one: Recognised, headings: Sequence[Heading]) -> None:
    """A column 联系人 that holds phones is one of phones, whatever its header says."""
    name, phone = (one.position(field) for field in _CONTACT)
    by_position = {h.position: h for h in headings}
    if name is None or _phones(by_position[name].cells) < _MOSTLY:
        return
    names = one.columns.pop(name)
    column = one.layout.column(_CONTACT[1])
    told = say.KEPT_BESIDE
    if phone is None and column is not None:
        one.columns[name] = column
        told = say.READ_AS.format(field=column.title)
    elif (
        phone is not None
        and by_position[phone].filled
        and _phones(by_position[phone].cells) < _HARDLY
    ):
        one.columns[name], one.columns[phone] = one.columns[phone], names
        told = say.SWAPPED.format(other=by_position[phone].path)
    heading = by_position[name]
    one.findings.append(
        finding("contact-holds-phones", column=heading.letters, header=heading.path, told=told)
    )


def _phones(cells: Iterable[Cell]) -> float:
    """Which share of the distinct values are phones; names are told from them at a glance."""
    filled = {*cells} - {None, ""}
    like = [c for c in filled if not isinstance(c, str) or LIKE_A_PHONE.fullmatch(c.strip())]
    if 2 * len(like) < len(filled):
        return 0.0
    return Phone().fits(like) * len(like) / len(filled) if filled else 0.0
