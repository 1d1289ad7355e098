"""POST /v1/moderation/appeals/{user_id}/{decision_id}/answer: uphold a decision, or overturn it.

Overturning lifts the ban and brings a deactivated user back; a deleted message stays deleted, and `restored` says what
was undone. `X-Acting-User` names the moderator. Answered again in the same way changes nothing, in another way is 409.
"""

from parley.http import CurrentModerator, create_api
from parley.ids import UserId
from parley.review import appeals
from parley.review.schemas import AnswerAppeal, AppealedDecision

api = create_api()


@api.post("/v1/moderation/appeals/<user_id>/<decision_id>/answer")
def answer_appeal(caller: CurrentModerator, user_id: UserId, decision_id: str, body: AnswerAppeal) -> AppealedDecision:
    return appeals.do_answer(caller, user_id, decision_id, body)


handler = api.resolve
