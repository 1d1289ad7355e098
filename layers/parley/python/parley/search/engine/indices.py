"""The indices as code: mappings by version, their templates and aliases, made by an idempotent `ensure`.

A family (`messages`) has versions (`messages-v1`), each an index; `messages-read` is the alias that searches use,
`messages-write` the one that writers use while no rebuild is under way (see `placement`). A tenant above the size
threshold has families of its own (`messages.acme`). Routing is the tenant, always: a search touches one shard.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from parley.observability import logger

if TYPE_CHECKING:  # searches know the names of indices, and load no opensearch-py
    from opensearchpy import OpenSearch

Family = Literal["messages", "conversations", "users"]
FAMILIES: tuple[Family, ...] = get_args(Family)

MAPPING_VERSION = 4
"""Raise it when a mapping or the analysis changes, and rebuild: `make reindex`."""
ANALYSED_SINCE = 3
"""The mapping version since which texts are analysed as they are: what is older can only be rebuilt from the table."""

_KEYWORD: dict[str, Any] = {"type": "keyword"}
_MOMENT: dict[str, Any] = {"type": "date", "format": "epoch_millis"}
_TERMS: dict[str, Any] = {"type": "text", "analyzer": "whitespace"}
_BAG: dict[str, Any] = {**_TERMS, "index_options": "docs", "norms": False}
_NAME: dict[str, Any] = {"type": "search_as_you_type", "analyzer": "whitespace", "max_shingle_size": 2}
_SUGGEST: dict[str, Any] = {
    "type": "completion",
    "analyzer": "whitespace",
    "contexts": [{"name": "tenant", "type": "category"}],
}
_COMMON: dict[str, Any] = {
    "sort_key": _KEYWORD,
    "tenant_id": _KEYWORD,
    "created_at": _MOMENT,
    "deleted": {"type": "boolean"},
    "removed_at": _MOMENT,
}
"""What every document has. A tombstone has nothing else, and it alone has `removed_at`. `sort_key` hashes the `_id`:
it breaks ties, names a position in cursors without naming a document, and slices an index evenly."""

PROPERTIES: dict[Family, dict[str, Any]] = {
    "messages": {
        **_COMMON,
        "message_id": _KEYWORD,
        "conversation_id": _KEYWORD,
        "author_id": _KEYWORD,
        "position": {"type": "long"},
        "thread": _KEYWORD,
        "mentions": _KEYWORD,
        "carries": _KEYWORD,
        "expected": {**_KEYWORD, "index": False, "doc_values": False},
        "words": _TERMS,
        "forms": _BAG,
        "stems": {**_TERMS, "index_options": "freqs", "norms": False},
        "bigrams": {**_TERMS, "norms": False},
    },
    "conversations": {
        **_COMMON,
        "conversation_id": _KEYWORD,
        "type": _KEYWORD,
        "archived": {"type": "boolean"},
        "team": _KEYWORD,
        "name": _NAME,
        "forms": _BAG,
        "suggest": _SUGGEST,
    },
    "users": {
        **_COMMON,
        "user_id": _KEYWORD,
        "name": _NAME,
        "forms": _BAG,
        "suggest": _SUGGEST,
        "sorted_name": _KEYWORD,
        "role": _KEYWORD,
        "teams": _KEYWORD,
        "declared": _KEYWORD,
        "deactivated": {"type": "boolean"},
    },
}


@dataclass(frozen=True, slots=True)
class Layout:
    """How many shards and copies an index has; one node holds no replicas."""

    shards: int = 1
    replicas: int = 0
    refresh_interval: str = "1s"


def patterns(family: Family) -> list[str]:
    """The names of all indices of a family, those of single tenants among them."""
    return [f"{family}-v*", f"{family}.*-v*"]


def read_alias(base: str) -> str:
    return f"{base}-read"


def write_alias(base: str) -> str:
    return f"{base}-write"


def is_alias(target: str) -> bool:
    """Whether a write goes to a family's alias and not to one of its indices."""
    return target.endswith("-write")


def index_name(base: str, version: int) -> str:
    return f"{base}-v{version}"


def version_of(index: str) -> int:
    """The version in an index's name."""
    return int(index.rpartition("-v")[2])


def family_of(base: str) -> Family:
    """The family of `messages` as of `messages.acme`."""
    name = base.partition(".")[0]
    for family in FAMILIES:
        if family == name:
            return family
    raise ValueError(f"{base} is of no family")


def template(family: Family, layout: Layout) -> dict[str, Any]:
    """The index template of a family: it applies to an index even where a late write made it."""
    settings: dict[str, Any] = {
        "number_of_shards": layout.shards,
        "number_of_replicas": layout.replicas,
        "refresh_interval": layout.refresh_interval,
    }
    return {
        "index_patterns": patterns(family),
        "version": MAPPING_VERSION,
        "template": {
            "settings": settings,
            "mappings": {
                "dynamic": "strict",
                "_routing": {"required": True},
                "_meta": {"mapping_version": MAPPING_VERSION},
                "properties": PROPERTIES[family],
            },
        },
    }


def ensure(engine: "OpenSearch", layout: Layout, *, own: Sequence[str] = ()) -> None:
    """Make the templates, first indices, aliases and fields where they are missing; change nothing that is there.

    Runs at every deploy, and before a rebuild from the table. `own` are families of single tenants. A mapping that
    contradicts the older one only renews the template, for the next rebuild.
    """
    for family in FAMILIES:
        engine.indices.put_index_template(name=f"parley-{family}", body=template(family, layout))
        ensure_family(engine, family)
        add_fields(engine, family)
    for base in own:
        ensure_family(engine, base)


def faults(engine: "OpenSearch", bases: Iterable[str]) -> list[str]:
    """What is missing or behind of these families, as an operator reads it: nothing where searches can be right."""
    everywhere = ",".join(pattern for family in FAMILIES for pattern in patterns(family))
    found = {index: set(held["aliases"]) for index, held in engine.indices.get_alias(index=everywhere).items()}
    mappings = engine.indices.get_mapping(index=everywhere)
    told: list[str] = []
    for base in bases:
        for alias in (read_alias(base), write_alias(base)):
            holders = [index for index, aliases in found.items() if alias in aliases]
            if len(holders) != 1:
                told.append(f"{alias} names {len(holders)} indices")
        for index in (index for index, aliases in found.items() if read_alias(base) in aliases):
            version = mappings.get(index, {}).get("mappings", {}).get("_meta", {}).get("mapping_version", 0)
            if version != MAPPING_VERSION:
                told.append(f"{index} has mapping {version} of {MAPPING_VERSION}")
    return told


def add_fields(engine: "OpenSearch", family: Family) -> None:
    """Give the indices of a family the fields that they lack, so that documents of the new code fit into them."""
    from opensearchpy.exceptions import RequestError  # noqa: PLC0415 - whoever is here has loaded it

    try:
        engine.indices.put_mapping(
            index=",".join(patterns(family)),
            body={"properties": PROPERTIES[family]},
            params={"allow_no_indices": "true"},
        )
    except RequestError as error:
        if error.error != "illegal_argument_exception":
            raise
        logger().warning("the mapping waits for a rebuild", extra={"family": family})


def ensure_family(engine: "OpenSearch", base: str) -> None:
    """The first index of a family and its aliases, unless it has any."""
    if engine.indices.exists_alias(name=read_alias(base)):
        return
    index = index_name(base, MAPPING_VERSION)
    create(engine, index)
    engine.indices.update_aliases(
        body={"actions": [{"add": {"index": index, "alias": alias}} for alias in (read_alias(base), write_alias(base))]}
    )


def create(engine: "OpenSearch", index: str) -> None:
    """Create an index from its template; one that is there stays as it is."""
    from opensearchpy.exceptions import RequestError  # noqa: PLC0415 - whoever is here has loaded it

    try:
        engine.indices.create(index=index)
    except RequestError as error:
        if error.error != "resource_already_exists_exception":
            raise


def current_index(engine: "OpenSearch", base: str) -> str:
    """The index that searches of a family read."""
    (index,) = engine.indices.get_alias(name=read_alias(base))
    return str(index)


def is_analysed_as_now(engine: "OpenSearch", index: str) -> bool:
    """Whether the documents of an index were made by the present analysis."""
    mapping = engine.indices.get_mapping(index=index)[index]["mappings"]
    return int(mapping.get("_meta", {}).get("mapping_version", 0)) >= ANALYSED_SINCE
