"""The printed documents of a meeting: which copies there are, what each of them holds, and how it is laid out.

`copies_of(meeting)` says which copies there are and for whom, `build(meeting, copy, …)` gathers what may stand on one of
them, `render_html(document)` lays it out. What a reader may not see is not in the `Document`.
"""

from meetings.documents.build import build
from meetings.documents.copies import Copy, copies_of
from meetings.documents.document import Document
from meetings.documents.page import render_body, render_html

__all__ = ["Copy", "Document", "build", "copies_of", "render_body", "render_html"]
