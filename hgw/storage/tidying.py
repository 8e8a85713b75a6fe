"""What a database leaves behind of rows that are gone, in its files: overwritten or given back."""

from django.db import connection


def tidy() -> bool:
    """Rid the files of the database of what was deleted. Outside a transaction; whether all of it is done.

    SQLite writes its file anew and empties its log, one writer's turn long: it is done a few times a year. False when
    somebody still reads what was, or when the caller holds a transaction: then it is for the next time. PostgreSQL clears
    rows that nobody can see any more, beside whoever works, where this role owns the tables; elsewhere it does so by itself.
    """
    if connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy, _pages, _moved = cursor.fetchone()
            return not is_busy
        cursor.execute("SET statement_timeout = 0")
        try:
            cursor.execute("VACUUM")
        finally:
            cursor.execute("RESET statement_timeout")
    return True
