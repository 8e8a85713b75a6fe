"""What things cost, as ratios of two things measured side by side, so that a slow or busy machine says the same.

One web worker as in production serves both sides, on a SQLite file with the demonstration in it; what counts is the
computing time of that worker, unless a measure says otherwise.
"""
