"""Lay a document out as a page."""

from django.template.loader import render_to_string
from django.utils import translation

from meetings.documents.document import Document


def render_html(document: Document) -> str:
    """Return the document as a complete page in Dutch, without links to style sheets or pictures."""
    with translation.override("nl"):
        return render_to_string("documents/page.html", {"document": document})


def render_body(document: Document) -> str:
    """Return only the `<main>` of the document, for a preview inside a page of ours."""
    with translation.override("nl"):
        return render_to_string("documents/_paper.html", {"document": document})
