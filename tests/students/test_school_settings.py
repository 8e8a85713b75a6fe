"""The settings of a school, its school years, and choosing which school the lists show."""

import datetime
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hgw.accounts.models import Logo, School
from hgw.audit.models import Action, Entry
from meetings.models import Meeting
from students.models import Holiday, SchoolYear
from tests.factories import Cast, make_meeting, make_role, make_student
from tests.students.test_school_begin import picture
from tests.students.test_users import seen


def given(browser: Client, address: str, **more: Any) -> dict[str, Any]:
    sent = {
        "name": "De Wilg", "place": "Gent", "institution_number": "012345", "levels": ["lager"],
        "care_title": "zorgcoördinator", "document_language": "nl", "contact_line": "",
    }  # fmt: skip
    return sent | seen(browser, address) | more


@pytest.mark.parametrize("role", ["school_admin", "principal"])
def test_who_runs_the_school_changes_its_settings(cast: Cast, sign_in: Any, role: str) -> None:
    browser, address = sign_in(cast.users[role]), f"/school/{cast.school.pk}/"
    answer = browser.post(address, given(browser, address, name="De Treurwilg", contact_line="09 123 45 67"))
    assert answer.status_code == 302
    school = School.objects.get(pk=cast.school.pk)
    assert (school.name, school.contact_line, school.updated_by) == ("De Treurwilg", "09 123 45 67", cast.users[role])
    assert Entry.objects.get(action=Action.SCHOOL_CHANGED).object == school.pk


def test_a_coordinator_reads_them(cast: Cast, sign_in: Any) -> None:
    browser, address = sign_in(cast.coordinator), f"/school/{cast.school.pk}/"
    School.objects.filter(pk=cast.school.pk).update(contact_line="09 123 45 67")
    text = browser.get(address).content.decode()
    assert "09 123 45 67" in text
    assert "<form" not in text.split("<main")[1].split("</main>")[0]
    assert browser.post(address, {"name": "x"}).status_code == 403


def test_two_who_change_the_settings_see_both(cast: Cast, sign_in: Any) -> None:
    browser, address = sign_in(cast.users["principal"]), f"/school/{cast.school.pk}/"
    sent = given(browser, address, place="Aalst", levels=["secundair"])
    School.objects.filter(pk=cast.school.pk).update(place="Deinze", levels=["kleuter", "lager"])
    answer = browser.post(address, sent)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert 'value="Aalst"' in text
    assert '<dd class="typed">Deinze</dd>' in text
    assert School.objects.get(pk=cast.school.pk).place == "Deinze"


def test_two_schools_never_have_one_number(cast: Cast, sign_in: Any) -> None:
    browser, address = sign_in(cast.users["principal"]), f"/school/{cast.school.pk}/"
    answer = browser.post(address, given(browser, address, institution_number=cast.other_school.institution_number))
    assert answer.status_code == 422
    assert cast.other_school.name not in answer.content.decode()


def test_a_logo_comes_and_goes(cast: Cast, sign_in: Any) -> None:
    browser, address = sign_in(cast.users["principal"]), f"/school/{cast.school.pk}/"
    for size in ((10, 10), (20, 20)):
        file = SimpleUploadedFile("logo.png", picture(size=size))
        assert browser.post(address, given(browser, address, logo=file)).status_code == 302
    assert Logo.objects.count() == 1
    assert b"data:image/png;base64," in browser.get(address).content
    browser.post(address, given(browser, address))
    assert Logo.objects.count() == 1  # no file means: as it was
    browser.post(address, given(browser, address, without_logo="on"))
    assert not Logo.objects.exists()


def lines(*rows: tuple[str, str, str]) -> dict[str, str]:
    found = {"holidays-TOTAL_FORMS": str(len(rows)), "holidays-INITIAL_FORMS": "0"}
    for n, row in enumerate(rows):
        found |= {f"holidays-{n}-{name}": value for name, value in zip(("name", "start", "end"), row, strict=True)}
    return found


def test_a_school_year_is_added_once_with_its_holidays(cast: Cast, sign_in: Any) -> None:
    browser, address = sign_in(cast.users["principal"]), f"/school/{cast.school.pk}/schooljaren/nieuw/"
    sent = {"start": "2031-09-01", "end": "2032-08-31"} | lines(("Herfst", "2031-10-27", "2031-11-02"), ("", "", ""))
    sent |= seen(browser, address)
    for _n in range(2):
        assert browser.post(address, sent).status_code == 302
    year = SchoolYear.objects.get(school=cast.school, start="2031-09-01")
    assert [free.name for free in year.holidays.all()] == ["Herfst"]
    overlapping = {"start": "2032-08-01", "end": "2033-08-31"} | lines() | seen(browser, address)
    assert browser.post(address, overlapping).status_code == 422


def test_the_holidays_of_a_year_are_changed_together(cast: Cast, sign_in: Any) -> None:
    browser, year = sign_in(cast.users["principal"]), cast.class_group.school_year
    address = f"/school/{cast.school.pk}/schooljaren/{year.pk}/"
    day = year.start + datetime.timedelta(days=60)
    Holiday.objects.create(school_year=year, name="Oud", start=day, end=day)
    days = {"start": year.start, "end": year.end}
    sent = days | lines(("Nieuw", day.isoformat(), "")) | seen(browser, address)
    assert browser.post(address, sent).status_code == 302
    assert [(free.name, free.start, free.end) for free in year.holidays.all()] == [("Nieuw", day, day)]
    outside = days | lines(("Te laat", "2090-01-01", "")) | seen(browser, address)
    answer = browser.post(address, outside)
    assert answer.status_code == 422
    assert 'value="Te laat"' in answer.content.decode()
    stale = days | lines(("Mijn tekst", day.isoformat(), "")) | seen(browser, address)
    year.holidays.update(name="Van een collega")
    answer = browser.post(address, stale)
    assert answer.status_code == 409
    assert 'value="Mijn tekst"' in answer.content.decode()
    assert [free.name for free in year.holidays.all()] == ["Van een collega"]


def test_the_year_of_another_school_is_unknown(cast: Cast, sign_in: Any) -> None:
    year = SchoolYear.around(cast.other_school, datetime.date(2026, 10, 1))
    browser = sign_in(cast.users["principal"])
    assert browser.get(f"/school/{cast.school.pk}/schooljaren/{year.pk}/").status_code == 404
    assert browser.get(f"/school/{cast.other_school.pk}/schooljaren/{year.pk}/").status_code == 404


@pytest.fixture
def both(cast: Cast, sign_in: Any) -> tuple[Client, Meeting, Meeting]:
    """A browser of a coordinator of two schools, with a meeting of today at each."""
    make_role(cast.coordinator, cast.other_school, "care_coordinator")
    other = make_meeting([make_student(cast.other_school, first_name="Yara", last_name="Peeters")])
    return sign_in(cast.coordinator), cast.meeting, other


def test_who_works_at_two_schools_chooses_which_one_the_lists_show(cast: Cast, both: Any) -> None:
    browser, _here, other = both
    for address in ("/", "/leerlingen/"):
        text = browser.get(address).content.decode()
        assert "Nore" in text
        assert "Yara" in text
    answer = browser.post("/school/kiezen/", {"school": cast.school.pk, "next": "/leerlingen/?page=2"})
    assert answer.headers["Location"] == "/leerlingen/?page=2"
    for address in ("/", "/leerlingen/"):
        text = browser.get(address).content.decode()
        assert "Nore" in text
        assert "Yara" not in text
    assert browser.get(f"/besprekingen/{other.pk}/").status_code == 200  # a list is narrower, not the access
    odd = browser.post("/school/kiezen/", {"school": cast.school.pk, "next": "een pagina\x07"})
    assert odd.status_code == 302
    browser.post("/school/kiezen/", {"school": ""})
    assert "Yara" in browser.get("/").content.decode()


def test_a_school_of_somebody_else_cannot_be_chosen(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.coordinator)
    for school in (cast.other_school.pk, uuid.uuid4(), "onzin"):
        assert browser.post("/school/kiezen/", {"school": school}).status_code == 404
    answer = browser.post("/school/kiezen/", {"school": "", "next": "https://elders.example/"})
    assert answer.headers["Location"] == "/"


def test_a_choice_ends_with_the_role(cast: Cast, both: Any) -> None:
    browser, _here, _other = both
    browser.post("/school/kiezen/", {"school": cast.other_school.pk})
    assert "Nore" not in browser.get("/").content.decode()
    cast.coordinator.assignments.filter(school=cast.other_school).delete()
    assert "Nore" in browser.get("/").content.decode()


def test_only_who_works_at_several_schools_is_asked(cast: Cast, both: Any, sign_in: Any) -> None:
    assert "/school/kiezen/" in both[0].get("/").content.decode()
    for role in ("homeroom_teacher", "school_admin"):
        assert "/school/kiezen/" not in sign_in(cast.users[role]).get("/").content.decode()


def test_the_menu_leads_to_the_pages_of_the_school(cast: Cast, sign_in: Any) -> None:
    for role in ("care_coordinator", "principal", "school_admin"):
        assert f"/school/{cast.school.pk}/gebruikers/" in sign_in(cast.users[role]).get("/").content.decode()
    assert "/gebruikers/" not in sign_in(cast.teacher).get("/").content.decode()
