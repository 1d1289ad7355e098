"""An OIDC issuer on this machine: it signs tokens, publishes its keys, rotates them, is slow, is down, and lies."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from parley import clock
from tests.support.people.tenant_servers import Behaviour, answer
from tests.support.people.tokens import new_rsa_key

AUDIENCE = "client-of-acme"
DISCOVERY = "/.well-known/openid-configuration"
JWKS = "/keys"


def jwk_of(kid: str, key: PrivateKeyTypes, **said: Any) -> dict[str, Any]:
    """The public key as an issuer publishes it."""
    public: Any = key.public_key()
    if isinstance(key, RSAPrivateKey):
        written = RSAAlgorithm.to_jwk(public, as_dict=True)
    elif isinstance(key, EllipticCurvePrivateKey):
        written = ECAlgorithm.to_jwk(public, as_dict=True)
    else:
        written = OKPAlgorithm.to_jwk(public, as_dict=True)
    written.pop("key_ops", None)
    entry = {**written, "kid": kid, "use": "sig", **said}
    return {name: value for name, value in entry.items() if value is not None}


@dataclass
class LocalIssuer:
    """The server, and the key that it signs with. `behave` answers in its stead where the path is its."""

    url: str
    private: PrivateKeyTypes = field(default_factory=new_rsa_key)
    kid: str = "key-1"
    algorithm: str = "RS256"
    asked: list[str] = field(default_factory=list)
    behave: dict[str, Behaviour] = field(default_factory=dict)
    published: list[dict[str, Any]] = field(default_factory=list)
    discovery: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.published = [jwk_of(self.kid, self.private, alg=self.algorithm)]
        self.discovery = {"issuer": self.url, "jwks_uri": self.url + JWKS}

    @property
    def fetches(self) -> int:
        """How often its keys were asked for."""
        return self.asked.count(JWKS)

    def rotate(self, kid: str, private: PrivateKeyTypes | None = None, algorithm: str = "RS256") -> None:
        """Sign with a new key from now on, and publish it alone."""
        self.kid, self.private, self.algorithm = kid, private or new_rsa_key(), algorithm
        self.published = [jwk_of(kid, self.private, alg=algorithm)]

    def token(self, headers: dict[str, Any] | None = None, **claims: Any) -> str:
        """A token for an hour; a claim that is None is left out."""
        now = clock.now_ms() // 1000
        said = {"iss": self.url, "aud": AUDIENCE, "sub": "alice", "iat": now, "exp": now + 3600} | claims
        payload = {name: claim for name, claim in said.items() if claim is not None}
        key: Any = self.private
        return jwt.encode(payload, key, algorithm=self.algorithm, headers={"kid": self.kid} | (headers or {}))


@contextmanager
def running_issuer() -> Iterator[LocalIssuer]:
    """An issuer on loopback and a free port, stopped afterwards."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked.append(self.path)
            if self.path in issuer.behave:
                issuer.behave[self.path](self)
                return
            documents = {DISCOVERY: issuer.discovery, JWKS: {"keys": issuer.published}}
            answer(json.dumps(documents[self.path]).encode())(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    issuer = LocalIssuer(f"http://127.0.0.1:{server.server_port}")
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()


def slow(seconds: float) -> Behaviour:
    """Say nothing for so long."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        handler.close_connection = True

    return behave
