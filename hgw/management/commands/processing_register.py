"""Print the register of processing, or what follows from the same words, as Markdown: for who has no account here."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import translation

from hgw.commands import RefusingCommand
from hgw.register import annex, documents, school_rules
from hgw.register.markdown import written

DOCUMENTS = {
    "impact": (documents.impact_input, "the input for the data protection impact assessment"),
    "parents": (school_rules.text_for_parents, "a text for the school rules, for parents"),
    "students": (school_rules.text_for_students, "a text for the school rules, for students"),
    "annex": (annex.model_annex, "a model annex to the processing agreement"),
}


class Command(RefusingCommand):
    help = (
        "Print the register of processing (art. 30 GDPR) as Markdown; with --impact the input for the DPIA, with --parents or "
        "--students a text for the school rules, with --annex a model annex to the processing agreement."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        for name, (_make, what) in DOCUMENTS.items():
            which.add_argument(f"--{name}", dest="which", action="store_const", const=name, help=what)
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="nl")
        parser.add_argument("--school", default="", help="how the school is called, to stand in it")
        parser.add_argument(
            "--years", type=int, default=documents.AS_SHIPPED,
            help="whole school years that it keeps the file of a student who left",
        )  # fmt: skip

    def handle(self, *args: Any, which: str | None, language: str, school: str, years: int, **options: Any) -> None:
        make = DOCUMENTS[which][0] if which else documents.register_of_processing
        with translation.override(language):
            self.stdout.write(written(make(school, years)), ending="")
