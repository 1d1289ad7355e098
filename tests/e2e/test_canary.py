"""The canary on the deployed local stack: its rounds are well, and it tells of each part that is not."""

import json
from typing import Any

from infrastructure.local import aws
from infrastructure.local.stack import RunningStack
from parley.canary import rounds
from parley.canary.rounds import Place, Round
from parley_client import TenantKey

STEPS = {"tenant", "conversation", "socket", "read", "search", "remove", "upload"}


def invoke(running: RunningStack) -> dict[str, Any]:
    answer = aws.client("lambda", running.state.endpoint).invoke(FunctionName="parley-local-canary-run", Payload=b"{}")
    said: dict[str, Any] = json.loads(answer["Payload"].read())
    return said


def test_a_round_of_the_deployed_canary_is_well(local_stack: RunningStack) -> None:
    said = invoke(local_stack)
    assert said["failures"] == {}
    assert set(said["took_ms"]) == STEPS


def test_a_socket_that_does_not_open_is_the_one_failure(local_stack: RunningStack) -> None:
    state, key = local_stack.state, local_stack.credentials.signing_key
    signing = TenantKey(key.kid, key.secret)

    def token(user_id: str | None) -> str:
        return signing.server_token() if user_id is None else signing.user_token(user_id)

    done = Round()
    rounds.chat(Place(state.api_url, "ws://127.0.0.1:9", token), done)
    assert set(done.failures) == {"socket"}
    assert set(done.took) == STEPS - {"tenant"} | {"send"}
