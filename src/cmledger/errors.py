"""What can go wrong in a call. Each class carries the exit code that scripts rely on.

Errors in *data* (a bad cell, a rejected row) are values (`records.intake.Finding`), never exceptions.
The sentence is Chinese and comes from `wording`; it names what is wrong, the hint says what to do next.
"""


class LedgerError(Exception):
    """A call that could not be carried out; nothing was written."""

    exit_code = 1
    code = "error"

    def __init__(self, message: str, *, hint: str | None = None, where: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where

    def to_json(self) -> dict[str, str | None]:
        """The object that stands on stderr under --json."""
        return {
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "where": self.where,
        }


class UsageProblem(LedgerError):
    """Options that do not fit together."""

    exit_code = 2
    code = "usage"


class NoLedger(LedgerError):
    """There is no ledger at that place."""

    exit_code = 10
    code = "no-ledger"


class LedgerBusy(LedgerError):
    """Another process is writing and did not finish within the bounded wait."""

    exit_code = 11
    code = "ledger-busy"


class LedgerDamaged(LedgerError):
    """The file is not a sound ledger, or a check of it failed."""

    exit_code = 12
    code = "ledger-damaged"


class SchemaMismatch(LedgerError):
    """The ledger is older or newer than the program."""

    exit_code = 13
    code = "schema-mismatch"


class BadPolicy(LedgerError):
    """The office's rules cannot be used as written; `where` is path:line."""

    exit_code = 14
    code = "bad-policy"


class NotAWorkbook(LedgerError):
    """The file is not a workbook that can be read."""

    exit_code = 15
    code = "not-a-workbook"


class NeedsDecision(LedgerError):
    """Only the user can decide; the hint names the option that does."""

    exit_code = 16
    code = "needs-decision"


class OutputNotWritable(LedgerError):
    """A file that was to be written cannot be (open in Excel, read-only folder, full disk)."""

    exit_code = 17
    code = "output-not-writable"


class NotFound(LedgerError):
    """No such customer, manager, operation … in this ledger."""

    exit_code = 18
    code = "not-found"


EXIT_DONE = 0
EXIT_BUG = 1
EXIT_REJECTED_ROWS = 3
EXIT_FINDINGS = 4
EXIT_INTERRUPTED = 130
