"""From an item of `chat` to a document of the index, with the version that orders its states.

The external version is `2 * version`, and one more for a removal: what was removed can only be replaced by what was
made later. Nothing is ever deleted from an index by the stream: OpenSearch forgets the version of a deleted document
after a minute, and a late record would bring it back. A tombstone stays in its place.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from parley.identity.declared_keys import Value, Values, bytes_of
from parley.ids import MessageAddress
from parley.messaging.items import words_of
from parley.search import analysis
from parley.search.engine.indices import Family
from parley.tables import keys
from parley.tables.attributes import RawItem, listed_texts, number, number_or_none, required_number, required_text
from parley.tables.keys import Key
from parley.users import directory

ENTITIES: dict[str, Family] = {
    "message": "messages",
    "void": "messages",
    "conversation": "conversations",
    "user": "users",
}
"""The entities that are indexed, and where."""

RELEVANT: dict[Family, frozenset[str]] = {
    "messages": frozenset(
        {
            "entity",
            "text",
            "attachments",
            "files",
            "mentions",
            "mentioned_groups",
            "author_id",
            "deleted_at",
            "void",
            "edited_at",
        }
    ),
    "conversations": frozenset({"name", "type", "archived_at", "team"}),
    "users": frozenset({"name", "erased_at", "deactivated_at", "role", "teams", "declared"}),
}
"""The attributes that a document is made from; a write that changes none of them needs no indexing."""

_LINK = re.compile(r"https?://[^\s]", re.IGNORECASE)


class Unindexable(ValueError):
    """An item that no document can be made of: it goes to quarantine, not back to the stream."""


@dataclass(frozen=True, slots=True)
class Document:
    """What to index where; `routing` is always the tenant."""

    family: Family
    id: str
    tenant_id: str
    version: int
    source: dict[str, Any]


def is_relevant(entity: str, old: RawItem | None, new: RawItem | None) -> bool:
    """Whether a write changed what is indexed: a send touches its conversation for nothing."""
    if old is None or new is None:
        return True
    return any(old.get(name) != new.get(name) for name in RELEVANT[ENTITIES[entity]])


def message_key(tenant_id: str, address: MessageAddress) -> Key:
    """Where a message is stored."""
    if address.root_seq is None:
        return Key(keys.conversation(tenant_id, address.conversation_id), keys.message_sk(address.seq))
    return Key(keys.thread(tenant_id, address.conversation_id, address.root_seq), keys.message_sk(address.seq))


def words_in(image: RawItem) -> str:
    """All that a message says, as `MessageItem.words`."""
    return words_of(_text(image, "text"), json.loads(_text(image, "poll") or "null"))


def media_ids(image: RawItem) -> list[str]:
    """The media attached to a message that are still there."""
    files = json.loads(_text(image, "files") or "{}")
    return lasting_media(listed_texts(image, "attachments"), files)


def lasting_media(attachments: Iterable[str], files: Mapping[str, Any]) -> list[str]:
    """Those of a message's attachments of which `files` does not say that they are gone."""
    return [media_id for media_id in attachments if "status" not in files.get(media_id, {})]


def document_of(
    tenant_id: str,
    image: RawItem,
    *,
    removed: bool = False,
    removed_at: int = 0,
    media_types: Mapping[str, str] | None = None,
    languages: Collection[str] = (),
) -> Document:
    """The document of an item; `media_types` are the content types of what a message carries, `languages` those
    in which a message is the likelier to be.

    `removed_at` is when what is gone went, where the item itself does not say. Raises `Unindexable` where the item
    lacks what its kind has.
    """
    try:
        family = ENTITIES[required_text(image, "entity")]
        identity, fields = _DOCUMENTS[family](image, media_types or {}, languages)
        version = 2 * required_number(image, "version") + int(removed)
        created_at = number(image, "created_at")
    except (KeyError, TypeError, ValueError) as error:
        raise Unindexable(f"{type(error).__name__}: {error}") from error
    document_id = f"{tenant_id}:{identity}"
    gone = removed or fields is None
    source = {
        "sort_key": hashlib.blake2b(document_id.encode(), digest_size=10).hexdigest(),
        "tenant_id": tenant_id,
        "created_at": created_at,
        "deleted": gone,
    }
    source |= {"removed_at": _removed_at(image, removed_at)} if gone else cast("dict[str, Any]", fields)
    return Document(family, document_id, tenant_id, version, source)


def _removed_at(image: RawItem, otherwise: int) -> int:
    moments = [required_number(image, name) for name in ("deleted_at", "erased_at") if name in image]
    return max(moments, default=otherwise)


def _text(image: RawItem, name: str) -> str:
    return required_text(image, name) if name in image else ""


def _message(
    image: RawItem, media_types: Mapping[str, str], languages: Collection[str]
) -> tuple[str, dict[str, Any] | None]:
    root_seq = number_or_none(image, "root_seq")
    address = MessageAddress(required_text(image, "conversation_id"), required_number(image, "seq"), root_seq)
    if required_text(image, "entity") == "void" or "void" in image or "deleted_at" in image or "reference" in image:
        return str(address), None
    text = words_in(image)
    terms = analysis.analyze(text, languages)
    fields: dict[str, Any] = {
        "message_id": str(address),
        "conversation_id": address.conversation_id,
        "author_id": required_text(image, "author_id"),
        "position": address.seq if root_seq is None else root_seq,
        "words": terms.words,
        "stems": terms.stems,
    }
    if terms.forms:
        fields["forms"] = terms.forms
    if terms.bigrams:
        fields["bigrams"] = terms.bigrams
    if address.root is not None:
        fields["thread"] = str(address.root)
    if carried := [*carries(text, media_ids(image), media_types), *type_marks(_text(image, "type"))]:
        fields["carries"] = carried
    if mentioned := mentions(listed_texts(image, "mentions"), listed_texts(image, "mentioned_groups")):
        fields["mentions"] = mentioned
    if languages:
        fields["expected"] = list(languages)
    return str(address), fields


def mentions(user_ids: Iterable[str], group_ids: Iterable[str]) -> list[str]:
    """Whom a message mentions, as it is indexed: user groups behind an `@`, which no user's id has at its beginning."""
    return [*user_ids, *map(group_mention, group_ids)]


def group_mention(group_id: str) -> str:
    """A mentioned group among the mentioned users."""
    return f"@{group_id}"


def carries(text: str, media: Collection[str], media_types: Mapping[str, str]) -> list[str]:
    carried = {"link"} if _LINK.search(text) else set[str]()
    for media_id in media:
        carried.add("file")
        kind = media_types.get(media_id, "").partition("/")[0]
        if kind in ("image", "video"):
            carried.add(kind)
    return sorted(carried)


TYPED = "#"
"""Stands among what a message carries where its type is another than `regular`, beside `#` and the type."""


def type_marks(message_type: str | None) -> list[str]:
    """The type of a message, as it is indexed; a regular one, which states none, has no mark."""
    return [TYPED, type_mark(message_type)] if message_type else []


def type_mark(message_type: str) -> str:
    return f"{TYPED}{message_type}"


def _conversation(image: RawItem, *_: object) -> tuple[str, dict[str, Any]]:
    conversation_id, kind = required_text(image, "conversation_id"), required_text(image, "type")
    archived = "archived_at" in image
    fields: dict[str, Any] = {"conversation_id": conversation_id, "type": kind, "archived": archived}
    if "team" in image:
        fields["team"] = required_text(image, "team")
    if name := analysis.folded_name(_text(image, "name")):
        fields |= _named(_text(image, "name"), name)
        if kind == "channel" and not archived:
            fields["suggest"] = _suggestion(image, name)
    return conversation_id, fields


def _user(image: RawItem, *_: object) -> tuple[str, dict[str, Any] | None]:
    user_id = required_text(image, "user_id")
    if "erased_at" in image:
        return user_id, None
    fields: dict[str, Any] = {"user_id": user_id, "sorted_name": directory.fold(required_text(image, "name"))}
    if "role" in image:
        fields["role"] = required_text(image, "role")
    if own_teams := listed_texts(image, "teams"):
        fields["teams"] = own_teams
    if "declared" in image:
        fields["declared"] = declared_terms(json.loads(required_text(image, "declared")))
    if "deactivated_at" in image:
        return user_id, fields | {"deactivated": True}
    if name := analysis.folded_name(required_text(image, "name")):
        fields |= _named(required_text(image, "name"), name) | {"suggest": _suggestion(image, name)}
    return user_id, fields


def declared_terms(values: Values) -> list[str]:
    """What is declared of a user as terms that sort by value: those of one key and type are one range."""
    return [declared_term(name, value) for name, value in values.items()]


def declared_term(name: str, value: Value) -> str:
    """A key with its value; numbers and booleans by their bytes, which are in their order."""
    kind = "t" if isinstance(value, str) else "b" if isinstance(value, bool) else "n"
    return f"{name}:{kind}:{value if isinstance(value, str) else bytes_of(value).hex()}"


def _named(name: str, folded: str) -> dict[str, str]:
    forms = analysis.name_forms(name)
    return {"name": folded, "forms": forms} if forms else {"name": folded}


def _suggestion(image: RawItem, name: str) -> dict[str, Any]:
    """What completes to this name: the name from any of its words on."""
    words = name.split(" ")
    inputs = [" ".join(words[start:]) for start in range(min(len(words), _COMPLETED_WORDS))]
    return {"input": inputs, "contexts": {"tenant": [keys.tenant_of(required_text(image, "pk"))]}}


_COMPLETED_WORDS = 5


_DOCUMENTS: dict[Family, Any] = {
    "messages": _message,
    "conversations": _conversation,
    "users": _user,
}
