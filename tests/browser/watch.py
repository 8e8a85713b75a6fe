"""Listens in every page that a test opens: to scripts that fail, and to what the policy for content holds back."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext

MARK = "held back by the policy:"
# Before any script of the page. What the browser itself says of it is in its own words, which change.
LISTEN = f"""
document.addEventListener("securitypolicyviolation", (held) => console.error(
  "{MARK}", held.effectiveDirective, held.blockedURI, held.sourceFile, held.lineNumber, held.sample));
"""


@dataclass
class Watch:
    """What went wrong in the pages of a test, in the order in which it came. The test fails when anything is left."""

    faults: list[str] = field(default_factory=list)
    consoles: list[str] = field(default_factory=list)  # what else was said as an error; not a fault by itself

    def listen(self, browser: Browser) -> None:
        """Listen in all that this browser opens from now on."""
        plain = browser.new_context

        def new_context(*args: Any, **options: Any) -> BrowserContext:
            context = plain(*args, **options)
            context.add_init_script(LISTEN)
            context.on("console", lambda message: self._said(message.type, message.text))
            context.on("weberror", lambda error: self.faults.append(str(error.error)))
            return context

        browser.new_context = new_context  # type: ignore[method-assign]  # tests open contexts of their own too

    def _said(self, sort: str, text: str) -> None:
        if MARK in text or "Content Security Policy" in text:  # without scripts only the browser says it
            self.faults.append(text)
        elif sort == "error":
            self.consoles.append(text)

    def taken(self) -> list[str]:
        """What went wrong until now; it is no fault of the test any more."""
        found, self.faults = self.faults, []
        return found
