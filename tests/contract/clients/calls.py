"""What a client writes against the package that openapi-python-client generates."""

from generated_client import AuthenticatedClient
from generated_client.api.messaging import list_messages, send_message
from generated_client.models import GatewayMessage, Message, MessagePage, Problem, SendMessage


def hello(address: str, token: str, conversation_id: str) -> list[str]:
    """Send a message, and the texts of the newest page."""
    client = AuthenticatedClient(base_url=address, token=token)
    sent: Message | GatewayMessage | Problem | None = send_message.sync(
        client=client, body=SendMessage(conversation_id=conversation_id, text="Hello from a generated client")
    )
    if not isinstance(sent, Message):
        raise TypeError(sent)
    page = list_messages.sync(conversation_id, client=client, limit=20)
    if not isinstance(page, MessagePage):
        raise TypeError(page)
    return [f"{message.seq} {message.text} {message.created_at.isoformat()}" for message in page.data]
