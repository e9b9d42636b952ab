from django.db import migrations
from django.db.models import F


def fill(apps, schema_editor):
    """Until now every decision was about what was reported."""
    decided = apps.get_model("messaging", "Report").objects.exclude(decision__in=["", "dismiss"])
    decided.update(decided_person=F("reported"), decided_message=F("message"))


class Migration(migrations.Migration):
    dependencies = [("messaging", "0003_what_was_decided_about")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
