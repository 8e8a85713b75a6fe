"""Somebody at the table who types a case file into a meeting, in a real browser, as people do."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from meetings.kinds import kinds
from meetings.models import Meeting, MeetingGoal, StepText
from meetings.steps import STEPS
from tests.typed_case import Row, plan_texts

SENTENCE = 20  # letters: what is longer is no name and no choice
NORE = settings.BASE_DIR / "meetings" / "demo" / "cases" / "nore.yaml"


class Typist:
    """Types at the table: the line at the end of a list first, then, where a row holds more, the form behind “Aanpassen”."""

    def __init__(
        self, page: Page, meeting: Meeting, known: dict[str, tuple[str, str]] | None = None, *, in_a_hurry: bool = False
    ) -> None:
        """`known` is shared by who type one case together: the id of a row in the file to its kind and its item.

        In a hurry nobody waits until the page has looked again, and what is only chosen is chosen by the line alone.
        """
        self.page, self.meeting, self.in_a_hurry = page, meeting, in_a_hurry
        self.base = f"/besprekingen/{meeting.pk}"
        self.known = {} if known is None else known
        self.guardians = {str(g): str(g.pk) for student in meeting.students for g in student.guardians.all()}

    def page_of(self, kind: str) -> str:
        step = kinds()[kind].step
        return f"{self.base}/stap/{step.slug}/" if step else f"{self.base}/"

    def add(self, row: Row) -> dict[str, Any]:
        """Type one row; return what cannot be typed yet, because it points to what is written later."""
        typed, later = self.resolve(row)
        self.go_to(self.page_of(row.kind))
        left = self.fill(self.line_of(row).locator("form"), typed)
        model: Any = kinds()[row.kind].model
        before = model.objects.count()
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):  # not before: it is on its way
            self.enter(row)
        self.page.wait_for_timeout(100)  # its answer is on the page, and what looks again has asked
        self.wait(lambda: model.objects.count() > before)
        item = model.objects.order_by("-created_at").first()
        expect(self.page.locator(f"#item-{item.pk}")).to_be_attached(timeout=10_000)  # and so is a fresh line
        if not self.in_a_hurry:
            self.page.wait_for_load_state("networkidle")  # the list, the steps and the gates look again
        self.added(row, item, left)
        return later

    def resolve(self, row: Row) -> tuple[dict[str, Any], dict[str, Any]]:
        """What is typed in the fields of a row, and what of it points to what is written later."""
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
        return typed, later

    def line_of(self, row: Row) -> Locator:
        """The end of the list that a row goes into, with its form open."""
        line = self.page.locator(f"#add-{'-'.join([row.kind, *row.place.values()])}")
        if line.locator("summary").count() and not line.locator("details[open]").count():
            line.locator("summary").click()
        return line

    def enter(self, row: Row) -> None:
        line = self.line_of(row)
        line.locator("form [data-line]").or_(line.get_by_role("button", name="Voeg toe")).first.press("Enter")

    def added(self, row: Row, item: Any, left: dict[str, Any]) -> None:
        """Remember what came of a row, and type what its line had no field for; in a hurry, only for a sentence."""
        self.known[row.id or str(item.pk)] = (row.kind, str(item.pk))
        if left and (
            not self.in_a_hurry or any(len(str(value)) > SENTENCE for value in left.values() if isinstance(value, str))
        ):
            self.change(row.kind, str(item.pk), left)

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


def type_rows(listed: Iterable[Row], turns: Iterator[Typist]) -> list[tuple[Row, dict[str, Any]]]:
    """Type these rows, each by whose turn it is; return what of them points to what is written later."""
    later = []
    for row in listed:
        if left := next(turns).add(row):
            later.append((row, left))
    return later


def point(later: list[tuple[Row, dict[str, Any]]], turns: Iterator[Typist]) -> None:
    """Type what points to what was written later: by now it is there."""
    for row, fields in later:
        typist = next(turns)
        typed = {}
        for name, value in fields.items():
            to, target = typist.known[value]
            typed[name] = f"used_in_{to}:{target}" if name == "used_in" else target
        typist.change(row.kind, typist.known[row.id][1], typed)


def type_texts(given: Mapping[str, str], turns: Iterator[Typist]) -> None:
    for field, text in given.items():
        next(turns).write(field, text)


def finish(case: dict[str, Any], turns: Iterator[Typist]) -> None:
    """What is no row and no single text: the window, the insight, how it was, the wording of the plan, who reports."""
    overview, evaluation = case["step_2_overview"], case["step_7_evaluation"]
    next(turns).choose("overzicht", "#window", {name: overview[name] for name in ("seen_from", "seen_until")})
    satisfied = {f"satisfied_{who}": how for who, how in evaluation["satisfied"].items()}
    next(turns).choose("evaluatie", "#satisfied", satisfied)
    page = next(turns).page
    page.goto(f"{next(turns).base}/stap/inzicht/")
    page.locator("#insight").get_by_role("button", name="Ja").click()
    expect(page.locator("#insight [aria-pressed=true]")).to_have_count(1)
    next(turns).rate(evaluation["goal_ratings"])
    next(turns).word(case)


def name_the_reporter(typist: Typist, case: dict[str, Any]) -> None:
    page = typist.page
    page.goto(f"{typist.base}/")
    page.locator("summary", has_text="Titel, datum, plaats").click()
    page.locator("[name=reporter]").select_option(case["meeting"]["reporter"])
    page.locator("details[open] form.full .btn.main").click()
    expect(page.get_by_text("verslaggever:")).to_be_visible()


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
