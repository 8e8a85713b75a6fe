"""Which actions there are is asked of the program from now on: one more of them, as that a file was shared, is no migration."""

from django.db import migrations, models

import hgw.audit.models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0005_actions_of_transfer"),
    ]

    operations = [
        migrations.AlterField(
            model_name="entry",
            name="action",
            field=models.CharField(choices=hgw.audit.models.actions, max_length=40),
        ),
    ]
