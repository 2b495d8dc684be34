"""The counter: what the user types, and how answers are shown. The only room with typer and rich."""
