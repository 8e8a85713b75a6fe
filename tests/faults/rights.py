"""F22: somebody may not write any more, while they are writing."""

import datetime
import uuid
from typing import Any

from django.utils import timezone

from hgw.accounts import roles
from hgw.accounts.models import RoleAssignment
from hgw.audit.models import Entry
from hgw.items.models import Revision
from meetings.models import Meeting
from tests.factories import seat
from tests.faults.scene import Scene
from tests.faults.writer import Writer

SECRET = "Zin die niemand anders mag lezen: zevenentwintig paarse olifanten."


def f22_withdrawn(scene: Scene) -> None:
    """A role ends, a student changes class, a meeting closes: refused, the text kept for who typed it, and told to nobody."""
    _a_role_ends(scene)
    _the_student_leaves_the_class(scene)
    _the_meeting_closes(scene)
    log = scene.house.log.read_text(errors="replace")
    assert "olifanten" not in log, "the text stands in the log"
    assert not Entry.objects.filter(detail__contains="olifanten").exists()
    assert not Revision.objects.filter(content__icontains="olifanten").exists(), "what was refused is in the history"


def _a_role_ends(scene: Scene) -> None:
    user = scene.person("Weg morgen")
    writer = scene.writer("Weg morgen", user=user)
    writer.save("Toen mocht het nog.")
    for row in RoleAssignment.objects.filter(user=user):
        roles.end(row, by=scene.cast.coordinator)
    RoleAssignment.objects.filter(user=user).update(valid_until=timezone.localdate() - datetime.timedelta(days=1))
    _is_refused(scene, writer, {401})


def _the_student_leaves_the_class(scene: Scene) -> None:
    place = seat(scene.meeting, scene.cast.teacher)
    writer = scene.writer("De juf", user=scene.cast.teacher)
    writer.save("Ik heb haar in de klas.")
    place.delete()
    scene.cast.student.enrol(None, on=timezone.localdate(), by=scene.cast.coordinator)
    _is_refused(scene, writer, {403, 404})
    scene.cast.student.enrol(scene.cast.class_group, on=timezone.localdate(), by=scene.cast.coordinator)


def _the_meeting_closes(scene: Scene) -> None:
    writer = scene.writer("Te laat")
    writer.save("Nog op tijd.")
    closed = {"status": Meeting.Status.CLOSED, "closed_kind": "full", "closed_at": timezone.now()}
    Meeting.objects.filter(pk=scene.meeting.pk).update(**closed)
    told = _is_refused(scene, writer, {409})
    assert told["reason"] == "closed", told


def _is_refused(scene: Scene, writer: Writer, statuses: set[int]) -> dict[str, Any]:
    """What was told with the refusal, to be sent again as often as one likes."""
    for _turn in range(2):
        answer = writer.send(writer.form(SECRET, uuid.uuid4()))
        assert answer.status in statuses, f"{writer.name}: {answer.status}"
        if answer.status != 409:
            assert "html" not in answer.told
            assert "fields" not in answer.told, "the text of others goes to somebody who may not read it"
    return answer.told
