"""The pictures of `./dev screens`: no page that a coordinator or an administrator can open is without one."""

import itertools
import uuid

from django.conf import settings
from django.urls import resolve

from hgw.accounts.models import Role
from tests.screens import pages
from tests.test_access import ADDRESSES

# What only exists after something was done: a series that was planned, a document that was sent to the printer, what went along.
MADE_BY_SOMETHING = {"series", "document_status", "student_transfer_made"}
# A file, what the pages of documents lead the program to by themselves, and what a page asks for in pieces.
NO_PAGE_OF_ITS_OWN = {"case_export", "document_preview", "room_changes"}


def test_every_page_has_its_picture() -> None:
    def found(_sql: str, *_values: str) -> str:
        return str(uuid.uuid4())

    shown = itertools.chain(
        pages.OF_EVERYBODY.values(),
        pages.of_a_school(found).values(), pages.of_a_student(found).values(), pages.of_meetings(found).values(),
        pages.of_an_adviser(found).values(), ["noodtoegang/"],
    )  # fmt: skip
    names = {resolve(f"/{url}").url_name for url in shown}
    opened = {
        name.split()[0]
        for name, address in ADDRESSES.items()
        if 200
        in {
            address.expected("get", role, here=True)
            for role in (Role.CARE_COORDINATOR, Role.SCHOOL_ADMIN, Role.HOMEROOM_TEACHER)
        }
    }
    assert opened - names == MADE_BY_SOMETHING | NO_PAGE_OF_ITS_OWN
    assert all(resolve(f"/{url}") for url in (*pages.DOORS.values(), *pages.OF_A_NEW_SCHOOL.values(), pages.LOCKED))


def test_every_error_page_has_its_picture() -> None:
    made = {path.stem for path in (settings.BASE_DIR / "templates").glob("[0-9]*.html")}
    assert set(pages.ERRORS) == made
