"""The names of others in the file view, however they were typed."""

import pytest
from django.utils import translation

from meetings.forgetting.masking import Mask
from meetings.models.participants import ParticipantRole
from tests.factories import Cast, make_student, seat

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Wouts boek", "een andere leerling boek"),
        ("Wout's boek", "een andere leerling boek"),
        ("WOUT leest", "een andere leerling leest"),
        ("wout leest", "een andere leerling leest"),
        ("volgens mevr. De Bakker", "volgens mevr. een andere leerling"),
        ("de bakker bakt brood", "de bakker bakt brood"),
        ("DE BAKKER leest", "een andere leerling leest"),
        ("Nores boek, NORE en nore", "Nores boek, NORE en nore"),
        ("Vandamme en Hilde Claes", "Vandamme en Hilde Claes"),
        ("woutertje", "woutertje"),
    ],
)
def test_a_name_is_masked_however_it_is_typed(cast: Cast, typed: str, read: str) -> None:
    make_student(cast.school, cast.class_group, first_name="Wout", last_name="De Bakker")
    make_student(cast.school, cast.class_group, first_name="Isa", last_name="Vandamme")
    with translation.override("nl"):
        assert Mask(cast.student, [cast.meeting])(typed) == read


def test_how_somebody_is_addressed_stays(cast: Cast) -> None:
    seat(cast.meeting, "Juf Veerle", "homeroom_teacher")
    with translation.override("nl"):
        role = ParticipantRole.HOMEROOM_TEACHER.label
        said = Mask(cast.student, [cast.meeting])("de juf belt, VEERLE ook, juf Veerle niet")
    assert said == f"de juf belt, {role} ook, {role} niet"
