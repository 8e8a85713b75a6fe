"""Whatever a browser can send is refused beside its field or comes back in a file that loads."""

from typing import Any

import pytest

from hgw.text import normal
from meetings.models import StepText
from tests.factories import Cast
from tests.meetings.every_field import filled_in, prepare, writer
from tests.meetings.test_lost_text import comes_back, numbers, typed_words, url

pytestmark = pytest.mark.django_db
KINDS = (
    "meetinggoal", "wish", "observation", "factor", "inforequest", "clbcontribution", "goal", "goalscore", "need", "agreement",
    "communication", "followup", "phasedecision", "participant", "consent", "legalreport", "reasonableadjustment", "statement",
)  # fmt: skip
STRANGE = {
    "white": "  =%s \t", "breaks": "\u2028%s\u2028 e\u0301\u202e\u200b\ufeff\u00a0", "yaml": "- %s: &a *b | \"'\\\"\\u0000\\n",
    "long": "%s" + "é" * 150,
}  # fmt: skip


@pytest.mark.parametrize("shape", STRANGE.values(), ids=STRANGE)
def test_strange_words_in_every_field_come_back(cast: Cast, sign_in: Any, shape: str) -> None:
    prepare(cast)
    kept: list[str] = []
    for kind in KINDS:
        sent = filled_in(cast, kind)
        typed = {
            name: shape.replace("%s", name)
            for name, value in sent.items()
            if isinstance(value, str) and value.startswith(f"{name} – ") and name != "cluster"
        }
        answer = sign_in(writer(cast, kind)).post(url(cast, kind), sent | typed)
        if answer.status_code == 302:
            kept += map(normal, typed.values())
        else:
            assert set(answer.context["form"].errors) <= set(typed), (kind, answer.context["form"].errors)
    for row in StepText.objects.filter(meeting=cast.meeting).exclude(field="cancel_reason"):
        words = numbers(row) | {"text": shape.replace("%s", row.field)}
        assert sign_in(cast.teacher).post(url(cast, "steptext", row.pk), words).status_code == 302
    there = typed_words(comes_back(cast))
    assert len(kept) > 15
    assert [text for text in kept if text not in there] == []
