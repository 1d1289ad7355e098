"""Signed URLs: CloudFront's in AWS, S3's own where there is no distribution.

A URL opens one variant of one file until it expires, with one disposition: all of that is under its signature.
CloudFront's are signed with a key of our own, so they last as long as they say. Their cost and reach are why S3 is only
asked directly on one machine.
"""

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast
from urllib.parse import quote, urlencode

from parley import aws, clock
from parley.media import storage
from parley.media.items import MediaItem
from parley.media.media_types import MEDIA_TYPES
from parley.media.schemas import Disposition
from parley.media.storage import ORIGINAL, Signed
from parley.settings import media_settings

DOWNLOAD_PARAMETER = "d"
"""Names the issued download in a URL of CloudFront's, so that its access log can be reconciled."""
_FALLBACK = str.maketrans({'"': "'", "\\": "_", "%": "_"})


def disposition_for(item: MediaItem, variant: str, wanted: Disposition | None) -> Disposition:
    """As wanted; unless said, smaller pictures are inline and originals are not.

    Inline only for what cannot run as a page: a picture that we made, or a file of a safe type. A broken
    picture, film or recording runs nothing, and browsers show what there is of it; a broken document could be another.
    """
    if wanted is None:
        wanted = "attachment" if variant == ORIGINAL else "inline"
    known = MEDIA_TYPES[item.content_type]
    is_safe = known.inline and (item.preview != "failed" or known.kind in {"image", "video", "audio"})
    if wanted == "inline" and (variant != ORIGINAL or is_safe):
        return "inline"
    return "attachment"


def content_disposition(disposition: Disposition, filename: str) -> str:
    """The header's value by RFC 6266: an ASCII name for old clients, the real one (RFC 8187) where they differ."""
    fallback = filename.encode("ascii", "replace").decode().replace("?", "_").translate(_FALLBACK)
    plain = f'{disposition}; filename="{fallback}"'
    if fallback == filename:
        return plain
    return f"{plain}; filename*=UTF-8''{quote(filename, safe='!#$&+-.^_`|~')}"


def variant_filename(item: MediaItem, variant: str) -> str:
    return item.filename if variant == ORIGINAL else f"{item.filename}.{variant}.webp"


def sign(item: MediaItem, variant: str, *, seconds: int, disposition: Disposition, download_id: str) -> Signed:
    """The URL of a variant."""
    key = f"{item.folder}{variant}"
    header = content_disposition(disposition, variant_filename(item, variant))
    if not media_settings().cdn_url:
        return storage.sign_get(key, seconds, ResponseContentDisposition=header)
    expires_at = clock.now_ms() // 1000 + seconds
    query = urlencode({"response-content-disposition": header, DOWNLOAD_PARAMETER: download_id}, quote_via=quote)
    url = f"{media_settings().cdn_url}/{quote(key)}?{query}"
    signed = cloudfront_signer().generate_presigned_url(url, date_less_than=datetime.fromtimestamp(expires_at, UTC))
    return Signed(signed, expires_at * 1000, {})


@cache
def cloudfront_signer() -> Any:
    """Signs for the distribution's key group, with the private key from Secrets Manager.

    Kept as long as this process lives: the key's name and id are settings of a deploy, and the group trusts earlier
    keys for longer than their URLs last.
    """
    from botocore.signers import CloudFrontSigner  # noqa: PLC0415 - loaded where there is a distribution
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415

    client = aws.client("secretsmanager")
    stored = json.loads(client.get_secret_value(SecretId=media_settings().cdn_secret)["SecretString"])
    private_key = cast(
        "rsa.RSAPrivateKey",
        serialization.load_pem_private_key(stored[media_settings().cdn_key_name].encode(), password=None),
    )

    def sign_rsa(message: bytes) -> bytes:
        return private_key.sign(message, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - what CloudFront verifies

    return CloudFrontSigner(media_settings().cdn_key_id, sign_rsa)
