"""Items in a row, as Chinese sentences list them."""

from collections.abc import Iterable


def listed(items: Iterable[object]) -> str:
    """甲、乙、丙"""
    return "、".join(map(str, items))
