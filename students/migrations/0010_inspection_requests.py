import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import hgw.text
from hgw.storage.row_security import OF_SCHOOL, policies


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_roles_lapse"),
        ("students", "0009_health_notes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InspectionRequest",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("asked_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="asked on")),
                ("talk_offered", models.BooleanField(default=False, verbose_name="a talk about it was offered")),
                ("talk_when", hgw.text.ShortTextField(blank=True, max_length=200, verbose_name="when that talk is")),
                ("answered_on", models.DateField(blank=True, null=True, verbose_name="answered on")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("given", "shown or given whole"),
                            ("given_in_part", "shown or given in part"),
                            ("refused", "refused"),
                        ],
                        max_length=20,
                        verbose_name="what was answered",
                    ),
                ),
                ("said", hgw.text.LongTextField(blank=True, verbose_name="what was said with it")),
                ("student_said", hgw.text.LongTextField(blank=True, verbose_name="what the student says about it")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "guardian",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="students.guardian",
                        verbose_name="who asks",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.school"
                    ),
                ),
                (
                    "student",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inspection_requests",
                        to="students.student",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-asked_on", "-created_at"),
            },
        ),
        migrations.CreateModel(
            name="InspectionRelease",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("item", models.UUIDField()),
                ("version", models.PositiveIntegerField()),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.school"
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="releases",
                        to="students.inspectionrequest",
                    ),
                ),
            ],
            options={
                "ordering": ("created_at",),
            },
        ),
        migrations.AddConstraint(
            model_name="inspectionrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_on", None)),
                    models.Q(
                        ("answered_on__gte", models.F("asked_on")),
                        ("answered_on__isnull", False),
                        models.Q(("answer", ""), _negated=True),
                        models.Q(("answer", "given"), models.Q(("said", ""), _negated=True), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="inspection_answered",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspectionrelease",
            constraint=models.UniqueConstraint(fields=("request", "item"), name="released_once"),
        ),
        policies({"students_inspectionrequest": OF_SCHOOL, "students_inspectionrelease": OF_SCHOOL}),
    ]
