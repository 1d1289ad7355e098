"""Media: objects of its bucket, signed uploads and downloads, and the queue of checks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from infrastructure.uses.use import Place, Statement, Use, secret_statements

CHECKED = "media/"
REASON = "The keys below one prefix; which of them is decided by the caller's tenant."


@dataclass(frozen=True)
class SignedUploads(Use):
    """Signing uploads as the upload role; where the stage has none, as the function itself."""

    def statements(self, place: Place) -> Iterable[Statement]:
        store = place.resources.media
        if store is not None and store.upload_role is not None:
            yield Statement(("sts:AssumeRole",), (store.upload_role.role_arn,))

    def environment(self, place: Place) -> Mapping[str, str]:
        store = place.resources.media
        if store is None or store.upload_role is None:
            return {}
        return {"MEDIA_UPLOAD_ROLE": store.upload_role.role_arn}


@dataclass(frozen=True)
class SignedDownloads(Use):
    """Signing downloads with the distribution's key; where the stage has none, S3 delivers."""

    @property
    def layers(self) -> tuple[str, ...]:
        return ("identity",)

    def statements(self, place: Place) -> Iterable[Statement]:
        store = place.resources.media
        if store is not None and store.cdn is not None:
            yield from secret_statements(store.cdn.secret.secret_arn, place)
        elif store is not None:
            yield Statement(("s3:GetObject",), (f"{store.bucket_arn}/{CHECKED}*",))

    def environment(self, place: Place) -> Mapping[str, str]:
        store = place.resources.media
        if store is None:
            return {}
        found = {"MEDIA_BUCKET": store.bucket_name}
        if store.cdn is not None:
            found |= {
                "MEDIA_CDN_URL": store.cdn.url,
                "MEDIA_CDN_KEY_ID": store.cdn.key_id,
                "MEDIA_CDN_KEY_NAME": store.cdn.key_name,
                "MEDIA_CDN_SECRET": store.cdn.secret.secret_arn,
            }
        return found

    def findings(self, place: Place) -> Mapping[str, str]:
        store = place.resources.media
        return {} if store is None or store.cdn is not None else {store.finding(CHECKED): REASON}


@dataclass(frozen=True)
class Checking(Use):
    """Checking files: with decoders, and with the scanner that the stage has."""

    @property
    def layers(self) -> tuple[str, ...]:
        return ("media",)

    def environment(self, place: Place) -> Mapping[str, str]:
        store, address = place.resources.media, place.settings.clamd_address
        if store is None:
            return {}
        return {"MEDIA_SCANNER": store.scanner} | ({"CLAMD_ADDRESS": address} if address else {})


@dataclass(frozen=True)
class CheckQueue(Use):
    """Sending to the queue of checks; one that `redrives` takes from the failed ones what it sends."""

    redrives: bool = False

    def statements(self, place: Place) -> Iterable[Statement]:
        store = place.resources.media
        if store is not None:
            yield Statement(("sqs:SendMessage",), (store.queue.queue_arn,))
            if self.redrives:
                yield Statement(("sqs:ReceiveMessage", "sqs:DeleteMessage"), (store.failures.queue_arn,))

    def environment(self, place: Place) -> Mapping[str, str]:
        store = place.resources.media
        if store is None:
            return {}
        found = {"MEDIA_BUCKET": store.bucket_name, "MEDIA_QUEUE_URL": store.queue.queue_url}
        return found | ({"MEDIA_FAILURES_URL": store.failures.queue_url} if self.redrives else {})
