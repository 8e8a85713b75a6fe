"""A sign-in in one browser, and what a browser keeps for one user."""

from typing import Any

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone

from hgw.accounts.models.users import User


class DraftKey(models.Model):
    """With what the drafts of one user in one browser are encrypted (hgw/accounts/draft_keys.py)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="draft_keys")
    browser = models.UUIDField()
    secret = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "browser"), name="draft_key_once"),)

    def __str__(self) -> str:
        return f"{self.user} · {self.browser}"


class Session(AbstractBaseSession):
    """A sign-in in one browser, or what a browser left here before it (hgw/accounts/sessions.py).

    What has to be known at each request stands in columns of its own: they come along with the session, and each is
    written alone, so that a request under way never undoes a lock.
    """

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    begun_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)  # somebody did something, to the minute
    locked_at = models.DateTimeField(null=True)

    @classmethod
    def get_session_store_class(cls) -> Any:
        from hgw.accounts.sessions import SessionStore

        return SessionStore

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep what the session holds. When it began, was seen and was locked is changed by the verbs alone."""
        if kwargs.get("force_update"):
            kwargs["update_fields"] = ["session_data", "expire_date", "user"]
        super().save(*args, **kwargs)
