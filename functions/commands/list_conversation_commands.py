"""GET /v1/conversations/{conversation_id}/commands: the commands that the caller may run there.

For completion where they write. What their role does not allow, and what is switched off, is left out; a change shows
within 60 s.
"""

from parley.commands import running
from parley.commands.schemas import OfferedCommands
from parley.http import CurrentCaller, create_api

api = create_api()


@api.get("/v1/conversations/<conversation_id>/commands")
def list_conversation_commands(caller: CurrentCaller, conversation_id: str) -> OfferedCommands:
    return running.do_list(caller, conversation_id)


handler = api.resolve
