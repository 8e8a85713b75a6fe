"""What more than one file of tests about the frame needs."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tests.hgw.fake_provider import FakeProvider, fake_provider
from tests.hgw.second_step import MOMENT


@pytest.fixture
def fake(settings: Any) -> Iterator[FakeProvider]:
    """A provider of our own on this machine, set in each way in which one can be."""
    with fake_provider() as running:
        settings.SINGLE_SIGN_ON = running.providers()
        yield running


@pytest.fixture
def asked(settings: Any, counted: None) -> Iterator[Any]:
    """The second step is asked, and tries are counted, as in production; the clock stands still."""
    settings.SECOND_FACTOR = True
    with time_machine.travel(MOMENT, tick=False) as clock:
        yield clock
