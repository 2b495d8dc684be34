"""The invariants of a ledger, one file per subject: each finds the rows that break it, by sets, never row by row.

What can be read off the tables' declaration is, so that a new table is covered by itself.
"""
