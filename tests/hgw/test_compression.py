"""Pages go over the line compressed, for a browser that says it can read that."""

import gzip
from typing import Any

from django.urls import reverse

from tests.factories import Cast


def test_a_page_is_compressed_for_who_can_read_that(cast: Cast, sign_in: Any) -> None:
    browser, address = sign_in(cast.coordinator), reverse("meeting_step", args=(cast.meeting.pk, "overzicht"))
    packed = browser.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Cache-Control"] == "no-store"
    assert b'id="gates"' in gzip.decompress(packed.content)
    assert len(packed.content) < 0.3 * len(gzip.decompress(packed.content))
    assert "Content-Encoding" not in browser.get(address).headers


def test_its_length_differs_from_time_to_time(cast: Cast, sign_in: Any) -> None:
    """Who only sees lengths go by cannot guess a sentence letter by letter."""
    browser, address = sign_in(cast.coordinator), reverse("library")
    lengths = {len(browser.get(address, headers={"Accept-Encoding": "gzip"}).content) for _ in range(8)}
    assert len(lengths) > 1
