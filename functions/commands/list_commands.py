"""GET /v1/commands: the tenant's commands, as its back end declared them.

By their names, up to fifty; without the secrets that sign their calls.
"""

from parley.commands import registry
from parley.commands.schemas import Commands
from parley.http import CurrentServer, create_api

api = create_api()


@api.get("/v1/commands")
def list_commands(caller: CurrentServer) -> Commands:
    return registry.do_list(caller)


handler = api.resolve
