"""What things cost, as ratios of two things measured side by side, so that a slow or busy machine says the same.

All in one process, through the whole stack of middleware, on a SQLite file with the demonstration in it.
"""
