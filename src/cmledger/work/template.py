"""A blank sheet of a kind, for an office that starts without one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cmledger.records.caller import Caller
from cmledger.sheets.layouts import layout
from cmledger.sheets.template import write_template
from cmledger.wording import listing as say


@dataclass(frozen=True, slots=True)
class TemplateReport:
    """The blank workbook that was written."""

    kind: str
    path: Path

    exit_code = 0

    def to_json(self) -> dict[str, Any]:
        """`cmledger.template/1`"""
        return {"schema": "cmledger.template/1", "kind": self.kind, "excel": str(self.path)}


def template(kind: str, caller: Caller, path: Path | None = None) -> TemplateReport:
    """Write the blank sheet of `kind` to `path`, else to a file named after it in the current folder.

    Raises UsageProblem for a kind there is none of, OutputNotWritable.
    """
    found = layout(kind)
    target = path or Path(say.TEMPLATE_FILE.format(title=found.title))
    write_template(target, found, caller)
    return TemplateReport(kind, target)
