"""GET /v1/commands/{command_name}: one command, as the tenant's back end declared it.

Without the secret that signs its calls.
"""

from parley.commands import registry
from parley.commands.schemas import Command
from parley.http import CurrentServer, create_api

api = create_api()


@api.get("/v1/commands/<command_name>")
def get_command(caller: CurrentServer, command_name: str) -> Command:
    return registry.do_get(caller, command_name)


handler = api.resolve
