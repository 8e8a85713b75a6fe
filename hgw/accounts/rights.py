"""Somebody's rights changed: who handed out something under the old ones asks again."""

import uuid
from collections.abc import Callable

# What apps that stand on this one have to do then (each adds its own when it is ready). They wait for the commit.
told: list[Callable[[uuid.UUID], None]] = []


def changed(user: uuid.UUID) -> None:
    """Say so, in the transaction that changes them: a role, a student that is opened or closed, a sign-out."""
    for tell in told:
        tell(user)
