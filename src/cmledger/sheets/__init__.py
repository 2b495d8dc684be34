"""The only room that knows Excel."""
