"""Load the vocabulary of phases as shipped in students/phases.toml."""

from django.db import migrations


def load(apps, schema_editor):
    from students.models.phases import load_phases

    load_phases(apps.get_model("students", "Phase"))


class Migration(migrations.Migration):
    dependencies = [("students", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
