"""POST /v1/search/saved: keep a search.

The query is in the language of `GET /v1/search/messages`. With `notify`, each message of others that comes to match it
and that the caller may see is told to them as `search.matched`, at most sixty an hour. A query that the caller has
saved already is that saved search, as it is, with 200.
"""

from parley.http import CurrentCaller, answer, create_api
from parley.search.saved import saving
from parley.search.schemas import SavedSearch, SaveSearch

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.post("/v1/search/saved", status_code=201)
def save_search(caller: CurrentCaller, body: SaveSearch) -> Response[SavedSearch]:
    saved, is_new = saving.do_save(caller, body)
    return answer(saved, 201 if is_new else 200)


handler = api.resolve
