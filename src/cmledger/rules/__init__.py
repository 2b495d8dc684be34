"""Pure decisions: facts + policy + day in, decision with its reasons out. No I/O, no clock."""
