"""Which pages have a picture taken: the name of each and its address."""

import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

STEPS = ("start", "overzicht", "inzicht", "doelen", "behoeften", "afspraken", "evaluatie")
ERRORS = (
    "400",
    "401",
    "401_locked",
    "401_second_factor",
    "403_second_factor",
    "403",
    "403_csrf",
    "404",
    "409",
    "413",
    "422",
    "423",
    "429",
    "500",
    "503",
    "507",
)
OF_EVERYBODY = {
    "today": "", "students": "leerlingen/", "my-agreements": "mijn-afspraken/", "library": "bronnen/",
    "hint-words": "bronnen/woorden/", "help": "hulp/", "who-sees-what": "hulp/wie-ziet-wat/",
    **{f"tour-{slug}": f"hulp/stappen/{slug}/" for slug in STEPS},
    "meeting-new": "besprekingen/nieuw/", "series-new": "besprekingen/reeks/nieuw/",
    "case-import": "besprekingen/inlezen/", "student-new": "leerlingen/nieuw/",
    "second-step": "aanmelden/tweede-stap/", "second-step-app": "aanmelden/tweede-stap/app/",
    "second-step-passkey": "aanmelden/tweede-stap/passkeys/nieuw/",
    "own-sessions": "aanmelden/sessies/",
    "sign-in-elsewhere": "aanmelden/koppelingen/", "sign-in-elsewhere-again": "aanmelden/opnieuw/elders/",
    "password-change": "aanmelden/password/change/", "sign-out": "aanmelden/logout/",
}  # fmt: skip
# What a school sees that has nobody and nothing yet.
OF_A_NEW_SCHOOL = {
    "new-today": "", "new-students": "leerlingen/", "new-my-agreements": "mijn-afspraken/",
    "new-meeting-new": "besprekingen/nieuw/", "new-series-new": "besprekingen/reeks/nieuw/", "new-help": "hulp/",
}  # fmt: skip
# Where nobody is signed in.
DOORS = {
    "sign-in": "aanmelden/login/", "password-reset": "aanmelden/password/reset/",
    "invitation-gone": "uitnodiging/bestaat-niet/",
}  # fmt: skip
LOCKED = "aanmelden/ontgrendelen/"  # of who is signed in and locked the screen
MEETINGS = {
    "": "Leerlingbespreking Sean",
    "closed-": "Leerlingbespreking Nore",
    "group-": "Leerlingbespreking groepje K3A: meepraten in de kring",
}
NEXT = "SELECT id FROM meetings_meeting WHERE school_id = ? AND status = 'planned' ORDER BY date, start"  # of another student each day


def addresses(data: str) -> dict[str, dict[str, str]]:
    """Per role the pages of the demonstration whose database lies in `data`: the name and address of each."""
    with closing(sqlite3.connect(Path(data) / "hgw.sqlite3")) as rows:

        def found(sql: str, *values: str) -> str:
            return str(uuid.UUID(str(rows.execute(sql, [value.replace("-", "") for value in values]).fetchone()[0])))

        return {
            "care_coordinator": OF_EVERYBODY | of_a_student(found) | of_meetings(found),
            "school_admin": of_a_school(found),
            "homeroom_teacher": {"emergency-new": "noodtoegang/"},
            "adviser": of_an_adviser(found),
        }


def of_an_adviser(found: Callable[..., str]) -> dict[str, str]:
    """What an adviser sees beside the method."""
    pk = found("SELECT id FROM accounts_school WHERE institution_number = ?", "999001")
    return {"statistics": f"school/{pk}/cijfers/"}


def of_a_school(found: Callable[..., str]) -> dict[str, str]:
    """The pages of who sets up the school."""
    pk = found("SELECT id FROM accounts_school WHERE institution_number = ?", "999001")
    year = found("SELECT id FROM students_schoolyear WHERE school_id = ?", pk)
    group = found("SELECT id FROM students_classgroup WHERE school_id = ? AND code = '2B'", pk)
    role = found("SELECT id FROM accounts_roleassignment WHERE role = 'homeroom_teacher' AND school_id = ?", pk)
    user = found("SELECT user_id FROM accounts_roleassignment WHERE id = ?", role)
    at = f"school/{pk}"
    return {
        "school-settings": f"{at}/", "school-year-new": f"{at}/schooljaren/nieuw/",
        "school-year-edit": f"{at}/schooljaren/{year}/", "classes": f"{at}/klassen/",
        "class-new": f"{at}/klassen/nieuw/", "class-edit": f"{at}/klassen/{group}/", "users": f"{at}/gebruikers/",
        "user-invite": f"{at}/gebruikers/uitnodigen/", "role-new": f"{at}/gebruikers/{user}/rollen/nieuw/",
        "role-edit": f"{at}/rollen/{role}/", "user-leave": f"{at}/gebruikers/{user}/vertrek/",
        "user-second-step": f"{at}/gebruikers/{user}/tweede-stap/",
        "user-sign-out": f"{at}/gebruikers/{user}/afmelden/",
        "replacement-new": f"{at}/vervangen/",
        "processing-register": f"{at}/verwerkingen/", "impact-input": f"{at}/geb/",
        "text-for-parents": f"{at}/teksten/ouders/", "text-for-students": f"{at}/teksten/leerlingen/",
        "annex": f"{at}/teksten/verwerker/",
    }  # fmt: skip


def of_a_student(found: Callable[..., str]) -> dict[str, str]:
    """The page of a student, and what is noted there."""
    pk = found("SELECT id FROM students_student WHERE first_name = ?", "Noortje")
    parent = found("SELECT id FROM students_guardian WHERE student_id = ?", pk)
    school = found("SELECT id FROM accounts_school WHERE institution_number = ?", "999001")
    consent = found("SELECT id FROM students_consent WHERE came_with IS NULL AND school_id = ?", school)
    whose = found("SELECT student_id FROM students_consent WHERE id = ?", consent)
    note = found("SELECT id FROM students_healthnote WHERE school_id = ?", school)
    known = f"leerlingen/{found('SELECT student_id FROM students_healthnote WHERE id = ?', note)}"
    at = f"leerlingen/{pk}"
    asked = found("SELECT id FROM students_inspectionrequest WHERE school_id = ?", school)
    who_asked = found("SELECT student_id FROM students_inspectionrequest WHERE id = ?", asked)
    at, request = f"leerlingen/{pk}", f"leerlingen/{who_asked}/inzage/{asked}/"
    return {
        "student": f"{at}/", "student-edit": f"{at}/gegevens/", "guardian-new": f"{at}/ouders/nieuw/",
        "guardian-edit": f"{at}/ouders/{parent}/", "grant-new": f"{at}/toegang/nieuw/",
        "student-looks": f"{at}/inkijk/",
        "inspection-request-new": f"{at}/inzage/nieuw/", "inspection-request-answer": request,
        "inspection-request-release": f"{request}meegeven/",
        "student-readers": f"{at}/lezers/", "student-inspection": f"{at}/inzage/", "student-transfer": f"{at}/overdracht/",
        "hold-new": f"{at}/niet-vernietigen/",
        "consent-new": f"{at}/dossier/consent/nieuw/", "consent-edit": f"leerlingen/{whose}/dossier/consent/{consent}/",
        "health-note": f"{known}/", "health-note-edit": f"{known}/dossier/health_note/{note}/",
        "health-note-erase": f"{known}/gezondheid/wissen/",
    }  # fmt: skip


def of_meetings(found: Callable[..., str]) -> dict[str, str]:
    """A meeting in progress, one that was closed, that of a group, and one that is planned; the groups themselves."""
    school = found("SELECT id FROM accounts_school WHERE institution_number = ?", "999001")
    group = found("SELECT id FROM students_studentgroup WHERE school_id = ?", school)
    at = f"school/{school}/groepjes"
    pages = {"groups": f"{at}/", "group-new": f"{at}/nieuw/", "group-edit": f"{at}/{group}/"}
    pages["looks"] = f"school/{school}/inkijk/"
    pages["forgetting"] = f"school/{school}/te-vernietigen/"
    pages["forgetting-confirm"] = f"school/{school}/te-vernietigen/bevestigen/"
    pages["keeping-term"] = f"school/{school}/te-vernietigen/termijn/"
    meetings = {
        name: found("SELECT id FROM meetings_meeting WHERE title = ?", title) for name, title in MEETINGS.items()
    }
    meetings["planned-"] = found(NEXT, school)
    for name, pk in meetings.items():
        at = f"besprekingen/{pk}"
        pages[f"{name}meeting"] = f"{at}/"
        pages |= {f"{name}step-{slug}": f"{at}/stap/{slug}/" for slug in STEPS}
        pages |= {f"{name}who-reads-what": f"{at}/wie-leest-wat/", f"{name}plan-texts": f"{at}/plantekst/"}
        if name != "planned-":
            pages |= {f"{name}documents": f"{at}/documenten/", f"{name}report": f"{at}/verslag/"}
    meeting = pages["meeting"]
    goal = found("SELECT id FROM meetings_meetinggoal WHERE meeting_id = ?", meeting.split("/")[1])
    agreement = found("SELECT id FROM meetings_agreement WHERE what = ?", "Klankhulp in een groepje van drie")
    pages |= {
        "item-history": f"{meeting}meetinggoal/{goal}/vroeger/", "removed-items": f"{meeting}weggehaald/",
        "item-add": f"{meeting}agreement/nieuw/", "item-edit": f"{meeting}meetinggoal/{goal}/",
        "agreement-review": f"afspraken/{agreement}/nazicht/",
    }  # fmt: skip
    return pages
