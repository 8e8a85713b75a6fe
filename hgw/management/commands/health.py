"""`health`: one line per part of the server, `part TAB ok|no TAB words`; exit 1 when one is not well."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from hgw.health import findings


class Command(BaseCommand):
    help = (
        "Say how the server is: database, disk, task worker, last copy, version. Exit code 1 when a part is not well."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            found = findings()
        for finding in found:
            self.stdout.write(f"{finding.code}\t{'ok' if finding.well else 'no'}\t{finding.words}")
        if not all(finding.well for finding in found):
            sys.exit(1)
