"""One stylesheet on every page, joined from the parts that are written."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.urls import reverse

from hgw import stylesheet
from tests.factories import Cast

pytestmark = pytest.mark.once


def test_a_page_has_one_stylesheet_and_an_error_page_the_same(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.coordinator)
    for address in (reverse("today"), reverse("library"), "/nowhere/"):
        text = browser.get(address).content.decode()
        assert re.findall(r'<link rel="stylesheet" href="([^"]*)"', text) == ["/static/css/pages.css"]


def test_every_written_part_is_in_it_once_and_in_order() -> None:
    written = {path.stem for path in stylesheet.SOURCES.glob("*.css")}
    assert written == {*stylesheet.PARTS, "plan"}  # a document has its own, for paper
    assert len(stylesheet.PARTS) == len(set(stylesheet.PARTS))
    text = stylesheet.joined()
    places = [text.index((stylesheet.SOURCES / f"{part}.css").read_text()) for part in stylesheet.PARTS]
    assert places == sorted(places)


def test_it_is_collected_under_a_name_with_its_hash_and_compressed(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    (hashed,) = [
        path for path in (tmp_path / "css").glob("pages.*.css") if re.search(r"pages\.[0-9a-f]{12}\.css", path.name)
    ]
    assert hashed.read_text() == stylesheet.joined()
    assert hashed.with_name(hashed.name + ".gz").exists()


def test_a_part_that_changed_is_found_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path / "data"
    for part in stylesheet.PARTS:
        (tmp_path / f"{part}.css").write_text(f".{part} {{}}")
    monkeypatch.setattr(stylesheet, "SOURCES", tmp_path)
    for color in ("red", "blue"):
        (tmp_path / "base.css").write_text(f".base {{ color: {color}; }}")
        found = finders.find(stylesheet.NAME)
        assert found is not None
        assert color in Path(found).read_text()
    assert not finders.find("css/no_such.css")
