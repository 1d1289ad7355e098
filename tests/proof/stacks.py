"""The stack that a proof runs on: one of its own on free ports of this machine, or the one in `PARLEY_STACK`.

Nothing here goes anywhere but to loopback: an address of another machine is refused.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from infrastructure.layers import ROOT
from infrastructure.local import stack
from infrastructure.local.seed import credentials
from infrastructure.local.stack import RunningStack
from infrastructure.local.state import load
from parley_client import Client, TenantKey
from tests.real import servers

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class NotThisMachine(RuntimeError):
    """Load and faults are for this machine alone."""


@dataclass(frozen=True)
class ProofStack:
    """A running stack, and the process of its search engine."""

    running: RunningStack
    engine: int


@contextmanager
def proof_stack(name: str, *, real_engine: bool = False) -> Iterator[ProofStack]:
    """A stack for whoever may break it; with `real_engine` its engine is OpenSearch.

    Raises `NotThisMachine`, `ServerUnavailable` where OpenSearch cannot be had.
    """
    os.environ["NO_PROXY"] = "*"
    if given := os.environ.get("PARLEY_STACK"):
        found = load(Path(given))
        if found is None:
            raise RuntimeError(f"no stack runs in {given}: make up")
        check_loopback(found.api_url, found.socket_url, found.endpoint, found.search_endpoint)
        yield ProofStack(RunningStack(found, credentials(Path(given))), found.processes["osmem"])
        return
    with ExitStack() as held:
        url, engine = held.enter_context(servers.process_of("opensearch")) if real_engine else (None, 0)
        running = held.enter_context(stack.isolated(ROOT / ".local" / name, engine=url))
        check_loopback(running.state.api_url, running.state.socket_url)
        yield ProofStack(running, engine or running.state.processes["osmem"])


def check_loopback(*urls: str) -> None:
    for url in urls:
        if urlsplit(url).hostname not in LOOPBACK:
            raise NotThisMachine(url)


@dataclass(frozen=True)
class Tenant:
    """A tenant of a proof, whose users may send as fast as its ceilings allow."""

    id: str
    key: TenantKey
    api_url: str

    def person(self, user_id: str) -> Client:
        return Client(self.api_url, lambda: self.key.user_token(user_id))

    def server(self) -> Client:
        return Client(self.api_url, self.key.server_token)


def new_tenant(running: RunningStack, name: str) -> Tenant:
    tenant_id = f"{name}-{uuid.uuid4().hex[:8]}"
    with Client(running.state.api_url, running.credentials.operator_key) as operator:
        made = operator.create_tenant(id=tenant_id, name=name.title())
        most = made["ceilings"]
        operator.update_tenant(
            tenant_id,
            settings={
                "messages_per_minute": most["messages_per_minute"],
                "tenant_messages_per_minute": most["tenant_messages_per_minute"],
                "searches_per_minute": most["searches_per_minute"],
            },
        )
        key = operator.create_key(tenant_id, algorithm="HS256")
    return Tenant(tenant_id, TenantKey(key["kid"], str(key["secret"])), running.state.api_url)
