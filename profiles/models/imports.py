"""Imports of participant lists: what a file would do, what it did, and what is needed to take it back."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alumni_site.core.models import PubliclyIdentified, TimeStamped
from profiles.storage import private_storage


class ImportSource(models.TextChoices):
    WEB = "web", _("Staff pages")
    COMMAND = "command", _("Command line")


class ImportStatus(models.TextChoices):
    CHECKING = "checking", _("Being checked")
    UNUSABLE = "unusable", _("Cannot be used")
    READY = "ready", _("Checked, not imported")
    DISCARDED = "discarded", _("Put aside")
    IMPORTING = "importing", _("Being imported")
    STOPPED = "stopped", _("Stopped on the way")
    DONE = "done", _("Imported")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class ImportRun(PubliclyIdentified, TimeStamped):
    """One file, from upload to result. The people in it and the file itself are forgotten after seven days; this stays."""

    source = models.CharField(max_length=8, choices=ImportSource, default=ImportSource.WEB)
    status = models.CharField(max_length=10, choices=ImportStatus, default=ImportStatus.CHECKING)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    file = models.FileField(upload_to="imports/", storage=private_storage, max_length=200, blank=True)
    file_name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file, in hexadecimal")
    sheet = models.CharField(max_length=100, blank=True)
    sheets = models.JSONField(default=list, blank=True)
    headers = models.JSONField(default=list, blank=True)
    ignored_columns = models.JSONField(default=list, blank=True)
    delimiter = models.CharField(max_length=1, blank=True)
    # What an adviser has said that a text means: column -> text -> country code.
    corrections = models.JSONField(default=dict, blank=True)
    # Why the file cannot be used: a code of `profiles.importing.problems` and its values.
    refusal = models.JSONField(default=dict, blank=True)

    # Counts of rows, and of people (`new`, `changed`, `same`), as the check found them.
    totals = models.JSONField(default=dict, blank=True)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    check_seconds = models.FloatField(default=0)
    checked_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    # Renewed while something works on it; one that is old has been left behind by a process that was killed.
    alive_at = models.DateTimeField(null=True, blank=True)
    # People, their values and the file have been deleted.
    is_forgotten = models.BooleanField(default=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="importrun_newest_first")]
        constraints = [models.CheckConstraint(condition=Q(status__in=ImportStatus.values), name="importrun_status_known")]

    def __str__(self) -> str:
        return f"import {self.uuid}"


class ImportedPersonState(models.TextChoices):
    PLANNED = "planned", _("To be imported")
    LEFT = "left", _("Left as it was")
    DIFFERS = "differs", _("Changed since the check")
    WRITTEN = "written", _("Imported")
    UNDONE = "undone", _("Undone")
    KEPT = "kept", _("Not undone")


class ImportedPerson(models.Model):
    """One person that a run makes or changes: what was there, and what comes instead.

    `changes` is {"person": {column: [old, new]}, "exchanges": [{"exchange_id", "is_new", "changes": {column: [old, new]}}]},
    in the words of `profiles.importing.columns`; an old value of None means that there was nothing. Where the file has several
    addresses of the person, "older_emails" are those that are not taken.
    """

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="people")
    profile = models.ForeignKey("profiles.Profile", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    participant_id = models.CharField(max_length=64)
    name = models.CharField(max_length=201)
    is_new = models.BooleanField()
    lines = models.JSONField(default=list)
    rows_created = models.PositiveIntegerField(default=0)
    rows_updated = models.PositiveIntegerField(default=0)
    changes = models.JSONField(default=dict)
    is_wanted = models.BooleanField(default=True)
    state = models.CharField(max_length=8, choices=ImportedPersonState, default=ImportedPersonState.PLANNED)
    # Why an import was not undone for this person: a code of `profiles.importing.undo`.
    reason = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "participant_id"], name="importedperson_once_in_run"),
            models.CheckConstraint(condition=Q(state__in=ImportedPersonState.values), name="importedperson_state_known"),
        ]
        indexes = [models.Index(fields=["run", "is_new", "state"], name="importedperson_of_run")]

    def __str__(self) -> str:
        # Never the name: this text ends up in logs.
        return f"imported person {self.pk}"


class RejectedRow(models.Model):
    """One row that did not go in: its cells as they stand in the file, and what is wrong with them."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rejected_rows")
    line = models.PositiveIntegerField()
    name = models.CharField(max_length=201, blank=True)
    cells = models.JSONField(default=list)
    problems = models.JSONField(default=list)

    class Meta:
        ordering = ["line"]
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="rejectedrow_once_in_run")]

    def __str__(self) -> str:
        return f"rejected row {self.pk}"


class ImportedOrganisation(models.Model):
    """An organisation that a run made, because a row named one that nobody knew."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="organisations")
    organisation = models.ForeignKey("profiles.Organisation", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "organisation"], name="importedorganisation_once")]

    def __str__(self) -> str:
        return f"imported organisation {self.pk}"
