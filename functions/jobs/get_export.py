"""GET /v1/exports/{export_id}: how far an export is and, once it is completed, URLs to fetch its files by.

The URLs are good for a quarter of an hour; ask again for fresh ones, as long as the export is kept: a week.
"""

from parley.http import AnyCaller, create_api
from parley.jobs import export
from parley.jobs.schemas import Export

api = create_api()


@api.get("/v1/exports/<export_id>")
def get_export(caller: AnyCaller, export_id: str) -> Export:
    return export.do_get(caller, export_id)


handler = api.resolve
