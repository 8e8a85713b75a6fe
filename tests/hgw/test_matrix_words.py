"""The page "Wie ziet wat?" says what the matrix says, all of it, in the language of the reader."""

from typing import Any

from django.utils import translation

from hgw import matrix_words
from hgw.access import HOLDS, matrix
from tests.factories import Cast


def test_all_that_stands_in_the_matrix_has_words() -> None:
    objects = matrix().values()
    assert {one.what for one in objects} | {one.why for one in objects} == set(matrix_words.SENTENCES)
    assert set(matrix_words.ACTS) == set(HOLDS)
    used = {name for one in objects for cell in one.cells.values() for entry in cell for name in entry.conditions}
    assert set(matrix_words.CONDITIONS) == used


def test_each_role_stands_with_what_it_may_or_without() -> None:
    with translation.override("nl"):
        found = {row.name: row for row in matrix_words.rows()}
    assert list(found) == list(matrix())
    meeting = dict(found["meeting"].may)
    assert meeting["Zorgcoördinator"] == ("beheert",)
    assert meeting["Zorgleerkracht"] == (
        "leest", "schrijft, zolang ze mee aan tafel zitten, tot de bespreking afgesloten is",
    )  # fmt: skip
    assert "Schoolbeheerder" in found["meeting"].without
    assert all(len(row.may) + len(row.without) == 9 for row in found.values())


def test_everybody_reads_it_in_dutch(cast: Cast, sign_in: Any) -> None:
    page = sign_in(cast.teacher).get("/hulp/wie-ziet-wat/").content.decode()
    assert "Wat een leerling in vertrouwen vertelt, is voor de zorgcoördinatoren" in page
    assert not [text for text in matrix_words.SENTENCES if text in page]
