"""The key pairs of the distribution's key group: each is made by the first deploy that names it, kept by others."""

import json
from typing import Any, cast

from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from parley import aws

NAMES = "private_key"
"""How the names of the private keys begin."""
KEY_BITS = 2048
"""CloudFront takes RSA keys of this length alone."""


def ensure(secret_id: str, name: str) -> str:
    """The public key (PEM) of the pair of this name in the secret, which is made where there is none yet.

    Pairs are made one after the other: each writes the secret with those that are there.
    """
    client = aws.client("secretsmanager")
    stored = _stored(client, secret_id)
    if name in stored:
        private_key = cast(
            "rsa.RSAPrivateKey", serialization.load_pem_private_key(stored[name].encode(), password=None)
        )
    else:
        private_key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
        pem = private_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        client.put_secret_value(SecretId=secret_id, SecretString=json.dumps(stored | {name: pem.decode()}))
    public = private_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return public.decode()


def _stored(client: Any, secret_id: str) -> dict[str, str]:
    """The private keys in the secret by their names; what CDK puts there at first is none."""
    try:
        value = json.loads(client.get_secret_value(SecretId=secret_id)["SecretString"])
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return {}
        raise
    except ValueError:
        return {}
    if not isinstance(value, dict):
        return {}
    return {name: pem for name, pem in value.items() if isinstance(pem, str) and name.startswith(NAMES)}
