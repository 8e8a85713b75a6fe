"""F23: the clock of the server is wrong, or changes its hour in the night."""

import datetime
import re
import uuid
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from hgw.accounts.models import Session
from hgw.items.models import Revision
from tests.faults.failpoints import CLOCK
from tests.faults.house import House
from tests.faults.scene import Scene
from tests.faults.writer import Writer

HERE = ZoneInfo("Europe/Brussels")
HOUR = 3600.0


def f23_clock(scene: Scene) -> None:
    """An hour back, an hour on, and the nights in which the hour changes: the order is that of the versions."""
    writer, sentences = scene.writer("Klok"), []
    # The nights are far away: until then the sign-in would end, and lock before that.
    far = timezone.now() + datetime.timedelta(days=800)
    Session.objects.filter(pk=writer.cookies[settings.SESSION_COOKIE_NAME]).update(expire_date=far, seen_at=far)
    for ahead in (1.0, -HOUR, HOUR, 2.0):
        sentences.append(_save_at(scene, writer, ahead))
    year = timezone.localdate().year + 1
    for month, day in ((3, _last_sunday(year, 3)), (10, _last_sunday(year, 10))):
        for hour in (0, 1, 2):  # UTC: before, within and after the hour that is skipped, or comes twice
            moment = datetime.datetime(year, month, day, hour, 30, tzinfo=datetime.UTC)
            sentences.append(_save_at(scene, writer, (moment - timezone.now()).total_seconds(), moment))
    kept = Revision.objects.filter(item=writer.item).order_by("version").values_list("content__text", flat=True)
    assert list(kept)[1:] == sentences, "the order is not that of the saves"


def _last_sunday(year: int, month: int) -> int:
    last = datetime.date(year, month, 31)
    return 31 - (last.weekday() + 1) % 7


def _save_at(scene: Scene, writer: Writer, ahead: float, moment: datetime.datetime | None = None) -> str:
    """Save a sentence on a server whose clock is so many seconds ahead; its time is told as a clock on the wall says it."""
    house = House(scene.house.log, **{CLOCK: f"{ahead:.0f}"})
    try:
        text = f"Om {ahead:.0f} seconden van nu."
        sent = writer.form(text, uuid.uuid4())
        writer.port = house.port
        told = writer.send(sent).told
        writer.save(text, key=uuid.UUID(sent["key"]))
        page = writer.read("/")
        wall = (moment or timezone.now() + datetime.timedelta(seconds=ahead)).astimezone(HERE)
        near = {f"{wall + datetime.timedelta(minutes=n):%H:%M}" for n in (-1, 0, 1)}
        assert told["at"] in near, f"told {told['at']}, the clock says {wall:%H:%M}"
        assert not re.search(r"-\d+ (seconden|minuten|uur|dagen)", page), "a negative age"
        return text
    finally:
        house.stop()
