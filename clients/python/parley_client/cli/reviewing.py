"""`parley review`: what was reported, claiming it, and deciding it, as a moderator whom `--as` names."""

from typing import Annotated, Any

import typer

from parley_client.cli.session import session_of

review = typer.Typer(
    help="The reported messages of a tenant; a server token, and `--as` a moderator to claim and decide.",
    no_args_is_help=True,
)
Message = Annotated[str, typer.Argument(help="The reported message's id.")]


@review.command("list")
def list_cases(
    context: typer.Context,
    *,
    mine: Annotated[bool, typer.Option("--mine", help="Only what I have claimed.")] = False,
    unclaimed: Annotated[bool, typer.Option("--unclaimed", help="Only what nobody has claimed.")] = False,
    conversation_id: Annotated[str | None, typer.Option("--in", help="Only of this conversation.")] = None,
) -> None:
    """What nobody has decided, the most urgent first."""
    session = session_of(context)
    wanted: Any = "mine" if mine else "unclaimed" if unclaimed else None
    with session.client() as parley:
        found = parley.iterate_cases(limit=100, claim=wanted, conversation_id=conversation_id)
        session.printer.rows(found, ("message_id", "author_id", "priority", "reporters", "status", "opened_at"))


@review.command()
def show(context: typer.Context, message_id: Message) -> None:
    """A case with its reports."""
    session = session_of(context)
    with session.client() as parley:
        case = parley.get_case(message_id)
    if session.printer.as_json:
        session.printer.thing(case, "")
        return
    text = "" if case["message"] is None else case["message"]["text"]
    session.printer.thing(case, f"{case['author_id']}: {text}")
    session.printer.rows(case["reports"], ("reported_by", "reason", "created_at"))


@review.command()
def claim(
    context: typer.Context,
    message_id: Message,
    minutes: Annotated[int, typer.Option(help="After which it lapses.", min=1, max=240)] = 15,
    *,
    take_over: Annotated[bool, typer.Option("--take-over", help="Also from another moderator.")] = False,
) -> None:
    """Have a case to yourself for some minutes."""
    session = session_of(context)
    with session.client() as parley:
        case = parley.claim_case(message_id, minutes=minutes, take_over=take_over)
    held = case["claim"]
    told = "nobody has it" if held is None else f"{held['moderator_id']} has it until {held['expires_at']}"
    session.printer.thing(case, told)


@review.command()
def release(context: typer.Context, message_id: Message) -> None:
    """Give a case back."""
    session = session_of(context)
    with session.client() as parley:
        parley.release_case(message_id)
    session.printer.thing({"message_id": message_id}, f"{message_id} released")


@review.command()
def decide(
    context: typer.Context,
    message_id: Message,
    *,
    delete: Annotated[bool, typer.Option("--delete", help="Delete the message.")] = False,
    warn: Annotated[bool, typer.Option("--warn", help="Warn its author.")] = False,
    ban: Annotated[bool, typer.Option("--ban", help="Ban the author from the conversation.")] = False,
    until: Annotated[str | None, typer.Option(help="When the ban ends: 2026-11-23T09:00:00Z; else never.")] = None,
    deactivate: Annotated[bool, typer.Option("--deactivate", help="Deactivate the author.")] = False,
    reason: Annotated[str | None, typer.Option(help="What the author is told.")] = None,
    note: Annotated[str | None, typer.Option(help="For moderators.")] = None,
) -> None:
    """Decide a case; without an option its reports are dismissed."""
    asked = {"delete_message": delete, "warn": warn, "ban": ban, "deactivate": deactivate}
    actions: Any = [name for name, wanted in asked.items() if wanted]
    session = session_of(context)
    with session.client() as parley:
        case = parley.decide_case(message_id, actions=actions, reason=reason, note=note, banned_until=until)
    missed = [] if case["decision"] is None else case["decision"]["not_done"]
    told = ", ".join(actions) or "dismissed"
    session.printer.thing(case, told + (f"; not possible: {', '.join(missed)}" if missed else ""))


@review.command()
def reopen(context: typer.Context, message_id: Message) -> None:
    """Put a decided case back into the queue."""
    session = session_of(context)
    with session.client() as parley:
        case = parley.reopen_case(message_id)
    session.printer.thing(case, f"{message_id} is open")


@review.command()
def record(context: typer.Context, user_id: str) -> None:
    """What was decided about a user."""
    session = session_of(context)
    with session.client() as parley:
        found = parley.get_record(user_id, limit=100)
    counts = ", ".join(f"{name} {number}" for name, number in found["counts"].items() if number)
    session.printer.thing(found, counts or "nothing")
    if not session.printer.as_json:
        session.printer.rows(found["data"], ("decided_at", "actions", "reason", "decided_by"))


@review.command()
def appeals(context: typer.Context) -> None:
    """Appeals that nobody has answered, the oldest first."""
    session = session_of(context)
    with session.client() as parley:
        found = parley.iterate_appeals(limit=100)
        rows = [each | {"says": each["appeal"]["text"], "filed_at": each["appeal"]["filed_at"]} for each in found]
    session.printer.rows(rows, ("user_id", "id", "actions", "filed_at", "says"))


@review.command()
def answer(
    context: typer.Context,
    user_id: str,
    decision_id: str,
    *,
    overturn: Annotated[bool, typer.Option("--overturn/--uphold", help="Undo the decision, or let it stand.")],
    say: Annotated[str | None, typer.Option(help="What the user is told.")] = None,
) -> None:
    """Answer an appeal."""
    session = session_of(context)
    with session.client() as parley:
        done = parley.answer_appeal(user_id, decision_id, outcome="overturned" if overturn else "upheld", answer=say)
    restored = ", ".join(done["appeal"]["restored"]) or "nothing"
    told = f"{done['appeal']['outcome']}" + (f"; undone: {restored}" if overturn else "")
    session.printer.thing(done, told)
