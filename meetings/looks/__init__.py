"""Who looked at which case: what the trace of a school says to whoever answers for it."""
