"""Signers of tokens, and the way of a request through the real authorizer to the real handler."""

import hmac
import json
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurve
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from jwt.utils import base64url_encode

from functions.identity import authorizer
from infrastructure.triggered.identity import AUTHORIZER
from parley import clock
from parley.identity.authorizer import OPERATOR_TENANT
from tests.support.aws.aws_calls import recording
from tests.support.aws.gateway import Answer, Context, build_event, invoke
from tests.support.people.people import Person

OPERATOR = Person(OPERATOR_TENANT, "", scope="operator")
OF_GOOD_TOKENS = {"token_expired", "token_revoked", "tenant_suspended"}
"""Refusals of tokens whose signature was verified; their context names the tenant and the user."""
OTHERS_SECRET = "a secret that the tenant never had, long enough to sign"


@dataclass(frozen=True)
class Signer:
    """Who holds a tenant's key: a secret or a private key in PEM."""

    kid: str
    material: str
    algorithm: str = "HS256"

    def token(self, headers: dict[str, Any] | None = None, **claims: Any) -> str:
        """A token that is good for an hour, unless the claims say otherwise; a claim that is None is left out."""
        now = clock.now_ms() / 1000
        payload = {"iat": now, "exp": int(now) + 3600} | claims
        return self.raw(json.dumps({name: claim for name, claim in payload.items() if claim is not None}), headers)

    def raw(self, payload: str, headers: dict[str, Any] | None = None) -> str:
        """A token with exactly this payload."""
        return jwt.PyJWS().encode(
            payload.encode(), self.material, algorithm=self.algorithm, headers={"kid": self.kid} | (headers or {})
        )


@dataclass(frozen=True)
class RegisteredTenant:
    """A tenant that the operator created, with an HS256 key."""

    tenant_id: str
    signer: Signer

    @property
    def server(self) -> Person:
        return Person(self.tenant_id, "", scope="server")

    @property
    def path(self) -> str:
        return f"/v1/tenants/{self.tenant_id}"

    def new_signer(self, algorithm: str = "HS256", private_key: PrivateKeyTypes | None = None) -> Signer:
        """A further key of the tenant."""
        body = {"algorithm": algorithm} | ({"public_key": public_pem(private_key)} if private_key else {})
        made = OPERATOR.post(f"{self.path}/keys", body)
        assert made.status == 201, made.text
        material = private_pem(private_key) if private_key else made["secret"]
        return Signer(made["kid"], material, algorithm)


def hand_made(header: object, payload: object, secret: str) -> str:
    """A token as an attacker makes it: any header and payload, and an HMAC that no library refuses to compute."""
    signed = b".".join(base64url_encode(json.dumps(part).encode()) for part in (header, payload))
    signature = hmac.digest(secret.encode(), signed, "sha256")
    return b".".join((signed, base64url_encode(signature))).decode()


def register_tenant(name: str = "Acme") -> RegisteredTenant:
    made = OPERATOR.post("/v1/tenants", {"name": name})
    assert made.status == 201, made.text
    key = OPERATOR.post(f"/v1/tenants/{made['id']}/keys", {"algorithm": "HS256"})
    assert key.status == 201, key.text
    return RegisteredTenant(made["id"], Signer(key["kid"], key["secret"]))


def new_rsa_key(bits: int = 2048) -> PrivateKeyTypes:
    return generate_rsa_key(65537, bits)


def new_ec_key(curve: EllipticCurve | None = None) -> PrivateKeyTypes:
    return generate_ec_key(curve or SECP256R1())


def public_pem(key: PrivateKeyTypes) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def private_pem(key: PrivateKeyTypes) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def ask_authorizer(authorization: str, *, source: str = "") -> dict[str, Any]:
    """The real authorizer's answer to a request from this address; fails where it reads what its role may not."""
    event: dict[str, Any] = {"version": "2.0", "headers": {"authorization": authorization}}
    if source:
        event["requestContext"] = {"http": {"sourceIp": source}}
    with recording() as calls:
        answer = authorizer.handler(event, Context())
    assert not calls.denied(AUTHORIZER.grants)
    assert all(isinstance(value, str) for value in answer["context"].values())
    return answer


def is_allowed(token: str) -> bool:
    """Whether the token gives its bearer a caller."""
    answer = ask_authorizer(f"Bearer {token}")
    return bool(answer["isAuthorized"]) and "refusal" not in answer["context"]


def is_denied(token: str) -> bool:
    """Whether the token gives its bearer nothing but a reason why it does not."""
    answer = ask_authorizer(f"Bearer {token}")
    if answer == {"isAuthorized": False, "context": {}}:
        return True
    return answer["context"].keys() == {"refusal"} and answer["context"]["refusal"] not in OF_GOOD_TOKENS


def refusal_of(token: str) -> str:
    """What the function that is asked with the token will refuse it for; empty for a good one."""
    answer = ask_authorizer(f"Bearer {token}")
    assert answer["isAuthorized"]
    return str(answer["context"].get("refusal", ""))


def request(token: str, method: str, path: str, *, headers: dict[str, str] | None = None) -> Answer:
    """A request with this token, past the authorizer, which must let it through, to the handler."""
    decision = ask_authorizer(f"Bearer {token}")
    assert decision["isAuthorized"]
    return invoke(build_event(method, path, authorizer=decision["context"], headers=headers))
