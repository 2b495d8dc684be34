"""One file per kind of sheet: its columns, in both directions."""
