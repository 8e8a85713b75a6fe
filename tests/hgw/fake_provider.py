"""A provider of our own on this machine: OpenID Connect, and Smartschool's OAuth beside it. It may be told to lie.

What it is asked it holds to what it was asked before: the redirect address to the letter, the code once, PKCE, the secret.
"""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from hgw.accounts.providers import Provider
from hgw.accounts.single_sign_on import protocol

CLIENT, SECRET = "hgw-at-this-school", "a-secret-of-this-school"
TENANT, DOMAIN, PLATFORM = "11111111-2222-3333-4444-555555555555", "school.example", "dewilg.smartschool.be"


@cache
def key(name: str = "own") -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class FakeProvider:
    """`person` is who signs in there, `claims` what else the token says (None leaves a claim out), `signed_with` its key."""

    def __init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.issuer = self.address
        self.person = "een-nummer"
        self.claims: dict[str, Any] = {}
        self.headers: dict[str, Any] = {}
        self.places: dict[str, str] = {}  # where else it says that it is asked
        self.signed_with: Any = key()
        self.platform = PLATFORM
        self.is_broken = False
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []  # paths
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def providers(self, **more: Any) -> dict[str, Provider]:
        """What the settings of an installation hold for it: one of each kind."""
        both = {"client": CLIENT, "secret": SECRET} | more
        oidc = both | {"issuer": self.address}
        found = [
            Provider("gewoon", "De Koepel", **oidc),
            Provider("microsoft", "Microsoft", **oidc, tenant=TENANT),
            Provider("google", "Google", **oidc, domains=frozenset({DOMAIN})),
            Provider("wilg", "Smartschool", **both, platform=PLATFORM, server=self.address),
        ]
        return {one.name: one for one in found}

    def signs_in(self, address: str) -> str:
        """What the browser is led back to, when somebody signs in at this address of ours."""
        asked = dict(parse_qsl(urlsplit(address).query))
        code = hashlib.sha256(f"{address}{time.monotonic_ns()}".encode()).hexdigest()
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        said = {
            "iss": self.issuer, "aud": asked["client_id"], "sub": self.person, "iat": now, "exp": now + 300,
            "nonce": asked.get("nonce"), "tid": TENANT, "hd": DOMAIN, "email": "iemand@school.example", "name": "Iemand",
            "auth_time": now if "max_age" in asked else None,
        } | self.claims  # fmt: skip
        said = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(said, self.signed_with, headers={"kid": "own"} | self.headers, algorithm="RS256")

    def answer(self, path: str, query: dict[str, str], sent: dict[str, str], bearer: str) -> tuple[int, Any]:
        self.asked.append(path)
        if self.is_broken:
            return 503, {}
        if path == "/.well-known/openid-configuration":
            at = self.address
            return 200, {
                "issuer": self.issuer, "authorization_endpoint": f"{at}/authorize", "token_endpoint": f"{at}/token",
                "userinfo_endpoint": f"{at}/userinfo", "jwks_uri": f"{at}/jwks",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            } | self.places  # fmt: skip
        if path == "/jwks":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key().public_key()))
            return 200, {"keys": [public | {"kid": "own", "alg": "RS256", "use": "sig"}]}
        if path in {"/token", "/OAuth/index/token"}:
            return self._exchange(path, sent)
        if path == "/Api/V1/userinfo" and bearer == "een-sleutel":
            return 200, {
                "userID": self.person, "name": "Iemand", "surname": "Anders", "username": "iemand.anders",
                "platform": self.platform,
            }  # fmt: skip
        return 404, {}

    def _exchange(self, path: str, sent: dict[str, str]) -> tuple[int, Any]:
        asked = self.codes.pop(sent.get("code", ""), None)  # once
        if asked is None or sent["redirect_uri"] != asked["redirect_uri"] or sent["client_secret"] != SECRET:
            return 400, {"error": "invalid_grant"}
        if challenge := asked.get("code_challenge"):
            shown = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(shown).rstrip(b"=").decode() != challenge:
                return 400, {"error": "invalid_grant"}
        answer = {"access_token": "een-sleutel", "token_type": "Bearer", "expires_in": 300}
        return 200, answer | ({"id_token": self.token(asked)} if path == "/token" else {})

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.reply({})

            def do_POST(self) -> None:
                self.reply(dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode())))

            def reply(self, sent: dict[str, str]) -> None:
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                if parts.path in {"/authorize", "/OAuth"}:  # a browser is here: somebody signs in at once
                    self.send_response(302)
                    self.send_header("Location", fake.signs_in(self.path))
                    self.end_headers()
                    return
                bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
                status, said = fake.answer(parts.path, query, sent, bearer)
                body = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                pass

        return Handler

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@contextmanager
def fake_provider() -> Iterator[FakeProvider]:
    protocol._learned.clear()
    protocol._silent_since.clear()
    fake = FakeProvider()
    try:
        yield fake
    finally:
        fake.close()
