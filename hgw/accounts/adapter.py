"""How sign-in differs here from what the library does by itself."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from hgw.accounts import draft_keys


class StaffAdapter(DefaultAccountAdapter):
    """Nobody makes an account alone: a school invites its staff."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def logout(self, request: Any) -> None:
        """Sign out, and leave nothing behind on a shared computer that can ever be read."""
        draft_keys.throw_away(request)
        super().logout(request)
