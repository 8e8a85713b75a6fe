"""`./dev screens`: start the demonstration in a folder of its own and take a picture of every page and document.

`--readme` renews the pictures of the README instead, `--help-pictures` those of the help; names of pages make it take
those pages only.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.screens.kept import OF_HELP, README, Kept
from tests.screens.pages import DOORS, ERRORS, LOCKED, OF_A_NEW_SCHOOL, addresses
from tests.screens.servers import server

LOOKS = tuple((width, theme) for width in (1440, 1024, 390) for theme in ("light", "dark"))
BEGINNING = {
    "name": "Basisschool De Wilgenlaan", "place": "Zandhoven", "institution_number": "123456",
    "person": "Lena Maes", "email": "lena@school.example",
    "password1": "samen-rond-de-tafel", "password2": "samen-rond-de-tafel",
}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev screens")
    parser.add_argument("--readme", action="store_true", help="renew the pictures of the README, beside the program")
    parser.add_argument("--help-pictures", action="store_true", help="renew the pictures of the help, in static/help")
    parser.add_argument("page", nargs="*", help="only these pages, by the name of their picture")
    asked = parser.parse_args()
    wanted = [*(README if asked.readme else ()), *(OF_HELP if asked.help_pictures else ())]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        faults = keep(browser, wanted) if wanted else Shoot(browser, asked.page).everything()
        browser.close()
    print(*faults, sep="\n", file=sys.stderr)
    return 1 if faults else 0


def keep(browser: Browser, wanted: Iterable[Kept]) -> list[str]:
    """Renew these pictures; what went wrong."""
    faults = []
    with server(demo=True) as (address, data, users):
        pages = addresses(data)["care_coordinator"]
        for theme in ("light", "dark"):
            page = signed_in(browser, address, users["care_coordinator"], theme)
            named = pages | documents(page, address, pages)
            for kept in (one for one in wanted if one.theme == theme):
                page.set_viewport_size({"width": kept.size[0], "height": kept.size[1]})
                page.goto(address + named[kept.page])
                kept.folder.mkdir(exist_ok=True)
                page.screenshot(path=kept.file.with_suffix(".taken"), type="png")
                faults += [fault] if (fault := kept.keep(kept.file.with_suffix(".taken"))) else []
                print(kept.file)
            page.context.close()
    return faults


def signed_in(browser: Browser, address: str, user: list[str], theme: str = "light") -> Page:
    page = new_page(browser, address, theme)
    page.goto("aanmelden/login/")
    page.fill("input[name=login]", user[1])
    page.fill("input[name=password]", user[2])
    page.press("input[name=password]", "Enter")
    page.wait_for_url(address)
    return page


def new_page(browser: Browser, address: str, theme: str = "light") -> Page:
    return browser.new_context(
        base_url=address, locale="nl-BE", color_scheme="dark" if theme == "dark" else "light"
    ).new_page()


def documents(page: Page, address: str, pages: dict[str, str]) -> dict[str, str]:
    """Name and address of each copy that the page of documents of a meeting offers: the first of a reader by his name."""
    found: dict[str, str] = {}
    for name in ("closed-documents", "group-documents"):
        page.goto(address + pages[name])
        links = page.eval_on_selector_all("a[href*='/plannen/']", "all => all.map(a => a.getAttribute('href'))")
        for link in dict.fromkeys(links):
            copy = f"{name}-{link.split('?')[0].strip('/').split('/')[-1]}"
            number = sum(known.startswith(copy) for known in found)
            found[copy + (f"-{number + 1}" if number else "")] = link.lstrip("/")
    return found


class Shoot:
    """One round of pictures of everything, in every look; `only` are the names to keep to, none for all."""

    def __init__(self, browser: Browser, only: list[str]) -> None:
        self.browser, self.only = browser, only
        self.out = Path(os.environ["HGW_DATA"]).resolve() / "screens"
        self.out.mkdir(parents=True, exist_ok=True)
        self.faults: list[str] = []
        self.missing = set(only)
        self.password = ""  # of who is signed in

    def everything(self) -> list[str]:
        with server(demo=True) as (address, data, users):
            self.doors(address)
            for role, pages in addresses(data).items():
                page, self.password = signed_in(self.browser, address, users[role]), users[role][2]
                copies = documents(page, address, pages) if role == "care_coordinator" else {}
                for name, url in (pages | copies).items():
                    self.take(page, name, address + url)
            self.locked(page, address)
            self.errors(new_page(self.browser, address), address, data)
        with server(demo=False) as (address, _data, _users):
            self.new_school(address)
        print(self.out)
        return [*self.faults, *(f"no page is called {name}" for name in sorted(self.missing))]

    def doors(self, address: str) -> None:
        """What is seen before signing in."""
        page = new_page(self.browser, address)
        for name, url in DOORS.items():
            self.take(page, name, address + url, status=404 if name == "invitation-gone" else 200)

    def locked(self, page: Page, address: str) -> None:
        """Who signed in and locks: the page that opens it again."""
        page.goto(address)
        with page.expect_response("**/aanmelden/slot/"):
            page.get_by_role("button", name="Schermslot").click()
        self.take(page, "locked", address + LOCKED)

    def errors(self, page: Page, address: str, data: str) -> None:
        """The page of each status, as the program would answer it: made here, dressed by the server."""
        os.environ |= {"HGW_DATA": data, "DJANGO_SETTINGS_MODULE": "hgw.settings"}
        import django

        django.setup()
        from django.utils.translation import override

        from hgw.errors import error_page

        for code in ERRORS:
            with override("nl"):
                body = error_page(int(code[:3]), template=f"{code}.html").content.decode()
            url = f"{address}fout/{code}/"
            page.route(url, _answering(body))
            self.take(page, f"error-{code}", url)

    def new_school(self, address: str) -> None:
        """A school begins, and what its first pages look like before there is anything on them."""
        page = new_page(self.browser, address)
        self.take(page, "school-begin", address + "school-beginnen/")
        page.goto(address + "school-beginnen/")
        for name, value in BEGINNING.items():
            page.fill(f"[name={name}]", value)
        page.check("[name=levels] >> nth=0")
        page.click("main form .btn.main")
        page.wait_for_url("**/school/**")
        school = page.url.removeprefix(address)
        own = {"new-school-settings": school, "new-classes": f"{school}klassen/", "new-users": f"{school}gebruikers/"}
        for name, url in (own | OF_A_NEW_SCHOOL).items():
            self.take(page, name, address + url)

    def take(self, page: Page, name: str, url: str, *, status: int = 200) -> None:
        if self.only and name not in self.only:
            return
        self.missing.discard(name)
        answer = page.goto(url)
        if "/aanmelden/reauthenticate/" in page.url:  # it is a while since somebody signed in
            page.fill("[name=password]", self.password)
            page.click(".sign-in .btn.main")
            answer = page.goto(url)
        if answer is None or answer.status != status:
            self.faults.append(f"{name}: {answer.status if answer else 'no answer'} {url}")
            return
        for width, theme in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            page.screenshot(path=self.out / f"{name}-{width}-{theme}.png", full_page=True)


def _answering(body: str) -> Callable[[Route], None]:
    def answer(route: Route) -> None:
        route.fulfill(body=body, content_type="text/html")

    return answer


if __name__ == "__main__":
    sys.exit(main())
