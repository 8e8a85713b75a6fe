"""The main job by requests: a whole case typed into the seven steps, closed, and found again in its case file."""

import json
import uuid
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.test import Client

from hgw.accounts.models import User
from hgw.items.models import Revision
from meetings.forms.start import RatingForm
from meetings.kinds import kinds
from meetings.models import Meeting, MeetingGoal, StepText
from meetings.steps import STEPS
from students.models import Student
from tests.factories import make_grant, shown_just_now
from tests.typed_case import Row, plan_texts, row_of, rows, school_of, texts, without_ids

CASES = settings.BASE_DIR / "meetings" / "demo" / "cases"


class Typist:
    """Fills in forms as they come: what a form already holds stays, unless the case says something else."""

    def __init__(self, browser: Client, meeting: Meeting) -> None:
        self.browser, self.base = browser, f"/besprekingen/{meeting.pk}"
        self.meeting = meeting
        self.known: dict[str, Any] = {}
        self.guardians = {str(g): str(g.pk) for student in meeting.students for g in student.guardians.all()}

    def send(self, url: str, typed: dict[str, Any], page: str = "") -> Any:
        form = self.browser.get(page or url).context["form"]
        data = {name: form[name].value() for name in form.fields}
        data = {name: value for name, value in (data | typed).items() if value is not None and value is not False}
        unknown = set(typed) - set(form.fields)
        assert not unknown, f"{url} has no field for {unknown}"
        answer = self.browser.post(url.partition("?")[0], data)
        assert answer.status_code == 302, (url, typed, answer.context and answer.context["form"].errors)
        return answer

    def add(self, row: Row) -> None:
        place = "&".join(f"{name}={value}" for name, value in row.place.items())
        typed, later = {**row.place}, {}
        for name, value in row.fields.items():
            if name in {"told_by", "guardian"}:
                typed[name] = self.guardians[value]
            elif name not in row.references:
                typed[name] = value
            elif name == "from_observations":
                typed[name] = [self.known[one][1] for one in value]
            elif value in self.known:
                typed[name] = self.known[value][1]
            else:
                later[name] = value
        answer = self.send(f"{self.base}/{row.kind}/nieuw/?{place}", typed)
        pk = answer.headers["Location"].rpartition("#item-")[2]
        self.known[row.id or pk] = (row.kind, pk)
        if later:
            self.later.append((row.kind, pk, later))

    later: list[tuple[str, str, dict[str, Any]]] = []

    def take_away(self, item: Any) -> None:
        key = {"base_version": item.version, "key": item.new_key}
        assert self.browser.post(f"{self.base}/{item.kind()}/{item.pk}/weg/", key).status_code == 302

    def type(self, case: dict[str, Any]) -> None:
        self.later = []
        self.take_away(self.meeting.participants.get())  # the coordinator, who stands elsewhere in the file's order
        for row in rows(case):
            self.add(row)
        for kind, pk, fields in self.later:
            typed = {}
            for name, value in fields.items():
                to, target = self.known[value]
                typed[name] = f"used_in_{to}:{target}" if name == "used_in" else target
            self.send(f"{self.base}/{kind}/{pk}/", typed)
        for field, text in texts(case).items():
            item = StepText.objects.get(meeting=self.meeting, field=field)
            self.send(f"{self.base}/steptext/{item.pk}/", {"text": text})

    def finish(self, case: dict[str, Any]) -> None:
        """What is no row: who writes, the single choices, the ratings, and the wording of the plan."""
        page = self.browser.get(f"{self.base}/")
        self.post_form(f"{self.base}/gegevens/", page.context["details"], {"reporter": case["meeting"]["reporter"]})
        overview, evaluation = case["step_2_overview"], case["step_7_evaluation"]
        satisfied = {f"satisfied_{who}": how for who, how in evaluation["satisfied"].items()}
        self.choose("overzicht", {name: overview[name] for name in ("seen_from", "seen_until")})
        self.choose("inzicht", {"insight_state": case["step_3_insight"]["insight_state"]})
        self.choose("evaluatie", satisfied)
        for row in evaluation["goal_ratings"]:
            goal = MeetingGoal.objects.get(pk=self.known[row["goal"]][1])
            form = RatingForm(instance=goal, meeting=self.meeting, user=User())
            typed = {"rating": row["rating"], "rating_note": row.get("note", "")}
            self.post_form(f"{self.base}/doel/{goal.pk}/", form, typed)
        plan = self.meeting.plans.get()
        for (reader, section), typed in plan_texts(case).items():
            place = {"plan": plan.pk, "reader": reader, "section": section, "base_version": 0, "key": uuid.uuid4()}
            assert self.browser.post(f"{self.base}/plantekst/", {**place, **typed}).status_code == 302

    def post_form(self, url: str, form: Any, typed: dict[str, Any]) -> None:
        data = {name: form[name].value() for name in form.fields} | typed
        answer = self.browser.post(url, {name: value for name, value in data.items() if value is not None})
        assert answer.status_code == 302, (url, typed)

    def choose(self, step: str, choices: dict[str, Any]) -> None:
        version = Meeting.objects.get(pk=self.meeting.pk).version
        data = {"back": step, "base_version": version, "key": uuid.uuid4(), **choices}
        assert self.browser.post(f"{self.base}/keuze/", data).status_code == 302


def plan_the_meeting(browser: Client, case: dict[str, Any], student: Student) -> Meeting:
    given = {key: case["meeting"][key] for key in ("title", "date", "start", "end", "place")}
    leads = browser.session["_auth_user_id"]
    sent = {"students": [str(student.pk)], "chair": leads, f"seat_{leads}": "full", "key": uuid.uuid4(), **given}
    planned = browser.post("/besprekingen/nieuw/", sent)
    meeting = Meeting.objects.get(pk=planned.headers["Location"].split("/")[2])
    browser.post(f"/besprekingen/{meeting.pk}/beginnen/")
    return meeting


@pytest.mark.parametrize("name", ["nore", "alles"])
def test_a_whole_case_typed_closed_and_found_again(db: None, sign_in: Any, name: str) -> None:
    case = as_typed(yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8")))
    student = school_of(case)
    browser = sign_in(student.school.assignments.get(role="care_coordinator").user)
    meeting = plan_the_meeting(browser, case, student)
    typist = Typist(browser, meeting)
    typist.type(case)
    typist.finish(case)
    if "clb_contribution" in case["meeting"]:
        worker = student.school.assignments.get(role="clb_worker").user
        make_grant(worker, student)
        Typist(sign_in(worker), meeting).add(row_of("clbcontribution", case["meeting"]["clb_contribution"]))
    for step in STEPS:
        went_on = browser.post(f"/besprekingen/{meeting.pk}/stap/{step.slug}/")
        assert went_on.status_code == 302, (step.slug, [gate.message for gate in went_on.context["gates"]])
    closed = browser.post(f"/besprekingen/{meeting.pk}/sluiten/")
    assert closed.status_code == 302, [gate.message for gate in closed.context["gates"]]
    for kind, key in (("statement", "statements"), ("addendum", "addenda")):
        for row in case.get(key, ()):
            typist.add(row_of(kind, row))
    exported = shown_just_now(browser).get(f"/besprekingen/{meeting.pk}/casusbestand/")
    typed, found = without_ids(case), without_ids(yaml.safe_load(exported.content))
    lost = {path: (leaf, found.get(path)) for path, leaf in typed.items() if found.get(path) != leaf}
    assert not lost
    for kind in kinds().values():
        for item in kind.model._base_manager.all():
            revision = Revision.objects.filter(item=item.pk, version=item.version).first()
            if revision is None:
                assert item.version == 1, "what comes with a meeting has a history from its first change"
                continue
            kept = revision.content
            now = json.loads(json.dumps(item.content()))
            # Order and status move on without a version of their own.
            assert {**kept, "position": 0, "status": ""} == {**now, "position": 0, "status": ""}, kind.name


def as_typed(case: dict[str, Any]) -> dict[str, Any]:
    """The case without what nobody types in the steps: reports on agreements, and a reason at a gate that stands open."""
    for agreement in case["step_6_agreements"]["agreements"]:
        if agreement.pop("reviews", None):
            agreement["status"] = "agreed"
    case.pop("gate_reasons", None)
    return case
