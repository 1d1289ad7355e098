"""The tenant of one run: made by the operator, with a key and two users of its own, and closed at the end."""

import uuid
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from infrastructure.smoke.receiver import Receiver
from infrastructure.smoke.stage import Stage
from parley_client import Client, TenantKey

USERS = ("ada", "ben")


@dataclass
class Scene:
    """What the checks of a run share; each sets what those after it use."""

    stage: Stage
    operator: Client
    folder: Path
    receiver: Receiver | None = None
    """Where the stage's webhooks reach this machine."""
    tenant_id: str = field(default_factory=lambda: f"smoke-{uuid.uuid4().hex[:10]}")
    word: str = field(default_factory=lambda: f"word{uuid.uuid4().hex[:12]}")
    """Which nobody has written before."""
    key: TenantKey | None = None
    is_patient: bool = True
    """Whether the run waits for the end of erasures."""
    users: list[str] = field(default_factory=lambda: list(USERS))
    """Those that were made, and are to be erased."""
    conversation: str = ""
    opened_at: float = 0.0
    jobs: list[str] = field(default_factory=list)
    message: str = ""
    media: str = ""
    media_bytes: bytes = b""
    clients: ExitStack = field(default_factory=ExitStack)
    _server: Client | None = None

    @property
    def signing_key(self) -> TenantKey:
        if self.key is None:
            raise LookupError("the tenant has no key yet")
        return self.key

    @property
    def server(self) -> Client:
        """The tenant's back end."""
        if self._server is None:
            client = Client(self.stage.api_url, self.signing_key.server_token)
            self._server = self.clients.enter_context(client)
        return self._server

    def token(self, user_id: str) -> str:
        return self.signing_key.user_token(user_id)

    def person(self, user_id: str) -> Client:
        """A user of the tenant, by a token of its own."""
        return self.clients.enter_context(Client(self.stage.api_url, self.token(user_id)))
