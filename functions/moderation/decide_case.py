"""POST /v1/moderation/cases/{message_id}/decide: decide a case, and carry out what was decided.

No action dismisses the reports. The message is deleted, its author warned, banned from the conversation or deactivated,
as named; the author is told what was decided and the reason. Decided again in the same way goes on where it stopped, in
another way is 409, as is a case that another moderator has.
"""

from parley.http import CurrentModerator, create_api
from parley.review import deciding
from parley.review.schemas import Case, DecideCase

api = create_api()


@api.post("/v1/moderation/cases/<message_id>/decide")
def decide_case(caller: CurrentModerator, message_id: str, body: DecideCase) -> Case:
    return deciding.do_decide(caller, message_id, body)


handler = api.resolve
