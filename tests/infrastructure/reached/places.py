"""What functions work on whose key spaces cannot be read from their source: of a stored line, or of a mixed batch.

By the function that makes the call, with the action before it where its calls differ. An entry that nothing reaches any
more is refused (`tests/infrastructure/test_reached_grants.py`), and so is a call that is neither traced nor named here.
"""

from infrastructure.access import KeySpace, Table

Places = tuple[tuple[Table, KeySpace], ...]
CONVERSATION: Places = (("chat", "conversation"),)
USER: Places = (("chat", "user"),)
LOGS: Places = (("control", "conversation"), ("control", "user"))

WORKS_ON: dict[str, Places] = {
    # A conversation's or a thread's line, which comes as its partition or within an item.
    "parley.messaging.sequence.add_gap": CONVERSATION,
    "parley.messaging.sequence.spill": CONVERSATION,
    "parley.messaging.sequence.overflowed_gaps": CONVERSATION,
    "parley.messaging.conversations.previews.show_newest_before": CONVERSATION,
    "parley.messaging.conversations.previews._newest_arrived": CONVERSATION,
    "parley.messaging.conversations.previews.tail_before": CONVERSATION,
    "parley.messaging.conversations.previews._with_text": CONVERSATION,
    "parley.messaging.conversations.previews._change": CONVERSATION,
    "parley.messaging.messages.history._query": CONVERSATION,
    "parley.messaging.messages.annotations.own_of": CONVERSATION,
    "parley.messaging.messages.reactions.reactions._add_overflowed": CONVERSATION,
    "parley.messaging.messages.pins.do_unpin": CONVERSATION,
    "parley.messaging.messages.polls.polls._Ballot._count": CONVERSATION,
    "parley.messaging.messages.polls.polls._Ballot.read": CONVERSATION,
    "parley.messaging.messages.polls.polls._Ballot.remove": CONVERSATION,
    "parley.messaging.messages.polls.polls._Ballot.swap": CONVERSATION,
    "parley.messaging.messages.polls.polls._read": CONVERSATION,
    "parley.messaging.messages.polls.polls.withdraw": CONVERSATION,
    "parley.messaging.erasing._ban": CONVERSATION,
    "parley.messaging.erasing._invite": CONVERSATION,
    "parley.messaging.erasing._flag": CONVERSATION,
    "parley.messaging.messages.automatic_flags.put_flagged": CONVERSATION,
    "parley.messaging.messages.automatic_flags._reopen": CONVERSATION,
    "parley.messaging.messages.sending.hiding._put_unless_there": CONVERSATION,
    "BatchGetItem parley.messaging.messages.shadowed.listing.do_list_of_user": CONVERSATION,
    "PutItem parley.messaging.review.reports.do_flag": CONVERSATION,
    "GetItem parley.messaging.review.reports.do_flag": CONVERSATION,
    "parley.messaging.review.queue._shown": CONVERSATION,
    "Query parley.messaging.review.queue.do_list": (("chat", "flags"),),
    "Query parley.review.cases_queue.do_list": (("chat", "cases"),),
    "BatchGetItem parley.review.cases_queue.do_list": CONVERSATION,
    "Query parley.review.appeals.do_list": (("chat", "appeals"),),
    "BatchGetItem parley.review.appeals.do_list": USER,
    "parley.messaging.erasing._case": CONVERSATION,
    "parley.messaging.erasing._unmention": CONVERSATION,
    "parley.messaging.erasing._update": CONVERSATION,
    "parley.jobs.erasure._conversations": CONVERSATION,
    "parley.media.references.messages": CONVERSATION,
    "parley.messaging.messages.sending.claims.claim_numbers": (("control", "idempotency"),),
    "parley.messaging.activity.put_unlisted": (("control", "unlisted"),),
    "parley.messaging.conversations.kept.keep": (("control", "user"),),
    # The lines of an export, which its state holds.
    "parley.jobs.export_pages._query": (*USER, *CONVERSATION, ("control", "user")),
    "Query parley.jobs.export_pages._members": CONVERSATION,
    "BatchGetItem parley.jobs.export_pages._members": USER,
    "parley.jobs.export_pages._are_members": USER,
    "parley.jobs.export_pages._audit": (("audit", "audit"),),
    "parley.jobs.export_pages._begin": (("chat", "media"),),
    # Whatever the change stream told of, and the logs of events. Who replays reads no webhooks.
    "parley.streams.shared_reads.gather": (*USER, *CONVERSATION, ("chat", "media"), ("chat", "webhooks")),
    "parley.streams.shared_reads.read": (*USER, *CONVERSATION, ("chat", "media")),
    "parley.push.notifications._load": (*USER, *CONVERSATION),
    "parley.realtime.event_log.read": LOGS,
    "parley.realtime.event_log.write": LOGS,
    "parley.realtime.event_log.read_heads": (("control", "conversation"),),
    "parley.search.indexing.change_indexer.do_redrive": (*USER, *CONVERSATION),
    # Several keys in one tuple or dictionary.
    "parley.media.quota._add": (("control", "quota"),),
    "parley.push.devices._take_token": (("control", "push_tokens"),),
    "parley.tenants.signing_keys._deletions": (("chat", "tenant"), ("control", "secrets")),
}
