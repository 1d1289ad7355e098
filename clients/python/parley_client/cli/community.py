"""`parley community`: who may write in a conversation and how often, who may join, and whom one has muted."""

from typing import Annotated, Any, Literal

import typer

from parley_client.cli.session import session_of

community = typer.Typer(
    help="Running a conversation of many, as a moderator or admin of it, and getting along in it.", no_args_is_help=True
)
Conversation = Annotated[str, typer.Argument(help="The conversation's id.")]


@community.command()
def freeze(context: typer.Context, conversation_id: Conversation) -> None:
    """Let only moderators and above, and the back end, write."""
    _update(context, conversation_id, "is frozen", frozen=True)


@community.command()
def unfreeze(context: typer.Context, conversation_id: Conversation) -> None:
    """Let every member write again."""
    _update(context, conversation_id, "takes messages again", frozen=False)


@community.command("slow-mode")
def slow_mode(
    context: typer.Context,
    conversation_id: Conversation,
    seconds: Annotated[int, typer.Argument(help="How long a member waits after a message; 0, no time.", min=0)],
) -> None:
    """Let members send one message in so many seconds."""
    _update(context, conversation_id, f"takes a message of each member in {seconds} s", slow_mode_seconds=seconds)


@community.command()
def truncate(
    context: typer.Context,
    conversation_id: Conversation,
    up_to: Annotated[str | None, typer.Option(help="The last message to go; else all until now.")] = None,
    notice: Annotated[str | None, typer.Option(help="A system message that says so, and stays.")] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete messages for everybody, with all that hangs on them. Cannot be undone."""
    session = session_of(context)
    if not yes:
        typer.confirm("Delete this history for everybody, for good?", abort=True, err=True)
    change: dict[str, Any] = {} if up_to is None else {"message_id": up_to}
    if notice is not None:
        change["message"] = {"text": notice}
    with session.client() as parley:
        truncated = parley.truncate_conversation(conversation_id, **change)
    session.printer.thing(truncated, f"{conversation_id}: nothing up to number {truncated['truncated_seq']} is shown")


@community.command()
def role(
    context: typer.Context,
    conversation_id: Conversation,
    user_id: str,
    role: Annotated[
        Literal["member", "moderator", "admin", "owner"], typer.Argument(help="What they are from now on.")
    ],
) -> None:
    """Give a member another role."""
    session = session_of(context)
    with session.client() as parley:
        member = parley.change_role(conversation_id, user_id, role=role)
    session.printer.thing(member, f"{member['user_id']} {member['role']}")


@community.command()
def team(
    context: typer.Context,
    conversation_id: Conversation,
    team: Annotated[str | None, typer.Argument(help="Whose it is; left out, everybody's.")] = None,
) -> None:
    """Give a conversation to another team, as the back end. Whoever is a member stays one."""
    _update(context, conversation_id, f"is of the team {team}" if team else "is of no team", team=team)


@community.command()
def invite(
    context: typer.Context,
    conversation_id: Conversation,
    user_ids: Annotated[list[str], typer.Argument(help="Whom to invite.")],
) -> None:
    """Invite users, who join if they want to."""
    session = session_of(context)
    with session.client() as parley:
        results = parley.invite_users(conversation_id, user_ids=user_ids)["data"]
    session.printer.rows(results, ("user_id", "status"))


@community.command("invite-link")
def invite_link(
    context: typer.Context,
    conversation_id: Conversation,
    max_uses: Annotated[int | None, typer.Option(help="How many may join by it.", min=1)] = None,
    hours: Annotated[int, typer.Option(help="How long it holds.", min=1)] = 168,
) -> None:
    """Make a link by which whoever has its token may join. The token is shown this once."""
    session = session_of(context)
    with session.client() as parley:
        made = parley.create_invite_link(conversation_id, max_uses=max_uses, expires_in_seconds=hours * 3600)
    session.printer.thing(made, made["token"])


@community.command()
def requests(context: typer.Context, conversation_id: Conversation) -> None:
    """Who asks to join."""
    session = session_of(context)
    with session.client() as parley:
        asking = parley.iterate_join_requests(conversation_id, limit=100)
        session.printer.rows(asking, ("user_id", "created_at", "text"))


@community.command()
def approve(context: typer.Context, conversation_id: Conversation, user_id: str) -> None:
    """Let in who asks to join."""
    session = session_of(context)
    with session.client() as parley:
        result = parley.approve_join_request(conversation_id, user_id)
    session.printer.thing(result, f"{result['user_id']} {result['status']}")


@community.command()
def decline(context: typer.Context, conversation_id: Conversation, user_id: str) -> None:
    """Let somebody who asks to join stay out."""
    session = session_of(context)
    with session.client() as parley:
        parley.take_back_join_request(conversation_id, user_id)
    session.printer.thing({"user_id": user_id}, f"{user_id} declined")


@community.command()
def join(context: typer.Context, token: Annotated[str, typer.Argument(help="The token of an invite link.")]) -> None:
    """Join by an invite link."""
    session = session_of(context)
    with session.client() as parley:
        joined = parley.join_by_link(token=token)
    session.printer.thing(joined, f"{joined['name']} {joined['id']}")


@community.command()
def mute(
    context: typer.Context,
    user_id: str,
    until: Annotated[str | None, typer.Option(help="Up to when: 2026-11-23T09:00:00Z; else for good.")] = None,
) -> None:
    """Have nothing that a user writes pushed to you."""
    session = session_of(context)
    with session.client() as parley:
        muted = parley.mute_user(user_id, until=until)
    session.printer.thing(muted, f"{user_id} muted " + (f"until {muted['until']}" if muted["until"] else "for good"))


@community.command()
def unmute(context: typer.Context, user_id: str) -> None:
    """Have what a user writes pushed to you again."""
    session = session_of(context)
    with session.client() as parley:
        parley.unmute_user(user_id)
    session.printer.thing({"user_id": user_id}, f"{user_id} unmuted")


@community.command()
def mutes(context: typer.Context) -> None:
    """Whom you have muted."""
    session = session_of(context)
    with session.client() as parley:
        session.printer.rows(parley.iterate_user_mutes(limit=100), ("user_id", "created_at", "until"))


def _update(context: typer.Context, conversation_id: str, told: str, **change: Any) -> None:
    session = session_of(context)
    with session.client() as parley:
        updated = parley.update_conversation(conversation_id, **change)
    session.printer.thing(updated, f"{updated['name']} {told}")
