"""The people and places of the tests: every test has tenants of its own, so tests share tables and nothing else."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from parley import clock
from parley.identity.caller import Caller, Origin, Tenant
from parley.identity.tenant_settings import TenantSettings
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.users.directory import directory_entry
from tests.support.aws.gateway import Answer, build_event, invoke


@dataclass(frozen=True)
class Person:
    """A caller whom the authorizer has verified."""

    tenant_id: str
    user_id: str
    scope: str = ""
    tenant_settings: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    block_list: int = 0
    """The version of the tenant's block list, as the authorizer read it."""
    conversation_types: int = 0
    """The version of the tenant's types of conversations, likewise."""
    credential: str = "a-key"
    """What the authorizer verified the token by."""
    teams: tuple[str, ...] = ()
    """The user's teams, as the authorizer read them."""
    shadowed_until: int = 0
    """Until when they are shadow-banned everywhere, likewise."""

    @property
    def caller(self) -> Caller:
        """The same caller, for a test that calls a domain and no route."""
        limits = TenantSettings.model_validate(self.tenant_settings)
        tenant = Tenant(self.tenant_id, limits, self.block_list, self.conversation_types)
        scopes, origin = frozenset(self.scope.split()), Origin(self.credential)
        return Caller(tenant, self.user_id, scopes, origin, frozenset(self.teams), self.shadowed_until)

    @property
    def said(self) -> dict[str, str]:
        """What the authorizer says of the caller to a function."""
        versions = {
            "block_list": self.block_list,
            "conversation_types": self.conversation_types,
            "shadowed_until": self.shadowed_until,
        }
        return {
            "tenant_id": self.tenant_id,
            "user_id": self.user_id,
            "scope": self.scope,
            "credential": self.credential,
            "settings": json.dumps(self.tenant_settings),
            "teams": " ".join(self.teams),
        } | {name: str(version) for name, version in versions.items() if version}

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        key: str | None = None,
        **query: Any,
    ) -> Answer:
        """Send a request; `key` is its Idempotency-Key, further names are query parameters."""
        all_headers = self.headers | (headers or {}) | ({"Idempotency-Key": key} if key is not None else {})
        event = build_event(method, path, authorizer=self.said, body=body, query=query, headers=all_headers)
        return invoke(event)

    def get(self, path: str, **query: Any) -> Answer:
        return self.request("GET", path, **query)

    def post(self, path: str, body: Any = None, **options: Any) -> Answer:
        return self.request("POST", path, body, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> Answer:
        return self.request("PUT", path, body, **options)

    def delete(self, path: str, **options: Any) -> Answer:
        return self.request("DELETE", path, **options)

    def send(self, conversation_id: str, text: str = "hello", **fields: Any) -> Answer:
        """Send a message without an idempotency key."""
        return self.post("/v1/messages", {"conversation_id": conversation_id, "text": text, **fields})

    def open_group(self, *members: "Person", name: str = "general", **fields: Any) -> str:
        """Open a group with these members and give its id."""
        answer = self.post(
            "/v1/conversations",
            {"type": "group", "name": name, "members": [member.user_id for member in members], **fields},
        )
        assert answer.status == 201, answer.text
        return str(answer["id"])


@dataclass(frozen=True)
class Workspace:
    """A tenant with a limit that no test meets by accident; `person` makes its users exist."""

    tenant_id: str
    tenant_settings: dict[str, Any] = field(default_factory=lambda: {"messages_per_minute": 600})

    def person(self, user_id: str, name: str | None = None) -> Person:
        """A user of this tenant, stored as `PUT /v1/users/{id}` would."""
        now = str(clock.now_ms())
        gpk, gsk = directory_entry(self.tenant_id, user_id, name or user_id.title())
        item = {
            "pk": {"S": keys.user(self.tenant_id, user_id)},
            "sk": {"S": keys.USER_SK},
            "gpk": {"S": gpk},
            "gsk": {"S": gsk},
            "entity": {"S": "user"},
            "user_id": {"S": user_id},
            "name": {"S": name or user_id.title()},
            "version": {"N": "1"},
            "created_at": {"N": now},
            "updated_at": {"N": now},
        }
        dynamodb.put(settings().chat_table, item)
        return Person(self.tenant_id, user_id, tenant_settings=self.tenant_settings)

    @property
    def server(self) -> Person:
        """The tenant's own back end."""
        return Person(self.tenant_id, "", scope="server", tenant_settings=self.tenant_settings)


def new_workspace(name: str) -> Workspace:
    return Workspace(f"{name}-{uuid.uuid4().hex[:12]}")
