"""Checks that Dutch is complete: every string of the code and the templates stands in the catalogue, translated."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "hgw/locale/nl/LC_MESSAGES/django.po"


def strings_in_code() -> set[str]:
    """What gettext finds, as makemessages does it, without touching the catalogue."""
    import django
    from django.core.management import call_command
    from django.test.utils import override_settings

    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        with override_settings(LOCALE_PATHS=[folder]):
            subprocess.run(["mkdir", "-p", f"{folder}/nl/LC_MESSAGES"], check=True)
            call_command(
                "makemessages",
                locale=["nl"],
                verbosity=0,
                no_location=True,
                ignore_patterns=["locale", "tests/*", ".venv/*", ".data/*"],  # else it writes into our own catalogue
            )
        return {entry.msgid for entry in polib.pofile(f"{folder}/nl/LC_MESSAGES/django.po") if not entry.obsolete}


def faults() -> list[str]:
    catalogue = {entry.msgid: entry for entry in polib.pofile(str(CATALOGUE)) if not entry.obsolete}
    wanted = strings_in_code()
    found = [f"missing: {text!r}" for text in sorted(wanted - set(catalogue))]
    found += [
        f"not translated: {text!r}" for text in sorted(wanted & set(catalogue)) if not catalogue[text].translated()
    ]
    return found


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hgw.settings")
    found = faults()
    print(*found, sep="\n", end="\n" if found else "", file=sys.stderr)
    sys.exit(1 if found else 0)
