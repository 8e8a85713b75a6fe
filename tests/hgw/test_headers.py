"""What each answer tells the browser: load nothing of elsewhere, run nothing that was typed, be shown in no frame, stay on HTTPS."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.test import Client
from django.utils.csp import CSP

from tests.factories import PASSWORD, Cast

ROOT = Path(__file__).resolve().parents[2]


def test_every_kind_of_answer_says_it(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.coordinator)
    pages = [
        browser.get("/"),
        browser.get(f"/besprekingen/{cast.meeting.pk}/stap/start/"),
        browser.get("/bestaat-niet/"),
        browser.post(f"/besprekingen/{cast.meeting.pk}/", {}),
        Client().get("/aanmelden/login/"),
        Client().get("/gezond"),
    ]
    for page in pages:
        policy = dict(part.strip().split(" ", 1) for part in page.headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == CSP.NONE
        assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == policy["form-action"] == CSP.SELF
        assert "unsafe" not in page.headers["Content-Security-Policy"]
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert page.headers["X-Frame-Options"] == "DENY"
        assert "Access-Control-Allow-Origin" not in page.headers
        assert page.headers["Content-Type"].startswith(("text/html; charset=utf-8", "application/json", "text/plain"))
        assert "Server" not in page.headers


def test_no_cookie_is_there_for_other_sites_and_the_session_for_no_script(cast: Cast) -> None:
    browser = Client()
    browser.get("/aanmelden/login/")
    browser.post("/aanmelden/login/", {"login": cast.teacher.email, "password": PASSWORD})
    found = {name: (morsel["httponly"], morsel["samesite"]) for name, morsel in browser.cookies.items()}
    assert found["sessionid"] == (True, "Lax")
    assert {same for _http, same in found.values()} == {"Lax"}


LOOK = """
import json
from django.conf import settings
from django.test import Client
answer = Client().get("/aanmelden/hier", headers={"x-forwarded-proto": "https", "host": "hgw.school.example"})
plain = Client().get("/aanmelden/login/", headers={"host": "hgw.school.example"})
print(json.dumps({
    "hsts": answer.headers["Strict-Transport-Security"],
    "plain": [plain.status_code, plain.headers["Location"]],
    "names": [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME],
    "secure": [settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.LANGUAGE_COOKIE_SECURE],
    "debug": settings.DEBUG,
}))
"""


def test_over_https_there_is_no_way_back(tmp_path: Path) -> None:
    known = {name: value for name, value in os.environ.items() if not name.startswith(("HGW_", "DATABASE_URL"))}
    given = {"HGW_DATA": str(tmp_path), "HGW_HTTPS": "1", "HGW_HOSTS": "hgw.school.example"}
    said = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", LOOK], cwd=ROOT, env=known | given, text=True,
        capture_output=True, check=True,
    )  # fmt: skip
    assert json.loads(said.stdout.splitlines()[-1]) == {
        "hsts": "max-age=31536000; includeSubDomains; preload",
        "plain": [301, "https://hgw.school.example/aanmelden/login/"],
        "names": ["__Host-sessionid", "__Host-csrftoken"],
        "secure": [True, True, True],
        "debug": False,
    }
