"""One file per thing a user can have done. A use case opens what it needs and returns a frozen report."""
