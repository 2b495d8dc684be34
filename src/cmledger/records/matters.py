"""What a visit or a person leaves to be followed up, told in one text: the sort of matter and what it is about."""

from typing import Final

FOLLOW_UP: Final = "follow-up"
"""The sort of a matter of which nothing else is said."""
SORTS: Final = ("hazard", "complaint", "opinion", "suggestion", "request")
"""Sorts that sheets name by the header over the words."""


def told_as(kind: str, content: str) -> str:
    """hazard:刀闸发热; content may be empty."""
    return f"{kind}:{content}"


def told(text: str) -> tuple[str, str]:
    """Sort and content of such a text."""
    kind, _, content = text.partition(":")
    return kind, content
