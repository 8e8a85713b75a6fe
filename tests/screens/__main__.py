"""`./dev screens`: start the demonstration in a folder of its own and take a picture of every page.

`--readme` renews the few pictures beside this file instead; each is at most 150 kB.
"""

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

WIDTHS = (1440, 1024, 390)
THEMES = ("light", "dark")
HERE = Path(__file__).parent
STEPS = ("start", "overzicht", "inzicht", "doelen", "behoeften", "afspraken", "evaluatie")
README = {
    "today": (1440, "light"),
    "step-overzicht": (390, "dark"),
    "closed-report": (1024, "light"),
}
LARGEST = 150_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev screens")
    parser.add_argument("--readme", action="store_true", help="renew the pictures beside the program")
    only = parser.parse_args().readme
    out = HERE if only else Path(os.environ["HGW_DATA"]).resolve() / "screens"
    out.mkdir(parents=True, exist_ok=True)
    failed = 0
    with demonstration() as (address, user, pages), sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        for width in WIDTHS:
            for theme in THEMES:
                if only and (width, theme) not in README.values():
                    continue
                failed += _round(browser, address, user, pages, (width, theme), out, only)
        browser.close()
    print(out)
    return 1 if failed else 0


@contextmanager
def demonstration() -> Iterator[tuple[str, list[str], dict[str, str]]]:
    """A server with the demonstration, gone again at the end: its address, a coordinator who may sign in, and its pages."""
    with tempfile.TemporaryDirectory() as data:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("HGW_") and k != "DATABASE_URL"}
        settings = {"HGW_DATA": data, "PORT": os.environ.get("PORT", "8765")}
        command = [sys.executable, "-m", "hgw.run"]
        server = subprocess.Popen(command, env=kept | settings, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout
            lines = (line.rstrip("\n").split("\t") for line in server.stdout)
            address = next((line[1] for line in lines if line[0] == "ready"), "")
            if not address:
                sys.exit("The demonstration did not start.")
            user = next(line for line in lines if line[0] == "care_coordinator")
            yield address, user, addresses(data)
        finally:
            server.terminate()
            server.wait(timeout=60)


def _round(
    browser: Browser, address: str, user: list[str], pages: dict[str, str], look: tuple[int, str], out: Path, only: bool
) -> int:
    """Every page in one width and theme; returns how many did not answer."""
    width, theme = look
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": 900}, color_scheme="dark" if theme == "dark" else "light",
        locale="nl-BE",
    )  # fmt: skip
    page = context.new_page()
    page.goto("aanmelden/login/")
    if not only:
        page.screenshot(path=out / f"sign-in-{width}-{theme}.png", full_page=True)
    page.fill("input[name=login]", user[1])
    page.fill("input[name=password]", user[2])
    page.press("input[name=password]", "Enter")
    page.wait_for_url(address)
    failed = 0
    pages = pages | _documents(page, address, pages)
    for name, url in pages.items():
        if only and README.get(name) != (width, theme):
            continue
        answer = page.goto(address + url)
        if answer is None or answer.status != 200:
            print(f"{name}: {answer.status if answer else 'no answer'} {url}", file=sys.stderr)
            failed += 1
            continue
        file = out / (f"{name}.png" if only else f"{name}-{width}-{theme}.png")
        page.screenshot(path=file, full_page=not only)
        if only and file.stat().st_size > LARGEST:
            file.unlink()
            print(f"{name}: larger than {LARGEST} bytes", file=sys.stderr)
            failed += 1
    context.close()
    return failed


def addresses(data: str) -> dict[str, str]:
    """Name and address of each page, for one student, one meeting in progress, one that was closed, and a group."""
    with closing(sqlite3.connect(Path(data) / "hgw.sqlite3")) as rows:

        def one(sql: str, *values: str) -> str:
            return str(uuid.UUID(str(rows.execute(sql, values).fetchone()[0])))

        def meeting(title: str) -> str:
            return "besprekingen/" + one("SELECT id FROM meetings_meeting WHERE title = ?", f"{title}")

        open_one, closed, group = (
            meeting(t)
            for t in (
                "Leerlingbespreking Sean",
                "Leerlingbespreking Nore",
                "Leerlingbespreking groepje K3A: meepraten in de kring",
            )
        )
        nore = one("SELECT id FROM students_student WHERE first_name = ?", "Noortje")
        school = "school/" + one("SELECT id FROM accounts_school WHERE institution_number = ?", "999001")
    pages = {
        "today": "", "students": "leerlingen/", "student": f"leerlingen/{nore}/", "my-agreements": "mijn-afspraken/",
        "library": "bronnen/", "meeting-new": "besprekingen/nieuw/", "case-import": "besprekingen/inlezen/",
        "school-settings": f"{school}/", "users": f"{school}/gebruikers/",
    }  # fmt: skip
    for name, at in (("", open_one), ("closed-", closed), ("group-", group)):
        pages[f"{name}meeting"] = f"{at}/"
        pages |= {f"{name}step-{slug}": f"{at}/stap/{slug}/" for slug in STEPS}
        pages |= {f"{name}documents": f"{at}/documenten/", f"{name}who-reads-what": f"{at}/wie-leest-wat/"}
        pages[f"{name}report"] = f"{at}/verslag/"
    return pages


def _documents(page: Page, address: str, pages: dict[str, str]) -> dict[str, str]:
    """Name and address of each copy that the page of documents of a meeting offers."""
    found = {}
    for name in ("closed-documents", "group-documents"):
        page.goto(address + pages[name])
        links = page.eval_on_selector_all("a[href*='/plannen/']", "all => all.map(a => a.getAttribute('href'))")
        for n, link in enumerate(dict.fromkeys(links)):
            found[f"{name}-{n + 1}-{link.split('?')[0].strip('/').split('/')[-1]}"] = link.lstrip("/")
    return found


if __name__ == "__main__":
    sys.exit(main())
