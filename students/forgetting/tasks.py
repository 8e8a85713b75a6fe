"""Destroying what was confirmed, outside the request. What a killed server left undone, its next start goes on with."""

from django.tasks import task

from hgw.storage import tidying
from students.forgetting import erasing


@task()
def erase_confirmed() -> None:
    """Erase every student of whom that was confirmed, and finish what was begun."""
    erasing.work()


@task()
def overwrite_what_is_gone() -> None:
    """Rid the files of the database of what was deleted without a student going along."""
    tidying.tidy()
