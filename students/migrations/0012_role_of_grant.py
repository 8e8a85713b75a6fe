"""In which role a student was opened to somebody. What was opened before gets the role that its user had then."""

from typing import Any

from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone

OUTSIDE = ("clb_worker", "learning_supporter")


def fill(apps: Any, _editor: Any) -> None:
    """Who had both came on the ground that was there: a permission for the CLB, else a report.

    Who had neither keeps none, and reads nothing by it: no more than before.
    """
    grants, consents = apps.get_model("students", "StudentAccessGrant"), apps.get_model("students", "Consent")
    roles = apps.get_model("accounts", "RoleAssignment").objects.filter(role__in=OUTSIDE)
    for grant in grants.objects.all():
        day = timezone.localdate(grant.created_at)
        had = roles.filter(Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day)
        held = set(had.filter(user=grant.user_id, school=grant.school_id).values_list("role", flat=True))
        if len(held) == 2:
            asked = consents.objects.filter(student=grant.student_id, kind_of_consent="clb_involve", granted=True)
            permitted = asked.filter(withdrawn_on=None, removed_at=None).exists()
            held = {"clb_worker" if permitted else "learning_supporter"}
        grants.objects.filter(pk=grant.pk).update(role="".join(held))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_school_keeps_health_notes"),
        ("students", "0011_transfers"),
    ]

    operations = [
        migrations.AddField(
            model_name="studentaccessgrant",
            name="role",
            field=models.CharField(
                choices=[
                    ("care_coordinator", "Care coordinator"),
                    ("principal", "Principal"),
                    ("care_teacher", "Care teacher"),
                    ("homeroom_teacher", "Homeroom teacher"),
                    ("subject_teacher", "Subject teacher"),
                    ("clb_worker", "CLB worker"),
                    ("learning_supporter", "Learning supporter"),
                    ("school_admin", "School administrator"),
                    ("adviser", "Pedagogical adviser"),
                ],
                default="",
                max_length=30,
            ),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
