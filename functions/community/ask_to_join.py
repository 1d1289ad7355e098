"""POST /v1/conversations/{conversation_id}/join-requests: ask to join a conversation whose admins let people in.

A channel or a group with `join_requests`; of another group it is 404. Again, the first request stands.
"""

from parley.http import CurrentCaller, answer, create_api
from parley.messaging.invites import requests
from parley.messaging.invites.schemas import AskToJoin, OwnJoinRequest

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.post("/v1/conversations/<conversation_id>/join-requests", status_code=201)
def ask_to_join(caller: CurrentCaller, conversation_id: str, body: AskToJoin) -> Response[OwnJoinRequest]:
    request, is_new = requests.do_ask(caller, conversation_id, body)
    return answer(request, 201 if is_new else 200)


handler = api.resolve
