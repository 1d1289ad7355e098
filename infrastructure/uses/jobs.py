"""The queues of jobs, and the bucket of exports."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from infrastructure.access import ExportUse, JobQueue
from infrastructure.uses.use import Place, Statement, Use

EXPORT_ACTIONS: dict[ExportUse, tuple[str, ...]] = {
    "read": ("s3:GetObject",),
    "write": ("s3:PutObject", "s3:GetObject", "s3:DeleteObject"),
    "assemble": ("s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:ListMultipartUploadParts"),
    "remove": ("s3:DeleteObject", "s3:AbortMultipartUpload"),
}


@dataclass(frozen=True)
class Jobs(Use):
    """Putting jobs of these kinds into their queues."""

    kinds: tuple[JobQueue, ...]

    def statements(self, place: Place) -> Iterable[Statement]:
        store = place.resources.jobs
        if store is not None:
            yield Statement(("sqs:SendMessage",), tuple(store.queues[kind].queue_arn for kind in self.kinds))

    def environment(self, place: Place) -> Mapping[str, str]:
        store = place.resources.jobs
        return {} if store is None else {f"{k.upper()}_QUEUE_URL": store.queues[k].queue_url for k in self.kinds}


@dataclass(frozen=True)
class Exports(Use):
    """Signing downloads of exports, writing them, also of parts that were uploaded, or removing them."""

    purpose: ExportUse

    def statements(self, place: Place) -> Iterable[Statement]:
        store = place.resources.jobs
        if store is not None:
            yield Statement(EXPORT_ACTIONS[self.purpose], (f"{store.bucket_arn}/*",))
            if self.purpose == "remove":
                yield Statement(("s3:ListBucket",), (store.bucket_arn,))

    def environment(self, place: Place) -> Mapping[str, str]:
        return {} if place.resources.jobs is None else {"EXPORT_BUCKET": place.resources.jobs.bucket_name}

    def findings(self, place: Place) -> Mapping[str, str]:
        reason = "A folder for each export; which of them is decided by the caller's tenant."
        return {} if place.resources.jobs is None else {place.resources.jobs.finding(): reason}
