"""The key pair of the distribution's key group: made at the first deploy, kept at every other."""

import json
from typing import Any, cast

from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from parley import aws

KEY_BITS = 2048
"""CloudFront takes RSA keys of this length alone."""


def ensure(secret_id: str) -> str:
    """The public key (PEM) of the pair in this secret, which is made where there is none yet."""
    client = aws.client("secretsmanager")
    private_key = _stored(client, secret_id)
    if private_key is None:
        private_key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
        pem = private_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        client.put_secret_value(SecretId=secret_id, SecretString=json.dumps({"private_key": pem.decode()}))
    public = private_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return public.decode()


def _stored(client: Any, secret_id: str) -> rsa.RSAPrivateKey | None:
    """The key in the secret; what CDK puts there at first is no key."""
    try:
        value = json.loads(client.get_secret_value(SecretId=secret_id)["SecretString"])
        pem = value["private_key"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise
    except (ValueError, KeyError, TypeError):
        return None
    return cast("rsa.RSAPrivateKey", serialization.load_pem_private_key(pem.encode(), password=None))
