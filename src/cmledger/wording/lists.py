"""Items in a row, as Chinese sentences list them."""

from collections.abc import Iterable

TEXT_JOINT = "；"
"""Between texts that several rows say of one thing."""


def listed(items: Iterable[object]) -> str:
    """甲、乙、丙"""
    return "、".join(map(str, items))
