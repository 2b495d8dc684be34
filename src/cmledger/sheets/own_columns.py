"""The columns of our own export when it comes back: fields are those under their titles, the office's own are its own."""

from collections.abc import Sequence
from typing import Final

from cmledger.sheets.cell_texts import extra_column
from cmledger.sheets.headings import AS_WRITTEN, Heading, matches
from cmledger.sheets.layout import Column, Layout
from cmledger.sheets.layouts.row_token import ROW_TOKEN
from cmledger.sheets.lexicon import OWN_COLUMN
from cmledger.sheets.recognised import Recognised

_SURE: Final = AS_WRITTEN
"""Headers that mean a field by no more than their end or without a remark leave it to the column under its title."""


def own_column(header: str, found: Layout) -> Column:
    """The exported column of what the office keeps under `header`; under another title where that is a field's."""
    column = extra_column(header)
    heading = Heading(0, header, ())
    titled = (
        header.endswith(OWN_COLUMN)
        or header == ROW_TOKEN.title
        or any(match.level <= _SURE for match in matches(heading, found))
    )
    return Column(column.field, header + OWN_COLUMN, column.kind) if titled else column


def fix_own(one: Recognised, headings: Sequence[Heading]) -> None:
    """Settle the columns of an export of this kind: no word, no value and no memory makes them anything else.

    A second column under a field's title is the office's own, as older exports wrote it.
    """
    titles = {c.title: c for c in one.layout.columns}
    for heading in headings:
        position, title = heading.position, heading.path
        if position in one.columns or position in one.aside:
            continue
        if title.endswith(OWN_COLUMN):
            one.own[position] = title.removesuffix(OWN_COLUMN)
        elif title in titles and one.position(titles[title].field) is None:
            one.columns[position] = titles[title]
            one.fixed.add(position)
        elif title in titles:
            one.own[position] = title
