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

from parley.ids import MessageAddress
from parley.search import analysis
from parley.search.engine.indices import Family
from parley.tables import keys
from parley.tables.attributes import RawItem, listed_texts, number, number_or_none, required_number, required_text
from parley.tables.keys import Key

ENTITIES: dict[str, Family] = {
    "message": "messages",
    "void": "messages",
    "conversation": "conversations",
    "user": "users",
}
"""The entities that are indexed, and where."""

RELEVANT: dict[Family, frozenset[str]] = {
    "messages": frozenset(
        {"entity", "text", "attachments", "files", "mentions", "author_id", "deleted_at", "void", "edited_at"}
    ),
    "conversations": frozenset({"name", "type", "archived_at"}),
    "users": frozenset({"name", "erased_at"}),
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
    text = _text(image, "text")
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
    if carried := carries(text, media_ids(image), media_types):
        fields["carries"] = carried
    if "mentions" in image:
        fields["mentions"] = listed_texts(image, "mentions")
    if languages:
        fields["expected"] = list(languages)
    return str(address), fields


def carries(text: str, media: Collection[str], media_types: Mapping[str, str]) -> list[str]:
    carried = {"link"} if _LINK.search(text) else set[str]()
    for media_id in media:
        carried.add("file")
        kind = media_types.get(media_id, "").partition("/")[0]
        if kind in ("image", "video"):
            carried.add(kind)
    return sorted(carried)


def _conversation(image: RawItem, *_: object) -> tuple[str, dict[str, Any]]:
    conversation_id, kind = required_text(image, "conversation_id"), required_text(image, "type")
    archived = "archived_at" in image
    fields: dict[str, Any] = {"conversation_id": conversation_id, "type": kind, "archived": archived}
    if name := analysis.folded_name(_text(image, "name")):
        fields |= _named(_text(image, "name"), name)
        if kind == "channel" and not archived:
            fields["suggest"] = _suggestion(image, name)
    return conversation_id, fields


def _user(image: RawItem, *_: object) -> tuple[str, dict[str, Any] | None]:
    user_id = required_text(image, "user_id")
    if "erased_at" in image:
        return user_id, None
    fields: dict[str, Any] = {"user_id": user_id}
    if name := analysis.folded_name(required_text(image, "name")):
        fields |= _named(required_text(image, "name"), name) | {"suggest": _suggestion(image, name)}
    return user_id, fields


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
