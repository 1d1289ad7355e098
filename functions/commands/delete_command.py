"""DELETE /v1/commands/{command_name}: remove a command, with what signs its calls.

What it has said stays. Absent is no failure.
"""

from parley.commands import registry
from parley.http import CurrentServer, IfMatch, answer, create_api

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.delete("/v1/commands/<command_name>", status_code=204)
def delete_command(caller: CurrentServer, command_name: str, if_match: IfMatch = None) -> Response[None]:
    registry.do_delete(caller, command_name, if_match=if_match)
    return answer(None, 204)


handler = api.resolve
