from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_roles_lapse"),
    ]

    operations = [
        migrations.AddField(
            model_name="school",
            name="keeps_health_notes",
            field=models.BooleanField(default=False),
        ),
    ]
