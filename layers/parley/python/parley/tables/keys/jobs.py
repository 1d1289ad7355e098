"""Jobs, and the circuit breakers."""

from parley.tables.keys.parts import SEPARATOR, SYSTEM_TENANT, Key
from parley.tables.keys.reading import after

ANNOUNCEMENT_PREFIX = "ANNOUNCEMENT#"
ANNOUNCEMENT_COUNT_SK = "COUNT"
"""Beside a tenant's announcements: how many have not ended, so that their number has an exact limit."""


def job(tenant_id: str, job_id: str) -> Key:
    """In `control`: a piece of work that outlives requests. What belongs to it lies beside it."""
    return Key(f"T#{tenant_id}#J#{job_id}", "JOB")


def active_jobs() -> str:
    """In `control`: the jobs of all tenants that have not ended."""
    return f"T#{SYSTEM_TENANT}#JOBS"


def active_job_sk(tenant_id: str, job_id: str) -> str:
    return f"{tenant_id}#{job_id}"


def imports(tenant_id: str) -> str:
    """In `control`: a tenant's imports, by their ids, which begin with the moment of each."""
    return f"T#{tenant_id}#IMPORTS"


def announcements(tenant_id: str) -> str:
    """In `control`: which announcements a tenant has made; each is a job."""
    return f"T#{tenant_id}#ANNOUNCEMENTS"


def announcement_sk(created_at: int, announcement_id: str) -> str:
    return f"{ANNOUNCEMENT_PREFIX}{created_at:015d}{SEPARATOR}{announcement_id}"


def announcement_of(sk: str) -> str:
    """The id of the announcement."""
    return after(ANNOUNCEMENT_PREFIX, sk).rpartition(SEPARATOR)[2]


def breakers() -> str:
    """The circuit breakers' states, one item a circuit."""
    return f"T#{SYSTEM_TENANT}#BREAKERS"
