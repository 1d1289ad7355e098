"""What verifies tokens."""

from infrastructure.access import chat, control
from infrastructure.names import OPERATOR_KEY
from infrastructure.triggered.triggered import Authorizer, Trigger, Triggered
from infrastructure.uses.secrets import Secret
from infrastructure.uses.use import Libraries, Use

AUTHORIZING: tuple[Use, ...] = (
    chat("BatchGetItem", "tenant", "user"),
    chat("GetItem", "tenant", "user"),
    chat("UpdateItem", "user"),
    control("GetItem", "secrets"),
    control("BatchGetItem", "issuer_audiences"),
    control("GetItem UpdateItem", "issuer_keys"),
    Libraries(("identity",)),
)
AUTHORIZER = Triggered(
    "identity/authorizer",
    "verifies tokens for the HTTP API",
    Authorizer(),
    (*AUTHORIZING, Secret(OPERATOR_KEY)),
    timeout=5,
)
FUNCTIONS: tuple[Triggered[Trigger], ...] = (AUTHORIZER,)
