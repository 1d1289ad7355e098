"""PUT /v1/commands/{command_name}: declare a command that members run by typing `/` and its name.

The whole declaration is replaced. A new command has a secret, which signs its calls as webhooks are signed and is shown
this once. Members are offered a change within 60 s; what they run goes by it at once.
"""

from parley.commands import registry
from parley.commands.schemas import CommandName, NewCommand, PutCommand
from parley.http import CurrentServer, IfMatch, answer, create_api

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.put("/v1/commands/<command_name>")
def put_command(
    caller: CurrentServer, command_name: CommandName, body: PutCommand, if_match: IfMatch = None
) -> Response[NewCommand]:
    command, is_new = registry.do_put(caller, command_name, body, if_match=if_match)
    return answer(command, 201 if is_new else 200)


handler = api.resolve
