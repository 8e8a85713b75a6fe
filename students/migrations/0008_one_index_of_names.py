import django.db.models.deletion
from django.db import migrations, models

INDEX = "students_student_school_id_be4a7ab9"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_roles_lapse"),
        ("students", "0007_emergencies"),
    ]

    operations = [
        # The index is all that goes: on SQLite a changed field would write the whole table anew, in a school that is running.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f"DROP INDEX {INDEX}", f"CREATE INDEX {INDEX} ON students_student (school_id)")
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="student",
                    name="school",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="students",
                        to="accounts.school",
                    ),
                )
            ],
        )
    ]
