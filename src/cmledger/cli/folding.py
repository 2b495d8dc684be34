"""Cells of tables, folded as Chinese is: between any two characters, while words and numbers stay whole where they fit."""

from typing import Any

from rich.cells import cell_len
from rich.containers import Lines
from rich.text import Text

from cmledger.cli.framework import wrapped


class Cell(Text):
    """The text of a cell. rich breaks at blanks alone and would leave lines of Chinese half empty."""

    def wrap(self, console: Any, width: int, **how: Any) -> Lines:
        """Lines no wider than `width`; a cell never wrapped is rich's own affair."""
        if how.get("no_wrap"):
            return super().wrap(console, width, **how)
        lines = [
            Text(line, style=self.style, justify=self.justify, end="")
            for line in folded(self.plain, width)
        ]
        justify = how.get("justify") or self.justify or "left"
        found = Lines(lines)
        found.justify(console, width, justify=justify, overflow="fold")
        return found


def folded(text: str, columns: int) -> list[str]:
    """A text in lines no wider than `columns`; what has no place to break is cut."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        for line in wrapped(paragraph, columns) or [""]:
            rest = line
            while cell_len(rest) > columns and len(rest) > 1:
                fits = next(
                    n
                    for n in range(len(rest) - 1, 0, -1)
                    if n == 1 or cell_len(rest[:n]) <= columns
                )
                lines.append(rest[:fits])
                rest = rest[fits:]
            lines.append(rest)
    return lines
