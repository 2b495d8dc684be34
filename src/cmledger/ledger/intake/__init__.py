"""Rows of a sheet reconciled with the ledger: which are new, changed, unchanged or rejected, and their writing.

One file per kind of sheet. Each takes the rows of all sheets of that kind in one file together, so that
the same row twice in a file is seen.
"""
