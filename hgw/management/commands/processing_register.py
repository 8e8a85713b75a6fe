"""Print the register of processing, or the input for the impact assessment, as Markdown: for who has no account here."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import translation

from hgw.commands import RefusingCommand
from hgw.register import documents
from hgw.register.markdown import written


class Command(RefusingCommand):
    help = "Print the register of processing (art. 30 GDPR) as Markdown, or with --impact the input for the DPIA."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--impact", action="store_true", help="the input for the data protection impact assessment")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="nl")
        parser.add_argument("--school", default="", help="how the school is called, to stand in it")

    def handle(self, *args: Any, impact: bool, language: str, school: str, **options: Any) -> None:
        make = documents.impact_input if impact else documents.register_of_processing
        with translation.override(language):
            self.stdout.write(written(make(school)), ending="")
