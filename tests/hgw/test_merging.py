"""Merging what two people wrote at once: nothing that one of them alone changed is lost, and no place is decided by chance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgw.items.merging import Overlap, merge, merge_text

pytestmark = pytest.mark.once

LINES = st.lists(st.sampled_from(["", "a", "b", "c", "Zij leest.", "Hij telt."]), max_size=7)


def joined(lines: list[str]) -> str:
    return "\n".join(lines)


@st.composite
def edits(draw: st.DrawFn) -> tuple[list[str], list[str], list[str]]:
    """A text and two edits of it. What each adds can be told from all the rest."""
    base = draw(LINES)

    def edit(who: str) -> list[str]:
        lines = list(base)
        for n in range(draw(st.integers(0, 3))):
            at = draw(st.integers(0, len(lines)))
            act = draw(st.sampled_from(["add", "change", "remove"]))
            if act == "add" or at == len(lines):
                lines.insert(at, f"{who}{n}")
            elif act == "change":
                lines[at] = f"{who}{n}"
            else:
                del lines[at]
        return lines

    return base, edit("mine "), edit("theirs ")


@given(edits())
def test_a_merge_drops_no_line_that_only_one_side_added_and_does_not_ask_who_came_first(
    three: tuple[list[str], list[str], list[str]],
) -> None:
    base, mine, theirs = three
    try:
        merged = merge_text(joined(base), joined(mine), joined(theirs))
    except Overlap:
        with pytest.raises(Overlap):
            merge_text(joined(base), joined(theirs), joined(mine))
        return
    assert merged == merge_text(joined(base), joined(theirs), joined(mine))
    for line in [line for line in mine + theirs if line.startswith(("mine ", "theirs "))]:
        assert merged.split("\n").count(line) == 1


@given(LINES, LINES)
def test_what_only_one_side_changed_is_what_that_side_wrote(base: list[str], mine: list[str]) -> None:
    assert merge_text(joined(base), joined(mine), joined(base)) == joined(mine)
    assert merge_text(joined(base), joined(base), joined(mine)) == joined(mine)
    assert merge_text(joined(base), joined(mine), joined(mine)) == joined(mine)


def test_two_sentences_in_the_place_of_one_are_for_a_person_to_choose() -> None:
    with pytest.raises(Overlap):
        merge_text("Zij leest.", "Zij leest graag.", "Zij leest voor.")
    with pytest.raises(Overlap):
        merge_text("", "Zij leest.", "Hij telt.")


def test_paragraphs_apart_go_together() -> None:
    assert merge_text("een\n\ntwee", "een!\n\ntwee", "een\n\ntwee\ndrie") == "een!\n\ntwee\ndrie"


def test_fields_apart_go_together_and_only_what_i_changed_is_written() -> None:
    base = {"text": "a", "source": "ll", "due": None}
    merged = merge(base, base | {"text": "b"}, base | {"source": "school"}, together=())
    assert (merged.changes, merged.overlaps) == ({"text": "b"}, [])
    same = merge(base, base | {"text": "b"}, base | {"text": "b"}, together=())
    assert (same.changes, same.overlaps) == ({}, []), "both wrote the same: nothing to choose, nothing to write"


def test_one_field_changed_by_both_is_named() -> None:
    base = {"text": "a", "source": "ll"}
    merged = merge(base, {"text": "b", "source": "x"}, {"text": "c", "source": "ll"}, together=())
    assert merged.overlaps == ["text"]


def test_fields_that_belong_together_are_not_mixed() -> None:
    base = {"visibility": ["care_team"], "circle": []}
    mine = {"visibility": ["confidential"], "circle": []}
    theirs = {"visibility": ["care_team"], "circle": ["Els"]}
    assert merge(base, mine, theirs, together=(("visibility", "circle"),)).overlaps == ["visibility"]


def test_levels_of_a_scale_go_together_one_by_one() -> None:
    base = {"gas": {"-1": "nu", "0": "doel"}}
    merged = merge(
        base, {"gas": {"-1": "nu", "0": "doel", "+1": "meer"}}, {"gas": {"-1": "nu!", "0": "doel"}}, together=()
    )
    assert merged.changes == {"gas": {"-1": "nu!", "0": "doel", "+1": "meer"}}
