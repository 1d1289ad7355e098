"""Announcements: one message to many conversations."""

from infrastructure.access import control
from infrastructure.routes.route import IDEMPOTENCY, Route
from infrastructure.uses.audit import AuditLog
from infrastructure.uses.jobs import Jobs
from infrastructure.uses.permissions import PERMISSIONS

ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/v1/announcements",
        "jobs/create_announcement",
        (
            PERMISSIONS,
            control("GetItem PutItem", "jobs"),
            control("PutItem", "active_jobs"),
            control("PutItem UpdateItem", "announcements"),
            IDEMPOTENCY,
            Jobs(("announcements",)),
            AuditLog(),
        ),
    ),
    Route(
        "GET",
        "/v1/announcements",
        "jobs/list_announcements",
        (control("Query", "announcements"), control("BatchGetItem", "jobs")),
    ),
    Route(
        "GET",
        "/v1/announcements/{announcement_id}",
        "jobs/get_announcement",
        (control("GetItem", "jobs"),),
    ),
    Route(
        "POST",
        "/v1/announcements/{announcement_id}/cancel",
        "jobs/cancel_announcement",
        (
            control("GetItem PutItem", "jobs"),
            control("DeleteItem", "active_jobs"),
            control("PutItem UpdateItem", "announcements"),
            IDEMPOTENCY,
            AuditLog(),
        ),
    ),
)
