"""Load the vocabulary of phases as shipped in students/phases.toml."""

from django.db import migrations


def load_phases(apps, schema_editor):
    from students.models.support import phases

    Phase = apps.get_model("students", "Phase")
    for phase in phases():
        Phase.objects.update_or_create(
            code=phase["code"],
            defaults={
                "number": phase["number"],
                "name_nl": phase["nl"],
                "name_en": phase["en"],
                "share": phase["share"],
                "valid_from": phase["valid_from"],
                "valid_until": phase.get("valid_until"),
            },
        )


class Migration(migrations.Migration):
    dependencies = [("students", "0001_initial")]
    operations = [migrations.RunPython(load_phases, migrations.RunPython.noop)]
