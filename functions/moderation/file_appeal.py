"""POST /v1/users/{user_id}/moderation-decisions/{decision_id}/appeal: say why a decision about oneself is wrong.

Once for each decision, within thirty days; moderators uphold or overturn it. A back end files it for any user, such as
one who is deactivated.
"""

from parley.http import AnyCaller, create_api
from parley.ids import UserId
from parley.review import appeals
from parley.review.schemas import FileAppeal, OwnDecision

api = create_api()


@api.post("/v1/users/<user_id>/moderation-decisions/<decision_id>/appeal")
def file_appeal(caller: AnyCaller, user_id: UserId, decision_id: str, body: FileAppeal) -> OwnDecision:
    decision, _ = appeals.do_file(caller, user_id, decision_id, body)
    return decision


handler = api.resolve
