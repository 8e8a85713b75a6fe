"""The process that lays out PDFs: what it makes, what it refuses, how it ends."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings

from meetings.documents import glyphs, pdf_process
from meetings.documents.pdf import PdfMaker, PdfTrouble

pytestmark = pytest.mark.once

TABLE = (
    "<table><thead><tr><th>Wie</th><th>Wat</th></tr></thead>"
    "<tbody><tr><th>Juf Els</th><td>begint samen</td></tr></tbody></table>"
)


@pytest.fixture(scope="module")
def maker() -> Iterator[PdfMaker]:
    maker = PdfMaker()
    yield maker
    maker.close()


@pytest.fixture
def small() -> Iterator[PdfMaker]:
    """A maker for one test, whose limits the test sets."""
    maker = PdfMaker()
    yield maker
    maker.close()


def page(body: str, head: str = "") -> str:
    return (
        f'<!doctype html><html lang="nl-BE"><head><meta charset="utf-8"><title>Leerlingplan</title>{head}</head>'
        f'<body><main class="paper for-team"><h1>Plan</h1>{body}</main></body></html>'
    )


def text_of(data: bytes) -> str:
    done = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True)
    return done.stdout.decode()


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(data))


def test_the_file_is_tagged_and_says_its_title_and_language(maker):
    with opened(maker.make(page(TABLE)).data) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.Lang == "nl-BE"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert {str(key): str(value) for key, value in pdf.docinfo.items()} == {"/Title": "Leerlingplan"}
        with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == "Leerlingplan"


def test_a_heading_cell_says_which_way_it_heads(maker):
    with opened(maker.make(page(TABLE)).data) as pdf:
        cells = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/TH"]
        assert sorted(str(cell.A.Scope) for cell in cells) == ["/Column", "/Column", "/Row"]
        assert {str(cell.A.O) for cell in cells} == {"/Table"}


def test_what_is_repeated_on_each_page_is_read_once(maker):
    body = '<p class="plan-version">Versie voor het team</p>' + "<p>Nore leest vlot.</p>" * 90
    made = maker.make(page(body)).data
    assert text_of(made).count("Versie voor het team") > 2
    read = subprocess.run(["pdfinfo", "-struct-text", "-"], input=made, capture_output=True, check=True).stdout.decode()
    assert read.count("Versie voor het team") == 1
    assert read.count("Nore leest vlot.") == 90
    assert "blz." not in read
    with opened(made) as pdf:
        assert all(b"/Pagination" in sheet.Contents.read_bytes() for sheet in pdf.pages)


def test_nothing_tells_who_or_what_made_it(maker):
    head = '<meta name="author" content="Geheime Naam"><meta name="generator" content="Geheim Programma">'
    with opened(maker.make(page("<p>tekst</p>", head)).data) as pdf:
        everything = b"".join(
            thing.read_bytes() if isinstance(thing, pikepdf.Stream) else bytes(thing.unparse()) for thing in pdf.objects
        )
    for word in (b"Geheim", b"WeasyPrint", b"pikepdf", b"CreationDate", os.fsencode(settings.BASE_DIR)):
        assert word not in everything, word


def test_fonts_are_in_the_file(maker):
    with opened(maker.make(page("<p>tekst <b>vet</b></p>")).data) as pdf:
        fonts = [t for t in pdf.objects if isinstance(t, pikepdf.Dictionary) and t.get("/Type") == "/FontDescriptor"]
        assert len(fonts) >= 2
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
        assert all("DejaVu" in str(font.FontName) for font in fonts)


def test_the_same_document_gives_the_same_bytes(maker, small):
    one, two = maker.make(page(TABLE)), maker.make(page(TABLE))
    assert one.sha256 == two.sha256 == small.make(page(TABLE)).sha256
    assert len(one.sha256) == 64


def test_well_formed_pages_come_out_as_others_do(maker):
    html = page(TABLE + "<p>a &amp; b<br/>c</p>")
    well_formed = html.replace('"utf-8">', '"utf-8"/>')
    assert well_formed != html
    assert maker.make(well_formed).data == maker.make(html).data
    declared = well_formed.replace("<!doctype html>", '<!DOCTYPE html [<!ENTITY naam "UITGEVOUWEN">]>')
    assert "&naam;" in text_of(maker.make(declared.replace("Juf Els", "&naam;")).data)
    assert " Els" in text_of(maker.make(well_formed.replace("Juf Els", "Juf\x07 Els")).data)


def test_no_address_but_data_is_opened(maker, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("VERBORGEN-WOORD")
    picture = tmp_path / "secret.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text y="20">VERBORGEN-WOORD</text></svg>')
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        hostile = "".join(
            f'<img src="{url}"><object data="{url}"></object><embed src="{url}"><iframe src="{url}"></iframe>'
            f'<link rel="attachment" href="{url}"><a rel="attachment" href="{url}">a</a><link rel="stylesheet" href="{url}">'
            f'<style>@import "{url}"; p {{ background: url({url}); list-style: url({url}); content: url({url}) }}</style>'
            f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}" width="9" height="9"/><use href="{url}#a"/></svg>'
            for url in (f"http://127.0.0.1:{port}/x", secret.as_uri(), picture.as_uri(), f"//127.0.0.1:{port}/x", "/etc/passwd")
        )  # fmt: skip
        made = maker.make(page(f"<p>blijft staan</p>{hostile}"))
        with pytest.raises(TimeoutError):
            server.accept()
    assert "blijft staan" in text_of(made.data)
    with opened(made.data) as pdf:
        streams = b"".join(thing.read_bytes() for thing in pdf.objects if isinstance(thing, pikepdf.Stream))
        assert "/EmbeddedFiles" not in pdf.Root.get("/Names", {})
    assert b"VERBORGEN" not in streams
    assert b"root:" not in streams
    assert "VERBORGEN" not in text_of(made.data)


def test_a_font_of_somewhere_else_is_refused(small):
    with pytest.raises(PdfTrouble):  # it would be written to a file first, and the process may write none
        small.make(page("<style>@font-face { font-family: x; src: url(http://127.0.0.1:9/x) }</style>"))


def test_a_picture_in_the_page_itself_is_drawn(maker):
    dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    with opened(maker.make(page(f'<img alt="punt" src="data:image/png;base64,{dot}">')).data) as pdf:
        assert any(isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Image" for thing in pdf.objects)


def test_a_very_long_text_comes_out_whole(maker):
    words = " ".join(f"woord{number}" for number in range(10_000))
    made = text_of(maker.make(page(f"<p>{words[:100_000]}</p>")).data)
    assert "woord0 " in made
    assert "woord9000" in made


def test_long_columns_go_on_beside_each_other(maker):
    columns = "".join(
        f'<div class="lines"><ul>{"".join(f"<li>regel {name}{n}.</li>" for n in range(90))}</ul></div>'
        for name in "abc"
    )
    made = maker.make(page(f'<section><div class="cols cols-3">{columns}</div></section>')).data
    read = text_of(made)
    assert [name for name in "abc" for n in range(90) if f"regel {name}{n}." not in read] == []
    with opened(made) as pdf:
        assert len(pdf.pages) == 3  # and not one after the other


def test_the_child_gets_no_secret_of_its_parent(small, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://app:geheim@host/db")
    monkeypatch.setenv("HGW_SECRET_KEY", "x" * 60)
    small.make(page(""))
    environment = Path(f"/proc/{small.pid}/environ").read_bytes()
    assert b"geheim" not in environment
    assert b"HGW_" not in environment
    files = [os.readlink(entry) for entry in Path(f"/proc/{small.pid}/fd").iterdir()]
    assert not [name for name in files if "sqlite" in name or "socket" in name]


def test_a_document_that_takes_too_long_fails_alone(small):
    small.make(page(""))
    first = small.pid
    small.seconds = 0.3
    with pytest.raises(PdfTrouble) as trouble:
        small.make(page("<p>woord</p>" * 20_000))
    assert trouble.value.code == "timeout"
    small.seconds = 60
    assert "daarna" in text_of(small.make(page("<p>daarna</p>")).data)
    assert small.pid != first


def test_computing_without_end_is_ended_by_the_system():
    maker = PdfMaker(cpu=1)
    try:
        with pytest.raises(PdfTrouble) as trouble:
            maker.make(page("<p>woord</p>" * 60_000))
        assert trouble.value.code == "timeout"
        assert maker.make(page("<p>daarna</p>")).data
    finally:
        maker.close()


def test_a_document_that_eats_memory_fails_alone():
    maker = PdfMaker(memory=420)
    try:
        with pytest.raises(PdfTrouble) as trouble:
            maker.make(page(f"<p>{'woord ' * 3_000_000}</p>"))
        assert trouble.value.code in {"failed", "died"}
        assert maker.make(page("<p>daarna</p>")).data
    finally:
        maker.close()


def test_a_child_that_dies_halfway_takes_one_document_along(small):
    small.make(page(""))
    pid = small.pid
    assert pid
    threading.Timer(0.3, os.kill, (pid, signal.SIGKILL)).start()
    with pytest.raises(PdfTrouble) as trouble:
        small.make(page("<p>woord</p>" * 20_000))
    assert trouble.value.code == "died"
    assert small.make(page("<p>daarna</p>")).data


def test_a_child_that_died_while_idle_is_replaced_unnoticed(small):
    small.make(page(""))
    os.kill(small.pid, signal.SIGKILL)
    os.waitid(os.P_PID, small.pid, os.WEXITED | os.WNOWAIT)  # dead, and nobody told its parent yet
    assert small.make(page("<p>daarna</p>")).data


def test_the_child_is_renewed_after_many_documents():
    maker = PdfMaker(documents=2)
    try:
        pids = []
        for _number in range(3):
            maker.make(page(""))
            pids.append(maker.pid)
        assert pids[1] is None
        assert pids[0] != pids[2]
    finally:
        maker.close()


def test_the_child_ends_with_its_parent_also_in_the_middle_of_a_document():
    program = (
        "import os, threading, time\n"
        "from meetings.documents.pdf import PdfMaker\n"
        "maker = PdfMaker(); maker.make('<p>a</p>')\n"
        "threading.Thread(target=maker.make, args=('<p>woord</p>' * 60_000,), daemon=True).start()\n"
        "time.sleep(0.5); print(maker.pid, flush=True); os.kill(os.getpid(), 9)\n"
    )
    start = "import django; django.setup()\n"
    parent = subprocess.run(
        [sys.executable, "-c", start + program], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )
    child = int(parent.stdout)
    for _attempt in range(50):
        if not _alive(child):
            return
        time.sleep(0.1)
    pytest.fail("the child outlived its parent")


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_without_the_libraries_it_says_so(small, monkeypatch):
    monkeypatch.setattr("meetings.documents.pdf.PROGRAM", _program_without_weasyprint(settings.DATA_DIR))
    with pytest.raises(PdfTrouble) as trouble:
        small.make(page(""))
    assert trouble.value.code == "unavailable"


def _program_without_weasyprint(folder: Path) -> Path:
    """The child's own program, on a machine where WeasyPrint cannot be imported."""
    program = folder / "a" / "b" / "pdf_process.py"
    program.parent.mkdir(parents=True, exist_ok=True)
    text = (settings.BASE_DIR / "meetings" / "documents" / "pdf_process.py").read_text()
    program.write_text("import sys\nsys.modules['weasyprint'] = None\n" + text)
    return program


def test_characters_without_a_font_are_known_before_and_after(maker):
    words = "Łukasz Ğ 漢字 \U0001f9d1\u200d\U0001f3eb é\u0301 \u2028 tekst"
    assert "漢" in glyphs.missing(words)
    assert set(glyphs.missing(words)) - {"\u2028"} == set(maker.make(page(f"<p>{words}</p>")).missing) - {" ", "\u2028"}
    assert glyphs.missing("Nore leest vlot: 6 × 7, ’t is €5") == ""


def test_without_fontconfig_nothing_is_claimed(monkeypatch):
    glyphs.characters.cache_clear()
    monkeypatch.setenv("PATH", "")
    try:
        assert glyphs.missing("漢字") == ""
    finally:
        glyphs.characters.cache_clear()


def test_the_style_sheet_of_paper_has_its_values_in_it(monkeypatch, tmp_path):
    style = pdf_process.paper_style()
    assert "var(" not in style
    assert "color: #000000;" in style  # of print; on screen ink is blue
    assert '"DejaVu Sans", sans-serif;' in style
    for name, text in (("tokens.css", ":root { --ink: #000 }"), ("plan.css", "p { color: var(--inkt) }")):
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(pdf_process, "STYLES", tmp_path)
    with pytest.raises(KeyError):
        pdf_process.paper_style()


def test_web_processes_never_load_the_pdf_library_nor_at_first_what_few_pages_need():
    program = (
        "import sys, hgw.wsgi\n"
        "from django.urls import get_resolver\n"
        "import meetings.tasks\n"
        "from hgw import warming\n"
        "assert get_resolver().reverse_dict\n"
        "warming.load()\n"
        "print(sorted({'weasyprint', 'pikepdf', 'fontTools', 'fido2', 'segno', 'hgw.run', 'hgw.register'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
