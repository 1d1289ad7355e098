"""Media: files, what they are attached to, and when they must be looked at."""

from parley.tables.keys.parts import SEPARATOR, SYSTEM_TENANT, Key, WrongKey
from parley.tables.keys.reading import after, named
from parley.tables.keys.users import DIRECTORY_SEPARATOR

DOWNLOAD_PREFIX = "D#"
REFERENCE_PREFIX = "REF#"
_SCHEDULED_MARK = "@"


def media(tenant_id: str, media_id: str) -> str:
    """In `chat` a medium and the messages that it is attached to, in `control` its issued downloads."""
    return f"T#{tenant_id}#F#{media_id}"


def media_of(pk: str) -> str:
    """The medium whose partition this is."""
    return named(pk, "F")


def reference_sk(message_id: str) -> str:
    """That a medium is attached to a message."""
    return f"{REFERENCE_PREFIX}{message_id}"


def reference_of(sk: str) -> str:
    """The id of the message that the medium is attached to."""
    return after(REFERENCE_PREFIX, sk)


def scheduled_reference(user_id: str, scheduled_id: str) -> str:
    """What stands in a reference for a message that is sent later, in place of a message's id: no such id begins so."""
    return f"{_SCHEDULED_MARK}{user_id}{SEPARATOR}{scheduled_id}"


def is_scheduled_reference(name: str) -> bool:
    """Whether it is of a message that is sent later."""
    return name.startswith(_SCHEDULED_MARK)


def scheduled_reference_of(name: str) -> tuple[str, str]:
    """Whose message that is sent later has the medium, and which."""
    user_id, separator, scheduled_id = after(_SCHEDULED_MARK, name).partition(SEPARATOR)
    if not (user_id and separator and scheduled_id):
        raise WrongKey("not of a message that is sent later")
    return user_id, scheduled_id


def download_sk(download_id: str) -> str:
    return f"{DOWNLOAD_PREFIX}{download_id}"


def download_of(sk: str) -> str:
    """The id of the download."""
    return after(DOWNLOAD_PREFIX, sk)


def files(tenant_id: str, shard: str) -> str:
    """Partition of the `collection` index with a sixteenth of the tenant's files; `shard` is a hexadecimal digit."""
    return f"T#{tenant_id}#FILES#{shard}"


def files_gsk(owner_id: str, media_id: str) -> str:
    """Sorts files by their owners: no id has the separator."""
    return f"{owner_id}{DIRECTORY_SEPARATOR}{media_id}"


def media_deadlines(hour: str, shard: int) -> str:
    """What must be looked at within an hour (`2026112309`), whatever its tenant: a partition of Parley's own."""
    return f"T#{SYSTEM_TENANT}#DUE#{hour}#{shard}"


def media_deadline_sk(moment: int, tenant_id: str, media_id: str) -> str:
    return f"{moment:015d}#{tenant_id}#{media_id}"


def access_log(name_hash: str) -> Key:
    """That a file of an access log has been counted."""
    return Key(f"T#{SYSTEM_TENANT}#LOG#{name_hash}", "LOG")
