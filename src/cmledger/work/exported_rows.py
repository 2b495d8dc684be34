"""How a kind of sheet shows the ledger's records: what the three-way comparison of exported rows has to know of it."""

from functools import cache

from cmledger.ledger.intake.exported import Faces
from cmledger.records.intake import CLEAR, Parsed
from cmledger.sheets.cell_texts import as_read_back, extra_column
from cmledger.sheets.cell_texts import in_words as cell_in_words
from cmledger.sheets.layout import Column
from cmledger.sheets.layouts import layout
from cmledger.wording import round_trip as say


@cache
def faces_of_kind(kind: str) -> Faces:
    """What a layout exports and takes in, how its values read, and what they are called."""
    found = layout(kind)
    columns = {column.field: column for column in found.columns}

    def column_of(name: str) -> Column:
        return columns.get(name) or extra_column(name)

    known: dict[tuple[str, Parsed], Parsed] = {}

    def read_back(name: str, value: Parsed) -> Parsed:
        if (name, value) not in known:
            if len(known) > _REMEMBERED:
                known.clear()
            known[name, value] = as_read_back(column_of(name), value)
        return known[name, value]

    return Faces(
        fields=tuple(c.field for c in found.columns if not c.export_only and c.field != _FORM),
        only_shown=tuple(c.field for c in found.columns if c.export_only),
        key=found.key,
        titles={c.field: c.title for c in found.columns},
        read_back=read_back,
        shown=lambda name, value: _in_words(column_of(name), value),
    )


_FORM = "visit.form_id"
"""It says which visit a row is about, and nothing of it."""
_REMEMBERED = 10_000


def _in_words(column: Column, value: Parsed) -> str:
    if value is CLEAR:
        return say.CLEARED
    shown: object = None if value is None else column.kind.show(value)
    if shown is None:
        return say.BLANK
    return cell_in_words(shown)
