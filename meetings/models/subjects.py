"""Whom a meeting is about: its students, and the guardians whom its case file lists."""

from django.db import models

from meetings.models.meeting import Meeting
from students.models import Guardian, Student


class MeetingSubject(models.Model):
    """A student the meeting is about. Items point to one of these, or to none: then they are about all."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="subjects")
    student = models.ForeignKey(Student, models.PROTECT, related_name="meeting_subjects")
    position = models.PositiveIntegerField(default=0)
    key = models.CharField(max_length=200)  # the word for this student in a case file

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("meeting", "student"), name="subject_once"),
            models.UniqueConstraint(fields=("meeting", "key"), name="subject_key_once"),
        )

    def __str__(self) -> str:
        return str(self.student)


class MeetingGuardian(models.Model):
    """A guardian whom the case file of this meeting lists; the order of its list goes over all students of a group."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="listed_guardians")
    guardian = models.ForeignKey(Guardian, models.CASCADE, related_name="+")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("meeting", "guardian"), name="listed_guardian_once"),)

    def __str__(self) -> str:
        return str(self.guardian)
