"""What is stored about users."""

from pynamodb.attributes import JSONAttribute, ListAttribute, NumberAttribute, UnicodeAttribute

from parley.tables.items import ChatItem


class UserItem(ChatItem):
    """`T#<tenant>#U#<user>` / `USER`. `gpk` and `gsk` list it in a sixteenth of the tenant's directory.

    Once the user is erased, `erased_at` is all that it says, so that the id's next user is newer to every consumer:
    `erased_version` is what the version was then. `erasure` is the job that is at it.
    Who is deactivated has no `gpk` and `gsk`. `declared` is what the custom data says for the keys that the tenant has
    declared. `left_teams` are teams that the user has been taken out of, whose conversations are still to be left.
    """

    entity = UnicodeAttribute(default="user")
    gpk = UnicodeAttribute(null=True)
    gsk = UnicodeAttribute(null=True)
    user_id = UnicodeAttribute()
    name = UnicodeAttribute(null=True)
    avatar_url = UnicodeAttribute(null=True)
    custom = JSONAttribute(null=True)
    languages = ListAttribute(of=UnicodeAttribute, null=True)
    role = UnicodeAttribute(null=True)
    teams = ListAttribute(of=UnicodeAttribute, null=True)
    left_teams = ListAttribute(of=UnicodeAttribute, null=True)
    declared = JSONAttribute(null=True)
    created_at = NumberAttribute(null=True)
    updated_at = NumberAttribute(null=True)
    deactivated_at = NumberAttribute(null=True)
    erased_at = NumberAttribute(null=True)
    erased_version = NumberAttribute(default=0)
    erasure = UnicodeAttribute(null=True)
