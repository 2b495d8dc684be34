"""How values are named where a sheet and the ledger changed the same cell."""

BLANK = "空白"
CLEARED = "清空"
