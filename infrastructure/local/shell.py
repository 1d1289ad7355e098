"""What a shell, and the documentation's samples in it, need to call the local stack."""

import os
import shlex
from pathlib import Path

from infrastructure.local.seed import Credentials
from infrastructure.local.stack import HOME
from infrastructure.local.state import StackState


def directory() -> Path:
    """The stack's: `PARLEY_STACK` names another than that of `make up`."""
    return Path(os.environ.get("PARLEY_STACK", HOME))


def variables(state: StackState, credentials: Credentials) -> dict[str, str]:
    """Where the stack is, and who may call it; `PARLEY_TOKEN` is Alice's."""
    return {
        "PARLEY_URL": state.api_url,
        "PARLEY_SOCKETS_URL": state.socket_url,
        "PARLEY_TOKEN": credentials.alice,
        "PARLEY_BOB_TOKEN": credentials.bob,
        "PARLEY_SERVER_TOKEN": credentials.server,
        "PARLEY_OPERATOR_KEY": credentials.operator_key,
        "PARLEY_KEY_ID": credentials.signing_key.kid,
        "PARLEY_KEY_SECRET": credentials.signing_key.secret,
    }


def exports(state: StackState, credentials: Credentials) -> str:
    """Lines for `eval`."""
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables(state, credentials).items())
