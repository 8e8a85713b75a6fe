"""Forms of step 6."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hgw.accounts.models import User
from hgw.items.models import CONFIDENTIAL
from hgw.rows import as_id
from meetings.forms.base import ItemForm, PeopleField, directory, flags_formfield
from meetings.forms.meeting import OfStudentForm
from meetings.models import (
    Agreement,
    AgreementStatus,
    Communication,
    FollowUp,
    InfoRequest,
    Meeting,
    Need,
    PhaseDecision,
)
from students.models import PhaseRecord, Student
from students.opening import may_bring_in_clb


class AgreementForm(ItemForm):
    quick = ("what", "who", "how", "when_text", "due", "why", "need", "goal", "info_request", "subject")
    line = "what"

    class Meta:
        model = Agreement
        fields = (
            "what", "how", "when_text", "start", "due", "where", "why", "need", "goal", "info_request", "factor", "scope",
            "status", "visibility", "subject",
        )  # fmt: skip
        formfield_callback = flags_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actors = self.instance.who if not self.is_new else []
        names = [actor.person.name for actor in actors]
        self.fields["who"] = PeopleField(self.meeting, names, label=gettext_lazy("who"), required=False, initial=names)
        self.fields["lead"] = forms.MultipleChoiceField(
            label=gettext_lazy("who pulls the cart"), required=False, widget=forms.CheckboxSelectMultiple,
            initial=[actor.person.name for actor in actors if actor.is_lead],
            choices=[(name, name) for name in dict.fromkeys([*directory(self.meeting), *names])],
            help_text=gettext_lazy("Nobody chosen: the first one."),
        )  # fmt: skip
        if self.short:
            del self.fields["lead"]
        self.order_fields(["what", "who", "lead"])  # who does what, as it is said
        if "status" in self.fields and self.is_new:
            self.fields["status"].required = False
            self.fields["status"].initial = ""
            self.initial["status"] = ""
            self.fields["status"].help_text = gettext_lazy(
                "Empty: agreed by who is here, put forward to parents and student."
            )
        if "status" in self.fields:
            self.fields["status"].choices = ([("", "—")] if self.is_new else []) + [
                choice for choice in AgreementStatus.choices if choice[0] in ("proposed", "put_forward", "agreed", "declined")
                or choice[0] == self.instance.status
            ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        leads, people = cleaned.pop("lead", []), cleaned.get("who") or []
        if set(leads) - {person.name for person in people}:
            self.add_error("lead", _("Who pulls the cart is one of those who do it."))
        if "who" in cleaned:
            cleaned["who"] = [(person, person.name in leads) for person in people]
            cleaned["who"].sort(key=lambda actor: not actor[1])  # who pulls the cart stands first
        start, due = cleaned.get("start"), cleaned.get("due")
        if start and due and due < start:
            self.add_error("due", _("The end lies before the start."))
        if cleaned.get("need"):
            self.derived["goal"] = cleaned["need"].goal
        if self.is_new and not cleaned.get("status") and "who" in cleaned:
            self.derived["status"] = self._first_status(cleaned["who"])
        return cleaned

    def _first_status(self, who: list[Any]) -> str:
        """Put forward to parents and student, agreed by who sits at the table, proposed to who is absent."""
        people = [person for person, _leads in who]
        if any(person.student_id or person.guardians.exists() for person in people):
            return AgreementStatus.PUT_FORWARD
        there = set(self.meeting.participants.filter(removed_at=None, present=True).values_list("person", flat=True))
        return AgreementStatus.AGREED if people and all(p.pk in there for p in people) else AgreementStatus.PROPOSED

    @classmethod
    def prefill(cls, query: Any, meeting: Meeting, user: User) -> dict[str, Any]:
        """An agreement out of a need or a question: why it is made is filled in with that and its goal."""
        initial = super().prefill(query, meeting, user)
        need = Need.objects.visible_to(user).filter(meeting=meeting, pk=as_id(query.get("need"))).first()
        if need:
            why = f"{need.text}\n{need.goal.then_can}"
            initial |= {
                "need": need.pk, "goal": need.goal_id, "why": why, "scope": need.scope, "subject": need.subject_id,
            }  # fmt: skip
        question = (
            InfoRequest.objects.visible_to(user).filter(meeting=meeting, pk=as_id(query.get("info_request"))).first()
        )
        if question:
            initial |= {
                "info_request": question.pk, "why": question.question, "due": question.due, "subject": question.subject_id,
                "how": question.get_method_display(), "who": [question.who.name] if question.who else [],
            }  # fmt: skip
        return initial | _kept_confidential([need, need and need.goal, question])

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        return _("Another agreement? Begin with what will be done.")


def _kept_confidential(sources: list[Any]) -> dict[str, Any]:
    """Readers of an agreement that begins with the words of something confidential: those who read all of it."""
    hidden = [row for row in sources if row and row.is_confidential]
    if not hidden:
        return {}
    circles = [[person.name for person in row.circle] for row in hidden]
    return {"visibility": (CONFIDENTIAL,), "circle": [n for n in circles[0] if all(n in names for names in circles)]}


class CommunicationForm(ItemForm):
    quick = ("subject", "audience", "to", "by", "channel", "by_date")

    class Meta:
        model = Communication
        fields = ("subject", "audience", "to", "by", "channel", "by_date", "done_on", "note")
        formfield_callback = flags_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].widget.attrs["list"] = "told"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        audience, to = cleaned.get("audience"), cleaned.get("to")
        about: list[Any] = [cleaned["subject"]] if cleaned.get("subject") else self.meeting.students
        if audience == "parents" and to and to not in {str(g) for s in about for g in s.guardians.all()}:
            self.add_error("to", _("Write the full name of one parent or guardian; one line for each."))
        if audience == "student" and to and to not in {name for s in about for name in s.names()}:
            self.add_error("to", _("Write the name of the student."))
        if self.meeting.is_group and audience in {"parents", "student"} and not cleaned.get("subject"):
            self.add_error("audience", _("About which student is this?"))
        return cleaned

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        return _("Who tells whom?")


class FollowUpForm(ItemForm):
    quick = ("date", "purpose", "note", "attendees")

    class Meta:
        model = FollowUp
        fields = ("date", "purpose", "note")
        formfield_callback = flags_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attendees: Any = [] if self.is_new else self.instance.attendees
        names = [person.name for person in attendees]
        self.fields["attendees"] = PeopleField(
            self.meeting, names, label=gettext_lazy("who comes"), required=False, initial=names
        )
        self.order_fields(["date", "attendees"])

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        return _("The next meeting")

    def clean_date(self) -> Any:
        date = self.cleaned_data["date"]
        if date <= self.meeting.date:
            raise forms.ValidationError(_("Choose a day after this meeting."))
        return date


class PhaseDecisionForm(OfStudentForm):
    quick = ("student", "guidance_domain", "before", "after", "requested", "reason")

    class Meta:
        model = PhaseDecision
        fields = ("student", "guidance_domain", "before", "after", "requested", "reason")
        formfield_callback = flags_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_new and not self.meeting.is_group:
            now = self._readable_phases(self.meeting.students[0]).current(self.meeting.date).last()
            if now:
                self.initial.update({"guidance_domain": now.guidance_domain, "before": now.phase_id})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        before, after, requested = cleaned.get("before"), cleaned.get("after"), cleaned.get("requested")
        if (requested or (after and after != before)) and not cleaned.get("reason"):
            self.add_error("reason", _("Write down why."))
        student, domain = self.student(cleaned), cleaned.get("guidance_domain")
        if student and domain:
            known = self._readable_phases(student).held(self.meeting.date).phase(student.pk, domain)
            if known and before and before != known:
                self.add_error("before", _("The file says: %(phase)s.") % {"phase": known})
            held = PhaseRecord.objects.filter(student=student).held(self.meeting.date).phase(student.pk, domain)
            for name in ("after", "requested"):
                if PhaseDecision.needs_permission(held, cleaned.get(name)) and not may_bring_in_clb(student):
                    said = _("First record the permission to bring in the CLB, on the page of the meeting.")
                    self.add_error(name, said)
        return cleaned

    def _readable_phases(self, student: Student) -> Any:
        """Those of this student, for who reads in which phase students are: a form tells nobody else."""
        return PhaseRecord.objects.allowed(self.user, "read", "current_phase").filter(student=student)

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        return _("More support, the same, or less?")


FORMS = (AgreementForm, CommunicationForm, FollowUpForm, PhaseDecisionForm)
