"""Labels of the present log are found through the index file."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Drop the database's own index of labels."""

    dependencies = (("ledger", "0004_log_keys"),)

    operations = (
        migrations.AlterField(
            model_name="leaf",
            name="subject_label",
            field=models.BinaryField(max_length=32),
        ),
    )
