"""Every address of the application × everybody × what comes back: one table, and nothing else may exist.

An address that is not in the table fails the build on the day it is written. What the answers may hold: test_canaries.py.
"""

import copy
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from hgw.accounts.models import Invitation, Role, RoleAssignment
from hgw.audit.models import Entry
from meetings.kinds import kinds
from meetings.models import (
    Agreement,
    AgreementActor,
    Goal,
    Meeting,
    MeetingGoal,
    MeetingSeries,
    Need,
    Observation,
    Plan,
    PlanIssue,
)
from meetings.room.joining import code
from students.models import (
    Consent,
    EmergencyAccess,
    Erasure,
    HealthNote,
    InspectionRequest,
    StudentAccessGrant,
    StudentGroup,
    Transfer,
)
from tests import walked
from tests.access_case import make_row
from tests.factories import Cast, make_emergency, make_health_note, make_item, make_user, shown_just_now
from tests.recorded_cast import recorded_cast

EVERYBODY = tuple(Role.values)
READERS = (
    "care_coordinator principal care_teacher homeroom_teacher clb_worker learning_supporter"  # of the open meeting
)
WRITERS = "care_coordinator care_teacher homeroom_teacher clb_worker"
SILENT = "principal learning_supporter"  # read it, write nothing
REST = "rest"
STEPS = ("start", "overzicht", "inzicht", "doelen", "behoeften", "afspraken", "evaluatie")


@dataclass(frozen=True)
class Address:
    """One pattern: how to call it, and what each role here and at another school gets. Roles that are not named: `REST`."""

    get: dict[int, str]
    post: dict[int, str]
    kwargs: Callable[[Cast], dict[str, Any]] = lambda cast: {}
    data: Callable[[Cast], dict[str, Any]] = lambda cast: {}
    elsewhere: dict[str, dict[int, str]] = field(default_factory=lambda: UNKNOWN)

    def expected(self, method: str, role: str, *, here: bool) -> int:
        cells = (self.get if method == "get" else self.post) if here else self.elsewhere[method]
        named = {r: status for status, roles in cells.items() for r in roles.split()}
        return named[role] if role in named else named[REST]


def of_meeting(cast: Cast) -> dict[str, Any]:
    return {"pk": cast.meeting.pk}


def of_series(cast: Cast) -> dict[str, Any]:
    day, number = cast.meeting.date, uuid.UUID(int=7)
    fields = {"title": "Een middag", "date": day}
    planned, _made = MeetingSeries.objects.get_or_create(pk=number, school=cast.school, defaults=fields)
    Meeting.objects.filter(pk=cast.meeting.pk).update(series=planned)
    return {"pk": planned.pk}


def of_seat_in_series(cast: Cast) -> dict[str, Any]:
    return of_series(cast) | {"meeting_pk": cast.meeting.pk}


def of_student(cast: Cast) -> dict[str, Any]:
    return {"pk": cast.student.pk}


def of_school(cast: Cast) -> dict[str, Any]:
    return {"pk": cast.school.pk}


def of_group(cast: Cast) -> dict[str, Any]:
    group, _made = StudentGroup.objects.get_or_create(pk=uuid.UUID(int=8), school=cast.school, name="Lezers")
    return of_school(cast) | {"group_pk": group.pk}


def of_role(cast: Cast) -> dict[str, Any]:
    return of_school(cast) | {"role_pk": RoleAssignment.objects.get(user=cast.teacher, school=cast.school).pk}


def of_item(cast: Cast) -> dict[str, Any]:
    item = Observation.objects.get(meeting=cast.meeting, text="zichtbaar")
    return {"pk": cast.meeting.pk, "kind_name": "observation", "item_pk": item.pk}


def of_no_goal(cast: Cast) -> dict[str, Any]:
    """The meeting follows no other: its goals are none of the one before (tests/meetings/test_goal_outcome.py has some)."""
    return {"pk": cast.meeting.pk, "goal_pk": Goal.objects.filter(meeting=cast.meeting)[0].pk}


def of_erasure(cast: Cast) -> dict[str, Any]:
    fields = {"student": uuid.UUID(int=9), "rule": "student"}
    erasure, _made = Erasure.objects.get_or_create(pk=uuid.UUID(int=9), school=cast.school, defaults=fields)
    return of_school(cast) | {"erasure_pk": erasure.pk}


def of_asked(cast: Cast) -> dict[str, Any]:
    """A mother who asked to see the file, and something that the student told in confidence."""
    given = {"school": cast.school, "student": cast.student, "guardian": cast.mother}
    asked, made = InspectionRequest.objects.get_or_create(pk=uuid.UUID(int=6), defaults=given)
    if made:
        make_row(Observation, cast.meeting, text="in vertrouwen", visibility=("confidential",))
    return of_student(cast) | {"request_pk": asked.pk}


def of_need(cast: Cast) -> dict[str, Any]:
    return {"pk": cast.meeting.pk, "item_pk": Need.objects.get(meeting=cast.meeting, text="een behoefte").pk}


def of_agreement(cast: Cast) -> dict[str, Any]:
    return {"pk": Agreement.objects.get(meeting=cast.meeting, what="van de juf").pk}


def of_document(reader: str) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {"pk": Plan.objects.get(meeting=cast.meeting).pk, "reader": reader}


def of_print(cast: Cast) -> dict[str, Any]:
    return {"pk": PlanIssue.objects.get(issued_by=cast.coordinator).pk}


def of_transfer(cast: Cast) -> dict[str, Any]:
    fields = {"to_school": "De Linde", "shown_on": cast.meeting.date, "school": cast.school}
    made, _made = Transfer.objects.get_or_create(pk=uuid.UUID(int=6), student=cast.student, defaults=fields)
    return of_student(cast) | {"transfer_pk": made.pk}


def for_mother(cast: Cast) -> dict[str, Any]:
    return {"guardian": str(cast.mother.pk)}


def numbers(cast: Cast) -> dict[str, Any]:
    return {"base_version": "1", "key": str(uuid.uuid4())}


def but(roles: str, *taken: str) -> str:
    return " ".join(role for role in roles.split() if role not in taken)


ONLY_POST, ONLY_GET = {405: REST}, {405: REST}
READ = {200: READERS, 404: REST}
WRITE = {422: WRITERS, 403: SILENT, 404: REST}
DONE = {302: WRITERS, 403: SILENT, 404: REST}
COORDINATOR = {403: but(READERS, "care_coordinator"), 404: REST}  # what only the coordinator may, of what these read
ON_LIST = f"{READERS} school_admin"  # who has the student on the list
# At another school: a page of one's own; what exists there; what one may make there.
OWN = {"get": {200: REST}, "post": {405: REST}}
UNKNOWN = {"get": {404: REST}, "post": {404: REST}}
UNKNOWN_GET = {"get": {404: REST}, "post": {405: REST}}
UNKNOWN_POST = {"get": {405: REST}, "post": {404: REST}}


def making(get: dict[int, str], post: dict[int, str]) -> dict[str, dict[int, str]]:
    return {"get": get, "post": post}


PLANS = {200: "care_coordinator", 403: REST}
PLANNED = {422: "care_coordinator", 403: REST}
KEEPS = {200: "care_coordinator school_admin", 403: REST}
KEPT = {422: "care_coordinator school_admin", 403: REST}
FILE = {200: "care_coordinator", 403: but(ON_LIST, "care_coordinator"), 404: REST}
FILED = {422: "care_coordinator", 403: but(ON_LIST, "care_coordinator"), 404: REST}
RUNS = "principal school_admin"
SET_UP_READ = {200: f"{RUNS} care_coordinator", 404: REST}
SET_UP_PAGE = {200: RUNS, 403: "care_coordinator", 404: REST}
SET_UP = {422: RUNS, 403: "care_coordinator", 404: REST}
LISTS_PAGE = {200: "care_coordinator school_admin", 403: "principal care_teacher", 404: REST}
GROUPS_PAGE = {200: "care_coordinator", 403: "principal care_teacher", 404: REST}
GROUPS = {422: "care_coordinator", 403: "principal care_teacher", 404: REST}
LISTS = {422: "care_coordinator school_admin", 403: "principal care_teacher", 404: REST}
IN_NEED_PAGE = {200: "homeroom_teacher", 403: REST}
IN_NEED = {422: "homeroom_teacher", 403: REST}
GRANTS = but(ON_LIST, "care_coordinator", "principal")
# A name may be followed by a word: the same address in another shape.
ADDRESSES = {
    "today": Address({200: REST}, ONLY_GET, elsewhere=OWN),
    "library": Address({200: REST}, ONLY_GET, elsewhere=OWN),
    "help": Address({200: REST}, ONLY_GET, elsewhere=OWN),
    "who_sees_what": Address({200: REST}, ONLY_GET, elsewhere=OWN),
    "tour": Address({200: REST}, ONLY_GET, lambda cast: {"slug": "inzicht"}, elsewhere=OWN),
    "hint_words": Address(PLANS, PLANNED, elsewhere=making(PLANS, PLANNED)),
    "students": Address({200: REST}, {302: REST}, elsewhere=making({200: REST}, {302: REST})),
    "my_agreements": Address({200: REST}, ONLY_GET, elsewhere=OWN),
    "set_language": Address({302: REST}, {302: REST}, elsewhere={"get": {302: REST}, "post": {302: REST}}),
    "school_choose": Address(ONLY_POST, {302: REST}, elsewhere=making(ONLY_POST, {302: REST})),
    # A school, its settings and its people
    "school_settings": Address(SET_UP_READ, SET_UP, of_school),
    "school_year_new": Address(SET_UP_PAGE, SET_UP, of_school),
    "school_year_edit": Address(
        SET_UP_PAGE, SET_UP, lambda cast: of_school(cast) | {"year_pk": cast.class_group.school_year.pk}
    ),
    "classes": Address(LISTS_PAGE, ONLY_GET, of_school, elsewhere=UNKNOWN_GET),
    "class_new": Address(LISTS_PAGE, LISTS, of_school),
    "class_edit": Address(LISTS_PAGE, LISTS, lambda cast: of_school(cast) | {"class_pk": cast.class_group.pk}),
    "groups": Address(GROUPS_PAGE, ONLY_GET, of_school, elsewhere=UNKNOWN_GET),
    "group_new": Address(GROUPS_PAGE, GROUPS, of_school),
    "group_edit": Address(GROUPS_PAGE, GROUPS, of_group),
    "processing_register": Address(SET_UP_READ, ONLY_GET, of_school, elsewhere=UNKNOWN_GET),
    "impact_input": Address(SET_UP_READ, ONLY_GET, of_school, elsewhere=UNKNOWN_GET),
    "statistics": Address({200: "care_coordinator principal adviser", 404: REST}, ONLY_GET, of_school, elsewhere=UNKNOWN_GET),
    "school_text": Address(
        SET_UP_READ, ONLY_GET, lambda cast: of_school(cast) | {"slug": "ouders"}, elsewhere=UNKNOWN_GET
    ),
    "users": Address(SET_UP_READ, ONLY_GET, of_school, elsewhere=UNKNOWN_GET),
    "user_invite": Address(SET_UP_PAGE, SET_UP, of_school),
    "invitation_withdraw": Address(
        ONLY_POST, SET_UP | {302: RUNS, 422: ""},
        lambda cast: of_school(cast) | {"invitation_pk": Invitation.objects.get(school=cast.school).pk},
        elsewhere=UNKNOWN_POST,
    ),
    "role_new": Address(SET_UP_PAGE, SET_UP, lambda cast: of_school(cast) | {"user_pk": cast.teacher.pk}),
    "role_edit": Address(SET_UP_PAGE, SET_UP, of_role),
    "roles_renew": Address(ONLY_POST, SET_UP | {302: RUNS, 422: ""}, of_school, elsewhere=UNKNOWN_POST),
    "role_end": Address(ONLY_POST, SET_UP | {302: RUNS, 422: ""}, of_role, elsewhere=UNKNOWN_POST),
    "user_leave": Address(
        SET_UP_PAGE, SET_UP | {302: RUNS, 422: ""}, lambda cast: of_school(cast) | {"user_pk": cast.teacher.pk}
    ),
    "user_second_factor": Address(
        SET_UP_PAGE, SET_UP | {302: RUNS, 422: ""}, lambda cast: of_school(cast) | {"user_pk": cast.teacher.pk}
    ),
    "user_sign_out": Address(
        SET_UP_PAGE, SET_UP | {302: RUNS, 422: ""}, lambda cast: of_school(cast) | {"user_pk": cast.teacher.pk}
    ),
    "replacement_new": Address(SET_UP_PAGE, SET_UP, of_school),
    # A student
    "student": Address({200: ON_LIST, 404: REST}, ONLY_GET, of_student, elsewhere=UNKNOWN_GET),
    "student_new": Address(KEEPS, KEPT, elsewhere=making(KEEPS, KEPT)),
    "student_edit": Address(
        {200: "care_coordinator school_admin", 403: but(READERS, "care_coordinator"), 404: REST},
        {422: "care_coordinator school_admin", 403: but(READERS, "care_coordinator"), 404: REST}, of_student,
    ),
    "guardian_new": Address(FILE, FILED, of_student),
    "guardian_edit": Address(FILE, FILED, lambda cast: {"pk": cast.student.pk, "guardian_pk": cast.mother.pk}),
    "grant_new": Address(
        {200: "care_coordinator principal", 403: GRANTS, 404: REST},
        {422: "care_coordinator principal", 403: GRANTS, 404: REST}, of_student,
    ),
    "grant_end": Address(
        ONLY_POST, {302: "care_coordinator principal", 403: GRANTS, 404: REST},
        lambda cast: {"pk": cast.student.pk, "grant_pk": StudentAccessGrant.objects.get(user=cast.users["clb_worker"]).pk},
        elsewhere=UNKNOWN_POST,
    ),
    "student_item_new": Address(FILE, FILED, lambda cast: {"pk": cast.student.pk, "kind": "consent"}),
    "student_item_edit": Address(
        FILE, FILED,
        lambda cast: {
            "pk": cast.student.pk, "kind": "consent",
            "item_pk": Consent.objects.get(student=cast.student, kind_of_consent="clb_involve", came_with=None).pk,
        },
    ),
    "student_item_new health_note": Address(FILE, FILED, lambda cast: {"pk": cast.student.pk, "kind": "health_note"}),
    "student_item_edit health_note": Address(
        FILE, FILED,
        lambda cast: {
            "pk": cast.student.pk, "kind": "health_note", "item_pk": HealthNote.objects.get(student=cast.student).pk,
        },
    ),
    "health_note_erase": Address(FILE, FILED | {409: "care_coordinator", 422: ""}, of_student),
    # Who looked at what
    "looks": Address({200: "care_coordinator principal", 404: REST}, ONLY_GET, of_school, elsewhere=UNKNOWN_GET),
    "looks_reviewed": Address(
        ONLY_POST, {302: "care_coordinator principal", 404: REST}, of_school, elsewhere=UNKNOWN_POST
    ),
    "student_looks": Address(
        {200: "care_coordinator principal", 403: GRANTS, 404: REST}, ONLY_GET, of_student, elsewhere=UNKNOWN_GET
    ),
    "student_readers": Address(
        {200: "care_coordinator principal", 403: GRANTS, 404: REST}, ONLY_GET, of_student, elsewhere=UNKNOWN_GET
    ),
    # Keeping and forgetting
    "forgetting": Address({200: "care_coordinator principal", 404: REST}, ONLY_GET, of_school, elsewhere=UNKNOWN_GET),
    "forgetting_ask": Address(
        ONLY_POST, {302: "care_coordinator principal", 404: REST}, of_school, elsewhere=UNKNOWN_POST
    ),
    "forgetting_confirm": Address(
        {200: "care_coordinator principal", 404: REST}, {422: "care_coordinator principal", 404: REST}, of_school
    ),
    "forgetting_withdraw": Address(
        ONLY_POST, {302: "care_coordinator principal", 404: REST}, of_erasure, elsewhere=UNKNOWN_POST
    ),
    "keeping_term": Address(
        {200: "care_coordinator principal", 404: REST}, {422: "care_coordinator principal", 404: REST}, of_school
    ),
    "hold_new": Address(
        {200: "care_coordinator principal", 403: GRANTS, 404: REST},
        {422: "care_coordinator principal", 403: GRANTS, 404: REST}, of_student,
    ),
    "hold_end": Address(
        ONLY_POST, {302: "care_coordinator principal", 403: GRANTS, 404: REST}, of_student, elsewhere=UNKNOWN_POST
    ),
    "student_inspection": Address(
        {200: "care_coordinator", 403: f"principal {GRANTS}", 404: REST}, ONLY_GET, of_student, elsewhere=UNKNOWN_GET
    ),
    "inspection_request_new": Address(FILE, FILED, of_student),
    "inspection_request_answer": Address(FILE, FILED, of_asked),
    "inspection_request_release": Address(FILE, FILED, of_asked),
    "student_transfer": Address(
        {200: "care_coordinator", 403: f"principal {GRANTS}", 404: REST},
        {422: "care_coordinator", 403: f"principal {GRANTS}", 404: REST}, of_student,
    ),
    "student_transfer_preview": Address(
        ONLY_POST, {422: "care_coordinator", 403: f"principal {GRANTS}", 404: REST}, of_student, elsewhere=UNKNOWN_POST
    ),
    "student_transfer_made": Address(
        {200: "care_coordinator principal", 404: REST}, ONLY_GET, of_transfer, elsewhere=UNKNOWN_GET
    ),
    # A file in need
    "emergency_new": Address(IN_NEED_PAGE, IN_NEED, elsewhere=making(IN_NEED_PAGE, IN_NEED)),
    "emergency_end": Address(ONLY_POST, {302: REST}, elsewhere=making(ONLY_POST, {302: REST})),
    "looks_emergency_reviewed": Address(
        ONLY_POST, {422: "care_coordinator principal", 404: REST},
        lambda cast: of_school(cast) | {"emergency_pk": EmergencyAccess.objects.earliest("created_at").pk},
        elsewhere=UNKNOWN_POST,
    ),
    # A meeting
    "meeting_new": Address(PLANS, PLANNED, elsewhere=making(PLANS, PLANNED)),
    "series_new": Address(PLANS, PLANNED, elsewhere=making(PLANS, PLANNED)),
    "series": Address(READ, ONLY_GET, of_series, elsewhere=UNKNOWN_GET),
    "series_add": Address(ONLY_POST, {422: "care_coordinator"} | COORDINATOR, of_series, elsewhere=UNKNOWN_POST),
    "series_move": Address(
        ONLY_POST, {409: "care_coordinator"} | COORDINATOR, of_seat_in_series,
        lambda cast: {"key": str(uuid.uuid4())}, elsewhere=UNKNOWN_POST,
    ),
    "series_leave": Address(
        ONLY_POST, {302: "care_coordinator"} | COORDINATOR, of_seat_in_series, elsewhere=UNKNOWN_POST
    ),
    "meeting": Address(READ, ONLY_GET, of_meeting, elsewhere=UNKNOWN_GET),
    "meeting_details": Address(ONLY_POST, {422: "care_coordinator"} | COORDINATOR, of_meeting, elsewhere=UNKNOWN_POST),
    "meeting_step": Address(READ, WRITE, lambda cast: {"pk": cast.meeting.pk, "slug": "start"}),
    "meeting_choice": Address(ONLY_POST, DONE, of_meeting, elsewhere=UNKNOWN_POST),
    "meeting_start": Address(ONLY_POST, DONE, of_meeting, elsewhere=UNKNOWN_POST),
    "meeting_cancel": Address(ONLY_POST, {302: "care_coordinator"} | COORDINATOR, of_meeting, elsewhere=UNKNOWN_POST),
    "meeting_close": Address(ONLY_POST, {422: "care_coordinator"} | COORDINATOR, of_meeting, elsewhere=UNKNOWN_POST),
    # The live room. Without a ticket its question is answered with 404, whoever asks (tests/meetings/test_room_poll.py).
    "room_changes": Address(
        READ, ONLY_GET, lambda cast: {"pk": cast.meeting.pk, "slug": "overzicht"}, elsewhere=UNKNOWN_GET
    ),
    "room_ready": Address(  # whoever sits at the table
        ONLY_POST, {302: but(READERS, "principal"), 403: "principal", 404: REST}, of_meeting, elsewhere=UNKNOWN_POST
    ),
    "clock_show": Address(ONLY_POST, {302: READERS, 404: REST}, of_meeting, elsewhere=UNKNOWN_POST),
    "chair_pass": Address(ONLY_POST, {302: "care_coordinator"} | COORDINATOR, of_meeting, elsewhere=UNKNOWN_POST),
    "meeting_join": Address(
        {302: READERS, 404: REST}, ONLY_GET, lambda cast: {"code": code(cast.meeting)}, elsewhere=UNKNOWN_GET
    ),
    "projection_start": Address(ONLY_POST, {302: "care_coordinator"} | COORDINATOR, of_meeting, elsewhere=UNKNOWN_POST),
    "projection_stop": Address({302: REST}, {302: REST}, elsewhere=making({302: REST}, {302: REST})),
    "who_reads_what": Address(
        READ, DONE, of_meeting,
        lambda cast: {"kind": "observation", "item": str(of_item(cast)["item_pk"]), **numbers(cast)},
    ),
    "plan_texts": Address(READ, {404: f"{WRITERS} {REST}", 403: SILENT}, of_meeting),
    "goal_rating": Address(
        ONLY_POST, WRITE,
        lambda cast: {
            "pk": cast.meeting.pk, "goal_pk": MeetingGoal.objects.get(meeting=cast.meeting, text="een doel").pk,
        },
        elsewhere=UNKNOWN_POST,
    ),
    "goal_outcome": Address(ONLY_POST, {404: f"{WRITERS} {REST}", 403: SILENT}, of_no_goal, elsewhere=UNKNOWN_POST),
    "need_band": Address(
        ONLY_POST, DONE, of_need, lambda cast: {"band": "feasible", **numbers(cast)}, elsewhere=UNKNOWN_POST
    ),
    # One item
    "item_add": Address(
        {200: WRITERS, 403: SILENT, 404: REST}, WRITE,
        lambda cast: {"pk": cast.meeting.pk, "kind_name": "observation"},
    ),
    "item_edit": Address({200: WRITERS, 403: SILENT, 404: REST}, WRITE, of_item),
    "item_remove": Address(ONLY_POST, DONE, of_item, numbers, elsewhere=UNKNOWN_POST),
    "item_restore": Address(
        ONLY_POST, {409: WRITERS, 403: SILENT, 404: REST}, of_item, numbers, elsewhere=UNKNOWN_POST
    ),
    "item_history": Address(READ, {404: f"{WRITERS} {REST}", 403: SILENT}, of_item),
    "removed_items": Address({200: WRITERS, 403: SILENT, 404: REST}, ONLY_GET, of_meeting, elsewhere=UNKNOWN_GET),
    "item_move": Address(ONLY_POST, DONE, of_item, numbers, elsewhere=UNKNOWN_POST),
    # Agreements: that of the homeroom teacher
    "agreement_review": Address(
        {200: "homeroom_teacher care_coordinator", 403: but(READERS, "homeroom_teacher", "care_coordinator"), 404: REST},
        {422: "homeroom_teacher care_coordinator", 403: but(READERS, "homeroom_teacher", "care_coordinator"), 404: REST},
        of_agreement,
    ),
    "agreement_answer": Address(
        ONLY_POST, {422: "homeroom_teacher", 403: but(READERS, "homeroom_teacher"), 404: REST}, of_agreement,
        elsewhere=UNKNOWN_POST,
    ),
    # Documents
    "meeting_documents": Address(READ, ONLY_GET, of_meeting, elsewhere=UNKNOWN_GET),
    "report_preview": Address(
        {200: "care_coordinator principal care_teacher", 403: "homeroom_teacher clb_worker learning_supporter", 404: REST},
        ONLY_GET, of_meeting, elsewhere=UNKNOWN_GET,
    ),
    "report_print": Address(
        ONLY_POST,
        {302: "care_coordinator principal", 403: "care_teacher homeroom_teacher clb_worker learning_supporter", 404: REST},
        of_meeting, elsewhere=UNKNOWN_POST,
    ),
    "document_preview team": Address(READ, ONLY_GET, of_document("team"), elsewhere=UNKNOWN_GET),
    "document_preview class_sheet": Address(
        {200: but(READERS, "clb_worker"), 403: "clb_worker", 404: REST}, ONLY_GET, of_document("class_sheet"),
        elsewhere=UNKNOWN_GET,
    ),
    "document_preview parents": Address(
        {200: but(READERS, "learning_supporter"), 403: "learning_supporter", 404: REST}, ONLY_GET,
        of_document("parents"), for_mother, elsewhere=UNKNOWN_GET,
    ),
    "document_preview student": Address(
        {200: but(READERS, "learning_supporter"), 403: "learning_supporter", 404: REST}, ONLY_GET,
        of_document("student"), elsewhere=UNKNOWN_GET,
    ),
    "document_print team": Address(
        ONLY_POST,
        {302: "care_coordinator principal care_teacher clb_worker", 403: "homeroom_teacher learning_supporter", 404: REST},
        of_document("team"), elsewhere=UNKNOWN_POST,
    ),
    "document_print class_sheet": Address(
        ONLY_POST,
        {302: "care_coordinator care_teacher homeroom_teacher", 403: "principal clb_worker learning_supporter", 404: REST},
        of_document("class_sheet"), elsewhere=UNKNOWN_POST,
    ),
    "document_print parents": Address(
        ONLY_POST, {302: but(READERS, "learning_supporter"), 403: "learning_supporter", 404: REST},
        of_document("parents"), for_mother, elsewhere=UNKNOWN_POST,
    ),
    "document_print student": Address(
        ONLY_POST, {302: but(READERS, "learning_supporter"), 403: "learning_supporter", 404: REST},
        of_document("student"), elsewhere=UNKNOWN_POST,
    ),
    "case_export": Address({200: "care_coordinator"} | COORDINATOR, ONLY_GET, of_meeting, elsewhere=UNKNOWN_GET),
    "case_import": Address(PLANS, PLANNED, elsewhere=making(PLANS, PLANNED)),
    "document_status": Address({200: "care_coordinator", 404: REST}, ONLY_GET, of_print, elsewhere=UNKNOWN_GET),
    "document_file": Address({302: "care_coordinator", 404: REST}, ONLY_GET, of_print, elsewhere=UNKNOWN_GET),
}  # fmt: skip
# Sign-in itself: the same for whoever is signed in, whatever the role. Name → (GET, POST) signed in, and for nobody.
SIGNING_IN = {
    "school_begin": ((404, 404), (404, 404)),  # there is a school already
    "invitation": ((404, 404), (404, 404)),  # nobody made this link
    "session_here": ((200, 200), (401, 401)),
    "session_lock": ((405, 302), (302, 302)),
    "session_unlock": ((302, 422), (302, 302)),
    "own_sessions": ((200, 405), (302, 302)),  # what ends one asks once more who is there
    "own_sessions_end": ((405, 302), (302, 302)),
    "own_session_end": ((405, 302), (302, 302)),
    "account_login": ((302, 302), (200, 200)),
    "account_logout": ((200, 302), (302, 302)),
    "account_inactive": ((200, 405), (200, 405)),
    "account_signup": ((302, 302), (200, 200)),  # says that nobody makes an account alone
    "account_reauthenticate": ((200, 200), (302, 302)),
    "account_email": ((302, 302), (302, 302)),
    "account_email_verification_sent": ((200, 405), (200, 405)),
    "account_change_password": ((200, 200), (302, 302)),
    "account_set_password": ((302, 302), (302, 302)),
    "account_reset_password": ((200, 200), (200, 200)),
    "account_confirm_login_code": ((302, 302), (302, 302)),
    "account_confirm_email": ((200, 404), (200, 404)),
    "account_reset_password_from_key_done": ((200, 405), (200, 405)),
    "account_reset_password_from_key": ((200, 200), (200, 200)),
    "account_reset_password_done": ((200, 405), (200, 405)),
    # Single sign-on (tests/hgw/test_single_sign_on.py), where no provider is set.
    "provider_start": ((404, 404), (404, 404)),
    "provider_return": ((404, 404), (404, 404)),
    "provider_links": ((302, 405), (302, 302)),  # asks once more who is there
    "provider_unlink": ((405, 302), (302, 302)),
    "provider_again": ((200, 405), (302, 302)),
    # The second step (tests/hgw/test_second_factor.py). What changes it asks for the password first.
    "mfa_index": ((200, 405), (302, 302)),
    "mfa_authenticate": ((302, 302), (302, 302)),
    "mfa_login_webauthn": ((302, 302), (302, 302)),
    "mfa_reauthenticate": ((302, 302), (302, 302)),
    "mfa_reauthenticate_webauthn": ((302, 302), (302, 302)),
    "mfa_activate_totp": ((302, 302), (302, 302)),
    "mfa_deactivate_totp": ((404, 404), (302, 302)),  # nobody here has one
    "mfa_list_webauthn": ((302, 302), (302, 302)),
    "mfa_add_webauthn": ((302, 302), (302, 302)),
    "mfa_remove_webauthn": ((302, 302), (302, 302)),
    "mfa_view_recovery_codes": ((404, 405), (302, 302)),
    "mfa_generate_recovery_codes": ((302, 302), (302, 302)),
}
# For whoever asks, signed in or not: says nothing of anybody.
OPEN = ("health", "room_poll")
KEYS = {
    "invitation": {"token": "abc"},
    "provider_start": {"name": "microsoft"},
    "provider_return": {"name": "microsoft"},
    "provider_unlink": {"pk": 1},
    "own_session_end": {"pk": uuid.UUID(int=1)},
    "account_confirm_email": {"key": "abc"},
    "mfa_remove_webauthn": {"pk": 1},
    "account_reset_password_from_key": {"uidb36": "1", "key": "abc"},
}


def patterns() -> Iterator[tuple[str, str]]:
    """Name and route of every pattern of the URLconf, however deep."""

    def walk(branch: Any, before: str) -> Iterator[tuple[str, str]]:
        for pattern in branch:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield pattern.name or "", route
            else:
                yield from walk(pattern.url_patterns, route)

    return walk(get_resolver().url_patterns, "")


@dataclass
class World:
    """A cast with one row of everything, and a browser for each of its people: built once, nothing in it ever stays."""

    cast: Cast
    browsers: dict[tuple[str, bool], Client] = field(default_factory=dict)
    long_signed_in: list[Client] = field(default_factory=list)  # in which the password would be asked again

    def actors(self) -> Iterator[tuple[str, bool, Client]]:
        """Role, whether at the school of the case, and the browser."""
        return ((role, here, browser) for (role, here), browser in self.browsers.items())

    def strangers(self, address: Address | None = None) -> list[Client]:
        """Who knows nothing of the case; of an address, but who has a page there of numbers that tell of nobody."""
        keys = (("care_coordinator", False), ("adviser", True), ("subject_teacher", True))
        return [
            self.browsers[role, here]
            for role, here in keys
            if address is None or address.expected("get", role, here=here) != 200
        ]


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        found = World(add_rows(recorded_cast()))
        for here, people in ((True, found.cast.users), (False, found.cast.others)):
            found.browsers |= {(str(role), here): signed_in(user) for role, user in people.items()}
            found.long_signed_in += [signed_in(user, long_ago=True) for user in people.values()]
        yield found
        transaction.set_rollback(True)


@pytest.fixture
def world(built: World, db: None) -> World:
    return built


def signed_in(user: Any, *, long_ago: bool = False) -> Client:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client if long_ago else shown_just_now(client, ago=-24 * 60 * 60)  # however long the tests take


def add_rows(cast: Cast) -> Cast:
    """One row of each kind that an address is about."""
    make_item(cast.meeting, "observation", cast.teacher, valence="strength", domain="ll", text="zichtbaar")
    make_item(cast.meeting, "meetinggoal", cast.teacher, text="een doel")
    goal = make_row(Goal, cast.meeting)
    make_row(Need, cast.meeting, goal=goal, text="een behoefte")
    agreement = make_row(Agreement, cast.meeting, what="van de juf")
    AgreementActor.objects.create(agreement=agreement, person=cast.meeting.person(cast.teacher.name), is_lead=True)
    make_row(Consent, cast.meeting, came_with=None)
    make_health_note(cast.student)
    make_emergency(make_user(cast.school, "homeroom_teacher"), cast.student)
    Invitation.objects.create(school=cast.school, email="nieuw@school.example", roles=["principal"])
    plan = Plan.objects.get(meeting=cast.meeting)
    PlanIssue.objects.create(
        school=cast.school, meeting=cast.meeting, plan=plan, reader="team", issued_by=cast.coordinator
    )
    return cast


def ask(
    client: Client, method: str, url: str, data: dict[str, Any] | None = None, *, follow: bool = False, **headers: str
) -> Any:
    """One request, of which nothing stays; with `follow` the page that it leads to."""
    walked.request()
    before, cookies = transaction.savepoint_create(), copy.deepcopy(client.cookies)
    answer = getattr(client, method)(url, data or {}, follow=follow, headers=headers or None)
    transaction.savepoint_rollback(before)
    client.cookies = cookies
    return answer


def test_every_address_is_in_the_table() -> None:
    names = {name for name, _route in patterns()}
    assert "" not in names, [route for name, route in patterns() if not name]
    assert names == {name.split()[0] for name in ADDRESSES} | set(SIGNING_IN) | set(OPEN)


# Pages that show no case: lists of names and of one's own work, the method, the school and its people.
SHOW_NO_CASE = {
    "today", "library", "help", "who_sees_what", "tour", "hint_words", "students", "my_agreements", "school_settings",
    "school_year_new",
    "school_year_edit", "classes", "class_new", "class_edit", "groups", "group_new", "group_edit", "users", "user_invite",
    "role_new", "role_edit", "user_leave", "user_second_factor", "user_sign_out",
    "replacement_new", "student_new", "emergency_new", "meeting_new", "series_new", "case_import",
    "processing_register", "impact_input", "school_text", "statistics", "forgetting", "forgetting_confirm", "keeping_term",
}  # fmt: skip


@pytest.mark.parametrize("name", ADDRESSES)
def test_who_gets_what(world: World, name: str) -> None:
    """And whoever is shown a case is in the trace, once, with what was shown; whoever is refused one by the id of that."""
    address = ADDRESSES[name]
    given = address.kwargs(world.cast)
    url, about = reverse(name.split()[0], kwargs=given), object_of(world.cast, name, given)
    data = address.data(world.cast)
    wrong, untraced = [], []
    for role, here, browser in world.actors():
        user = (world.cast.users if here else world.cast.others)[Role(role)]
        for method in ("get", "post"):
            status, found = traced(browser, method, url, data)
            wanted = address.expected(method, role, here=here)
            whose = f"{method} {role}{'' if here else ' elsewhere'}: {status}"
            if status != wanted:
                wrong.append(f"{whose}, not {wanted}")
            shown = [(user.pk, about, None if name.startswith(("series", "looks")) else world.cast.student.pk)]
            shown = [] if name in SHOW_NO_CASE else shown
            refused = [(user.pk, given["pk"], None)] if "pk" in given else []
            # What is done (302) has entries of its own; a form that comes back (409, 422) may have a whole page around it.
            right = {200: [shown], 403: [refused], 404: [refused], 302: [found]}.get(status, [[], shown])
            if found not in right:
                untraced.append(f"{whose}, in the trace: {found}")
    assert wrong == []
    assert untraced == []


def object_of(cast: Cast, name: str, given: dict[str, Any]) -> Any:
    """What an entry says was looked at: what the address names first; of the file of a print the plan that is in it."""
    return Plan.objects.get(meeting=cast.meeting).pk if name.startswith("document_") else given.get("pk")


def traced(client: Client, method: str, url: str, data: dict[str, Any]) -> tuple[int, list[Any]]:
    """The answer of a request of which nothing stays, and what it left in the trace: who, which object, which student."""
    walked.request()
    before, cookies = transaction.savepoint_create(), copy.deepcopy(client.cookies)
    last = Entry.objects.count()
    status = getattr(client, method)(url, data).status_code
    entries = list(Entry.objects.order_by("pk").values_list("who", "object", "student")[last:])
    transaction.savepoint_rollback(before)
    client.cookies = cookies
    return status, entries


@pytest.mark.parametrize("name", ADDRESSES)
def test_nobody_is_sent_to_the_sign_in_page(world: World, name: str) -> None:
    address = ADDRESSES[name]
    url = reverse(name.split()[0], kwargs=address.kwargs(world.cast))
    for method in ("get", "post", "head", "options", "put", "patch", "delete"):
        answer = ask(Client(), method, url)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/aanmelden/login/?next={url}"), method
        fragment = ask(Client(), method, url, **{"HX-Request": "true"})
        assert (fragment.status_code, fragment.content) == (401, b""), method


@pytest.mark.parametrize("name", SIGNING_IN)
def test_signing_in_is_the_same_for_every_role(world: World, name: str) -> None:
    url = reverse(name, kwargs=KEYS.get(name, {}))
    signed_in, nobody = SIGNING_IN[name]
    for browser in world.long_signed_in:
        assert (ask(browser, "get", url).status_code, ask(browser, "post", url).status_code) == signed_in
    assert (ask(Client(), "get", url).status_code, ask(Client(), "post", url).status_code) == nobody


@pytest.mark.parametrize("name", OPEN)
def test_what_is_open_is_the_same_for_everybody(world: World, name: str) -> None:
    url = reverse(name)
    nobody = ask(Client(), "get", url)
    assert nobody.status_code in {200, 404, 503}  # 404: a question that asks for a ticket, whoever brings none
    for _role, _here, browser in world.actors():
        answer = ask(browser, "get", url)
        assert (answer.status_code, answer.content) == (nobody.status_code, nobody.content)
        assert ask(browser, "post", url).status_code == 405


def bare(answer: HttpResponse) -> str:
    """The body without what differs by request: the token of the form."""
    return re.sub(
        r'(csrfmiddlewaretoken" value=|X-CSRFToken&quot;: &quot;|X-CSRFToken": ")"?[^"&]+', "", answer.content.decode()
    )


def head(answer: HttpResponse) -> dict[str, str]:
    """The headers without what differs by request: its id."""
    return {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}


METHODS = ("get", "head", "post", "options", "put", "delete")
HEADERS: tuple[dict[str, str], ...] = (
    {"HX-Request": "true"},
    {"HX-Request": "true", "HX-Boosted": "true"},
    {"HX-Request": "true", "HX-Target": "gates"},
    {"Accept": "application/json"},
    {"X-HTTP-Method-Override": "GET"},
)


@pytest.mark.parametrize(
    "name",
    [name for name, address in ADDRESSES.items() if 404 in {*address.elsewhere["get"], *address.elsewhere["post"]}],
)
def test_to_a_stranger_a_case_is_an_unknown_id(world: World, name: str) -> None:
    """Same status, same body, same headers, whatever the request looks like."""
    given = ADDRESSES[name].kwargs(world.cast)
    url = reverse(name.split()[0], kwargs=given)
    unknown = {key: uuid.uuid4() if isinstance(value, uuid.UUID) else value for key, value in given.items()}
    nowhere = reverse(name.split()[0], kwargs=unknown)
    strangers = world.strangers(ADDRESSES[name])
    tries = [(stranger, method, {}) for stranger in strangers for method in METHODS]
    tries += [(strangers[0], method, headers) for method in ("get", "post") for headers in HEADERS]
    for stranger, method, headers in tries:
        answer, other = ask(stranger, method, url, **headers), ask(stranger, method, nowhere, **headers)
        assert answer.status_code == other.status_code, (method, headers)
        assert answer.status_code in {404, 405} or method == "options"
        assert bare(answer) == bare(other), (method, headers)
        assert head(answer) == head(other), (method, headers)


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_a_kind_of_item_is_no_way_around(world: World, kind: str) -> None:
    url = reverse("item_add", args=(world.cast.meeting.pk, kind))
    for stranger in world.strangers():
        assert ask(stranger, "get", url).status_code == 404
        assert ask(stranger, "post", url, {"text": "x"}).status_code == 404
    for silent in ("principal", "learning_supporter"):
        assert ask(world.browsers[silent, True], "post", url, {"text": "x"}).status_code == 403


def test_what_became_confidential_meanwhile_does_not_come_back_with_a_refusal(world: World, sign_in: Any) -> None:
    item = Observation.objects.get(meeting=world.cast.meeting, text="zichtbaar")
    Observation.objects.filter(pk=item.pk).update(text="kanariegeheim", version=2, visibility=("confidential",))
    url = reverse("item_edit", args=(world.cast.meeting.pk, "observation", item.pk))
    for htmx in (False, True):
        answer = sign_in(world.cast.teacher, htmx=htmx).post(url, {"text": "mijn zin", **numbers(world.cast)})
        assert answer.status_code == 404
        assert "kanarie" not in answer.content.decode()
