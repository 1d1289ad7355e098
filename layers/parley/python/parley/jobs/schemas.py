"""What crosses the wire about jobs."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from parley.ids import UserOrMe
from parley.messaging.messages.schemas import Message, MessageText
from parley.texts import says_something
from parley.wire import Answer, Body, Custom, Timestamp

JobKind = Literal["erasure", "export", "import", "truncation", "retention", "announcement"]
JobStatus = Literal["queued", "running", "completed", "failed", "cancelled"]


class Job(Answer):
    """Work that goes on after its request was answered, and goes on from where it was when whoever did it died."""

    id: str
    kind: JobKind
    status: JobStatus
    user_id: str | None = Field(None, description="Whom it is about; null for all of the tenant")
    step: str = Field(description="What is being done")
    done: dict[str, int] = Field(description="How much has been done so far, by kind")
    percent: int = Field(ge=0, le=100, description="A rough measure; 100 once it is completed")
    held: bool = Field(description="A hold keeps what it would remove; whether it still does is looked at each hour")
    failures: int = Field(description="How often in a row it has failed; it is tried again, ever less often")
    created_at: Timestamp
    updated_at: Timestamp
    finished_at: Timestamp | None = None
    version: int


def _check_says_something(text: str) -> str:
    if not says_something(text):
        raise ValueError("a system message has a text")
    return text


SystemText = Annotated[MessageText, AfterValidator(_check_says_something)]


class TruncationMessage(Body):
    """What tells those who come later that something is gone."""

    text: SystemText
    custom: Custom = Field(default_factory=dict)


class TruncateConversation(Body):
    """How far a conversation is to be truncated: up to a message, which goes too, or to the end."""

    message_id: str | None = Field(None, max_length=80)
    message: TruncationMessage | None = Field(
        None, description="Sent as a system message; without `message_id` all that came before it goes"
    )


class TruncatedConversation(Answer):
    """Where a conversation begins now."""

    conversation_id: str
    truncated_seq: int = Field(description="Nothing up to this number is shown to anybody")
    job_id: str | None = Field(description="The job that removes it; null where it had been truncated as far already")
    message: Message | None = Field(description="The system message that was sent")


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


LARGEST_PUT = 256 * 1024 * 1024
LARGEST_IMPORT = 1024 * 1024 * 1024
"""What one run of the worker can check with time to spare."""
ImportStatus = Literal["uploading", "checking", "checked", "importing", "completed", "failed", "cancelled"]


class StartImport(Body):
    """A file to import. What `source` calls something is imported once, whichever file says it."""

    size: int = Field(ge=1, le=LARGEST_IMPORT, description="Bytes of the file, which the upload has to have")
    source: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")] = Field(
        "import", description="Where its ids are from: two sources may use the same ids"
    )


class ImportUpload(Answer):
    """Where to put the file, with its exact length as `Content-Length`; ask again for a fresh URL."""

    url: str
    expires_at: Timestamp


class ImportPart(Answer):
    """Where to put a part of the file, with its exact length as `Content-Length`; in any order, and again."""

    part_number: int
    size: int
    url: str
    expires_at: Timestamp


class ImportProblem(Answer):
    """A line that is wrong."""

    line: int
    detail: str


class ImportFileProblem(Answer):
    """A file that a message names and does not have: by the message's id in the import's file, and why."""

    message_id: str
    name: str
    reason: str


class Import(Answer):
    """An import. It writes nothing before it is `checked` and started; `failed` with `problems` wrote nothing.

    What one that is `cancelled` had written stays: `done` says how much.
    """

    id: str
    status: ImportStatus
    source: str
    size: int
    upload: ImportUpload | None = Field(None, description="As long as it waits for a file of up to 256 MiB")
    upload_parts: list[ImportPart] = Field(
        default_factory=list, description="The parts of a larger file, as long as it waits for that"
    )
    lines: dict[str, int] = Field(default_factory=dict, description="How many lines of each type the file has")
    problems: list[ImportProblem] = Field(default_factory=list, description="The first 200 that were found")
    problem_count: int = 0
    file_problems: list[ImportFileProblem] = Field(
        default_factory=list, description="The first 100 files that could not be fetched or were refused"
    )
    done: dict[str, int] = Field(
        default_factory=dict,
        description="What has been done so far: `users_created`, `users_updated`, `users_unchanged`, `users_refused`, "
        "`files`, `files_failed`, `conversations`, `conversations_there` (left as they were), `messages`, `items`",
    )
    percent: int = Field(ge=0, le=100)
    failures: int = Field(description="How often in a row it has failed; after ten it is given up")
    created_at: Timestamp
    updated_at: Timestamp
    finished_at: Timestamp | None = None
    version: int


class ImportSummary(Answer):
    """An import in a list: how far it is, and how many lines of its file are wrong."""

    id: str
    status: ImportStatus
    source: str
    size: int
    problem_count: int
    percent: int = Field(ge=0, le=100)
    created_at: Timestamp
    updated_at: Timestamp
    finished_at: Timestamp | None = None
