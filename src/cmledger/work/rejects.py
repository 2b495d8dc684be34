"""Where the workbooks go in which an import hands the rejected rows back: never over anybody's work."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from cmledger.errors import OutputNotWritable, UsageProblem
from cmledger.wording import errors as say_errors
from cmledger.wording import returned as say

_XLSX = ".xlsx"
_NUMBERED = re.compile(re.escape(say.SUFFIX) + r"\d*$")


@dataclass(frozen=True, slots=True)
class HandBack:
    """Where the marked workbooks go. at: an .xlsx file, or a folder; None: beside each source.

    max_cells: the caps under which the sources are read once more.
    """

    at: Path | None = None
    max_cells: int | None = None

    def check(self, sources: Sequence[Path]) -> None:
        """Refuse before anything is done what cannot be meant. Raises UsageProblem, OutputNotWritable."""
        at = self.at
        if at is None or at.is_dir():
            return
        if at.suffix.lower() != _XLSX and (at.exists() or at.suffix):
            raise _usage(say.NO_FOLDER, say.NO_FOLDER_HINT, at)
        folder = at.parent if at.suffix else at
        if not folder.is_dir():  # a slip of the pen must not lay out folders
            raise OutputNotWritable(
                say.FOLDER_MISSING.format(path=folder),
                hint=say.FOLDER_MISSING_HINT,
                where=str(folder),
            )
        if len(sources) > 1:
            raise _usage(say.ONE_FOR_SEVERAL, say.ONE_FOR_SEVERAL_HINT, at)
        if at.exists() and any(path.exists() and at.samefile(path) for path in sources):
            raise _usage(say.OVER_SOURCE, say.OVER_SOURCE_HINT, at)
        if at.exists() and not _ours(at):
            raise OutputNotWritable(
                say_errors.OUTPUT_NOT_OURS.format(path=at),
                hint=say_errors.OUTPUT_NOT_OURS_HINT,
                where=str(at),
            )

    def target(self, source: Path, taken: Sequence[Path]) -> Path:
        """The file for this source: never one that is `taken`, nor one that somebody has worked in since."""
        at = self.at
        if at is not None and at.suffix.lower() == _XLSX and not at.is_dir():
            return at
        return next(
            path
            for path in _names(at or source.parent, source)
            if path not in taken and (not path.exists() or _ours(path))
        )


def _names(folder: Path, source: Path) -> Iterator[Path]:
    """The stem of the source with a suffix, numbered from the second on; a second round drops the first's suffix."""
    stem = _NUMBERED.sub("", source.stem)
    for number in count(1):
        yield folder / f"{stem}{say.SUFFIX}{number if number > 1 else ''}{_XLSX}"


def _ours(path: Path) -> bool:
    """Whether nobody has saved this file since cmledger wrote it."""
    from cmledger.sheets.output import written_by_us  # openpyxl: only where there is such a file

    try:
        return written_by_us(path)
    except OSError:
        return False


def _usage(sentence: str, hint: str, path: Path) -> UsageProblem:
    return UsageProblem(sentence.format(path=path), hint=hint, where=str(path))
