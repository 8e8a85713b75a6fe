"""Print how the program stands towards OWASP ASVS 5.0, requirement by requirement, as Markdown."""

from typing import Any

from hgw import security_posture
from hgw.commands import RefusingCommand


class Command(RefusingCommand):
    help = "Print the table of OWASP ASVS 5.0 requirements as Markdown: which test shows each, or why not."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(security_posture.written(), ending="")
