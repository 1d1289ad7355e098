"""POST /v1/moderation/cases/{message_id}/claim: have a case to oneself, so that no two moderators decide the same.

The claim lapses after its minutes, and may be renewed; `X-Acting-User` names the moderator. Where another has the case
it is 409, unless it is taken over.
"""

from parley.http import CurrentModerator, create_api
from parley.review import claims
from parley.review.schemas import Case, ClaimCase

api = create_api()


@api.post("/v1/moderation/cases/<message_id>/claim")
def claim_case(caller: CurrentModerator, message_id: str, body: ClaimCase | None = None) -> Case:
    return claims.do_claim(caller, message_id, body or ClaimCase())


handler = api.resolve
