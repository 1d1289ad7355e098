"""The queues of jobs, played on the clock of the test."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from parley.jobs import job_queue
from parley.previews import queue as preview_queue
from parley.settings import job_settings, preview_settings
from tests.support.aws.sqs import PlayedSqs

ERASURES, EXPORTS, IMPORTS = "https://sqs/erasures", "https://sqs/exports", "https://sqs/imports"
TRUNCATIONS, RETENTIONS, PREVIEWS = "https://sqs/truncations", "https://sqs/retentions", "https://sqs/previews"
ANNOUNCEMENTS = "https://sqs/announcements"
ADDRESSES = {
    "ERASURES_QUEUE_URL": ERASURES,
    "EXPORTS_QUEUE_URL": EXPORTS,
    "IMPORTS_QUEUE_URL": IMPORTS,
    "TRUNCATIONS_QUEUE_URL": TRUNCATIONS,
    "RETENTIONS_QUEUE_URL": RETENTIONS,
    "ANNOUNCEMENTS_QUEUE_URL": ANNOUNCEMENTS,
    "PREVIEWS_QUEUE_URL": PREVIEWS,
}


@contextmanager
def job_queues() -> Iterator[PlayedSqs]:
    """The queues of jobs, empty, for as long as this is entered."""
    sqs = PlayedSqs()
    sqs.queues = {address: [] for address in ADDRESSES.values()}
    with (
        patch.object(job_queue, "client", lambda: sqs),
        patch.object(preview_queue, "client", lambda: sqs),
        patch.dict(os.environ, ADDRESSES),
    ):
        for each in (job_settings, preview_settings):
            each.cache_clear()
        yield sqs
    for each in (job_settings, preview_settings):
        each.cache_clear()
