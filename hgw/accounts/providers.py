"""The places elsewhere where people may sign in, as an installation names them in its environment.

`HGW_OIDC` names providers that speak OpenID Connect (Microsoft, Google, any other), `HGW_SMARTSCHOOL` platforms of
Smartschool, whose OAuth 2 is something else. Each name has settings of its own: `HGW_OIDC_<NAME>_ISSUER` and so on. A wrong one
stops the start with a line that names it. How somebody signs in there: hgw/accounts/single_sign_on/.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from hgw.environment import names, stop, text

MICROSOFT, GOOGLE = "login.microsoftonline.com", "accounts.google.com"
SMARTSCHOOL = "https://oauth.smartschool.be"
MANY_TENANTS = {"common", "organizations", "consumers"}
OF_BOTH = ("CLIENT", "SECRET", "LABEL", "SCHOOLS")
OF_OIDC = (*OF_BOTH, "ISSUER", "DOMAINS", "SECOND_FACTOR")
OF_SMARTSCHOOL = (*OF_BOTH, "PLATFORM")


@dataclass(frozen=True)
class Provider:
    """One place. Whoever signs in there is known by `realm` and the number that the place gives, never by an address.

    `domains` are those of Google of which one must be in the token; `second_factor` is the word in `amr`, `acr` or `acrs` by
    which a token shows a second step, empty when none is believed; `schools` the institution numbers of the schools whose
    people may come in this way, none for every school here.
    """

    name: str  # in addresses: lower-case letters and digits
    label: str  # on its button
    client: str
    secret: str
    issuer: str = ""  # of OpenID Connect
    tenant: str = ""  # of Microsoft: which one a token must name
    platform: str = ""  # of Smartschool: the name of the school's own address
    domains: frozenset[str] = frozenset()
    schools: frozenset[str] = frozenset()
    second_factor: str = ""
    server: str = SMARTSCHOOL  # where Smartschool itself is asked

    @property
    def realm(self) -> str:
        """Where the numbers of people count: the issuer, or the platform."""
        return self.issuer or f"smartschool:{self.platform}"


def from_environment() -> dict[str, Provider]:
    """The providers of this installation by name, in the order in which they are named."""
    found = [_oidc(name) for name in _named("HGW_OIDC", OF_OIDC)]
    found += [_smartschool(name) for name in _named("HGW_SMARTSCHOOL", OF_SMARTSCHOOL)]
    by_name = {provider.name: provider for provider in found}
    if len(by_name) < len(found):
        stop("HGW_SMARTSCHOOL", "must not use a name that stands in HGW_OIDC")
    return by_name


def _named(setting: str, known: tuple[str, ...]) -> Iterator[str]:
    """The names in a setting; stops for one that cannot be a name, and for a setting of a name that is not in it."""
    listed = names(setting, "")
    if wrong := [name for name in listed if not re.fullmatch("[a-z][a-z0-9]{0,29}", name)]:
        stop(setting, f"must hold names of lower-case letters and digits, not {wrong[0]!r}")
    if len(set(listed)) < len(listed):
        stop(setting, "names one twice")
    right = {f"{setting}_{name.upper()}_{word}" for name in listed for word in known}
    for name in sorted(os.environ):
        if name.startswith(f"{setting}_") and name not in right:
            stop(name, f"belongs to no name in {setting}")
    yield from listed


def _of(setting: str, name: str, word: str, *, needed: bool = True) -> str:
    key = f"{setting}_{name.upper()}_{word}"
    value = text(key).strip()
    if needed and not value:
        stop(key, f"is needed: {name} stands in {setting}")
    return value


def _both(setting: str, name: str) -> dict[str, object]:
    schools = frozenset(names(f"{setting}_{name.upper()}_SCHOOLS", ""))
    if wrong := [number for number in schools if not re.fullmatch("[0-9]{6}", number)]:
        stop(f"{setting}_{name.upper()}_SCHOOLS", f"must hold institution numbers of six digits, not {wrong[0]!r}")
    return {
        "name": name, "client": _of(setting, name, "CLIENT"), "secret": _of(setting, name, "SECRET"), "schools": schools,
    }  # fmt: skip


def _oidc(name: str) -> Provider:
    key, issuer = f"HGW_OIDC_{name.upper()}_ISSUER", _of("HGW_OIDC", name, "ISSUER")
    parts = urlsplit(issuer)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or len(issuer) > 200:
        stop(key, f"must be an address like https://provider.example, not {issuer!r}")
    domains = frozenset(domain.lower() for domain in names(f"HGW_OIDC_{name.upper()}_DOMAINS", ""))
    tenant = parts.path.strip("/").split("/")[0] if parts.hostname == MICROSOFT else ""
    if parts.hostname == MICROSOFT and tenant in {"", *MANY_TENANTS}:
        stop(key, "must name the school's own tenant: https://login.microsoftonline.com/TENANT-ID/v2.0")
    if parts.hostname == GOOGLE and not domains:
        stop(f"HGW_OIDC_{name.upper()}_DOMAINS", "is needed for Google: the school's own domain, like school.example")
    kinds = {MICROSOFT: "Microsoft", GOOGLE: "Google"}
    return Provider(
        **_both("HGW_OIDC", name), issuer=issuer, tenant=tenant, domains=domains,  # type: ignore[arg-type]  # each of its own type
        label=_of("HGW_OIDC", name, "LABEL", needed=False) or kinds.get(parts.hostname, name.capitalize()),
        second_factor=_of("HGW_OIDC", name, "SECOND_FACTOR", needed=False),
    )  # fmt: skip


def _smartschool(name: str) -> Provider:
    key, platform = f"HGW_SMARTSCHOOL_{name.upper()}_PLATFORM", _of("HGW_SMARTSCHOOL", name, "PLATFORM")
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", platform):
        stop(key, f"must be the name of the school's Smartschool, like school.smartschool.be, not {platform!r}")
    return Provider(
        **_both("HGW_SMARTSCHOOL", name), platform=platform,  # type: ignore[arg-type]  # each of its own type
        label=_of("HGW_SMARTSCHOOL", name, "LABEL", needed=False) or "Smartschool",
    )  # fmt: skip
