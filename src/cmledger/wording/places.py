"""Words by which places tell what they are."""

from typing import Final

GRID_KINDS: Final = {
    "community": ("社区", "居委会", "社区居委会"),
    "village": ("村", "村委会", "村委", "屯"),
    "grid": ("网格", "单元"),
}
"""kind of grid -> how the names of such end (a number may follow)."""
NUMBERS: Final = "0123456789０１２３４５６７８９号#-_ "


ALL_OF: Final = {
    "line": "线路",
    "transformer_area": "台区",
    "grid": "网格",
}
"""What stands behind one of EVERY where a territory is all places of a kind."""
EVERY: Final = ("全部", "所有", "全所", "全所全部", "全所所有", "本所全部", "本所所有")

KILOVOLTS = "千伏"
"""As names of lines begin with, beside kV."""


def all_of(name: str, usual: str) -> str | None:
    """Whose every place is meant, as by 全部线路; `usual`: where no kind is said; None: one place is named."""
    if name in EVERY:
        return usual
    return next((k for k, word in ALL_OF.items() if name in {f"{e}{word}" for e in EVERY}), None)


def grid_kind(name: str) -> str | None:
    """Whether a name is that of a grid, a community or a village; None where it does not say."""
    bare = name.rstrip(NUMBERS)
    return next((kind for kind, ends in GRID_KINDS.items() if bare.endswith(ends)), None)
