"""On PostgreSQL, rows that are there for their own school alone (hgw/storage/row_security.py)."""

from django.db import migrations

from hgw.storage.row_security import OF_SCHOOL, policies, under

TABLES = {
    "meetings_steptext": OF_SCHOOL,
    "meetings_goal": OF_SCHOOL,
    "meetings_goalscore": OF_SCHOOL,
    "meetings_observation": OF_SCHOOL,
    "meetings_factor": OF_SCHOOL,
    "meetings_factorcluster": OF_SCHOOL,
    "meetings_factorlink": OF_SCHOOL,
    "meetings_inforequest": OF_SCHOOL,
    "meetings_clbcontribution": OF_SCHOOL,
    "meetings_meetingseries": OF_SCHOOL,
    "meetings_meeting": OF_SCHOOL,
    "meetings_need": OF_SCHOOL,
    "meetings_agreement": OF_SCHOOL,
    "meetings_agreementreview": OF_SCHOOL,
    "meetings_communication": OF_SCHOOL,
    "meetings_followup": OF_SCHOOL,
    "meetings_phasedecision": OF_SCHOOL,
    "meetings_gatereason": OF_SCHOOL,
    "meetings_statement": OF_SCHOOL,
    "meetings_addendum": OF_SCHOOL,
    "meetings_schoolword": OF_SCHOOL,
    "meetings_participant": OF_SCHOOL,
    "meetings_plan": OF_SCHOOL,
    "meetings_plantext": OF_SCHOOL,
    "meetings_planissue": OF_SCHOOL,
    "meetings_meetinggoal": OF_SCHOOL,
    "meetings_wish": OF_SCHOOL,
    "meetings_person": under("meetings_meeting", "meeting_id"),
    "meetings_meetingsubject": under("meetings_meeting", "meeting_id"),
}


class Migration(migrations.Migration):
    dependencies = [("meetings", "0006_room_rights"), ("accounts", "0003_draft_keys")]
    operations = [policies(TABLES)]
