"""cmledger: a local ledger for power-supply offices that serve customers through customer managers."""

__version__ = "0.1.0"
