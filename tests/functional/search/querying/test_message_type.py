"""Messages are found by their type, those too that were indexed before types were."""

from opensearchpy import OpenSearch

from tests.support.aws import engine
from tests.support.dynamodb.change_stream import ChangeStream

PATH = "/v1/search/messages"


def test_a_filter_finds_messages_of_a_type(opensearch: OpenSearch) -> None:
    stream = ChangeStream()
    acme = engine.new_workspace("typed")
    alice, bob = acme.person("alice"), acme.person("bob")
    room = alice.open_group(bob)
    plain = alice.send(room, "hello https://example.com")["id"]
    order = alice.send(room, "hello order", type="order.placed")["id"]
    body = {"conversation_id": room, "text": "hello system", "type": "system"}
    system = acme.server.post("/v1/messages", body)["id"]
    engine.index_all(opensearch, stream.take())

    def found(**query: object) -> set[str]:
        answer = bob.get(PATH, **query)
        assert answer.status == 200, answer.text
        return {hit["message"]["id"] for hit in answer["data"]}

    assert found(q="hello") == {plain, order, system}
    assert found(message_type="regular") == {plain}
    assert found(message_type="system") == {system}
    assert found(q="hello", message_type="order.placed") == {order}
    assert found(q="system", message_type="order.placed") == set()
    assert found(q="hello", message_type="order") == set()
    assert found(has="link", message_type="regular") == {plain}
    assert found(has="link", message_type="system") == set()
    assert bob.get(PATH, message_type="#system").status == 422
    assert bob.get(PATH, message_type="").status == 422


def test_a_cursor_of_one_type_is_not_good_for_another(opensearch: OpenSearch) -> None:
    stream = ChangeStream()
    acme = engine.new_workspace("typed pages")
    alice, bob = acme.person("alice"), acme.person("bob")
    room = alice.open_group(bob)
    sent = {alice.send(room, f"order {number}", type="order")["id"] for number in range(3)}
    engine.index_all(opensearch, stream.take())
    first = bob.get(PATH, message_type="order", limit=2)
    again = bob.get(PATH, message_type="regular", limit=2, cursor=first["next_cursor"])
    assert (again.status, again["code"]) == (400, "invalid_cursor")
    rest = bob.get(PATH, message_type="order", limit=2, cursor=first["next_cursor"])
    assert {hit["message"]["id"] for hit in [*first["data"], *rest["data"]]} == sent


def test_what_was_indexed_without_its_type_is_not_taken_for_a_regular_message(opensearch: OpenSearch) -> None:
    stream = ChangeStream()
    acme = engine.new_workspace("typed before")
    alice, bob = acme.person("alice"), acme.person("bob")
    room = alice.open_group(bob)
    plain = alice.send(room, "hello")["id"]
    alice.send(room, "hello order", type="order")
    engine.index_all(opensearch, stream.take())
    query = {"term": {"tenant_id": acme.tenant_id}}
    for hit in opensearch.search(index="messages-read", body={"query": query})["hits"]["hits"]:
        document = {name: value for name, value in hit["_source"].items() if name != "carries"}
        opensearch.index(index=hit["_index"], id=hit["_id"], body=document, routing=acme.tenant_id, refresh=True)
    answer = bob.get(PATH, q="hello", message_type="regular")
    assert [hit["message"]["id"] for hit in answer["data"]] == [plain]
