"""Schools, what they teach, and how their papers look."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hgw.rows import Row
from hgw.text import ShortTextField


class Level(models.TextChoices):
    """What a school or a class teaches; decides the form of the student's plan."""

    KLEUTER = "kleuter", _("Pre-primary education")
    LAGER = "lager", _("Primary education")
    SECUNDAIR = "secundair", _("Secondary education")


class School(Row):
    """A school. It stands here, below every other app, because roles and each row of a case belong to one.

    The institution number identifies it; six digits, kept as text for the leading zeros. A school that was just begun
    may not have it yet.
    """

    class CareTitle(models.TextChoices):
        """The school's own word for who runs its meetings."""

        ZORGCOORDINATOR = "zorgcoördinator", _("care coordinator")
        LEERLINGENBEGELEIDER = "leerlingenbegeleider", _("student counsellor")

    name = ShortTextField(blank=False)
    place = ShortTextField()
    levels = models.JSONField(default=list)  # of Level
    institution_number = models.CharField(
        max_length=6, blank=True, validators=[RegexValidator(r"^[0-9]{6}\Z", _("Six digits."))]
    )
    care_title = models.CharField(max_length=30, choices=CareTitle, default=CareTitle.ZORGCOORDINATOR)
    document_language = models.CharField(max_length=5, default="nl")
    renewal_told = models.DateField(
        null=True, editable=False
    )  # until then nobody has to be told again that roles lapse
    contact_line = ShortTextField()  # how to reach the school, as printed on its plans
    keeps_health_notes = models.BooleanField(
        default=False
    )  # special data (art. 9 GDPR): only where a school chose for it

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=("institution_number",), condition=~Q(institution_number=""), name="institution_number_once",
                violation_error_message=_("Another school here has this number."),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.name


class Logo(Row):
    """The picture of a school, as hgw/accounts/logo.py made it. A table of its own: a school is read far more often."""

    school = models.OneToOneField(School, models.CASCADE, related_name="logo")
    png = models.BinaryField()

    def __str__(self) -> str:
        return str(self.school)
