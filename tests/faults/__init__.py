"""The fault suite: things go wrong while people type, and every save that was called saved must be found again.

The real server with two workers, a real SQLite file or a PostgreSQL that writes to disk before it answers, and writers
that retry with the same key as the page's script does. What was acknowledged is written down outside the database, and
compared with it at the end. `./dev faults` prints one line per fault and database.
"""
