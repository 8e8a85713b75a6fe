"""What happens outside a request. Tasks get ids, never text: the queue is a table like any other."""

import datetime
import logging
import traceback
import uuid
from typing import Any

from django.tasks import task
from django.utils import timezone

from hgw.storage.row_security import WHOLE
from hgw.transaction import reading, writing
from meetings.documents.pdf import PdfTrouble, make_pdf
from meetings.documents.printing import fingerprint, may_have, page_of
from meetings.models import PlanIssue

logger = logging.getLogger(__name__)
KEPT = datetime.timedelta(hours=1)


@task()
def make_file(issue_id: str) -> None:
    """Make the file of a print. Why there is none is kept as a code in `trouble`; nothing of the document reaches a log."""
    waiting, schools = PlanIssue.objects.filter(pk=issue_id, sha256="", trouble=""), _schools_of(issue_id)
    try:
        with reading(schools):
            issue = waiting.select_related("meeting", "plan__student", "guardian", "issued_by", "school").first()
            if issue is None:
                return
            html = _html(issue)
        changes = _file(html)
    except PdfTrouble as trouble:
        changes = {"trouble": trouble.code}
    except Exception as error:
        where = "".join(traceback.format_tb(error.__traceback__))
        logger.error(
            "print %s failed: %s\n%s", issue_id, type(error).__name__, where
        )  # its words may quote the document
        changes = {"trouble": "failed"}
    with writing(schools):
        waiting.update(**changes)
        # Reading a page cannot write, so the file is not emptied when it is fetched (and whose connection broke can
        # fetch it again): this takes it away.
        drop_file.using(run_after=timezone.now() + KEPT).enqueue(issue_id)


@task()
def drop_file(issue_id: str) -> None:
    """Take a fetched or forgotten file out of the database; its fingerprint stays."""
    with writing(_schools_of(issue_id)):
        PlanIssue.objects.filter(pk=issue_id).update(pdf=None)


def _schools_of(issue_id: str) -> set[uuid.UUID]:
    """The school of a print, for which its tasks work; none when it is gone."""
    with reading(WHOLE):
        return set(PlanIssue.objects.filter(pk=issue_id).values_list("school_id", flat=True))


def _html(issue: PlanIssue) -> str:
    if issue.issued_by is None or not may_have(issue.issued_by, issue):
        raise PdfTrouble("refused")
    return page_of(issue)


def _file(html: str) -> dict[str, Any]:
    pdf = make_pdf(html)
    return {
        "pdf": pdf.data,
        "sha256": pdf.sha256,
        "content_sha256": fingerprint(html),
        "missing_glyphs": pdf.missing.strip()[:200],
    }
