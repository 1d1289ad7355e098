"""Exports of other services: samples of ours, in the forms of theirs."""

from typing import Any

SLACK: dict[str, Any] = {
    "users.json": [
        {
            "id": "U1",
            "name": "ada",
            "profile": {"real_name": "Ada L", "display_name": "", "image_192": "https://a.example/1.png"},
        },
        {"id": "U2", "name": "ben", "deleted": True, "profile": {"display_name": "Ben"}},
        {"id": "U3", "name": "cy", "real_name": "Cy", "profile": {}},
    ],
    "channels.json": [
        {
            "id": "C1",
            "name": "general",
            "created": 1709280000,
            "creator": "U1",
            "members": ["U1", "U2"],
            "pins": [{"id": "1709283600.000100"}],
        }
    ],
    "groups.json": [],
    "mpims.json": [
        {
            "id": "G1",
            "name": "mpdm-ada--ben--cy-1",
            "created": 1709280000,
            "creator": "U2",
            "members": ["U1", "U2", "U3"],
        }
    ],
    "dms.json": [{"id": "D1", "created": 1709280000, "members": ["U1", "U2"]}, {"id": "D2", "members": ["U1"]}],
    "general/2024-03-02.json": [
        {"type": "message", "user": "U1", "text": "later", "ts": "1709370000.000100"},
        {
            "type": "message",
            "subtype": "thread_broadcast",
            "user": "U2",
            "text": "also here",
            "ts": "1709370001.000100",
            "thread_ts": "1709283600.000100",
        },
    ],
    "general/2024-03-01.json": [
        {
            "type": "message",
            "subtype": "channel_join",
            "user": "U2",
            "text": "<@U2> has joined",
            "ts": "1709280001.000100",
        },
        {
            "type": "message",
            "user": "U1",
            "text": "Hi <@U2>, see <https://example.com|the plan> in <#C1|general> &amp; <!here>",
            "ts": "1709283600.000100",
            "thread_ts": "1709283600.000100",
            "reactions": [
                {"name": "thumbsup::skin-tone-3", "users": ["U2", "U3"], "count": 2},
                {"name": "party_parrot", "users": ["U1"]},
            ],
        },
        {
            "type": "message",
            "user": "U3",
            "text": "a reply",
            "ts": "1709283700.000100",
            "thread_ts": "1709283600.000100",
            "edited": {"user": "U3", "ts": "1709283800.000000"},
        },
        {
            "type": "message",
            "subtype": "bot_message",
            "bot_id": "B1",
            "username": "Deploys",
            "text": "done",
            "ts": "1709283900.000100",
        },
        {
            "type": "message",
            "user": "U1",
            "text": "",
            "ts": "1709284000.000100",
            "files": [
                {
                    "name": "a.pdf",
                    "mimetype": "application/pdf",
                    "url_private_download": "https://files.example/a.pdf?t=xoxe-1",
                    "permalink": "https://files.example/a.pdf",
                }
            ],
        },
        {"type": "message", "user": "U1", "text": "", "ts": "1709284001.000100"},
        {
            "type": "message",
            "subtype": "tombstone",
            "user": "USLACKBOT",
            "text": "This message was deleted.",
            "hidden": True,
            "ts": "1709284002.000100",
            "thread_ts": "1709284002.000100",
        },
        {
            "type": "message",
            "user": "U2",
            "text": "why?",
            "ts": "1709284003.000100",
            "thread_ts": "1709284002.000100",
            "attachments": [{"is_msg_unfurl": True, "channel_id": "C1", "ts": "1709283600.000100", "text": "Hi"}],
        },
    ],
    "D1/2024-03-01.json": [{"type": "message", "user": "U2", "text": "between us", "ts": "1709283600.000100"}],
}
MATTERMOST: list[dict[str, Any]] = [
    {"type": "version", "version": 1},
    {"type": "team", "team": {"name": "eng", "display_name": "Engineering"}},
    {"type": "channel", "channel": {"team": "eng", "name": "town-square", "display_name": "Town Square", "type": "O"}},
    {"type": "channel", "channel": {"team": "eng", "name": "secret", "display_name": "Secret", "type": "P"}},
    {
        "type": "user",
        "user": {
            "username": "ada",
            "first_name": "Ada",
            "last_name": "L",
            "teams": [{"name": "eng", "channels": [{"name": "town-square", "roles": "channel_user channel_admin"}]}],
        },
    },
    {
        "type": "user",
        "user": {
            "username": "ben",
            "nickname": "Benny",
            "teams": [
                {
                    "name": "eng",
                    "channels": [{"name": "town-square", "roles": "channel_user", "last_viewed_at": 1709283600500}],
                }
            ],
        },
    },
    {
        "type": "post",
        "post": {
            "team": "eng",
            "channel": "town-square",
            "user": "ada",
            "message": "Hello",
            "create_at": 1709283600000,
            "is_pinned": True,
            "reactions": [{"user": "ben", "emoji_name": "tada", "create_at": 1709283601000}],
            "replies": [
                {
                    "user": "ben",
                    "message": "Hi",
                    "create_at": 1709283602000,
                    "edit_at": 1709283603000,
                    "attachments": [{"path": "data/x.png"}],
                }
            ],
        },
    },
    {
        "type": "post",
        "post": {
            "team": "eng",
            "channel": "town-square",
            "user": "ben",
            "type": "system_join_channel",
            "message": "ben joined",
            "create_at": 1709283500000,
        },
    },
    {"type": "direct_channel", "direct_channel": {"members": ["ada", "ben"]}},
    {
        "type": "direct_post",
        "direct_post": {
            "channel_members": ["ben", "ada"],
            "user": "ada",
            "message": "psst",
            "create_at": 1709283600000,
        },
    },
]
ADA: dict[str, Any] = {"id": "ada", "name": "Ada", "role": "admin", "teams": ["blue"]}
BEN: dict[str, Any] = {"id": "ben", "name": "Ben", "role": "user"}
BEN_IN_TEAMS = BEN | {"teams": ["Die Grünen", "blue"]}
POLL: dict[str, Any] = {
    "id": "p1",
    "name": "Lunch?",
    "options": [{"id": "o1", "text": "Soup"}, {"id": "o2", "text": "Salad"}, {"id": "o3", "text": "Soup"}],
    "enforce_unique_vote": True,
    "voting_visibility": "public",
    "is_closed": True,
    "updated_at": "2024-03-01T10:00:00Z",
    "vote_counts_by_option": {"o1": 2, "o2": 1},
    "latest_votes_by_option": {
        "o1": [{"option_id": "o1", "user": ADA}],
        "o2": [{"option_id": "o2", "user_id": "ben"}, {"option_id": "o2", "user": ADA}],
    },
}
STREAM: list[dict[str, Any]] = [
    {
        "channel": {
            "id": "plans",
            "type": "messaging",
            "cid": "messaging:plans",
            "name": "Plans",
            "created_by": ADA,
            "created_at": "2024-03-01T08:00:00.123456Z",
            "team": "Die Grünen",
        },
        "members": [
            {"user_id": "ada", "user": ADA, "role": "owner", "created_at": "2024-03-01T08:00:00Z"},
            {"user": BEN_IN_TEAMS, "channel_role": "channel_member", "created_at": "2024-03-01T08:30:00Z"},
        ],
        "reads": [{"user": BEN, "last_read": "2024-03-01T09:00:00Z"}],
        "messages": [
            {
                "id": "m1",
                "type": "regular",
                "text": "The plan",
                "user": ADA,
                "created_at": "2024-03-01T08:59:00Z",
                "message_text_updated_at": "2024-03-01T09:10:00Z",
                "pinned": True,
                "mentioned_users": [BEN],
                "latest_reactions": [{"type": "love", "user": BEN}],
                "attachments": [
                    {"type": "image", "image_url": "https://cdn.example/p.png", "fallback": "p.png"},
                    {
                        "type": "image",
                        "og_scrape_url": "https://a.example/",
                        "title": "A page",
                        "image_url": "https://a.example/a.png",
                    },
                    {"type": "file", "asset_url": "http://cdn.example/old.txt", "title": "old.txt"},
                ],
            },
            {
                "id": "m2",
                "type": "reply",
                "parent_id": "m1",
                "show_in_channel": True,
                "text": "Good",
                "user": BEN,
                "created_at": "2024-03-01T09:30:00Z",
            },
            {"id": "m3", "type": "system", "text": "Ben joined", "user": BEN, "created_at": "2024-03-01T08:30:00Z"},
            {
                "id": "m4",
                "type": "deleted",
                "text": "what was said",
                "user": BEN,
                "created_at": "2024-03-01T08:31:00Z",
                "deleted_at": "2024-03-01T08:32:00Z",
            },
            {
                "id": "m6",
                "type": "regular",
                "text": "",
                "user": ADA,
                "silent": True,
                "quoted_message_id": "m1",
                "created_at": "2024-03-01T09:50:00Z",
                "poll": POLL,
            },
            {"id": "m7", "type": "ephemeral", "text": "/help", "user": ADA, "created_at": "2024-03-01T09:51:00Z"},
            {
                "id": "m8",
                "type": "reply",
                "parent_id": "never",
                "text": "to what?",
                "user": ADA,
                "created_at": "2024-03-01T09:52:00Z",
            },
            {
                "id": "m5",
                "type": "reply",
                "parent_id": "m4",
                "text": "what?",
                "user": ADA,
                "created_at": "2024-03-01T09:40:00Z",
            },
        ],
    },
    {
        "channel": {"id": "!members-x", "type": "messaging", "cid": "messaging:!members-x", "team": "blue"},
        "members": [{"user": ADA}, {"user": BEN}],
        "messages": [],
    },
    {
        "channel": {"id": "live", "type": "livestream", "cid": "livestream:live", "name": "Live"},
        "messages": [{"id": "n1", "text": "hello", "user": ADA, "created_at": "2024-03-01T09:30:00Z"}],
    },
]
SENDBIRD: dict[str, Any] = {
    "users.json": {
        "users": [{"user_id": "ada", "nickname": "Ada", "profile_url": ""}, {"user_id": "ben", "nickname": "Ben"}]
    },
    "channels.json": [
        {
            "channel_url": "sendbird_group_channel_1",
            "name": "Plans",
            "created_at": 1709280000,
            "created_by": {"user_id": "ada", "nickname": "Ada"},
            "members": [{"user_id": "ada", "role": "operator"}, {"user_id": "ben", "role": ""}],
            "read_receipt": {"ada": 1709284000000, "ben": 1709283600500},
        },
        {
            "channel_url": "sendbird_group_channel_2",
            "name": "Group Channel",
            "is_distinct": True,
            "members": [{"user_id": "ada"}, {"user_id": "ben"}],
        },
    ],
    "messages.json": [
        {
            "message_id": 1,
            "type": "MESG",
            "channel_url": "sendbird_group_channel_1",
            "user": {"user_id": "ada"},
            "message": "The plan",
            "created_at": 1709283600000,
            "updated_at": 1709283700000,
            "reactions": [{"key": "like", "user_ids": ["ben"]}],
        },
        {
            "message_id": 2,
            "type": "MESG",
            "channel_url": "sendbird_group_channel_1",
            "user": {"user_id": "ben"},
            "message": "Good",
            "created_at": 1709283601000,
            "updated_at": 0,
            "parent_message_id": 1,
        },
        {
            "message_id": 3,
            "type": "FILE",
            "channel_url": "sendbird_group_channel_1",
            "user": {"user_id": "ben"},
            "message": "",
            "file": {"name": "a.pdf", "url": "https://files.example/a.pdf"},
            "created_at": 1709283602000,
        },
        {
            "message_id": 4,
            "type": "ADMM",
            "channel_url": "sendbird_group_channel_1",
            "message": "Ben joined",
            "created_at": 1709283603000,
        },
        {
            "message_id": 5,
            "type": "MESG",
            "channel_url": "sendbird_group_channel_1",
            "user": {"user_id": "ada"},
            "message": "oh",
            "is_removed": True,
            "silent": True,
            "created_at": 1709283604000,
            "updated_at": 1709283605000,
        },
        {
            "message_id": 6,
            "type": "MESG",
            "channel_url": "sendbird_group_channel_1",
            "user": {"user_id": "ada"},
            "message": "Vote",
            "created_at": 1709283606000,
            "poll": {
                "id": 1,
                "title": "Lunch?",
                "options": [{"id": 1, "text": "Soup", "vote_count": 2}, {"id": 2, "text": "Salad", "vote_count": 0}],
                "allow_multiple_votes": True,
                "close_at": 1709287200,
                "status": "closed",
                "updated_at": 1709287201,
            },
        },
        {
            "message_id": 7,
            "type": "MESG",
            "channel_url": "sendbird_group_channel_1",
            "message": "who?",
            "created_at": 1709283607000,
        },
    ],
}
