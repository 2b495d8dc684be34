"""Words by which places tell what they are."""

from typing import Final

GRID_KINDS: Final = {
    "community": ("社区", "居委会", "社区居委会"),
    "village": ("村", "村委会", "村委", "屯"),
    "grid": ("网格", "单元"),
}
"""kind of grid -> how the names of such end (a number may follow)."""
NUMBERS: Final = "0123456789０１２３４５６７８９号#-_ "


KILOVOLTS = "千伏"
"""As names of lines begin with, beside kV."""


def grid_kind(name: str) -> str | None:
    """Whether a name is that of a grid, a community or a village; None where it does not say."""
    bare = name.rstrip(NUMBERS)
    return next((kind for kind, ends in GRID_KINDS.items() if bare.endswith(ends)), None)
