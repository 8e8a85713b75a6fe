"""What each answer tells the browser: load nothing of elsewhere, run nothing that was typed, be shown in no frame, stay on HTTPS."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.test import Client
from django.utils.csp import CSP

from hgw.accounts.models import Session
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


def test_signing_in_makes_a_new_session_that_nobody_can_guess(cast: Cast) -> None:
    """And the one before, which somebody may have put there, is nobody's any more."""
    browser, numbers = Client(), []
    browser.get("/aanmelden/login/?next=/")
    before = browser.session
    before["waits"] = True
    before.save()
    browser.cookies["sessionid"] = before.session_key
    for _turn in range(2):
        browser.post("/aanmelden/login/", {"login": cast.teacher.email, "password": PASSWORD})
        numbers.append(browser.cookies["sessionid"].value)
        browser.post("/aanmelden/logout/")
    assert len({before.session_key, *numbers}) == 3
    assert all(re.fullmatch("[0-9a-z]{32}", number) for number in numbers)
    assert not Session.objects.filter(session_key__in=[before.session_key, *numbers]).exists()


def test_trace_is_not_answered(cast: Cast, sign_in: Any) -> None:
    for address in ("/", "/leerlingen/", f"/besprekingen/{cast.meeting.pk}/", "/gezond"):
        assert sign_in(cast.coordinator).generic("TRACE", address).status_code == 405


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
    "hasher": settings.PASSWORD_HASHERS[0].rpartition(".")[2],
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
        "hasher": "ScryptPasswordHasher",
    }
