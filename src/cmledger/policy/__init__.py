"""The rules of the office on paper: schema, loading, shipped profiles."""
