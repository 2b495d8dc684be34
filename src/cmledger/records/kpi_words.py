"""The words of a KPI report: what its figures are, and what they are broken down by; apart, for the command's help."""

from enum import StrEnum


class Unit(StrEnum):
    """What a person reads of a figure."""

    RATE = "rate"
    COUNT = "count"
    AVERAGE = "average"


class Direction(StrEnum):
    """On which side of its target a figure is good."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class By(StrEnum):
    """What the figures are broken down by."""

    OFFICE = "office"
    LINE = "line"
    MANAGER = "manager"
    GRID = "grid"
