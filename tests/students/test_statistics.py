"""The numbers of a school: right for who reads its students anyway, and telling of nobody for who does not."""

import itertools
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from students.models import Phase, PhaseRecord
from students.statistics import Place, held_back, statistics_of
from tests.factories import Cast, make_class, make_student

# --- what is held back ---


def whole(levels: list[list[int]]) -> list[list[int]]:
    """With the row of the school under them."""
    return levels + [[sum(column) for column in zip(*levels, strict=True)]] if len(levels) > 1 else levels


def rows_that_fit(row: list[int], hidden: set[Place], number: int) -> list[tuple[int, ...]]:
    """Every row with this sum that agrees with what is shown and marked."""
    total, last = sum(row), len(row) - 1
    found = []
    for first in itertools.product(range(total + 1), repeat=last):
        one = (*first, total - sum(first))
        if one[-1] >= 0 and all(fits(one[c], row[c], (number, c) in hidden) for c in range(len(row))):
            found.append(one)
    return found


def fits(guess: int, number: int, is_hidden: bool) -> bool:
    return (guess < 5) == (number < 5) if is_hidden else guess == number


def known(levels: list[list[int]], hidden: set[Place]) -> list[Place]:
    """The small numbers of which somebody who tries everything finds one answer only, in the rows of levels and of the school."""
    numbers = whole(levels)
    ways = [rows_that_fit(row, hidden, n) for n, row in enumerate(levels)]
    answers: dict[Place, set[int]] = {}
    for guess in itertools.product(*ways):
        sums = [sum(column) for column in zip(*guess, strict=True)]
        rows = [*map(list, guess), sums] if len(levels) > 1 else [list(guess[0])]
        if all(fits(n, numbers[-1][c], (len(numbers) - 1, c) in hidden) for c, n in enumerate(rows[-1])):
            for r, row in enumerate(rows):
                for c, n in enumerate(row):
                    answers.setdefault((r, c), set()).add(n)
    return [place for place, found in answers.items() if len(found) == 1 and numbers[place[0]][place[1]] < 5]


def test_what_is_five_or_more_everywhere_is_shown() -> None:
    assert held_back(whole([[60, 9, 5], [200, 30, 12]])) == set()


def test_of_one_small_number_a_second_one_in_its_row_goes_too() -> None:
    assert held_back([[60, 9, 2]]) == {(0, 2), (0, 1)}


def test_what_the_whole_school_would_give_away_goes_too() -> None:
    """Two levels: whoever knows the school and one level knows the other. The numbers of the school stay."""
    hidden = held_back(whole([[60, 9, 2], [200, 30, 12]]))
    assert hidden == {(0, 2), (0, 1), (1, 2), (1, 1)}


def test_four_zeros_are_not_told_by_their_sum() -> None:
    assert held_back([[30, 0, 0]]) == {(0, 0), (0, 1), (0, 2)}


@pytest.mark.parametrize("levels", [[[4, 4, 4]], [[5, 0, 0]], [[4, 4, 4], [4, 4, 4]]])
def test_where_nothing_is_safe_nothing_is_shown(levels: list[list[int]]) -> None:
    """Marked as small, four threes of four add up to twelve in one way only."""
    assert held_back(whole(levels)) is None


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 2).flatmap(
        lambda n: st.lists(st.lists(st.integers(0, 7), min_size=3, max_size=3), min_size=n, max_size=n)
    )
)
def test_whoever_tries_every_table_that_fits_knows_no_small_number(levels: list[list[int]]) -> None:
    levels = [row for row in levels if sum(row)]
    hidden = held_back(whole(levels)) if levels else None
    if hidden is not None:
        assert {place for place, n in _each(whole(levels)) if n < 5} <= hidden
        assert known(levels, hidden) == []


def _each(numbers: list[list[int]]) -> list[tuple[Place, int]]:
    return [((r, c), n) for r, row in enumerate(numbers) for c, n in enumerate(row)]


def test_the_one_who_tries_everything_finds_what_is_not_held_back() -> None:
    assert known([[60, 9, 2]], {(0, 2)}) == [(0, 2)]


# --- the page ---


def in_phase(student: Any, number: int, domain: str = "learning") -> None:
    phase = Phase.objects.get(number=number)
    PhaseRecord.decide(student, domain, phase, on=timezone.localdate(), reason="kanarie", by=None)


def fill(cast: Cast) -> None:
    """The class of the cast (primary, with the student in it) and one of the youngest, each student at the widest support."""
    young = make_class(cast.school, "K3A", level="kleuter")
    for group, counts in ((cast.class_group, (19, 8, 5, 2)), (young, (20, 7, 0, 0))):
        for number, many in enumerate(counts):
            for _n in range(many):
                student = make_student(cast.school, group)
                if number:
                    in_phase(student, number)
    in_phase(student, 1)  # the last one of the youngest stood at increased support already: counts once, in two domains
    in_phase(student, 1, "wellbeing")


def cells(page: Any) -> dict[str, list[Any]]:
    return {name: [cell.students for cell in row] for name, row in page.context["statistics"].rows}


def address(cast: Cast) -> str:
    return reverse("statistics", args=(cast.school.pk,))


@pytest.mark.parametrize("role", ["care_coordinator", "principal"])
def test_who_answers_for_the_support_reads_every_number(cast: Cast, sign_in: Any, role: str) -> None:
    fill(cast)
    page = sign_in(cast.users[role]).get(address(cast))
    assert cells(page) == {
        "Kleuteronderwijs": [20, 7, 0, 0], "Lager onderwijs": [20, 8, 5, 2], "": [40, 15, 5, 2],
    }  # fmt: skip
    assert page.context["statistics"].students == 62
    assert "minder dan 5" not in page.text


def test_an_adviser_reads_no_number_below_five_and_none_that_tells_one(cast: Cast, sign_in: Any) -> None:
    fill(cast)
    page = sign_in(cast.users["adviser"]).get(address(cast))
    shown = cells(page)
    assert [n for row in shown.values() for n in row if n is not None and n < 5] == []
    assert shown[""][:2] == [40, 15]
    small = {name: [cell.is_small for cell in row] for name, row in page.context["statistics"].rows}
    assert small[""] == [False, False, False, True]
    assert "&lt; 5" in page.text
    assert "minder dan 5" in page.text
    people = [cast.student.last_name, cast.student.roepnaam, *(user.name for user in cast.users.values())]
    main = page.text[page.text.index("<main") : page.text.index("</main>")]
    assert not [name for name in (*people, "kanarie") if name in main]


def test_of_a_handful_of_students_no_number_is_shown_to_anybody(cast: Cast, sign_in: Any) -> None:
    for _n in range(3):
        make_student(cast.school, cast.class_group)
    for role in ("adviser", "principal"):
        page = sign_in(cast.users[role]).get(address(cast))
        assert page.context["statistics"] is None
        assert "Te weinig leerlingen" in page.text


def test_a_support_that_ended_and_a_student_elsewhere_count_for_nothing(cast: Cast) -> None:
    for _n in range(5):
        student = make_student(cast.school, cast.class_group)
    in_phase(student, 2)
    in_phase(student, 0)
    in_phase(make_student(cast.other_school, make_class(cast.other_school, "6C")), 3)
    found = statistics_of(cast.school, exact=True)
    assert found
    assert [[cell.students for cell in row] for _name, row in found.rows] == [[6, 0, 0, 0]]


def test_the_menu_leads_there_who_may(cast: Cast, sign_in: Any) -> None:
    found = {role for role, user in cast.users.items() if address(cast) in sign_in(user).get("/").text}
    assert found == {"care_coordinator", "principal", "adviser"}
