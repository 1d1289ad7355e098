"""Messages are found by the user group that they mention, as the table has them now."""

from opensearchpy import OpenSearch

from tests.support.aws import engine
from tests.support.dynamodb.change_stream import ChangeStream

PATH = "/v1/search/messages"


def test_a_filter_finds_what_mentions_a_group(opensearch: OpenSearch) -> None:
    stream = ChangeStream()
    acme = engine.new_workspace("grouped")
    alice, bob = acme.person("alice"), acme.person("bob")
    team, crew = (
        acme.server.post("/v1/user-groups", {"handle": handle, "name": handle})["id"] for handle in ("team", "crew")
    )
    room = alice.open_group(bob)
    sent = [
        alice.send(room, "hello team", mentioned_groups=[team], mentions=["bob"])["id"],
        alice.send(room, "hello both", mentioned_groups=[team, crew])["id"],
        alice.send(room, "hello bob", mentions=["bob"])["id"],
    ]
    added = alice.send(room, "added later")["id"]
    assert alice.put(f"/v1/messages/{added}", {"mentioned_groups": [crew]}).status == 200
    engine.index_all(opensearch, stream.take())

    def found(**query: object) -> set[str]:
        answer = bob.get(PATH, **query)
        assert answer.status == 200, answer.text
        return {hit["message"]["id"] for hit in answer["data"]}

    assert found(mentioned_group=team) == {sent[0], sent[1]}
    assert found(mentioned_group=crew) == {sent[1], added}
    assert found(mentioned_group=team, mentions="bob") == {sent[0]}
    assert found(q="both", mentioned_group=team) == {sent[1]}
    assert found(mentions="bob") == {sent[0], sent[2]}
    assert found(mentioned_group="0" * 26) == set()
    assert bob.get(PATH, mentioned_group="@team").status == 422
    assert alice.put(f"/v1/messages/{sent[1]}", {"mentioned_groups": [crew]}).status == 200
    assert found(mentioned_group=team) == {sent[0]}, "what an edit took away is not found, whatever the index says"
