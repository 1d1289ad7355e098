"""Who may do what in the engine: IAM lets a function's role in, fine-grained access control says to what."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from parley.search.engine.indices import FAMILIES

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

SECURITY = "/_plugins/_security/api"
_PATTERNS = [pattern for family in FAMILIES for pattern in (f"{family}-*", f"{family}.*")]
READING = ["indices:data/read/*", "indices:admin/aliases/get", "indices:admin/mappings/get"]
"""Searches, and the check of what there is to search."""
ROLES: dict[str, dict[str, Any]] = {
    "parley_read": {
        "cluster_permissions": ["indices:data/read/msearch", "cluster:monitor/health"],
        "index_permissions": [{"index_patterns": _PATTERNS, "allowed_actions": READING}],
    },
    "parley_write": {
        "cluster_permissions": [
            "cluster_monitor",
            "indices:data/write/bulk",
            "indices:data/write/reindex",
            "indices:data/read/*",
            "indices:admin/aliases*",
            "indices:admin/index_template/*",
        ],
        "index_permissions": [{"index_patterns": _PATTERNS, "allowed_actions": ["indices_all"]}],
    },
}


def ensure(engine: "OpenSearch", *, readers: Sequence[str], writers: Sequence[str]) -> None:
    """Make both roles and map IAM roles, by ARN, to them: exactly these, whatever was mapped before."""
    for (name, role), arns in zip(ROLES.items(), (readers, writers), strict=True):
        engine.transport.perform_request("PUT", f"{SECURITY}/roles/{name}", body=role)
        engine.transport.perform_request("PUT", f"{SECURITY}/rolesmapping/{name}", body={"backend_roles": list(arns)})
