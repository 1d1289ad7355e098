"""OpenSearch's security plugin, as far as Parley uses it, before an engine that has none.

It stores roles and their mappings as the plugin's API does, and lets a request through only where a role of the caller
allows every action that the engine would take for it. The actions are those that OpenSearch documents for each request.
"""

import fnmatch
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.support.faults.faulty_proxy import Reply, Seen

API = "/_plugins/_security/api/"
ACTION_GROUPS = {"indices_all": ["indices:*"], "cluster_monitor": ["cluster:monitor/*"]}
ROLE_FIELDS = {"cluster_permissions", "index_permissions", "tenant_permissions", "description"}
INDEX_FIELDS = {"index_patterns", "dls", "fls", "masked_fields", "allowed_actions"}
MAPPING_FIELDS = {"backend_roles", "and_backend_roles", "hosts", "users", "description"}

Need = tuple[str, str | None]
"""An action, and the index that it is for; None for one of the cluster."""


@dataclass
class SecurityPlugin:
    """`caller` is the IAM role that signs the requests; `administrator` is the domain's master user."""

    administrator: str
    caller: str
    roles: dict[str, dict[str, Any]] = field(default_factory=dict)
    mappings: dict[str, dict[str, Any]] = field(default_factory=dict)
    denied: list[tuple[str, Need]] = field(default_factory=list)

    def __call__(self, seen: Seen) -> Reply | None:
        """What the plugin answers; None lets the request through to the engine."""
        path = unquote(seen.path.partition("?")[0])
        if path.startswith(API):
            return self._administer(seen.method, path.removeprefix(API), seen.body)
        if self.caller == self.administrator:
            return None
        missing = [need for need in needs(seen.method, path, seen.body) if not self._allows(need)]
        self.denied += [(f"{seen.method} {path}", need) for need in missing]
        if not missing:
            return None
        reason = f"no permissions for [{missing[0][0]}] and User [name={self.caller}]"
        return _reply(403, {"error": {"type": "security_exception", "reason": reason}, "status": 403})

    def _administer(self, method: str, place: str, body: bytes) -> Reply:
        if self.caller != self.administrator:
            return _reply(403, {"status": "FORBIDDEN", "message": "No permission to access REST API"})
        kind, _, name = place.partition("/")
        kept = {"roles": self.roles, "rolesmapping": self.mappings}[kind]
        if method == "GET":
            return _reply(200, {name: kept[name]}) if name in kept else _reply(404, {"status": "NOT_FOUND"})
        assert method == "PUT"
        document = json.loads(body)
        if wrong := _wrong_fields(kind, document):
            return _reply(400, {"status": "error", "invalid_keys": {"keys": ",".join(sorted(wrong))}})
        if kind == "rolesmapping" and name not in self.roles:
            return _reply(404, {"status": "NOT_FOUND", "message": f"role '{name}' not found."})
        created = name not in kept
        kept[name] = document
        status = "CREATED" if created else "OK"
        return _reply(201 if created else 200, {"status": status, "message": f"'{name}' {status.lower()}."})

    def _allows(self, need: Need) -> bool:
        action, index = need
        for name, mapping in self.mappings.items():
            if self.caller not in mapping.get("backend_roles", []):
                continue
            role = self.roles[name]
            if index is None:
                if _covers(role.get("cluster_permissions", []), action):
                    return True
            elif any(
                any(fnmatch.fnmatchcase(index, pattern) for pattern in permission["index_patterns"])
                and _covers(permission["allowed_actions"], action)
                for permission in role.get("index_permissions", [])
            ):
                return True
        return False


def _wrong_fields(kind: str, document: dict[str, Any]) -> set[str]:
    if kind == "rolesmapping":
        return set(document) - MAPPING_FIELDS
    inner = [set(permission) - INDEX_FIELDS for permission in document.get("index_permissions", [])]
    return (set(document) - ROLE_FIELDS).union(*inner)


def _covers(allowed: list[str], action: str) -> bool:
    patterns = [pattern for name in allowed for pattern in ACTION_GROUPS.get(name, [name])]
    return any(fnmatch.fnmatchcase(action, pattern.replace("[", "[[]")) for pattern in patterns)


def _reply(status: int, body: dict[str, Any]) -> Reply:
    return Reply(status, json.dumps(body).encode())


SEARCH = "indices:data/read/search"
BULK = "indices:data/write/bulk"
SCROLL = "indices:data/read/scroll"


def needs(method: str, path: str, body: bytes) -> Iterator[Need]:
    """The actions that a request takes, each with every index that it names."""
    first, _, rest = path.removeprefix("/").partition("/")
    if first.startswith("_"):
        yield from _of_cluster(method, first, rest, body)
        return
    for index in first.split(","):
        yield from ((action, index) for action in _of_index(method, rest))
    if rest == "_mget":
        yield "indices:data/read/mget", None
    elif rest == "_delete_by_query":
        yield from ((BULK, None), (SCROLL, None))


def _of_index(method: str, rest: str) -> list[str]:
    if rest == "":
        return [{"PUT": "indices:admin/create", "DELETE": "indices:admin/delete"}.get(method, "indices:admin/get")]
    return {
        "_search": [SEARCH],
        "_count": [SEARCH],
        "_mget": ["indices:data/read/mget[shard]"],
        "_refresh": ["indices:admin/refresh"],
        "_alias": ["indices:admin/aliases/get"],
        "_mapping": ["indices:admin/mappings/get" if method == "GET" else "indices:admin/mapping/put"],
        "_delete_by_query": [
            "indices:data/write/delete/byquery",
            SEARCH,
            f"{BULK}[s]",
            "indices:data/write/delete",
            "indices:admin/refresh",
        ],
    }[rest]


def _of_cluster(method: str, first: str, rest: str, body: bytes) -> Iterator[Need]:
    match first, rest:
        case "_cluster", "health":
            yield "cluster:monitor/health", None
        case "_index_template", _:
            yield f"indices:admin/index_template/{method.lower()}", None
        case "_alias", alias:
            yield "indices:admin/aliases/get", alias
        case "_aliases", "":
            for entry in json.loads(body)["actions"]:
                yield from (("indices:admin/aliases", document["index"]) for document in entry.values())
        case (("_bulk" | "_msearch"), ""):
            lines = [json.loads(line) for line in body.splitlines() if line]
            yield from (_of_bulk if first == "_bulk" else _of_searches)(lines)
        case "_reindex", "":
            document = json.loads(body)
            yield from (("indices:data/write/reindex", None), (SCROLL, None), (BULK, None))
            yield SEARCH, document["source"]["index"]
            yield from _of_documents(document["dest"]["index"])
        case _:
            raise NotImplementedError(f"{method} {first}/{rest}")


def _of_bulk(lines: list[Any]) -> Iterator[Need]:
    yield BULK, None
    for index in {line["index"]["_index"] for line in lines[::2]}:
        yield from _of_documents(index)


def _of_documents(index: str) -> Iterator[Need]:
    yield from ((f"{BULK}[s]", index), ("indices:data/write/index", index))


def _of_searches(lines: list[Any]) -> Iterator[Need]:
    yield "indices:data/read/msearch", None
    for head in lines[::2]:
        yield SEARCH, head["index"]
