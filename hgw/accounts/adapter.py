"""How sign-in differs here from what the library does by itself."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse

from hgw.accounts import asking_again, draft_keys, rights, sessions, signing_in
from hgw.accounts.single_sign_on import links


class StaffAdapter(DefaultAccountAdapter):
    """Nobody makes an account alone: a school invites its staff. Who came in and who did not is in the trace."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: Any, user: Any) -> None:
        device = request.session.get(sessions.ASKED)  # the session of somebody else is thrown away with all in it
        via = [str(taken["provider"]) for taken in get_authentication_records(request, user) if "provider" in taken]
        super().login(request, user)
        request.session.pop(sessions.ASKED, None)
        sessions.begin(request, device)
        signing_in.came_in(user, via=via[-1] if via else "")

    def pre_login(self, request: Any, user: Any, **kwargs: Any) -> Any:
        if not user.is_active:
            signing_in.refused(request, user.email, "inactive")
        return super().pre_login(request, user, **kwargs)

    def pre_authenticate(self, request: Any, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            signing_in.refused(request, credentials.get("email", ""), "too_often")
            raise

    def authentication_failed(self, request: Any, **credentials: Any) -> None:
        signing_in.refused(request, credentials.get("email", ""), "not_known")

    def set_password(self, user: Any, password: str) -> None:
        """A new password, chosen on the page for it or by the link in a mail. It ends the sessions elsewhere."""
        is_first = not user.has_usable_password()
        super().set_password(user, password)
        sessions.end_all(user.pk, but=self.request.session.session_key or "")
        signing_in.has_a_new_password(user, is_first=is_first, by_mail=not self.request.user.is_authenticated)

    def reauthenticate(self, user: Any, password: str) -> bool:
        """Whether this is the password of somebody who is signed in: asked again, or behind a lock."""
        known: bool = super().reauthenticate(user, password)
        if not known:
            signing_in.refused(self.request, user.email, "asked_again")
        return known

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """The password is not asked twice of who signs in and then has to set up a second step.

        Raises `ReauthenticationRequired` for whom only a provider knows: the library would let them through unasked.
        """
        if asking_again.was_shown_just_now(self.request):
            return False
        if not super().get_reauthentication_methods(self.request.user):
            raise ReauthenticationRequired
        required: bool = super().is_reauthentication_required(app=app, **kwargs)
        return required

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """A provider is asked last: most of them answer for a browser that was left open, too."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if not methods and user.is_authenticated and links.providers_of(user):
            methods.append({"id": "provider_again", "description": "", "url": reverse("provider_again")})
        return methods

    def _get_login_attempts_cache_key(self, request: Any, **credentials: Any) -> str:
        """Wrong passwords count per account and place: a pupil who tries that of a teacher closes it for nobody else."""
        key: str = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{key}:{self.get_client_ip(request)}"

    def get_login_stages(self) -> list[str]:
        """The second step is not asked of who showed it at a provider that the school believes in this."""
        stages: list[str] = super().get_login_stages()
        pending = self.request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
        is_shown = any(taken["method"] == "mfa" and "provider" in taken for taken in pending)
        return [stage for stage in stages if "allauth.mfa" not in stage] if is_shown else stages

    def logout(self, request: Any) -> None:
        """Sign out, and leave nothing behind on a shared computer that can ever be read.

        From behind a lock anybody may do it: then what lies there encrypted waits for who typed it.
        """
        if request.session.locks_in:
            draft_keys.throw_away(request)
        if request.user.is_authenticated:
            signing_in.went_out(request.user)
            rights.changed(request.user.pk)
        super().logout(request)
