"""DELETE /v1/moderation/cases/{message_id}/claim: give back a case that one has claimed.

What nobody has stays so; what another moderator has is 409.
"""

from parley.http import CurrentModerator, create_api
from parley.review import claims

api = create_api()


@api.delete("/v1/moderation/cases/<message_id>/claim", status_code=204)
def release_case(caller: CurrentModerator, message_id: str) -> None:
    claims.do_release(caller, message_id)


handler = api.resolve
