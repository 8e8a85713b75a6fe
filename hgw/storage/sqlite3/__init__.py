"""Django's database backend for SQLite, with a write queue."""
