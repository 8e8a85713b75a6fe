"""Where it happens: a school with people who write in one meeting, each in an item of their own or all in the same."""

import uuid
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from hgw.accounts.models import User
from meetings.forms.shown import shown
from meetings.kinds import kinds
from meetings.models import Meeting
from tests.factories import Cast, make_cast, make_item, make_meeting, make_user
from tests.faults.house import House
from tests.faults.ledger import Ledger
from tests.faults.writer import Writer

KIND = "meetinggoal"


@dataclass
class Scene:
    """What a fault is given. `short` asks for the short form; `note` is said beside the verdict."""

    cast: Cast
    house: House
    folder: Path
    short: bool
    ledger: Ledger
    note: str = ""
    items: set[str] = field(default_factory=set)  # all that anybody wrote in

    def check_pace(self, *, is_kept: bool) -> None:
        """In the full form, which has the machine for itself; beside other work a clock proves nothing."""
        assert is_kept or self.short, self.note

    @cached_property
    def meeting(self) -> Meeting:
        return make_meeting([self.cast.student], by=self.cast.coordinator)

    def person(self, name: str = "", role: str = "care_coordinator") -> User:
        return make_user(self.cast.school, role, name=name)

    def item(self, text: str = "Wat we willen bereiken.") -> Any:
        """An item of this meeting that everybody at the school who writes may change."""
        made = make_item(self.meeting, KIND, self.cast.coordinator, text=text, voice="team")
        self.items.add(str(made.pk))
        return made

    def writer(self, name: str, item: Any = None, user: User | None = None, *, port: int = 0) -> Writer:
        """Somebody who has the form of this item open."""
        item, user = item or self.item(), user or self.person(name)
        return Writer(
            name, port or self.house.port, cookies_of(user), reverse("item_edit", args=[self.meeting.pk, KIND, item.pk]),
            str(item.pk), form_of(item, self.meeting, user), item.version, self.ledger,
        )  # fmt: skip

    def form(self, item: str) -> dict[str, str | list[str]]:
        """The form of an item as it stands now."""
        return form_of(kinds()[KIND].model._base_manager.get(pk=item), self.meeting, self.cast.coordinator)

    def writers(self, many: int) -> list[Writer]:
        return [self.writer(f"Schrijver {n}") for n in range(1, many + 1)]


def form_of(item: Any, meeting: Meeting, user: User) -> dict[str, str | list[str]]:
    """The form of an item as a browser would send it if nobody touched it, but for its version and its key."""
    form = kinds()[KIND].form(instance=item.fresh(), meeting=meeting, user=user)
    values = {name: value for name, value in shown(form).items() if value not in ("", [])}
    return {name: value for name, value in values.items() if name not in {"key", "base_version"}}


def cookies_of(user: User) -> dict[str, str]:
    """What the browser of somebody who signed in holds."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {settings.SESSION_COOKIE_NAME: session, settings.CSRF_COOKIE_NAME: "b" * 32}


def school() -> Cast:
    return make_cast()


def new_ledger(folder: Path, fault: str) -> Ledger:
    return Ledger(folder / f"{fault}-{uuid.uuid4().hex[:8]}.jsonl")
