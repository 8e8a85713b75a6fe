"""Pages on paper: what is read is there, whole and black on white; what is clicked is not."""

import re
import subprocess
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.factories import Cast, make_item
from tests.full_meeting import fill_meeting
from tests.test_access import add_rows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]

# Writes a mark behind everything that is clicked, and a numbered one behind what is read; gives those numbers.
MARK = """() => {
  const inClick = "nav, .topbar, .rail-top, .rail-more, .add, .finder, .menu, .closing, .foot, .screen-only";
  const click = "nav a, button:not(.choice [aria-pressed=true]), .btn, .topbar a, .rail-top a, .menu a, .when > a, .screen-only a";
  for (const one of document.querySelectorAll(click)) one.append(" CLICKED");
  for (const one of document.querySelectorAll("input, textarea"))
    if (one.placeholder) one.placeholder += " CLICKED";
  const read = "h1, h2, h3, .typed, td, tbody th, dd, .src, .rows p, .what li, textarea";
  const found = [];
  for (const one of document.querySelectorAll(read)) {
    if (one.closest(inClick) || one.querySelector(click) || !one.checkVisibility() || one.closest(".btn")) continue;
    if (one.closest(".vh") || one.querySelector(".vh")) continue;
    const text = one.localName === "textarea" ? one.value : one.textContent;
    if (!text.trim() || one.querySelector("input, textarea, select")) continue;
    const mark = ` READ${found.length}X`;
    if (one.localName === "textarea") one.value += mark; else one.append(mark);
    found.push(found.length);
  }
  return found;
}"""


def printed(page: Page) -> str:
    """The words on paper, without blanks; no sheet has only its number."""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=page.pdf(), capture_output=True, check=True)
    sheets = [re.sub(r"\s+", "", sheet) for sheet in done.stdout.decode().split("\f")[:-1]]
    assert [sheet for sheet in sheets if re.fullmatch(r"\d*/?\d*", sheet)] == [], page.url
    return "".join(sheets)


@pytest.fixture
def filled(cast: Cast) -> Cast:
    add_rows(cast)
    fill_meeting(cast.meeting)
    make_item(cast.meeting, "meetinggoal", cast.coordinator, text="een lang doel " * 60)
    return cast


def papers(cast: Cast) -> list[str]:
    """What people would print."""
    meeting, school, student = (cast.meeting.pk,), (cast.school.pk,), (cast.student.pk,)
    steps = ("start", "overzicht", "inzicht", "doelen", "behoeften", "afspraken", "evaluatie")
    return [
        reverse("today"), reverse("my_agreements"), reverse("students"), reverse("student", args=student),
        *(reverse("meeting_step", args=(*meeting, slug)) for slug in steps), reverse("meeting", args=meeting),
        reverse("who_reads_what", args=meeting), reverse("meeting_documents", args=meeting),
        reverse("users", args=school), reverse("classes", args=school),
        reverse("help"), reverse("tour", args=("inzicht",)), reverse("library"),
    ]  # fmt: skip


def test_what_is_read_is_printed_and_what_is_clicked_is_not(filled: Cast, open_browser: Open) -> None:
    page = open_browser(filled.coordinator)
    wrong: dict[str, str] = {}
    for url in papers(filled):
        page.goto(url)
        due = page.evaluate(MARK)
        paper = printed(page)
        assert due, url
        missing = [number for number in due if f"READ{number}X" not in paper]
        if missing or "CLICKED" in paper:
            about = page.evaluate(
                "all => [...document.querySelectorAll('body *')].filter((one) => !one.children.length"
                " && all.some((n) => one.textContent.includes(`READ${n}X`))).map((one) => one.outerHTML)", missing
            )  # fmt: skip
            wrong[url] = f"missing {about}; clicked {paper.count('CLICKED')} {re.findall('.{30}CLICKED', paper)[:3]}"
    assert wrong == {}


def test_paper_is_black_on_white_and_nothing_is_cut_off(filled: Cast, open_browser: Open) -> None:
    page = open_browser(filled.coordinator, width=680, dark=True)  # as wide as A4 within its margins
    page.emulate_media(media="print", color_scheme="dark")
    wrong = {}
    for url in papers(filled):
        page.goto(url)
        look = page.evaluate(
            "() => [getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor,"
            " document.documentElement.scrollWidth <= innerWidth,"
            " [...document.querySelectorAll('textarea')].every((one) => one.scrollHeight <= one.clientHeight + 2)]"
        )
        if look != ["rgb(0, 0, 0)", "rgba(0, 0, 0, 0)", True, True]:
            wrong[url] = look
    assert wrong == {}
