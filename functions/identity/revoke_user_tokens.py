"""POST /v1/users/{user_id}/revoke-tokens: refuse all tokens of a user that were issued before now, within 60 s.

By the tenant's back end. From then on the user's tokens need `iat`.
"""

from parley.http import CurrentServer, create_api
from parley.identity.schemas import Revocation
from parley.ids import UserId
from parley.users import revocation

api = create_api()


@api.post("/v1/users/<user_id>/revoke-tokens")
def revoke_user_tokens(caller: CurrentServer, user_id: UserId) -> Revocation:
    return revocation.do_revoke_tokens(caller, user_id)


handler = api.resolve
