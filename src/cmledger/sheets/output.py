"""Where written files go: beside the target first, then into its place; never over a file somebody worked in.

The same call writes the same bytes: every date inside comes from the caller's moment, none from a clock.
"""

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties
from openpyxl.writer.excel import ExcelWriter

from cmledger.errors import OutputNotWritable, UsageProblem
from cmledger.records.caller import Caller
from cmledger.wording import errors as say

_APPLICATION = "cmledger"
_PROPERTIES = "docProps/app.xml"
_COMPRESSION = 4  # the sheets are text of few words: higher levels cost time and save little


@dataclass(frozen=True, slots=True)
class Body:
    """The data rows of a sheet as XML, poured in behind what openpyxl wrote of it.

    rows: chunks of <row> elements. dimension: the sheet's whole range, A1:AH120.
    """

    rows: Iterator[bytes]
    dimension: str


def save_workbook(
    path: Path,
    workbook: Workbook,
    caller: Caller,
    bodies: Mapping[str, Body] | None = None,
    *,
    finish: Callable[[str, bytes], bytes] | None = None,
) -> None:
    """Write a workbook to `path`, all of it or nothing. bodies: by sheet title, for sheets of many rows.

    finish(title, XML): the last word on each sheet; the workbook is somebody else's then, and keeps its properties.

    Raises OutputNotWritable (also where `path` holds a file that cmledger did not write, or that was saved
    by someone since), UsageProblem where the name is not that of an .xlsx file.
    """
    if path.suffix.lower() != ".xlsx":
        raise UsageProblem(
            say.OUTPUT_NOT_XLSX.format(path=path), hint=say.OUTPUT_NOT_XLSX_HINT, where=str(path)
        )
    moment = caller.now.astimezone(UTC).replace(tzinfo=None)
    if finish is None:
        workbook.properties = DocumentProperties(creator=caller.actor, created=moment)
    workbook.properties.lastModifiedBy = _APPLICATION
    workbook.properties.modified = moment
    streams = {
        f"xl/worksheets/sheet{number}.xml": body
        for number, sheet in enumerate(workbook.worksheets, 1)
        if (body := (bodies or {}).get(sheet.title)) is not None
    }
    finishes = {
        f"xl/worksheets/sheet{number}.xml": partial(finish, sheet.title)
        for number, sheet in enumerate(workbook.worksheets, 1)
        if finish is not None
    }
    with (
        replacing(path, untouched=written_by_us) as part,
        _Archive(part, streams, finishes) as archive,
    ):
        ExcelWriter(workbook, archive).write_data()


@contextmanager
def replacing(path: Path, *, untouched: Callable[[Path], bool]) -> Iterator[Path]:
    """A new file beside `path` to write into, which takes its place at the end of the block; mode 0600.

    untouched(path): whether what stands there now may go. Raises OutputNotWritable.
    """
    part: Path | None = None
    try:
        refuse_worked_in(path, untouched=untouched)
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.stem}-", suffix=".part", delete=False
        ) as file:
            part = Path(file.name)
        yield part
        part.replace(path)
    except OSError as problem:
        raise not_writable(path) from problem
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def refuse_worked_in(path: Path, *, untouched: Callable[[Path], bool]) -> None:
    """Raises OutputNotWritable where what stands at `path` must not go."""
    if path.exists() and not untouched(path):
        raise OutputNotWritable(
            say.OUTPUT_NOT_OURS.format(path=path),
            hint=say.OUTPUT_NOT_OURS_HINT,
            where=str(path),
        )


def not_writable(path: Path) -> OutputNotWritable:
    """A file that the system does not let us write: open in Excel, most often."""
    return OutputNotWritable(
        say.OUTPUT_NOT_WRITABLE.format(path=path),
        hint=say.OUTPUT_NOT_WRITABLE_HINT,
        where=str(path),
    )


def written_by_us(path: Path) -> bool:
    """Whether cmledger was the last to save this workbook: every program writes its own name on saving."""
    try:
        with ZipFile(path) as archive:
            return f"<Application>{_APPLICATION}</Application>".encode() in archive.read(
                _PROPERTIES
            )
    except (BadZipFile, KeyError):
        return False


class _Archive(ZipFile):
    """A zip without dates of its own (as Excel writes it), whose sheets get their rows from a stream."""

    def __init__(
        self,
        path: Path,
        bodies: Mapping[str, Body],
        finishes: Mapping[str, Callable[[bytes], bytes]],
    ) -> None:
        super().__init__(path, "w", ZIP_DEFLATED, compresslevel=_COMPRESSION)
        self._bodies, self._finishes = bodies, finishes

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        """An entry from memory."""
        if zinfo_or_arcname == _PROPERTIES:
            data = _APPLICATION_XML
        super().writestr(ZipInfo(str(zinfo_or_arcname)), data, ZIP_DEFLATED, _COMPRESSION)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        """A sheet that openpyxl wrote to a temporary file; its stream of rows goes before </sheetData>."""
        written = Path(filename).read_bytes()
        if (finish := self._finishes.get(str(arcname))) is not None:
            written = finish(written)
        body = self._bodies.get(str(arcname))
        if body is None:
            self.writestr(arcname, written)
            return
        head, end, tail = written.partition(b"</sheetData>")
        dimension = f'<dimension ref="{body.dimension}"'.encode()
        with self.open(str(arcname), "w", force_zip64=True) as target:
            target.write(re.sub(rb'<dimension ref="[^"]*"', dimension, head, count=1))
            for chunk in body.rows:
                target.write(chunk)
            target.write(end + tail)


_APPLICATION_XML = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    f"<Application>{_APPLICATION}</Application></Properties>"
)
