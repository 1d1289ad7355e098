"""What crosses the wire about jobs."""

from typing import Literal

from pydantic import Field

from parley.wire import Answer, Timestamp

JobKind = Literal["erasure", "export"]
JobStatus = Literal["queued", "running", "completed", "failed"]


class Job(Answer):
    """Work that goes on after its request was answered, and goes on from where it was when whoever did it died."""

    id: str
    kind: JobKind
    status: JobStatus
    user_id: str | None = Field(None, description="Whom it is about; null for all of the tenant")
    step: str = Field(description="What is being done")
    done: dict[str, int] = Field(description="How much has been done so far, by kind")
    percent: int = Field(ge=0, le=100, description="A rough measure; 100 once it is completed")
    failures: int = Field(description="How often in a row it has failed; it is tried again, ever less often")
    created_at: Timestamp
    updated_at: Timestamp
    finished_at: Timestamp | None = None
    version: int
