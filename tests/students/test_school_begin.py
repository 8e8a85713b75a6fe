"""The first school of an installation: begun by somebody at the machine itself, once."""

import datetime
import io
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from PIL import Image

from hgw.accounts.models import Logo, School, User
from students.models import Holiday, SchoolYear
from students.school.calendar import easter_sunday, holidays, year_around
from tests.factories import make_school, make_user

pytestmark = pytest.mark.django_db
PLACE = "/school-beginnen/"
PASSWORD = "vier zwarte paraplu's"
AT_HOME = {"HTTP_HOST": "127.0.0.1:8000"}


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 300)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "navy").save(file, kind)
    return file.getvalue()


def sent(**more: Any) -> dict[str, Any]:
    given = {
        "name": "De Wilg", "place": "Gent", "institution_number": "012345", "levels": ["kleuter", "lager"],
        "care_title": "leerlingenbegeleider", "document_language": "nl", "contact_line": "Wilgenlaan 3, 9000 Gent",
        "year_start": "2026-09-01", "year_end": "2027-08-31", "person": "Ilse Baert", "email": "Ilse@School.example",
        "password1": PASSWORD, "password2": PASSWORD, "key": "5d0b4c39-8a75-4a9e-a7d8-a3f5e3b6f001",
        "holidays-TOTAL_FORMS": "3", "holidays-INITIAL_FORMS": "0",
        "holidays-0-name": "Herfstvakantie", "holidays-0-start": "2026-11-02", "holidays-0-end": "2026-11-08",
        "holidays-1-name": "Studiedag", "holidays-1-start": "2027-02-03", "holidays-1-end": "",
    }  # fmt: skip
    return given | more


def at_home(**more: Any) -> Client:
    return Client(**{**AT_HOME, **more})


def test_the_first_visitor_is_led_to_the_page(db: None) -> None:
    browser = at_home()
    assert browser.get("/").headers["Location"] == PLACE
    page = browser.get(PLACE)
    assert page.status_code == 200
    assert page.content.decode().count("<h1") == 1


def test_who_begins_is_coordinator_and_administrator(db: None) -> None:
    browser = at_home()
    answer = browser.post(PLACE, sent())
    school, user = School.objects.get(), User.objects.get()
    assert answer.headers["Location"] == f"/school/{school.pk}/"
    assert (school.name, school.institution_number, school.levels) == ("De Wilg", "012345", ["kleuter", "lager"])
    assert (school.care_title, school.contact_line) == ("leerlingenbegeleider", "Wilgenlaan 3, 9000 Gent")
    assert (user.name, user.email) == ("Ilse Baert", "ilse@school.example")
    assert {role for role, _school in user.roles} == {"care_coordinator", "school_admin"}
    year = SchoolYear.objects.get()
    assert (str(year), year.school) == ("2026-2027", school)
    assert list(Holiday.objects.values_list("name", "start", "end")) == [
        ("Herfstvakantie", datetime.date(2026, 11, 2), datetime.date(2026, 11, 8)),
        ("Studiedag", datetime.date(2027, 2, 3), datetime.date(2027, 2, 3)),
    ]
    assert browser.get(f"/school/{school.pk}/").status_code == 200  # signed in
    login = {"login": "ilse@school.example", "password": PASSWORD}
    assert Client().post("/aanmelden/login/", login).headers["Location"] == "/"


def test_what_may_stay_empty_says_so(db: None) -> None:
    form = at_home().get(PLACE).context["form"]
    said = {field.name for field in form.school_fields if "leeg blijven" in str(field.help_text)}
    assert said == {"place", "contact_line", "logo"}
    assert at_home().post(PLACE, sent(place="", contact_line="")).status_code == 302


def test_afterwards_the_page_is_gone(db: None) -> None:
    at_home().post(PLACE, sent())
    assert at_home().get(PLACE).status_code == 404
    late = at_home().post(PLACE, sent(institution_number="999999", contact_line="Kerkstraat 1"))  # the page stood open
    assert late.status_code == 409
    assert all(word in late.content.decode() for word in ("999999", "Kerkstraat 1", "Iemand anders"))
    assert at_home().get("/").headers["Location"].startswith("/aanmelden/login/")
    assert School.objects.count() == 1


@pytest.mark.parametrize(
    "how",
    [
        {"REMOTE_ADDR": "192.168.1.20"}, {"REMOTE_ADDR": ""}, {"REMOTE_ADDR": "::ffff:10.0.0.1"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, {"HTTP_X_REAL_IP": "127.0.0.1"}, {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_VIA": "1.1 proxy"}, {"HTTP_X_FORWARDED_PROTO": "http"}, {"HTTP_HOST": "testserver"},
        {"SERVER_PROTOCOL": "HTTP/1.0"},
    ],
)  # fmt: skip
def test_nobody_begins_from_elsewhere(db: None, how: dict[str, str]) -> None:
    browser = at_home(**how)
    assert browser.get(PLACE).status_code == 404
    assert browser.post(PLACE, sent()).status_code == 404
    assert browser.get("/").headers["Location"].startswith("/aanmelden/login/")
    assert not School.objects.exists()


@pytest.mark.parametrize("setting", ["SERVES_OTHERS", "DEMO_MODE"])
def test_nobody_begins_on_a_server_for_others_or_in_the_demonstration(db: None, setting: str) -> None:
    with override_settings(**{setting: True}):
        assert at_home().post(PLACE, sent()).status_code == 404


def test_where_somebody_is_already_nobody_begins(db: None) -> None:
    make_user()
    assert at_home().get(PLACE).status_code == 404
    User.objects.all().delete()
    make_school()
    assert at_home().get(PLACE).status_code == 404


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1", "[::1]:8000", "[::1]"])
def test_every_name_of_this_machine_will_do(db: None, host: str) -> None:
    assert Client(HTTP_HOST=host, REMOTE_ADDR="::1").get(PLACE).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"), ({"institution_number": "12345"}, "institution_number"),
        ({"institution_number": "٨٨٨١٠٢"}, "institution_number"), ({"institution_number": ""}, "institution_number"),
        ({"levels": []}, "levels"), ({"levels": ["hoger"]}, "levels"), ({"care_title": "baas"}, "care_title"),
        ({"document_language": "fr"}, "document_language"), ({"contact_line": "a\nb"}, "contact_line"),
        ({"email": "geen"}, "email"), ({"person": ""}, "person"), ({"password1": "kort", "password2": "kort"}, "password1"),
        ({"password2": "anders"}, "password2"), ({"year_end": "2026-08-31"}, "year_end"), ({"year_start": "x"}, "year_start"),
        ({"password1": "ilse baert 1", "password2": "ilse baert 1"}, "password1"),
        ({"password1": "DeWilg-Gent-1", "password2": "DeWilg-Gent-1"}, "password1"),
        ({"password1": "012345012345", "password2": "012345012345"}, "password1"),
        ({"logo": SimpleUploadedFile("logo.svg", b"<svg onload=alert(1)>")}, "logo"),
        ({"logo": SimpleUploadedFile("logo.png", picture("GIF"))}, "logo"),
        ({"logo": SimpleUploadedFile("logo.png", picture()[:200])}, "logo"),
        ({"logo": SimpleUploadedFile("logo.png", b"\x89PNG" + b"x" * 1024 * 1024)}, "logo"),
        ({"logo": SimpleUploadedFile("logo.png", picture(size=(4001, 10)))}, "logo"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_lost(db: None, wrong: dict[str, Any], field: str) -> None:
    answer = at_home().post(PLACE, sent(**wrong))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    text = answer.content.decode()
    assert 'value="Studiedag"' in text
    assert PASSWORD not in text
    assert not School.objects.exists()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"holidays-1-start": ""}, "start"), ({"holidays-1-name": ""}, "name"), ({"holidays-1-end": "2027-02-01"}, "end"),
        ({"holidays-1-start": "2028-02-01"}, "start"), ({"holidays-1-start": "31 februari"}, "start"),
    ],
)  # fmt: skip
def test_a_holiday_that_cannot_be_is_refused(db: None, wrong: dict[str, str], field: str) -> None:
    answer = at_home().post(PLACE, sent(**wrong))
    assert answer.status_code == 422
    assert list(answer.context["lines"].forms[1].errors) == [field]
    assert not School.objects.exists()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_the_logo_is_drawn_anew_and_small(db: None, kind: str) -> None:
    file = SimpleUploadedFile("logo", picture(kind) + b"<script>alert(1)</script>")
    at_home().post(PLACE, sent(logo=file))
    kept = bytes(Logo.objects.get().png)
    assert Image.open(io.BytesIO(kept)).size == (600, 200)
    assert Image.open(io.BytesIO(kept)).format == "PNG"
    assert b"script" not in kept


@pytest.mark.parametrize(
    ("day", "first"), [("2026-06-30", 2025), ("2026-07-01", 2026), ("2026-12-31", 2026), ("2027-01-01", 2026)]
)
def test_the_page_suggests_the_year_by_the_date(db: None, day: str, first: int) -> None:
    assert year_around(datetime.date.fromisoformat(day)) == (
        datetime.date(first, 9, 1),
        datetime.date(first + 1, 8, 31),
    )
    with time_machine.travel(f"{day}T12:00:00+02:00", tick=False):
        text = at_home().get(PLACE).content.decode()
    assert f'value="{first}-09-01"' in text
    assert f'value="{holidays(datetime.date(first, 9, 1))[0][1].isoformat()}"' in text


# (year, autumn, Christmas, carnival, Easter), each with its Monday and its last day: as they were decided and held.
DECIDED = [
    (2023, "10-30 11-05", "12-25 01-07", "02-12 02-18", "04-01 04-14"),
    (2024, "10-28 11-03", "12-23 01-05", "03-03 03-09", "04-07 04-21"),
    (2025, "10-27 11-02", "12-22 01-04", "02-16 02-22", "04-06 04-19"),
    (2026, "11-02 11-08", "12-21 01-03", "02-08 02-14", "03-29 04-11"),
]


@pytest.mark.parametrize(("year", "autumn", "winter", "carnival", "spring"), DECIDED)
def test_the_holidays_are_those_that_were_decided(
    year: int, autumn: str, winter: str, carnival: str, spring: str
) -> None:
    found = [f"{start:%m-%d} {end:%m-%d}" for _name, start, end in holidays(datetime.date(year, 9, 1))]
    assert found[:4] == [autumn, winter, carnival, spring]


def test_easter_falls_where_it_falls() -> None:
    known = {2000: "04-23", 2008: "03-23", 2011: "04-24", 2019: "04-21", 2024: "03-31", 2038: "04-25"}
    assert {year: f"{easter_sunday(year):%m-%d}" for year in known} == known
