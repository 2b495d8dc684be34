"""Sheets with a column for each word of a choice (生日, 厂庆日): each filled cell is a row of its own."""

from cmledger.records.intake import Parsed, SheetRows
from cmledger.sheets.layout import Layout


def spread(rows: SheetRows, layout: Layout) -> None:
    """Turn such columns into the choice and its value; a row with none of them filled stays as it is."""
    way = layout.spread
    if way is None:
        return
    columns = {word: rows.values.pop(f) for f, word in way.of if f in rows.values}
    letters = [rows.columns.pop(f) for f, _ in way.of if f in rows.columns]
    if not columns or way.choice in rows.values:
        return
    found: list[tuple[int, Parsed, Parsed]] = [
        (at, word, values[at])
        for at in range(len(rows.numbers))
        for word, values in columns.items()
        if values[at] is not None
    ]
    filled = {at for at, _, _ in found}
    found += [(at, None, None) for at in rows.refused - filled]
    found.sort(key=lambda one: one[0])
    stay = [at for at, _, _ in found]
    rows.numbers = [rows.numbers[at] for at in stay]
    rows.values = {name: [column[at] for at in stay] for name, column in rows.values.items()}
    rows.extras = {name: [column[at] for at in stay] for name, column in rows.extras.items()}
    rows.shown = {name: [column[at] for at in stay] for name, column in rows.shown.items()}
    rows.values[way.choice] = [word for _, word, _ in found]
    rows.values[way.value] = [value for _, _, value in found]
    rows.columns |= dict.fromkeys((way.choice, way.value), letters[0])
    rows.refused = {new for new, old in enumerate(stay) if old in rows.refused}
