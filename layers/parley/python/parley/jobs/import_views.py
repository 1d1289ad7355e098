"""What an import shows of itself: how far it is, where its file goes, and what is wrong."""

from parley import clock
from parley.jobs import import_store
from parley.jobs.schemas import (
    Import,
    ImportFileProblem,
    ImportPart,
    ImportProblem,
    ImportStatus,
    ImportSummary,
    ImportUpload,
)
from parley.jobs.store import StoredJob

_STATUSES: dict[str, ImportStatus] = {
    "uploading": "uploading",
    "checking": "checking",
    "checked": "checked",
    "users": "importing",
    "files": "importing",
    "conversations": "importing",
}


def problems_of(job: StoredJob) -> int:
    return int(job.state.get("problem_count", 0))


def status_of(job: StoredJob) -> ImportStatus:
    match job.status:
        case "completed" | "failed" | "cancelled" as ended:
            return ended
        case _:
            return _STATUSES[job.step]


def summary(job: StoredJob) -> ImportSummary:
    return ImportSummary(
        id=job.id,
        status=status_of(job),
        source=job.state["source"],
        size=job.state["size"],
        problem_count=problems_of(job),
        percent=job.percent,
        created_at=clock.to_datetime(job.created_at),
        updated_at=clock.to_datetime(job.updated_at),
        finished_at=clock.optional_datetime(job.finished_at),
    )


def view(job: StoredJob) -> Import:
    upload, parts = None, list[ImportPart]()
    if job.step == "uploading" and "upload_id" in job.state:
        parts = [
            ImportPart(part_number=each.number, size=each.size, url=each.url, expires_at=clock.to_datetime(each.until))
            for each in import_store.sign_parts(job)
        ]
    elif job.step == "uploading":
        url, until = import_store.sign_upload(job)
        upload = ImportUpload(url=url, expires_at=clock.to_datetime(until))
    return Import(
        id=job.id,
        status=status_of(job),
        source=job.state["source"],
        size=job.state["size"],
        upload=upload,
        upload_parts=parts,
        lines=job.state.get("lines", {}),
        problems=[ImportProblem(line=line, detail=detail) for line, detail in job.state.get("problems", [])],
        problem_count=problems_of(job),
        file_problems=[
            ImportFileProblem(message_id=message_id, name=name, reason=reason)
            for message_id, name, reason in job.state.get("file_problems", [])
        ],
        done=job.done,
        percent=job.percent,
        failures=job.failures,
        created_at=clock.to_datetime(job.created_at),
        updated_at=clock.to_datetime(job.updated_at),
        finished_at=clock.optional_datetime(job.finished_at),
        version=job.version,
    )
