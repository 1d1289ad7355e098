"""The caller of a request: the tenant, the user and the scopes, from the verified token alone."""

from dataclasses import dataclass

from parley.identity.tenant_settings import TenantSettings

SERVER_SCOPE = "server"
OPERATOR_SCOPE = "operator"


@dataclass(frozen=True, slots=True)
class Tenant:
    """The caller's tenant: its id and its settings. `block_list` and `conversation_types` are the versions of its
    block list and of the types of conversations that it declares; 0, it has none.
    """

    id: str
    settings: TenantSettings
    block_list: int = 0
    conversation_types: int = 0


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from, for the audit log: `credential` is what the caller was verified by."""

    credential: str = ""
    address: str = ""
    user_agent: str = ""
    request_id: str = ""


NOWHERE = Origin()


@dataclass(frozen=True, slots=True)
class Caller:
    """A verified caller. `user_id` is the user acted for; empty for a server token or an operator that names none."""

    tenant: Tenant
    user_id: str
    scopes: frozenset[str] = frozenset()
    origin: Origin = NOWHERE
    teams: frozenset[str] = frozenset()
    """Those of the user whom a user token names, where the tenant has teams on."""
    shadowed_until: int | None = None
    """Until when the user is shadow-banned everywhere, 0 for never; None where it has not been looked up."""

    @property
    def tenant_id(self) -> str:
        return self.tenant.id

    @property
    def is_server(self) -> bool:
        return SERVER_SCOPE in self.scopes

    @property
    def is_operator(self) -> bool:
        return OPERATOR_SCOPE in self.scopes
