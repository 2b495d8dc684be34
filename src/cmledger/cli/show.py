"""How a report reaches the user: as text, as one JSON object, or not at all."""

import json
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from cmledger.cli import waiting


class Report(Protocol):
    """What a use case returns. `exit_code` is 0 unless there is something to tell a script."""

    @property
    def exit_code(self) -> int: ...

    def to_json(self) -> dict[str, Any]: ...


R = TypeVar("R", bound=Report)


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a table on the screen."""

    title: str
    align: Literal["left", "right"] = "left"
    keep: bool = False
    """Never wrapped: 户号, dates."""


class Screen:
    """stdout for people: lines and tables that align with Chinese width. rich is imported on first use."""

    def __init__(self) -> None:
        from rich.console import Console

        waiting.stop()
        width = None
        if not sys.stdout.isatty():
            # what COLUMNS says, where it makes sense: neither a slip nor a page that never ends
            width = min(max(shutil.get_terminal_size((100, 0)).columns, 20), 1000)
        self.console = Console(width=width, highlight=False, soft_wrap=False, markup=False)

    def line(self, text: str = "", *, strong: bool = False) -> None:
        """A line of text; nothing is cut off."""
        self.console.print(text, style="bold" if strong else None, soft_wrap=True)

    def table(
        self, heads: Sequence[Head], rows: Sequence[Sequence[object]], title: str = ""
    ) -> None:
        """A table; long cells fold, nothing is cut off. None shows as blank."""
        from rich import box
        from rich.table import Table

        from cmledger.cli.folding import Cell

        table = Table(
            title=title or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False
        )
        for head in heads:
            table.add_column(head.title, justify=head.align, no_wrap=head.keep, overflow="fold")
        for row in rows:
            table.add_row(*(Cell("" if cell is None else str(cell)) for cell in row))
        if self.console.is_terminal:
            self.console.print(table)
            return
        with self.console.capture() as shown:  # no blanks at the ends of lines that are kept
            self.console.print(table)
        lines = shown.get().split("\n")
        self.console.file.write("\n".join(line.rstrip() for line in lines))


def show(
    report: R, text: Callable[[Screen, R], None], *, as_json: bool = False, quiet: bool = False
) -> int:
    """Show a report the way the user asked for; the exit code of the command."""
    if as_json:
        waiting.stop()
        sys.stdout.write(json.dumps(report.to_json(), ensure_ascii=False) + "\n")
    elif not quiet:
        text(Screen(), report)
    return report.exit_code


def write_json_rows(head: dict[str, Any], name: str, rows: Iterable[dict[str, Any] | str]) -> None:
    """One JSON object whose last member is a list of rows, a line each, written row by row: there may be a million.

    A row that is a text is JSON already.
    """
    write_json_lists(head, [(name, rows)])


def write_json_lists(
    head: dict[str, Any], lists: Iterable[tuple[str, Iterable[dict[str, Any] | str]]]
) -> None:
    """The same with several lists behind one another."""
    waiting.stop()
    encode = json.JSONEncoder(ensure_ascii=False).encode
    sys.stdout.write(encode(head)[:-1])
    for name, rows in lists:
        sys.stdout.write(f', "{name}": [')
        joint = "\n"
        for row in rows:
            sys.stdout.write(joint + (row if isinstance(row, str) else encode(row)))
            joint = ",\n"
        sys.stdout.write("]")
    sys.stdout.write("}\n")
