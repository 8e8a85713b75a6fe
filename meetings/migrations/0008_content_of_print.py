"""Beside the file of a print: the fingerprint of the page that it was made of. Files that wait now have none: made anew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0007_own_schools"),
    ]

    operations = [
        migrations.AddField(
            model_name="planissue",
            name="content_sha256",
            field=models.CharField(blank=True, max_length=64),
        ),
    ]
