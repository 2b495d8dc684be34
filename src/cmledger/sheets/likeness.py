"""Whether two sheets are of one shape: by the titles of their columns, whatever period and unit these name."""

from collections import Counter
from collections.abc import Sequence

from cmledger.records.mapping import MappedColumn, Remembered
from cmledger.sheets.headings import Heading
from cmledger.sheets.lexicon import bare, normalised, tidy
from cmledger.sheets.surroundings import year_and_month

ALIKE = 0.75
"""So much of the titles must two sheets share for the one to be read by the other."""
_FEWEST = 3


def title_of(path: str) -> str:
    """A header without period, unit and spelling: 2025年3月售电量(万kWh) and 2025年4月 售电量 are one title."""
    _, _, rest = year_and_month(tidy(path).replace(" ", ""))
    return "/".join(bare(normalised(part)[0]) for part in rest.split("/")) or bare(path)


def titles_of(headings: Sequence[Heading]) -> Counter[str]:
    """How often each title stands over the columns."""
    return Counter(title_of(h.path) for h in headings if h.path)


def most_alike(headings: Sequence[Heading], memories: Sequence[Remembered]) -> Remembered | None:
    """The newest of the memories most alike in titles."""
    titles = titles_of(headings)
    best, most = None, ALIKE
    for memory in memories:
        past = Counter(memory.mapping.shape)
        shared = (titles & past).total()
        enough = shared >= min(_FEWEST, past.total())
        alike = shared / max(titles.total(), past.total(), 1) if enough else 0.0
        if alike > most or (alike == most and best is None):
            best, most = memory, alike
    return best


def pairs_of(headings: Sequence[Heading], memory: Remembered) -> list[tuple[Heading, MappedColumn]]:
    """The columns of then that stand here under the same title: that is one column, or months all read alike."""
    titles = titles_of(headings)
    past: dict[str, list[MappedColumn]] = {}
    for column in memory.mapping.columns:
        past.setdefault(column.title, []).append(column)
    pairs = []
    for heading in headings:
        title = title_of(heading.path)
        if title not in past:
            continue
        first, *others = past[title]
        once = titles[title] == 1 and not others
        if once or (first.field == "kwh" and all(_alike(first, other) for other in others)):
            pairs.append((heading, first))
    return pairs


def _alike(first: MappedColumn, second: MappedColumn) -> bool:
    """Whether two columns were read alike, of whatever month they are."""
    return (first.field, first.unit, first.said) == (second.field, second.unit, second.said)
