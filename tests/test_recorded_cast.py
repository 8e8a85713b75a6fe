"""A cast that is written again is the cast that was made: no row more, fewer or different."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction

from tests import recorded_cast as recording
from tests.recorded_cast import recorded_cast


def every_row() -> dict[str, list[dict[str, Any]]]:
    """Every table, without the numbers that the database gives out by itself."""
    return {
        model._meta.label: sorted(
            ({k: v for k, v in row.items() if k not in own_numbers(model)} for row in model._base_manager.values()),
            key=repr,
        )
        for model in apps.get_models(include_auto_created=True)
    }


def own_numbers(model: type[models.Model]) -> set[str]:
    return {column.name for column in model._meta.concrete_fields if isinstance(column, models.AutoField)}


@pytest.mark.django_db
def test_the_cast_that_is_written_again_is_the_one_that_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "recordings", {})
    found = []
    for _time in range(3):
        before = transaction.savepoint_create()
        cast = recorded_cast()
        found.append((every_row(), cast))
        transaction.savepoint_rollback(before)
    (made, first), (again, second), (third, _cast) = found
    assert made["accounts.User"]
    assert made == again == third
    assert first == second, "the same rows"
    assert first.meeting is not second.meeting, "and objects of one's own"
    assert {row["id"] for row in made["accounts.User"]} == {
        u.pk for u in (*second.users.values(), *second.others.values())
    }
