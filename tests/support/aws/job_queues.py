"""The queues of jobs, played on the clock of the test."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from parley.jobs import job_queue
from parley.settings import job_settings
from tests.support.aws.sqs import PlayedSqs

ERASURES, EXPORTS = "https://sqs/erasures", "https://sqs/exports"


@contextmanager
def job_queues() -> Iterator[PlayedSqs]:
    """The queues of jobs, empty, for as long as this is entered."""
    sqs = PlayedSqs()
    sqs.queues = {ERASURES: [], EXPORTS: []}
    addresses = {"ERASURES_QUEUE_URL": ERASURES, "EXPORTS_QUEUE_URL": EXPORTS}
    with patch.object(job_queue, "client", lambda: sqs), patch.dict(os.environ, addresses):
        job_settings.cache_clear()
        yield sqs
    job_settings.cache_clear()
