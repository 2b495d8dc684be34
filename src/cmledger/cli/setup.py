"""Making a ledger, and bringing it up to date."""

from cmledger.cli import options


def init(
    ledger: options.LedgerOption = None,
    as_of: options.AsOfOption = None,
) -> int:
    """建立台账，并在旁边写下规则文件 policy.toml。"""
    from cmledger.ledger.store import create_ledger

    create_ledger(options.ledger_location(ledger, must_be_named=False), options.caller(as_of))
    return 0
