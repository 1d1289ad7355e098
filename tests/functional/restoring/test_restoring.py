"""A backup that is restored holds what was backed up; one that does not is found out."""

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from infrastructure.examples import GENERAL, TENANT
from infrastructure.restoring import backup
from infrastructure.restoring.backup import BackupDamaged
from infrastructure.restoring.ledger import Ledger, canonical
from infrastructure.tables import CHAT
from parley.settings import settings
from parley.tables import keys
from tests.support.people.world import example_world

RESTORED = "chat-restored"
PK = keys.conversation(TENANT, GENERAL)


@pytest.fixture
def client(tables: None) -> Iterator[Any]:
    """DynamoDB with the world of the examples in `chat`."""
    with example_world():
        found = boto3.client("dynamodb")
        yield found
        if RESTORED in found.list_tables()["TableNames"]:
            found.delete_table(TableName=RESTORED)


@pytest.fixture
def written(client: Any, tmp_path: Path) -> Ledger:
    return backup.write(client, settings().chat_table, tmp_path)


def restored(client: Any, folder: Path) -> Ledger:
    backup.restore(client, folder, CHAT, RESTORED)
    return backup.ledger_of(client, RESTORED)


def test_what_is_restored_is_what_was_there(client: Any, written: Ledger, tmp_path: Path) -> None:
    found = restored(client, tmp_path)
    assert list(written.differences(found)) == []
    assert found.items == written.items > 20
    assert written.lines[PK].given == 2
    assert written.lines[PK].missing == set()
    assert written.open_numbers == 0
    live = {canonical(item) for item in backup.scan(client, settings().chat_table)}
    assert live == {canonical(item) for item in backup.scan(client, RESTORED)}


def _lose(client: Any, sk: str) -> None:
    client.delete_item(TableName=RESTORED, Key={"pk": {"S": PK}, "sk": {"S": sk}})


def _set(client: Any, sk: str, name: str, value: dict[str, str]) -> None:
    client.update_item(
        TableName=RESTORED,
        Key={"pk": {"S": PK}, "sk": {"S": sk}},
        UpdateExpression="SET #n = :v",
        ExpressionAttributeNames={"#n": name},
        ExpressionAttributeValues={":v": value},
    )


def _invent(client: Any) -> None:
    client.put_item(
        TableName=RESTORED,
        Item={"pk": {"S": PK}, "sk": {"S": keys.message_sk(9)}, "entity": {"S": "message"}},
    )


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda client: _lose(client, keys.message_sk(1)), "lacks the numbers [1]"),
        (lambda client: _set(client, keys.message_sk(1), "text", {"S": "something else"}), "the checksum of"),
        (lambda client: _set(client, "META", "seq", {"N": "1"}), "has given out 1 numbers, not 2"),
        (lambda client: _set(client, "META", "seq", {"N": "5"}), "lacks the numbers [3, 4, 5]"),
        (_invent, "messages of numbers that were never given out: [9]"),
        (lambda client: _lose(client, "ROSTER"), "items of kind"),
    ],
)
def test_a_table_that_holds_something_else_is_found_out(
    client: Any, written: Ledger, tmp_path: Path, damage: Callable[[Any], None], said: str
) -> None:
    restored(client, tmp_path)
    damage(client)
    assert [line for line in written.differences(backup.ledger_of(client, RESTORED)) if said in line]


def test_a_damaged_file_is_not_restored(client: Any, written: Ledger, tmp_path: Path) -> None:
    filled = max(tmp_path.glob("*.json.gz"), key=lambda path: path.stat().st_size)
    lines = gzip.decompress(filled.read_bytes()).splitlines(keepends=True)
    filled.write_bytes(gzip.compress(b"".join(lines[1:])))
    with pytest.raises(BackupDamaged, match="not as it was written"):
        backup.restore(client, tmp_path, CHAT, RESTORED)


def test_a_backup_that_was_not_finished_is_none(client: Any, written: Ledger, tmp_path: Path) -> None:
    (tmp_path / backup.MANIFEST).unlink()
    with pytest.raises(BackupDamaged, match="was not finished"):
        backup.restore(client, tmp_path, CHAT, RESTORED)


def test_nothing_is_written_over(client: Any, written: Ledger, tmp_path: Path) -> None:
    with pytest.raises(client.exceptions.ResourceInUseException):
        backup.restore(client, tmp_path, CHAT, settings().chat_table)


def test_the_files_hold_what_an_export_holds(client: Any, written: Ledger, tmp_path: Path) -> None:
    (lines, *_) = (gzip.decompress(path.read_bytes()).splitlines() for path in sorted(tmp_path.glob("*.json.gz")))
    assert all(json.loads(line).keys() == {"Item"} for line in lines)
    assert sum(1 for _ in backup.read(tmp_path)) == written.items


def test_what_is_binary_or_a_set_comes_back_as_it_was(client: Any, tmp_path: Path) -> None:
    table = settings().chat_table
    odd = {
        "pk": {"S": "T#odd"},
        "sk": {"S": "x"},
        "raw": {"B": b"\x00\xff"},
        "set": {"SS": ["b", "a"]},
        "within": {"M": {"list": {"L": [{"B": b"z"}, {"NULL": True}, {"N": "1E+2"}]}}},
    }
    client.put_item(TableName=table, Item=odd)
    written = backup.write(client, table, tmp_path)
    assert list(written.differences(restored(client, tmp_path))) == []
    found = client.get_item(TableName=RESTORED, Key={"pk": odd["pk"], "sk": odd["sk"]})["Item"]
    assert found["raw"]["B"] == b"\x00\xff"
    assert found["within"]["M"]["list"]["L"][0]["B"] == b"z"
