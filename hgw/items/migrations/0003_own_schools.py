"""On PostgreSQL, rows that are there for their own school alone (hgw/storage/row_security.py)."""

from django.db import migrations

from hgw.storage.row_security import OF_SCHOOL, policies

TABLES = {
    "items_revision": OF_SCHOOL,
}


class Migration(migrations.Migration):
    dependencies = [("items", "0002_set_aside_and_merged"), ("accounts", "0003_draft_keys")]
    operations = [policies(TABLES)]
