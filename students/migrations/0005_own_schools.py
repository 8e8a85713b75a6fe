"""On PostgreSQL, rows that are there for their own school alone (hgw/storage/row_security.py)."""

from django.db import migrations

from hgw.storage.row_security import OF_SCHOOL, policies, under

TABLES = {
    "students_schoolyear": OF_SCHOOL,
    "students_classgroup": OF_SCHOOL,
    "students_student": OF_SCHOOL,
    "students_guardian": OF_SCHOOL,
    "students_studentaccessgrant": OF_SCHOOL,
    "students_phaserecord": OF_SCHOOL,
    "students_legalreport": OF_SCHOOL,
    "students_reasonableadjustment": OF_SCHOOL,
    "students_consent": OF_SCHOOL,
    "students_studentgroup": OF_SCHOOL,
    "students_enrollment": under("students_student", "student_id"),
}


class Migration(migrations.Migration):
    dependencies = [("students", "0004_groups_that_end"), ("accounts", "0003_draft_keys")]
    operations = [policies(TABLES)]
