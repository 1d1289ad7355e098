"""Uploads, downloads and streams."""

from infrastructure.access import chat, control, media_bucket
from infrastructure.routes.route import IDEMPOTENCY, Route
from infrastructure.uses.media import CheckQueue, SignedDownloads, SignedUploads
from infrastructure.uses.permissions import PERMISSIONS

ISSUE_DOWNLOAD = (
    chat("Query", "media"),
    chat("BatchGetItem", "user", "conversation"),
    control("PutItem DeleteItem", "media"),
    SignedDownloads(),
)

ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/v1/media/{media_id}",
        "media/get_media",
        (chat("Query", "media"), chat("BatchGetItem", "user", "conversation")),
    ),
    Route(
        "DELETE",
        "/v1/media/{media_id}",
        "media/delete_media",
        (
            chat("Query UpdateItem DeleteItem", "media"),
            chat("BatchGetItem UpdateItem", "conversation"),
            control("UpdateItem", "quota"),
            control("PutItem", "due"),
            media_bucket("AbortMultipartUpload DeleteObject", "quarantine/", "media/"),
        ),
    ),
    Route(
        "GET",
        "/v1/media/{media_id}/downloads",
        "media/list_downloads",
        (chat("Query", "media"), control("Query", "media")),
    ),
    Route("GET", "/v1/download/{media_id}", "media/download", ISSUE_DOWNLOAD),
    Route("GET", "/v1/download/{media_id}/signed", "media/sign_download", ISSUE_DOWNLOAD),
    Route("POST", "/v1/download/signed", "media/sign_downloads", ISSUE_DOWNLOAD),
    Route("GET", "/v1/stream/{media_id}", "media/stream", ISSUE_DOWNLOAD),
    Route(
        "POST",
        "/v1/upload",
        "media/start_upload",
        (
            PERMISSIONS,
            chat("GetItem", "user"),
            chat("PutItem", "media"),
            control("BatchGetItem UpdateItem", "quota"),
            control("PutItem", "due"),
            IDEMPOTENCY,
            media_bucket("PutObject AbortMultipartUpload", "quarantine/"),
            SignedUploads(),
        ),
    ),
    Route(
        "POST",
        "/v1/upload/chunk",
        "media/sign_parts",
        (chat("GetItem", "media"), IDEMPOTENCY, media_bucket("PutObject", "quarantine/"), SignedUploads()),
    ),
    Route(
        "GET",
        "/v1/upload/{upload_id}/progress",
        "media/get_progress",
        (
            chat("GetItem", "media"),
            media_bucket("ListMultipartUploadParts GetObject", "quarantine/"),
            media_bucket("ListBucket"),
        ),
    ),
    Route(
        "POST",
        "/v1/upload/complete",
        "media/complete_upload",
        (
            chat("GetItem UpdateItem", "media"),
            control("PutItem", "due"),
            IDEMPOTENCY,
            media_bucket("ListMultipartUploadParts GetObject PutObject", "quarantine/"),
            media_bucket("ListBucket"),
        ),
        timeout=29,
    ),
    Route(
        "DELETE",
        "/v1/upload/{upload_id}",
        "media/abort_upload",
        (
            chat("GetItem UpdateItem", "media"),
            control("UpdateItem", "quota"),
            control("PutItem", "due"),
            media_bucket("AbortMultipartUpload DeleteObject", "quarantine/"),
        ),
    ),
    Route(
        "POST",
        "/v1/admin/media/redrive",
        "media/redrive_uploads",
        (IDEMPOTENCY, CheckQueue(redrives=True)),
        timeout=29,
    ),
)
