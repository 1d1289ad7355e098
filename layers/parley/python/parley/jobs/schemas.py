"""What crosses the wire about jobs."""

from typing import Literal

from pydantic import Field

from parley.ids import UserOrMe
from parley.wire import Answer, Body, Timestamp

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


class StartExport(Body):
    """What to export. A user exports themselves, whether they are named or not."""

    user_id: UserOrMe | None = Field(None, description="One user, or `me`; for a server token null is everybody")


class ExportFile(Answer):
    """A file of an export. The manifest is the first; the others are gzipped JSON lines, one record a line."""

    name: str
    size: int | None = None
    sha256: str | None = None
    url: str
    url_expires_at: Timestamp


class Export(Answer):
    """An export. Its files are there once it is completed, and until `expires_at`; ask again for fresh URLs."""

    id: str
    kind: JobKind
    status: JobStatus
    user_id: str | None = Field(None, description="Whom it is about; null for all of the tenant")
    step: str = Field(description="What is being done")
    records: dict[str, int] = Field(description="How many records of each type have been written so far")
    percent: int = Field(ge=0, le=100, description="A rough measure; 100 once it is completed")
    failures: int = Field(description="How often in a row it has failed; after ten it is given up")
    files: list[ExportFile] = Field(default_factory=list)
    created_at: Timestamp
    updated_at: Timestamp
    finished_at: Timestamp | None = None
    expires_at: Timestamp | None = None
    version: int
