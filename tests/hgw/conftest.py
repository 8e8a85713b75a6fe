"""What more than one file of tests about the frame needs."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.hgw.fake_provider import FakeProvider, fake_provider


@pytest.fixture
def fake(settings: Any) -> Iterator[FakeProvider]:
    """A provider of our own on this machine, set in each way in which one can be."""
    with fake_provider() as running:
        settings.SINGLE_SIGN_ON = running.providers()
        yield running
