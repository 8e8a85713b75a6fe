"""Destroying what was confirmed, outside the request. What a killed server left undone, its next start goes on with."""

from django.tasks import task

from students.forgetting import erasing


@task()
def erase_confirmed() -> None:
    """Erase every student of whom that was confirmed, and finish what was begun."""
    erasing.work()
