"""The main job in a real browser: a whole case is typed into the seven steps, the meeting closes, and every copy is printed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from meetings.kinds import kinds
from meetings.models import Meeting, MeetingGoal, PlanIssue, StepText
from meetings.steps import STEPS
from tests import printed_case
from tests.typed_case import Row, plan_texts, rows, school_of, texts, without_ids

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CASE = settings.BASE_DIR / "meetings" / "demo" / "cases" / "nore.yaml"


class Typist:
    """Types at the table: the line at the end of a list first, then, where a row holds more, the form behind “Aanpassen”."""

    def __init__(self, page: Page, meeting: Meeting) -> None:
        self.page, self.meeting = page, meeting
        self.base = f"/besprekingen/{meeting.pk}"
        self.known: dict[str, tuple[str, str]] = {}
        self.guardians = {str(g): str(g.pk) for student in meeting.students for g in student.guardians.all()}

    def page_of(self, kind: str) -> str:
        step = kinds()[kind].step
        return f"{self.base}/stap/{step.slug}/" if step else f"{self.base}/"

    def add(self, row: Row) -> dict[str, Any]:
        """Type one row; return what cannot be typed yet, because it points to what is written later."""
        typed, later = {}, {}
        for name, value in row.fields.items():
            if name in row.place:
                continue  # said by the list it is typed in
            if name in {"told_by", "guardian"}:
                typed[name] = self.guardians[value]
            elif name == "from_observations":
                typed[name] = [self.known[one][1] for one in value]
            elif name not in row.references:
                typed[name] = value
            elif value in self.known:
                typed[name] = self.known[value][1]
            else:
                later[name] = value
        self.go_to(self.page_of(row.kind))
        key = "-".join([row.kind, *row.place.values()])
        line = self.page.locator(f"#add-{key}")
        if line.locator("summary").count() and not line.locator("details[open]").count():
            line.locator("summary").click()
        left = self.fill(line.locator("form"), typed)
        model: Any = kinds()[row.kind].model
        before = model.objects.count()
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):  # not before: it is on its way
            line.locator("form [data-line]").or_(line.get_by_role("button", name="Voeg toe")).first.press("Enter")
        self.page.wait_for_timeout(100)  # its answer is on the page, and what looks again has asked
        self.wait(lambda: model.objects.count() > before)
        self.page.wait_for_load_state("networkidle")  # the list, the steps and the gates look again
        item = model.objects.order_by("-created_at").first()
        self.known[row.id or str(item.pk)] = (row.kind, str(item.pk))
        if left:
            self.change(row.kind, str(item.pk), left)
        return later

    def go_to(self, address: str) -> None:
        if not self.page.url.partition("#")[0].endswith(address):
            self.page.goto(address)
        self.page.wait_for_load_state("load")  # a line that is sent before the scripts stand is no line yet

    def wait(self, true: Callable[[], bool]) -> None:
        for _attempt in range(300):
            if true():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"nothing was saved on {self.page.url}")

    def change(self, kind: str, pk: str, typed: dict[str, Any]) -> None:
        self.page.goto(f"{self.base}/{kind}/{pk}/")
        left = self.fill(self.page.locator("form.full"), typed)
        assert not left, f"no field on the form of {kind} for {left}"
        self.page.locator("form.full .btn.main").click()
        expect(self.page).to_have_url(re.compile(f"#item-{pk}$"))

    def fill(self, form: Locator, typed: dict[str, Any]) -> dict[str, Any]:
        """Type into the fields this form has; return the rest."""
        left = {}
        line = form.locator("[data-line]")  # the rest shows once something stands on the line
        first = line.get_attribute("name") if line.count() else ""
        for name, value in sorted(typed.items(), key=lambda item: item[0] != first):
            field = form.locator(f":is(input, select, textarea)[name='{name}']")
            if not field.count():
                left[name] = value
                continue
            kind = field.first.get_attribute("type")
            if kind == "checkbox":
                wanted = [value] if not isinstance(value, list) else value
                for box in field.all():
                    one = box.get_attribute("value")
                    box.set_checked(value if isinstance(value, bool) else one in wanted)
            elif field.first.evaluate("field => field.tagName") == "SELECT":
                field.select_option(str(value))
            else:
                field.fill(str(value))
        return left

    def write(self, field: str, text: str) -> None:
        item = StepText.objects.get(meeting=self.meeting, field=field)
        step = next(step for step in STEPS if field in step.texts)
        self.go_to(f"{self.base}/stap/{step.slug}/")
        form = self.page.locator(f"form#item-{item.pk}")
        form.locator("textarea").fill(text)
        form.get_by_role("button", name="Bewaar").click()
        self.wait(lambda: StepText.objects.get(pk=item.pk).text == text)

    def choose(self, slug: str, form: str, typed: dict[str, Any]) -> None:
        self.page.goto(f"{self.base}/stap/{slug}/")
        part = self.page.locator(form)
        if part.locator("summary").count():
            part.locator("summary").click()
        self.fill(part.locator("form"), typed)
        part.get_by_role("button", name="Bewaar").click()
        expect(self.page).to_have_url(re.compile(f"/stap/{slug}/#"))

    def rate(self, ratings: list[dict[str, Any]]) -> None:
        self.page.goto(f"{self.base}/stap/evaluatie/")
        for row in ratings:
            pk = self.known[row["goal"]][1]
            form = self.page.locator(f"#rating-{pk} form")
            self.fill(form, {"rating": row["rating"], "rating_note": row["note"]})
            form.get_by_role("button", name="Bewaar").click()
            self.wait(lambda pk=pk, row=row: MeetingGoal.objects.get(pk=pk).rating == row["rating"])

    def word(self, case: dict[str, Any]) -> None:
        self.page.goto(f"{self.base}/plantekst/")
        plan = self.meeting.plans.get()
        for (reader, section), typed in plan_texts(case).items():
            form = self.page.locator(f"#text-{plan.pk}-{reader or 'all'}-{section} form")
            self.fill(form, typed)
            form.get_by_role("button", name="Bewaar").click()
            self.wait(lambda form=typed: self.meeting.plantexts.filter(text=form["text"]).exists())


def type_the_case(typist: Typist, case: dict[str, Any]) -> None:
    later = []
    for row in rows(case):
        if left := typist.add(row):
            later.append((row.kind, typist.known[row.id][1], left))
    for kind, pk, fields in later:
        typed = {}
        for name, value in fields.items():
            to, target = typist.known[value]
            typed[name] = f"used_in_{to}:{target}" if name == "used_in" else target
        typist.change(kind, pk, typed)
    for field, text in texts(case).items():
        typist.write(field, text)
    overview, evaluation = case["step_2_overview"], case["step_7_evaluation"]
    typist.choose("overzicht", "#window", {name: overview[name] for name in ("seen_from", "seen_until")})
    typist.choose("evaluatie", "#satisfied", {f"satisfied_{who}": how for who, how in evaluation["satisfied"].items()})
    typist.page.goto(f"{typist.base}/stap/inzicht/")
    typist.page.locator("#insight").get_by_role("button", name="Ja").click()
    expect(typist.page.locator("#insight [aria-pressed=true]")).to_have_count(1)
    typist.rate(evaluation["goal_ratings"])
    typist.word(case)
    typist.page.goto(f"{typist.base}/")
    typist.page.locator("summary", has_text="Titel, datum, plaats").click()
    typist.page.locator("[name=reporter]").select_option(case["meeting"]["reporter"])
    typist.page.locator("details[open] form.full .btn.main").click()
    expect(typist.page.get_by_text("verslaggever:")).to_be_visible()


def plan_the_meeting(page: Page, case: dict[str, Any], student: Any) -> Meeting:
    page.goto(f"/besprekingen/nieuw/?student={student.pk}")
    given = case["meeting"]
    for name in ("title", "date", "start", "end", "place"):
        page.locator(f"[name={name}]").fill(str(given[name]))
    page.locator("[name=class_teachers]").select_option("")  # everybody is typed below, in the order of the file
    page.get_by_role("button", name="Plan de bespreking").click()
    expect(page).to_have_url(re.compile("/besprekingen/[0-9a-f-]+/$"))
    meeting = Meeting.objects.get()
    seat = meeting.participants.get()  # the coordinator, who stands elsewhere in the order of the file
    page.locator(f"#item-{seat.pk}").get_by_role("button", name=re.compile("Meer")).click()
    page.get_by_role("button", name="Haal weg").click()
    expect(page.get_by_text("Weggehaald.")).to_be_visible()
    page.get_by_role("button", name="Begin de bespreking").click()
    expect(page).to_have_url(re.compile("/stap/start/$"))
    return meeting


def close_the_meeting(page: Page, meeting: Meeting) -> None:
    for step, following in zip(STEPS, STEPS[1:], strict=False):
        page.goto(f"/besprekingen/{meeting.pk}/stap/{step.slug}/")
        page.locator(".foot .btn.main").click()
        expect(page).to_have_url(re.compile(f"/stap/{following.slug}/(#missing)?$"))
    page.get_by_role("button", name="Bespreking afsluiten").click()
    expect(page).to_have_url(re.compile(f"/besprekingen/{meeting.pk}/$"))


def print_everything(page: Page, meeting: Meeting) -> list[tuple[str, str, bytes]]:
    """Ask for each document on its page, let the worker make it, fetch the file: reader, recipient and PDF."""
    page.goto(f"/besprekingen/{meeting.pk}/documenten/")
    addresses = [link.get_attribute("href") for link in page.locator(".documents a").all()]
    files = []
    for address in addresses:
        page.goto(str(address))
        page.get_by_role("button", name="Druk af").click()
        expect(page).to_have_url(re.compile("/afdrukken/"))
        call_command("db_worker", batch=True, interval=0, verbosity=0)
        page.reload()
        link = page.get_by_role("link", name="Open de pdf").get_attribute("href")
        answer = page.request.get(str(link))
        assert answer.headers["content-type"] == "application/pdf"
        issue = PlanIssue.objects.order_by("-issued_on").first()
        assert issue is not None
        files.append((issue.reader, str(issue.guardian or ""), answer.body()))
    return files


def test_a_case_is_typed_closed_and_printed(open_browser: Callable[..., Page]) -> None:
    case = yaml.safe_load(CASE.read_text(encoding="utf-8"))
    student = school_of(case)
    page = open_browser(student.school.assignments.get(role="care_coordinator").user)
    meeting = plan_the_meeting(page, case, student)
    type_the_case(Typist(page, meeting), case)
    close_the_meeting(page, meeting)

    exported = page.request.get(f"/besprekingen/{meeting.pk}/casusbestand/")
    typed, found = without_ids(case), without_ids(yaml.safe_load(exported.body()))
    assert not {path: (leaf, found.get(path)) for path, leaf in typed.items() if found.get(path) != leaf}

    files = print_everything(page, meeting)
    assert [reader for reader, _to, _pdf in files] == ["team", "class_sheet", "parents", "parents", "student", "report"]
    for reader, recipient, pdf in files:
        paper = printed_case.squeezed(printed_case.printed(pdf))
        assert not printed_case.wrong(case, reader, recipient, paper)
