"""Jobs, and the circuit breakers."""

from parley.tables.keys.parts import SYSTEM_TENANT, Key


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


def breakers() -> str:
    """The circuit breakers' states, one item a circuit."""
    return f"T#{SYSTEM_TENANT}#BREAKERS"
