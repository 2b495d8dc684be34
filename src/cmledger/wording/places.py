"""Words by which places tell what they are."""

import re
from typing import Final

GRID_KINDS: Final = {
    "community": ("社区", "居委会", "社区居委会"),
    "village": ("村", "村委会", "村委", "屯"),
    "grid": ("网格", "单元"),
}
"""kind of grid -> how the names of such end (a number may follow)."""
NUMBERS: Final = "0123456789０１２３４５６７８９号#-_ "

_OFFICE: Final = ("本所", "全所", "本供电所", "所内")
_EVERY: Final = ("全部", "所有", "全体", "各个", "各", "每条", "每个")
_KINDS: Final = {
    "线路": ("line", None),
    "线": ("line", None),
    "台区": ("transformer_area", None),
    "公变台区": ("transformer_area", None),
    "网格": ("grid", None),
    "社区": ("grid", "community"),
    "村": ("grid", "village"),
    "村庄": ("grid", "village"),
    "行政村": ("grid", "village"),
}
"""What stands behind where a territory is all places of a kind: kind of place, kind of grid."""
_ALL = re.compile(
    f"(?P<office>{'|'.join(_OFFICE)})?(?:的)?(?P<every>{'|'.join(_EVERY)})?(?:的)?"
    f"(?P<kind>{'|'.join(sorted(_KINDS, key=len, reverse=True))})?"
)
_BARE: Final = ("各", "各个", "每条", "每个", "所内")
"""Words that alone do not say that all is meant."""

KILOVOLTS = "千伏"
"""As names of lines begin with, beside kV."""
_VOLTAGE = re.compile(rf"(\d+(?:\.\d+)?)\s*(?:kV|{KILOVOLTS})\s*(.+)", re.IGNORECASE | re.DOTALL)


def all_of(name: str, usual: str) -> tuple[str, str | None] | None:
    """Whose every place is meant, as by 全部线路: kind of place, kind of grid (None: any); None: one place is named.

    usual: the kind of place where none is said.
    """
    found = _ALL.fullmatch(name)
    if found is None or name in _BARE or not (found["office"] or found["every"]):
        return None
    return _KINDS[found["kind"]] if found["kind"] else (usual, None)


def without_voltage(name: str) -> tuple[str | None, str]:
    """A line's voltage in kV, where its name begins with it, and the rest of the name."""
    found = _VOLTAGE.fullmatch(name)
    return (found[1], found[2]) if found else (None, name)


def grid_kind(name: str) -> str | None:
    """Whether a name is that of a grid, a community or a village; None where it does not say."""
    bare = name.rstrip(NUMBERS)
    return next((kind for kind, ends in GRID_KINDS.items() if bare.endswith(ends)), None)
