"""DELETE /v1/search/recent: forget the caller's last searches.

All of them.
"""

from parley.http import CurrentCaller, create_api
from parley.search.querying import recent

api = create_api()


@api.delete("/v1/search/recent", status_code=204)
def forget_recent(caller: CurrentCaller) -> None:
    recent.do_forget(caller)


handler = api.resolve
