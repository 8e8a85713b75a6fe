"""What both forms of a permission ask: that of a meeting, and that of the student's page."""

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from students.models import Consent, Student

HELP = {"withdrawn_on": gettext_lazy("What rests on this permission closes at once, for everybody.")}


def check_answer(form: Any, cleaned: dict[str, Any], student: Student | None) -> None:
    """Refuse what would leave it open whether something is permitted. `student` is whom it is about, when that is known."""
    if cleaned.get("granted") and not cleaned.get("form"):
        form.add_error("form", _("How was it given?"))
    if cleaned.get("withdrawn_on") and cleaned["withdrawn_on"] > timezone.localdate():
        form.add_error("withdrawn_on", _("This day has not come yet."))
    answered = form.is_new or {"granted", "kind_of_consent"} & set(form.changed_data)
    if "granted" in form.fields and answered and student and not cleaned.get("granted"):
        _look_for_a_yes(form, student, cleaned.get("kind_of_consent", ""))


def _look_for_a_yes(form: Any, student: Student, kind: str) -> None:
    """A "no" closes nothing by itself: as long as a "yes" of before stands, what rests on that stays open."""
    yes = Consent.objects.all().contradicted_by(student, kind).exclude(pk=form.instance.pk).first()
    if yes:
        said = _(
            "On %(day)s %(who)s gave this permission, and it stands. Note on that one first on which day it was taken back."
        )
        form.add_error("granted", said % {"day": date_format(yes.date, "j F Y"), "who": yes.given_by})
