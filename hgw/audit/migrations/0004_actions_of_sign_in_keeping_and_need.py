"""What the trace notes of the second step at sign-in, of keeping and forgetting, and of files opened in need."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_complete_and_sealed"),
    ]

    operations = [
        migrations.AlterField(
            model_name="entry",
            name="action",
            field=models.CharField(
                choices=[
                    ("meeting.opened", "Meeting Opened"),
                    ("meeting.planned", "Meeting Planned"),
                    ("meeting.started", "Meeting Started"),
                    ("meeting.closed", "Meeting Closed"),
                    ("meeting.cancelled", "Meeting Cancelled"),
                    ("student.opened", "Student Opened"),
                    ("students.searched", "Students Searched"),
                    ("series.opened", "Series Opened"),
                    ("agreement.opened", "Agreement Opened"),
                    ("projection.started", "Projection Started"),
                    ("projection.stopped", "Projection Stopped"),
                    ("item.added", "Item Added"),
                    ("item.changed", "Item Changed"),
                    ("item.removed", "Item Removed"),
                    ("item.restored", "Item Restored"),
                    ("item.moved", "Item Moved"),
                    ("plan.opened", "Plan Opened"),
                    ("plan.printed", "Plan Printed"),
                    ("case.loaded", "Case Loaded"),
                    ("case.exported", "Case Exported"),
                    ("case.exported_with_confidential", "Case Exported With Confidential"),
                    ("agreement.reviewed", "Agreement Reviewed"),
                    ("student.inspected", "Student Inspected"),
                    ("hold.set", "Hold Set"),
                    ("hold.lifted", "Hold Lifted"),
                    ("keeping.changed", "Keeping Changed"),
                    ("erasure.asked", "Erasure Asked"),
                    ("erasure.confirmed", "Erasure Confirmed"),
                    ("erasure.withdrawn", "Erasure Withdrawn"),
                    ("student.erased", "Student Erased"),
                    ("grant.given", "Grant Given"),
                    ("grant.ended", "Grant Ended"),
                    ("emergency.opened", "Emergency Opened"),
                    ("emergency.ended", "Emergency Ended"),
                    ("emergency.refused", "Emergency Refused"),
                    ("emergency.reviewed", "Emergency Reviewed"),
                    ("school.begun", "School Begun"),
                    ("school.changed", "School Changed"),
                    ("invitation.sent", "Invitation Sent"),
                    ("invitation.taken", "Invitation Taken"),
                    ("invitation.withdrawn", "Invitation Withdrawn"),
                    ("role.given", "Role Given"),
                    ("role.changed", "Role Changed"),
                    ("role.ended", "Role Ended"),
                    ("account.closed", "Account Closed"),
                    ("signed.in", "Signed In"),
                    ("signed.out", "Signed Out"),
                    ("sign_in.refused", "Sign In Refused"),
                    ("second_factor.set_up", "Second Factor Set Up"),
                    ("second_factor.ended", "Second Factor Ended"),
                    ("refused", "Refused"),
                    ("trace.opened", "Trace Opened"),
                    ("trace.reviewed", "Trace Reviewed"),
                ],
                max_length=40,
            ),
        ),
    ]
