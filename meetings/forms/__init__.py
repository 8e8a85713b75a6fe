"""Forms of the items, by step."""
