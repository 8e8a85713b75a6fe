"""`forget [--dry-run]`: what retention says must go, in counts; and destroying what the school confirmed."""

from collections import Counter
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from hgw.accounts.models import School
from hgw.commands import Refusal, RefusingCommand
from hgw.storage.row_security import WHOLE
from hgw.transaction import reading, writing
from students.forgetting import erasing
from students.forgetting.counting import count
from students.forgetting.rules import STUDENT, Leaver, leavers
from students.models import Erasure


class Command(RefusingCommand):
    help = (
        "Destroy the students of whom a school confirmed that on its page, and finish what was begun. Prints counts only, "
        "`what TAB number`: how many must go (due), are held back (held), wait for a second yes (waiting), were confirmed; "
        "what goes with those who must go; what was erased. With --dry-run nothing changes."
    )

    is_quiet = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, and change nothing")
        parser.add_argument(
            "--unconfirmed",
            action="store_true",
            help="also those who must go and of whom nobody confirmed it: when the school asked for it in writing",
        )
        parser.add_argument(
            "--again",
            action="store_true",
            help="only who stands in the list of erased students and is here all the same: after a copy was put back by hand",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.is_quiet = options["verbosity"] == 0  # beside a server, whose log is no place for it
        if options["again"]:
            if options["dry_run"] or options["unconfirmed"]:
                raise Refusal("--again goes alone.")
            self._say(erasing.again())
            return
        with reading(WHOLE):
            due = self._look()
        if options["dry_run"]:
            return
        if options["unconfirmed"]:
            for one in due:
                with writing(WHOLE):
                    erasure, _made = Erasure.objects.get_or_create(
                        student=one.student.pk, defaults={"school_id": one.student.school_id, "rule": STUDENT}
                    )
                    erasing.confirm(erasure, by=None)
        self._say(erasing.work())

    def _look(self) -> list[Leaver]:
        today = timezone.localdate()
        gone = [one for school in School.objects.all() for one in leavers(school, today)]
        due = [one for one in gone if one.is_due(today)]
        self._line("due", len(due))
        self._line("held", sum(one.hold is not None for one in gone))
        self._line("waiting", Erasure.objects.waiting().count())
        self._line("confirmed", Erasure.objects.confirmed().count())
        for code, number in count(one.student.pk for one in due).items():
            self._line(f"due {code}", number)
        return due

    def _say(self, done: erasing.Done) -> None:
        self._line("erased", done.students)
        for code, number in sorted(Counter(done.counts).items()):
            if number:
                self._line(f"erased {code}", number)
        if not done.is_whole and not self.is_quiet:
            self.stderr.write("Somebody was reading: the files of the database are rewritten at the next run.")

    def _line(self, code: str, number: int) -> None:
        if not self.is_quiet:
            self.stdout.write(f"{code}\t{number}")
