"""One file of scripts on every page, joined from the parts that are written."""

import re
from typing import Any

from django.contrib.staticfiles import finders
from django.core.management import call_command

from hgw import scripts, stylesheet
from tests.factories import Cast


def test_every_part_is_named_and_stands_in_the_file() -> None:
    written = {path.stem for path in scripts.SOURCES.glob("*.js")}
    assert written == {*scripts.PARTS, "room", "passkey"}  # of their own, on the pages that need them
    text = scripts.joined()
    assert text.count('"use strict"') == len(scripts.PARTS)
    assert not re.search(r"^\s*//", text, re.MULTILINE)
    found = finders.find("js/pages.js")
    assert found
    with open(found, encoding="utf-8") as file:
        assert file.read() == text


def test_a_page_has_one_script_of_ours(cast: Cast, client: object) -> None:
    text = client.get("/aanmelden/password/reset/").content.decode()  # type: ignore[attr-defined]  # the client of the tests
    assert re.findall(r'src="/static/(js/[^"]*)"', text) == ["js/pages.js"]


def test_only_what_a_page_asks_for_is_collected(settings: Any, tmp_path: Any) -> None:
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    collected = {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*.[cj]s*")}
    assert {
        "css/pages.css",
        "css/plan.css",
        "js/pages.js",
        "js/room.js",
        "js/passkey.js",
        "mfa/js/webauthn.js",
    } <= collected
    assert not collected & {
        *(f"js/{part}.js" for part in scripts.PARTS),
        *(f"css/{part}.css" for part in stylesheet.PARTS),
    }
    assert not any("/ext/" in name for name in collected)
