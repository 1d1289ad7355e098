"""A tenant's block list: put, shown and removed by its own back end."""

import json

from parley import clock
from parley.audit import audit_log
from parley.errors import BlockListNotFound, ValidationFailed, VersionConflict
from parley.identity.caller import Caller
from parley.moderation import patterns
from parley.moderation.folding import continues, fold
from parley.moderation.items import BlockListItem
from parley.moderation.masking import MASK
from parley.moderation.patterns import PatternRefused
from parley.moderation.schemas import BlockList, ListedEntry, PutBlockList
from parley.moderation.words import MAX_TOKENS, tokens
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import Condition, Update, at_version, exists
from parley.tables.keys import Key
from parley.tables.transactions import Action

MAX_PATTERNS = 100
MAX_BYTES = 64 * 1024
"""Of all entries together: a function reads the list once for each of its versions, 8 RRU at most."""


def block_list_key(tenant_id: str) -> Key:
    return Key(keys.moderation(tenant_id), keys.BLOCK_LIST_SK)


def do_put(caller: Caller, body: PutBlockList, *, if_match: int | None) -> BlockList:
    """Put the list in the place of the one before. Sends and edits see it within 60 s, as they do settings.

    The tenant's item names the version in the same transaction, so no function looks for a list that is not there.
    Raises `ValidationFailed` with every entry that cannot be looked for, `VersionConflict`.
    """
    check(body)
    at, now = block_list_key(caller.tenant_id), clock.now_ms()
    before = BlockListItem.at(at, consistent=True)
    if if_match is not None and (before is None or if_match != before.version):
        raise VersionConflict
    item = BlockListItem(
        pk=at.pk,
        sk=at.sk,
        action=body.action,
        entries=json.dumps(
            [entry.model_dump(exclude_none=True) for entry in body.entries], ensure_ascii=False, separators=(",", ":")
        ),
        created_at=now if before is None else before.created_at,
        updated_at=now,
        version=now if before is None else int(before.version) + 1,
    )
    put = transactions.put(item.table(), item.serialize(), condition=_as_read(before))
    line = audit_log.line(
        caller, "block_list.put", ("block_list", caller.tenant_id), details={"entries": len(body.entries)}
    )
    try:
        dynamodb.transact([put, _name_version(caller.tenant_id, int(item.version)), line])
    except TransactionRefused:
        raise VersionConflict("The list is being changed by others") from None
    return block_list_view(item)


def _as_read(before: BlockListItem | None) -> Condition:
    return at_version(None if before is None else int(before.version))


def _name_version(tenant_id: str, version: int | None) -> Action:
    """Name the list's version where every caller's context is made from; None where there is no list."""
    named = Update().remove("block_list") if version is None else Update().set(block_list=version)
    at = Key(keys.tenant(tenant_id), keys.TENANT_SK)
    return transactions.update(settings().chat_table, at, named.add(version=1), condition=exists())


def do_get(caller: Caller) -> BlockList:
    """The list as it is now. Raises `BlockListNotFound`."""
    item = BlockListItem.at(block_list_key(caller.tenant_id), consistent=True)
    if item is None:
        raise BlockListNotFound
    return block_list_view(item)


def do_delete(caller: Caller, *, if_match: int | None) -> None:
    """Remove the list; absent is no failure.

    Raises `VersionConflict` where it has another version than `if_match`, or another writes it at this moment.
    """
    at = block_list_key(caller.tenant_id)
    before = BlockListItem.at(at, consistent=True)
    if before is None:
        return
    if if_match is not None and if_match != before.version:
        raise VersionConflict
    removed = transactions.delete(BlockListItem.table(), at, condition=_as_read(before))
    line = audit_log.line(caller, "block_list.removed", ("block_list", caller.tenant_id))
    try:
        dynamodb.transact([removed, _name_version(caller.tenant_id, None), line])
    except TransactionRefused:
        raise VersionConflict("The list is being changed by others") from None


def check(body: PutBlockList) -> None:
    """Refuse what cannot be looked for; raises `ValidationFailed` with all of it."""
    problems: list[dict[str, str]] = []
    size = programs = count = 0
    for number, entry in enumerate(body.entries):
        size += len((entry.word or entry.pattern or "").encode())
        if entry.pattern is None:
            problems += _problems_of_word(number, entry.word or "", entry.action or body.action)
            continue
        count += 1
        try:
            programs += patterns.check(entry.pattern) if count <= MAX_PATTERNS else 0
        except PatternRefused as refused:
            problems.append(_problem(f"/entries/{number}/pattern", "invalid_pattern", str(refused)))
    if count > MAX_PATTERNS:
        problems.append(_problem("/entries", "too_many_patterns", f"At most {MAX_PATTERNS} entries are patterns"))
    if programs > patterns.MAX_PROGRAMS:
        problems.append(_problem("/entries", "patterns_too_large", "The patterns are too large together"))
    if size > MAX_BYTES:
        problems.append(_problem("/entries", "too_large", f"All entries have at most {MAX_BYTES} bytes of UTF-8"))
    if problems:
        raise ValidationFailed(problems)


def _problems_of_word(number: int, word: str, action: str) -> list[dict[str, str]]:
    folded = fold(word).text
    found = tokens(folded)
    pointer = f"/entries/{number}/word"
    if not found or continues(word[0]):
        return [_problem(pointer, "invalid_word", "A word begins with something that stands alone")]
    if len(found) > MAX_TOKENS:
        return [_problem(pointer, "invalid_word", f"A phrase has at most {MAX_TOKENS} words")]
    if action == "mask" and MASK in folded:
        return [_problem(pointer, "invalid_word", f"What masks is {MASK}: list a pattern instead")]
    return []


def _problem(pointer: str, code: str, detail: str) -> dict[str, str]:
    return {"pointer": pointer, "code": code, "detail": detail}


def block_list_view(item: BlockListItem) -> BlockList:
    return BlockList(
        action=item.action,
        entries=[ListedEntry(**entry) for entry in json.loads(item.entries)],
        created_at=clock.to_datetime(int(item.created_at)),
        updated_at=clock.to_datetime(int(item.updated_at)),
        version=int(item.version),
    )
