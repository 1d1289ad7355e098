"""`parley poll …`: ask, vote, see what votes come to and who voted for what, close."""

from itertools import islice
from typing import Annotated, Any

import typer

from parley_client.cli.printing import Printer
from parley_client.cli.session import session_of

polls = typer.Typer(help="Polls in conversations.", no_args_is_help=True)


@polls.command()
def ask(
    context: typer.Context,
    conversation_id: str,
    question: str,
    options: Annotated[list[str], typer.Argument(help="Two to twenty things to vote for.")],
    max_votes: Annotated[int, typer.Option(help="For how many options a user may vote.")] = 1,
    closes_at: Annotated[str | None, typer.Option(help="When it closes by itself: RFC 3339.")] = None,
    key: Annotated[str | None, typer.Option(help="An idempotency key: the same one asks nothing twice.")] = None,
    *,
    anonymous: Annotated[bool, typer.Option(help="Nobody is shown who voted for what.")] = False,
) -> None:
    """Send a poll."""
    session = session_of(context)
    poll: dict[str, Any] = {
        "question": question,
        "options": [{"text": option} for option in options],
        "max_votes": max_votes,
        "anonymous": anonymous,
    }
    if closes_at is not None:
        poll["closes_at"] = closes_at
    body: dict[str, Any] = {"conversation_id": conversation_id, "poll": poll}
    with session.client() as parley:
        sent = parley.send_message(**body, idempotency_key=key)
    session.printer.thing(sent, sent["id"])


@polls.command()
def vote(
    context: typer.Context,
    message_id: str,
    options: Annotated[list[str] | None, typer.Argument(help="Ids of options; none takes your votes back.")] = None,
) -> None:
    """Vote for these options, and for no others."""
    session = session_of(context)
    with session.client() as parley:
        cast = parley.vote(message_id, options=options or [])
    session.printer.thing(cast, _in_words(cast["results"]))


@polls.command()
def show(context: typer.Context, message_id: str) -> None:
    """What the votes have come to."""
    session = session_of(context)
    with session.client() as parley:
        poll = parley.get_message(message_id)["poll"]
    if poll is None:
        raise typer.BadParameter("the message has no poll")
    if session.printer.as_json:
        session.printer.thing(poll, "")
        return
    _print_poll(session.printer, poll)


@polls.command()
def voters(
    context: typer.Context,
    message_id: str,
    option: Annotated[str | None, typer.Option(help="Only who voted for this one.")] = None,
    count: Annotated[int, typer.Option("-n", help="How many.", min=1)] = 50,
) -> None:
    """Who voted for what."""
    session = session_of(context)
    with session.client() as parley:
        found = parley.iterate_votes(message_id, option=option, limit=min(count, 100))
        session.printer.rows(islice(found, count), ("user_id", "options", "voted_at"))


@polls.command()
def close(context: typer.Context, message_id: str) -> None:
    """Take no more votes."""
    session = session_of(context)
    with session.client() as parley:
        closed = parley.close_poll(message_id)
    session.printer.thing(closed, _in_words(closed["results"]))


def _print_poll(printer: Printer, poll: Any) -> None:
    results = poll["results"]
    printer.thing(poll, poll["question"])
    for option in poll["options"]:
        mark = "*" if option["id"] in results["mine"] else " "
        printer.thing(option, f"{results['counts'][option['id']]:>6} {mark} {option['id']}: {option['text']}")
    printer.thing(results, f"{results['voters']} voted, {'closed' if results['closed_at'] else 'open'}")


def _in_words(results: Any) -> str:
    counts = ", ".join(f"{option}: {count}" for option, count in results["counts"].items())
    return f"{counts}; {results['voters']} voted"
