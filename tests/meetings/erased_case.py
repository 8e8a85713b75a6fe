"""A student of whom everything is filled in, with one word in each text, wherever the application keeps text."""

import contextlib
import datetime
import json
import os
import re
import uuid
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hgw.accounts.models import User
from hgw.audit.models import Action, record, remember
from hgw.items.models import FlagsField, Revision
from hgw.items.saving import NotSaved, save_item
from hgw.text import LongTextField, ShortTextField
from meetings.kinds import kinds
from meetings.models import Meeting, Plan, PlanIssue
from students.forgetting import erasing
from students.models import Erasure, InspectionRelease, InspectionRequest, Phase, PhaseRecord, Student
from tests.access_case import make_row
from tests.factories import Cast, make_health_note
from tests.full_meeting import fill_meeting
from tests.meetings.every_field import filled_in, prepare, writer

MARK = "Zwaluwstaart"


def marked(row: models.Model) -> None:
    """The word in every text of a row that somebody could have typed."""
    values: dict[str, Any] = {}
    for column in row._meta.concrete_fields:
        is_text = isinstance(column, LongTextField | ShortTextField) and not isinstance(column, FlagsField)
        if is_text and not column.choices and column.name != "locked_because":
            values[column.name] = f"{MARK} {row.pk} {column.name}"[:200]
    if values:
        type(row)._base_manager.filter(pk=row.pk).update(**values)


def fill_everything(cast: Cast, browser_of: Any) -> None:
    """The case of the cast with each kind of item typed in its form, changed once, set aside once; printed, looked at."""
    prepare(cast)
    fill_meeting(cast.meeting)
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="in_progress")
    for name in kinds():
        type_in(cast, name, browser_of(writer(cast, name)))
    make_health_note(cast.student)
    asked = InspectionRequest.objects.create(school=cast.school, student=cast.student, guardian=cast.mother)
    InspectionRelease.objects.create(
        school=cast.school, request=asked, item=uuid.uuid4(), version=1, created_by=cast.coordinator
    )
    for model in of_cases():
        for row in rows_of(model, cast.student, cast.meeting):
            marked(row)
    Student.objects.filter(pk=cast.student.pk).update(last_name=MARK, competence_note=MARK)
    aside(cast.meeting, cast.coordinator)
    PhaseRecord.decide(cast.student, "all", Phase.objects.all()[1], on=timezone.localdate(), reason=MARK, by=None)
    plan = Plan.objects.get(meeting=cast.meeting)
    for of_plan in (plan, None):
        PlanIssue.objects.create(
            school=cast.school, meeting=cast.meeting, plan=of_plan, reader="team", issued_by=cast.coordinator,
            pdf=MARK.encode(), guardian=cast.mother, delivered_how=MARK,
        )  # fmt: skip
    remember("student", [(cast.student.pk, f"Nore {MARK}")])
    record(
        Action.STUDENT_OPENED, school=cast.school.pk, who=cast.coordinator, object=cast.student.pk,
        student=cast.student.pk,
    )  # fmt: skip


def of_cases() -> list[Any]:
    return [
        model
        for label in ("students", "meetings")
        for model in apps.get_app_config(label).get_models()
        if not model._meta.proxy
    ]


def rows_of(model: Any, student: Student, meeting: Meeting) -> Any:
    names = {field.name for field in model._meta.concrete_fields}
    if "meeting" in names:
        return model._base_manager.filter(meeting=meeting)
    if model is Meeting:
        return model._base_manager.filter(pk=meeting.pk)
    return model._base_manager.filter(student=student) if "student" in names and model is not Erasure else []


def type_in(cast: Cast, name: str, browser: Client) -> None:
    """A new item of this kind by its form, with the word in all that is typed."""
    data = {
        field: f"{MARK} {field}" if isinstance(value, str) and "“zin”" in value else value
        for field, value in filled_in(cast, name).items()
    }
    answer = browser.post(reverse("item_add", args=(cast.meeting.pk, name)), data)
    assert answer.status_code in {200, 302, 422, 409}, (name, answer.status_code)


def aside(meeting: Meeting, by: User) -> None:
    """A text that lost to a colleague's is kept in the history."""
    goal = make_row(kinds()["meetinggoal"].model, meeting, text="eerst")
    save_item(goal, {"text": f"{MARK} van een ander"}, by=by, base_version=1, key=uuid.uuid4())
    again = goal.fresh()
    with contextlib.suppress(NotSaved):
        save_item(again, {"text": f"{MARK} opzij"}, by=by, base_version=1, key=uuid.uuid4(), check=lambda item: True)
    assert Revision.objects.filter(item=goal.pk, act=Revision.SET_ASIDE).exists()


def where_it_stands(word: str) -> list[str]:
    """Every table with a row in which the word stands, be it in part of a column of any kind."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values_list().iterator():
            held = [bytes(one) if isinstance(one, memoryview | bytes) else str(one).encode() for one in row]
            if any(word.encode() in one for one in held):
                found.append(model._meta.db_table)
    return found


def bytes_with(word: str) -> list[str]:
    """Every file of the installation in which the word stands, in whichever way it may have been written.

    What another process of the tests holds in the same folder is not of this installation, and comes and goes.
    """
    wanted = {word.encode(), json.dumps(word)[1:-1].encode(), word.encode("utf-16-le")}
    folders = {Path(settings.DATA_DIR), Path(os.environ["HGW_DATA"])}
    if connection.vendor == "sqlite":
        folders.add(Path(connection.settings_dict["NAME"]).parent)
    here = os.environ.get("PYTEST_XDIST_WORKER", "main")
    files = {
        file
        for folder in folders
        for file in folder.rglob("*")
        if file.is_file() and "static" not in file.parts and not (set(re.findall(r"gw\d+", file.name)) - {here})
    }
    return [str(file) for file in files if any(one in file.read_bytes() for one in wanted)]


def leave(student: Student) -> None:
    """Let the student have left so long ago that everything must go."""
    long_ago = datetime.date(2020, 9, 1)
    student.enrollments.update(since=long_ago, until=datetime.date(2021, 6, 30))
    Student.objects.filter(pk=student.pk).update(created_at=datetime.datetime(2020, 9, 1, tzinfo=datetime.UTC))


def erase(student: Student, *, asked: User, confirmed: User) -> erasing.Done:
    leave(student)
    assert erasing.confirm(erasing.ask(student, "student", by=asked), by=confirmed)
    return erasing.work()
