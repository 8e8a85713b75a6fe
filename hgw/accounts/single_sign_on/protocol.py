"""What is asked of a provider, and what its answer must be before it says anything: the library's OAuth, made stricter.

OpenID Connect: authorization code with PKCE, `state` and `nonce`, both of this session; the identity token is signed by a key
of the issuer, from the issuer, for us, for now, and of the tenant or domain of the school. Smartschool has no such token: there
the answer of its own server counts, over TLS, and its platform must be that of the school.

This module loads an HTTP library; nothing that a page without single sign-on needs may import it. It asks other servers:
call it outside of a transaction (`hgw.transaction.after_asking`).
"""

import hmac
import secrets
import time
from typing import Any
from urllib.parse import urlsplit

from allauth.core.internal.deferred import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import jwtkit, statekit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.urls import reverse

from hgw.accounts.providers import Provider
from hgw.accounts.single_sign_on.answers import Identity, NotLetIn
from hgw.request import Request

SIGNED_WITH = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}
ASKED_AT = ("authorization_endpoint", "token_endpoint", "jwks_uri")
SKEW = 60  # seconds that the clock of a provider may be behind ours
LEARNED_FOR = 3600  # seconds for which it is remembered where a provider wants to be asked
# Seconds in which a provider that did not answer is not asked again: whoever waits for it holds up a process of this server.
LEFT_ALONE_FOR = 30
LONGEST = 191  # characters of a number that is kept; none of these providers gives a longer one
_learned: dict[str, tuple[float, dict[str, Any]]] = {}
_silent_since: dict[str, float] = {}


class OIDCAdapter(OpenIDConnectOAuth2Adapter):
    """Where a provider is asked it says itself, once an hour; and it must be the issuer that the school named."""

    @property
    def openid_config(self) -> dict[str, Any]:
        issuer = settings.SINGLE_SIGN_ON[self.provider_id].issuer
        when, learned = _learned.get(issuer, (0.0, {}))
        if not learned or time.monotonic() - when > LEARNED_FOR:
            learned = super().openid_config
            if learned.get("issuer") != issuer:
                raise OAuth2Error("another issuer")
            if any(urlsplit(learned[name]).scheme != urlsplit(issuer).scheme for name in ASKED_AT):
                raise OAuth2Error("in plain text")
            _learned[issuer] = (time.monotonic(), learned)
        return learned

    def get_callback_url(self, request: Any, app: Any) -> str:
        return _back(request, self.provider_id)

    def identity(self, ours: Provider, response: dict[str, Any], state: dict[str, Any]) -> Identity:
        token = response["id_token"]
        if jwt.get_unverified_header(token).get("alg") not in SIGNED_WITH:
            raise OAuth2Error("a signature of another kind")
        claims = jwtkit.verify_and_decode(
            credential=token, keys_url=self.openid_config["jwks_uri"], issuer=ours.issuer, audience=ours.client,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )  # fmt: skip
        if not hmac.compare_digest(str(claims.get("nonce")), state["nonce"]):
            raise NotLetIn("nonce")
        if claims.get("azp", ours.client) != ours.client:
            raise NotLetIn("audience")
        if ours.tenant and claims.get("tid") != ours.tenant:
            raise NotLetIn("other_tenant", "unknown")
        if ours.domains and str(claims.get("hd", "")).lower() not in ours.domains:
            raise NotLetIn("other_domain", "unknown")
        is_anew = int(claims.get("auth_time", 0)) >= state["asked_at"] - SKEW
        if not is_anew and ("auth_time" in claims or not ours.domains):  # Google does not say when
            raise NotLetIn("not_anew")
        return Identity(ours.realm, _number(claims["sub"]), is_anew, _shows_second_step(ours, claims))


class OIDCProvider(OpenIDConnectProvider):
    """Only who somebody is, is asked: what a provider needs for that, and nothing that is kept."""

    oauth2_adapter_class = OIDCAdapter
    pkce_enabled_default = True

    def get_default_scope(self) -> list[str]:
        ours = settings.SINGLE_SIGN_ON[self.app.provider_id]
        # Microsoft names the tenant, and Google the domain, for who asks for these.
        return ["openid", *(["profile"] if ours.tenant else []), *(["email"] if ours.domains else [])]


class SmartschoolAdapter(OAuth2Adapter):
    """OAuth 2 with a code, and then the question who it is: Smartschool speaks no OpenID Connect."""

    def __init__(self, request: Any, ours: Provider) -> None:
        super().__init__(request)
        self.provider_id, self.server = ours.name, ours.server
        self.authorize_url, self.access_token_url = f"{ours.server}/OAuth", f"{ours.server}/OAuth/index/token"

    def get_callback_url(self, request: Any, app: Any) -> str:
        return _back(request, self.provider_id)

    def identity(self, ours: Provider, response: dict[str, Any], state: dict[str, Any]) -> Identity:
        headers = {"Authorization": f"Bearer {response['access_token']}"}
        with get_adapter().get_requests_session() as asking:
            answer = asking.get(f"{self.server}/Api/V1/userinfo", headers=headers)
            answer.raise_for_status()
            said = answer.json()
        if _bare(said["platform"]) != ours.platform:
            raise NotLetIn("other_platform", "unknown")
        return Identity(ours.realm, _number(said["userID"]))


class SmartschoolProvider(OAuth2Provider):
    id = name = "smartschool"

    def get_oauth2_adapter(self, request: Any) -> SmartschoolAdapter:
        return SmartschoolAdapter(request, settings.SINGLE_SIGN_ON[self.app.provider_id])

    def get_default_scope(self) -> list[str]:
        return ["userinfo"]


def made(request: Request, ours: Provider) -> OAuth2Provider:
    """The library's provider for one of ours."""
    app = SocialApp(
        provider="openid_connect" if ours.issuer else "smartschool", provider_id=ours.name, name=ours.label,
        client_id=ours.client, secret=ours.secret, settings={"server_url": ours.issuer.rstrip("/")},
    )  # fmt: skip
    kind = OIDCProvider if ours.issuer else SmartschoolProvider
    found: OAuth2Provider = kind(request, app=app)
    return found


def learn(request: Request, ours: Provider) -> None:
    """Ask the provider, unless it is known, where it lets people sign in. Raises `NotLetIn`."""
    _refuse_if_silent(ours)
    try:
        _ = made(request, ours).get_oauth2_adapter(request).authorize_url
    except (OSError, OAuth2Error, LookupError, TypeError, ValueError) as error:
        raise _not_let_in(ours, error) from error


def leave_for(request: Request, ours: Provider, process: str, *, onward: str | None, **state: Any) -> str:
    """The address at the provider where somebody signs in. What that is for waits in this session, under a `state` of its own.

    A new sign-in is asked also of who is signed in there already: whoever sits here may be somebody else. That stands in an
    address that can be changed, so the answer has to show it. Call `learn` before.
    """
    nonce, params = secrets.token_urlsafe(24), {}
    if ours.issuer:
        # With an age the token has to say when: OpenID Connect Core, 3.1.2.1. Google knows only how to let choose.
        params = {"prompt": "select_account"} if ours.domains else {"prompt": "login", "max_age": "0"}
        params["nonce"] = nonce
        if len(ours.domains) == 1:
            params["hd"] = next(iter(ours.domains))
    going = made(request, ours).redirect(
        request,
        process,
        next_url=onward,
        auth_params=params,
        nonce=nonce,
        asked_at=int(time.time()),
        **state,
    )
    return str(going.url)


def take_answer(request: Request, ours: Provider) -> tuple[dict[str, Any], Identity]:
    """What somebody went to the provider for, and who the provider says that it is. Raises `NotLetIn`.

    The `state` is used up first: it counts once, in the session in which it was given, for this provider.
    """
    sent = request.GET
    found = statekit.unstash_state(request, provider_id=ours.name, state_id=sent.get("state", ""))
    if found is None:
        raise NotLetIn("state")
    if ours.issuer and sent.get("iss", ours.issuer) != ours.issuer:
        raise NotLetIn("issuer")
    if "code" not in sent:
        raise NotLetIn("cancelled" if sent.get("error") == "access_denied" else "provider")
    _refuse_if_silent(ours)
    try:
        provider = made(request, ours)
        adapter = provider.get_oauth2_adapter(request)
        client = adapter.get_client(request, provider.app)
        response = adapter.get_access_token_data(
            request, provider.app, client, pkce_code_verifier=found.get("pkce_code_verifier")
        )
        return found, adapter.identity(ours, response, found)
    except (OSError, OAuth2Error, jwt.PyJWTError, LookupError, TypeError, ValueError) as error:
        raise _not_let_in(ours, error) from error


def _refuse_if_silent(ours: Provider) -> None:
    if time.monotonic() - _silent_since.get(ours.realm, -LEFT_ALONE_FOR) < LEFT_ALONE_FOR:
        raise NotLetIn("provider_down", "down")


def _not_let_in(ours: Provider, error: Exception) -> NotLetIn:
    """The HTTP library's errors are those of the system; an answer that is no good is one of them too, and no silence."""
    answer = getattr(error, "response", None)
    is_refusal = answer is not None and answer.status_code < 500
    if not isinstance(error, OSError) or isinstance(error, ValueError) or is_refusal:
        return NotLetIn("token")
    _silent_since[ours.realm] = time.monotonic()
    return NotLetIn("provider_down", "down")


def _back(request: Request, name: str) -> str:
    return str(request.build_absolute_uri(reverse("provider_return", args=[name])))


def _bare(platform: Any) -> str:
    """The name of a platform, be it said as a name or as an address."""
    said = str(platform).strip().lower()
    return (urlsplit(said).hostname or "") if "://" in said else said.rstrip("/")


def _number(said: Any) -> str:
    number = str(said) if isinstance(said, str | int) and not isinstance(said, bool) else ""
    if not number or len(number) > LONGEST:
        raise NotLetIn("number")
    return number


def _shows_second_step(ours: Provider, claims: dict[str, Any]) -> bool:
    """Whether the token says what the school named as the sign of a second step."""
    said: list[Any] = []
    for name in ("amr", "acr", "acrs"):
        value = claims.get(name)
        said += value if isinstance(value, list) else [value]
    return bool(ours.second_factor) and ours.second_factor in said
