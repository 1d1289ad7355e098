"""What is stored about signing keys: the public part beside the tenant, the secret part in a partition of its own."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from parley.tables.items import ChatItem, ControlItem


class SigningKeyItem(ChatItem):
    """`T#<tenant>` / `KEY#<kid>`: how a token that names this key is verified, until `expires_at_ms`.

    `public_key` is PEM for RS256 and ES256; an HS256 key's secret is a `SigningSecretItem`. `audience` and `issuer` are
    what its tokens must name.
    """

    entity = UnicodeAttribute(default="signing_key")
    kid = UnicodeAttribute()
    algorithm = UnicodeAttribute()
    public_key = UnicodeAttribute(null=True)
    audience = UnicodeAttribute(null=True)
    issuer = UnicodeAttribute(null=True)
    created_at = NumberAttribute()
    expires_at_ms = NumberAttribute(null=True)


class SigningSecretItem(ControlItem):
    """`T#<tenant>#SECRETS` / `KEY#<kid>`: an HS256 secret, for the authorizer and the token function alone.

    It is in `control`, because the changes of `chat` are streamed with their images to consumers that must not see it.
    """

    entity = UnicodeAttribute(default="signing_secret")
    kid = UnicodeAttribute()
    secret = UnicodeAttribute()
