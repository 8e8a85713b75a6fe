"""`once_a_day`: what has to be done beside the pages; `./dev run` and the service start it by themselves."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from hgw.accounts import lapsing
from hgw.accounts.sessions import SessionStore
from hgw.accounts.tasks import tell_to_renew
from hgw.audit.sealing import tell_head
from hgw.storage.row_security import WHOLE
from hgw.transaction import writing

RESULTS_KEPT = 14  # days: what a finished task did is of use to nobody after two weeks


class Command(BaseCommand):
    help = (
        "Done every day by the server itself: roles that nobody renewed end, who renews them is told four weeks before, "
        "sessions that ended and results of tasks of two weeks ago are removed, and the log is told the head of the trace. "
        "Doing it twice is doing it once."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with writing(WHOLE):
            lapsing.lapse()
            for school in lapsing.to_tell():
                tell_to_renew.enqueue(str(school.pk))
            tell_head()
        SessionStore.clear_expired()
        call_command("prune_db_task_results", "--queue-name=*", f"--min-age-days={RESULTS_KEPT}", verbosity=0)
