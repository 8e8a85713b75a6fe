"""What a command may say of an error: a database tells the rows it failed on, and these never leave it.

What is said is the kind of error, by its code or in words of ours, never in the words of the database: those hold values,
and differ by language.
"""

import sqlite3

from django.db import Error

UNKNOWN = "the log of the database server says why"
# What PostgreSQL and its programs say, by a part of it that holds nothing of a row.
SAID = {
    "No space left on device": "the disk is full",
    "out of memory": "out of memory",
    "server version mismatch": "the program is older than the database server",
    "unsupported version": "the program is older than the one that made the copy",
    "connection to server": "the database server is away, or does not let us in",
    "connection failed": "the database server is away, or does not let us in",
    "server closed the connection": "the database server went away",
    "permission denied": "no right to a table; HGW_OWNER_DATABASE_URL names who owns them",
    "must be owner": "no right to a table; HGW_OWNER_DATABASE_URL names who owns them",
    "lock timeout": "somebody else holds a table",
    "statement timeout": "it took too long",
    "unique constraint": "a row is there twice",
    "foreign key constraint": "a row belongs to one that is not there",
    "check constraint": "a row breaks a rule of its table",
    "already exists": "something of the same name is there already",
    "does not exist": "something that is needed is not there",
}


def told(error: Exception) -> str:
    """One line about an error that holds nothing of what is in the database.

    Errors of ours and of the file system speak for themselves.
    """
    if not isinstance(error, Error | sqlite3.Error):
        return " ".join(str(error).split())
    cause = error.__cause__ or error  # what the driver said, which Django hands on as an error of its own
    kind = getattr(cause, "sqlite_errorname", None) or type(cause).__name__
    if state := getattr(cause, "sqlstate", None):
        return f"{kind} (SQLSTATE {state})"
    return kind if isinstance(cause, sqlite3.Error) else f"{kind}: {of_program(str(cause))}"


def of_program(said: str) -> str:
    """What is known of a fault, in words of ours, from what PostgreSQL or a program of it said."""
    return next((ours for theirs, ours in SAID.items() if theirs in said), UNKNOWN)
