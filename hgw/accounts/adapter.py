"""How sign-in differs here from what the library does by itself."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAdapter(DefaultAccountAdapter):
    """Nobody makes an account alone: a school invites its staff."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
