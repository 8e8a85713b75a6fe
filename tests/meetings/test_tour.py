"""The tour of the seven steps, for who never saw a meeting, and the pictures of the tour and the help."""

from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override
from PIL import Image

from meetings import library
from meetings.models import Meeting
from meetings.steps import STEPS
from tests.factories import Cast, make_role, make_school, make_user
from tests.screens.kept import OF_HELP, README

FOLDER = settings.BASE_DIR / "static" / "help"


def newcomer() -> Any:
    """Somebody in a school where there is nothing yet."""
    user = make_user()
    make_role(user, make_school(), "care_coordinator")
    return user


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_newcomer_walks_from_today_through_all_seven_steps(db: None, sign_in: Any, language: str) -> None:
    browser = sign_in(newcomer())
    browser.cookies["django_language"] = language
    url, seen = reverse("tour", args=["start"]), []
    assert f'href="{url}"' in browser.get(reverse("today")).text
    while url:
        page = browser.get(url)
        stop = library.tour_stop(page.context["step"].slug)
        with override(language):
            for sentence in (*stop.what, stop.where, library.caption_for(stop.step).text.in_general):
                assert escape(str(sentence)) in page.text
            assert f'alt="{escape(str(library.picture(stop.picture).alt))}"' in page.text
        assert page.text.count('aria-current="page"') == 1
        seen.append(stop.step)
        url = reverse("tour", args=[page.context["next"].slug]) if page.context["next"] else ""
        assert not url or f'class="btn main" href="{url}"' in page.text
    assert seen == [step.slug for step in STEPS]
    assert f'class="btn main" href="{reverse("help")}"' in page.text


def test_there_is_a_way_to_the_tour_from_the_help_and_not_from_a_full_today(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.coordinator)
    url = reverse("tour", args=["start"])
    assert f'href="{url}"' in browser.get(reverse("help")).text
    assert f'href="{url}"' not in browser.get(reverse("today")).text


def test_no_stop_is_longer_than_one_reads_while_walking() -> None:
    for stop in library.tour():
        assert 3 <= len(stop.what) <= 4
        for text in (*(one.nl for one in stop.what), *(one.en for one in stop.what)):
            assert len(text.split()) <= 22, text


def test_an_unknown_step_has_no_stop(cast: Cast, sign_in: Any) -> None:
    assert sign_in(cast.coordinator).get("/hulp/stappen/acht/").status_code == 404


def test_only_the_demonstration_leads_to_a_meeting(cast: Cast, sign_in: Any, settings: Any) -> None:
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="in_progress")
    url, inside = reverse("tour", args=["doelen"]), reverse("meeting_step", args=[cast.meeting.pk, "doelen"])
    assert inside not in sign_in(cast.coordinator).get(url).text
    settings.DEMO_MODE = True
    assert inside in sign_in(cast.coordinator).get(url).text
    assert inside not in sign_in(cast.users["adviser"]).get(url).text  # whom no meeting is shown
    assert f'href="{reverse("tour", args=["start"])}"' in sign_in(cast.coordinator).get(reverse("today")).text


def test_every_picture_is_there_and_is_used() -> None:
    named = {library.picture(code).file for code in library.pictures()}
    assert {f"help/{path.name}" for path in FOLDER.iterdir()} == named
    used = {stop.picture for stop in library.tour()} | {help.picture for help in library.role_help().values()}
    assert set(library.pictures()) == used


def test_every_picture_is_light_and_as_large_as_its_page_says() -> None:
    sizes = {path.name: path.stat().st_size for path in FOLDER.iterdir()}
    assert [name for name, size in sizes.items() if size > 80_000] == []
    assert sum(sizes.values()) <= 900_000
    tag = render_to_string("meetings/_picture.html", {"picture": library.picture("today")})
    for name in sizes:
        with Image.open(FOLDER / name) as picture:
            assert f'width="{picture.width}" height="{picture.height}" loading="lazy"' in tag, name


def test_every_picture_of_the_help_can_be_made_anew() -> None:
    assert {kept.name for kept in OF_HELP} == set(library.pictures())
    shown = (settings.BASE_DIR / "README.md").read_text()
    assert {kept.file.name for kept in README} == {path.name for path in README[0].folder.glob("*.png")}
    for kept in README:
        assert f"tests/screens/{kept.name}.png" in shown
        assert kept.file.stat().st_size <= kept.largest


@pytest.mark.parametrize("role", ["principal", "subject_teacher", "school_admin"])
def test_the_help_shows_the_picture_of_the_own_role_only(cast: Cast, sign_in: Any, role: str) -> None:
    page = sign_in(cast.users[role]).get(reverse("help")).text
    own = library.picture(library.role_help()[role].picture)
    assert page.count('<img src="/static/help/') == 1
    assert f'alt="{escape(str(own.alt))}"' in page
