"""What was missing in the trace, a mark on each entry, the seals, and tables that refuse to be changed."""

from typing import Any

from django.db import migrations, models
from django.db.migrations.state import StateApps

from hgw.audit import guards
from hgw.audit.marks import mark


def mark_what_is_there(apps: StateApps, schema_editor: Any) -> None:
    """Entries of before have their mark from today on: nobody can say more of them."""
    entries = apps.get_model("audit", "Entry").objects.filter(mark="")
    while some := list(entries.order_by("pk")[:1000]):
        for entry in some:
            entry.mark = mark(entry)
        entries.bulk_update(some, ["mark"])


def set_guards(apps: StateApps, schema_editor: Any) -> None:
    for statement in guards.on(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def drop_guards(apps: StateApps, schema_editor: Any) -> None:
    for statement in guards.off(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_actions_of_a_school"),
    ]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("previous", models.CharField(max_length=64, unique=True)),
                ("head", models.CharField(max_length=64, unique=True)),
                ("entries", models.BinaryField()),
                ("up_to", models.BigIntegerField()),
                ("key", models.CharField(max_length=16)),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.AddField(
            model_name="entry",
            name="mark",
            field=models.CharField(default="", editable=False, max_length=80),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="entry",
            name="action",
            field=models.CharField(
                choices=[
                    ("meeting.opened", "Meeting Opened"),
                    ("meeting.planned", "Meeting Planned"),
                    ("meeting.started", "Meeting Started"),
                    ("meeting.closed", "Meeting Closed"),
                    ("meeting.cancelled", "Meeting Cancelled"),
                    ("student.opened", "Student Opened"),
                    ("students.searched", "Students Searched"),
                    ("series.opened", "Series Opened"),
                    ("agreement.opened", "Agreement Opened"),
                    ("projection.started", "Projection Started"),
                    ("projection.stopped", "Projection Stopped"),
                    ("item.added", "Item Added"),
                    ("item.changed", "Item Changed"),
                    ("item.removed", "Item Removed"),
                    ("item.restored", "Item Restored"),
                    ("item.moved", "Item Moved"),
                    ("plan.opened", "Plan Opened"),
                    ("plan.printed", "Plan Printed"),
                    ("case.loaded", "Case Loaded"),
                    ("case.exported", "Case Exported"),
                    ("case.exported_with_confidential", "Case Exported With Confidential"),
                    ("agreement.reviewed", "Agreement Reviewed"),
                    ("grant.given", "Grant Given"),
                    ("grant.ended", "Grant Ended"),
                    ("school.begun", "School Begun"),
                    ("school.changed", "School Changed"),
                    ("invitation.sent", "Invitation Sent"),
                    ("invitation.taken", "Invitation Taken"),
                    ("invitation.withdrawn", "Invitation Withdrawn"),
                    ("role.given", "Role Given"),
                    ("role.changed", "Role Changed"),
                    ("role.ended", "Role Ended"),
                    ("account.closed", "Account Closed"),
                    ("signed.in", "Signed In"),
                    ("signed.out", "Signed Out"),
                    ("sign_in.refused", "Sign In Refused"),
                    ("refused", "Refused"),
                    ("trace.opened", "Trace Opened"),
                    ("trace.reviewed", "Trace Reviewed"),
                ],
                max_length=40,
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="school",
            field=models.UUIDField(db_index=True, null=True),
        ),
        migrations.RunPython(mark_what_is_there, migrations.RunPython.noop),
        migrations.RunPython(set_guards, drop_guards),
    ]
