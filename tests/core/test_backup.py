"""`manage.py backup` and `manage.py restore`, there and back, on whichever database the tests run on."""

import io
import stat
import tarfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.core.management.base import CommandError

from alumni_site.core.backup import BackupFailed, read_backup, write_backup
from profiles.models import Profile, User
from tests.factories import ExchangeFactory, ProfileFactory

pytestmark = pytest.mark.django_db(transaction=True)


def names() -> list[str]:
    return sorted(Profile.objects.values_list("first_name", flat=True))


def test_there_and_back(tmp_path: Path) -> None:
    kept = ProfileFactory(first_name="Åshild", user__email="aashild@example.org", shown_to=["members"])
    ExchangeFactory(profile=kept, exchange_id="X-1")
    storages["private"].save("photos/kept.webp", ContentFile(b"a photo"))
    file = tmp_path / "backup.tar.gz"
    call_command("backup", str(file), stdout=io.StringIO())

    kept.first_name = "Changed"
    kept.save()
    User.objects.filter(pk=kept.user_id).update(email="changed@example.org")
    ProfileFactory(first_name="Later")
    storages["private"].delete("photos/kept.webp")
    storages["private"].save("photos/later.webp", ContentFile(b"another"))

    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(file))
    assert names() == ["Changed", "Later"]
    call_command("restore", str(file), replace=True, stdout=io.StringIO())

    assert names() == ["Åshild"]
    restored = Profile.objects.get()
    assert restored.pk == kept.pk
    assert restored.user is not None
    assert restored.user.email == "aashild@example.org"
    assert [exchange.exchange_id for exchange in restored.exchanges.all()] == ["X-1"]
    assert storages["private"].open("photos/kept.webp").read() == b"a photo"
    assert not storages["private"].exists("photos/later.webp")
    call_command("check_index", stdout=io.StringIO())


def test_only_the_owner_can_read_a_backup(tmp_path: Path) -> None:
    file = tmp_path / "backup.tar.gz"
    assert write_backup(file) == file.stat().st_size
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["backup.tar.gz"]


def test_a_backup_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="There is no folder"):
        write_backup(tmp_path / "missing" / "backup.tar.gz")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["text", "cut short", "no database", "reaches out", "a link"])
def test_a_file_that_is_no_whole_backup_changes_nothing(tmp_path: Path, damage: str) -> None:
    ProfileFactory(first_name="Still here")
    file = tmp_path / "backup.tar.gz"
    write_backup(file)
    if damage == "text":
        file.write_text("no archive")
    elif damage == "cut short":
        file.write_bytes(file.read_bytes()[:-2000])
    elif damage == "no database":
        with tarfile.open(file, "w:gz") as archive:
            add(archive, "manifest.json", b'{"format": 1}')
    elif damage == "a link":
        with tarfile.open(file, "w:gz") as archive:
            link = tarfile.TarInfo("manifest.json")
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(link)
    else:
        with tarfile.open(file, "w:gz") as archive:
            add(archive, "manifest.json", b'{"format": 1}')
            add(archive, "../outside", b"written where it should not be")
    Profile.objects.update(first_name="Later change")
    with pytest.raises(BackupFailed):
        read_backup(file)
    assert names() == ["Later change"]
    assert not (settings.DATA_DIR / "outside").exists()


def add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))
