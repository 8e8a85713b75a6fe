"""People, classes, and the support a student has had: what the school keeps before and between meetings."""

from students.models.classes import ClassGroup, Enrollment, Holiday, SchoolYear
from students.models.consents import Consent
from students.models.emergencies import EmergencyAccess
from students.models.forgetting import Erasure, Hold, KeepingTerm, Leftover
from students.models.groups import StudentGroup, StudentGroupMember
from students.models.health_notes import HealthNote
from students.models.inspections import InspectionRelease, InspectionRequest
from students.models.people import Guardian, Student, StudentAccessGrant
from students.models.phases import Phase, PhaseRecord
from students.models.support import LegalReport, ReasonableAdjustment
from students.models.transfers import Transfer

__all__ = [
    "ClassGroup",
    "Consent",
    "EmergencyAccess",
    "Enrollment",
    "Erasure",
    "Guardian",
    "HealthNote",
    "Hold",
    "Holiday",
    "InspectionRelease",
    "InspectionRequest",
    "KeepingTerm",
    "Leftover",
    "LegalReport",
    "Phase",
    "PhaseRecord",
    "ReasonableAdjustment",
    "SchoolYear",
    "Student",
    "StudentAccessGrant",
    "StudentGroup",
    "StudentGroupMember",
    "Transfer",
]
