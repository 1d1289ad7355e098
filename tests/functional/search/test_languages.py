# ruff: noqa: RUF001 - letters of many scripts
"""What a person expects to find, in the languages that they write: a table of cases, each on the engine."""

import pytest
from opensearchpy import OpenSearch

from tests.support.aws import engine
from tests.support.aws.change_stream import ChangeStream
from tests.support.people.people import Person

FOUND = [
    # English: other forms of a word, contractions, what is written with marks
    ("Two meetings tomorrow", "meeting"),
    ("The meeting is over", "meetings"),
    ("We're running late", "run"),
    ("it's fine", "its"),
    ("It is TIME", "time"),
    ("naïve café", "naive cafe"),
    ("C++ and C# compile", "c++"),
    ("see https://example.com/docs", "example.com"),
    ("mail ada@example.com", "ada@example.com"),
    ("release v1.2.3", "v1.2.3"),
    # German: umlauts with and without dots, ß, plurals
    ("Die Häuser am Fluss", "haus"),
    ("Das Haus am Fluss", "häuser"),
    ("Grüße aus München", "muenchen"),
    ("Grüße aus München", "munchen"),
    ("Straßenbahn", "strassenbahn"),
    ("STRASSE", "straße"),
    # Turkish: dotted and dotless i, suffixes after an apostrophe, plurals
    ("İstanbul'da yağmur var", "istanbul"),
    ("ISTANBUL", "İstanbul"),
    ("ısırgan otu", "isirgan"),
    ("kitaplarım nerede, ağabey", "kitap"),
    ("yeni kitap", "kitaplar"),
    # Russian: cases, ё
    ("о встрече завтра", "встреча"),
    ("встречи отменены", "встреча"),
    ("ещё одна ёлка", "еще елка"),
    # Arabic: the article, vowel marks, forms of alef, digits
    ("قرأت الكتاب أمس", "كتاب"),
    ("كِتابٌ جديد", "كتاب"),
    ("أهلاً وسهلاً", "اهلا"),
    ("المدرسة بعيدة", "مدرسه"),
    ("الساعة ١٢", "12"),
    # Chinese: any part of a sentence, one character
    ("我们明天在北京开会", "北京"),
    ("我们明天在北京开会", "开会"),
    ("我们明天在北京开会", "京"),
    ("我们明天在北京开会", "明天 北京"),
    # Japanese: kanji, kana, half-width forms
    ("東京タワーに行きました", "東京"),
    ("東京タワーに行きました", "タワー"),
    ("東京タワーに行きました", "ﾀﾜｰ"),
    ("猫が好きです", "猫"),
    ("猫が好きです", "好き"),
    # Korean: a word with its particle, one syllable
    ("서울에서 만나요", "서울"),
    ("꽃이 피었다", "꽃"),
    # emoji: with and without skin tone, flags, families, next to words
    ("well done 👍🏽", "👍"),
    ("great 🎉🎉", "🎉"),
    ("Berlin 🇩🇪", "🇩🇪"),
    ("family 👨‍👩‍👧", "👨‍👩‍👧"),
    ("I ❤️ this", "❤"),
    # mixed
    ("iPhone東京支店", "iphone東京"),
    ("iPhone東京支店", "東京"),
    ("สวัสดีครับ", "สวัสดี"),
    ("नमस्ते दुनिया", "दुनिया"),
]

NOT_FOUND = [
    ("東京", "京東"),
    ("北海 京都", "海京"),
    ("мой дом", "мои"),
    ("it is late", "it's"),
    ("C is a letter", "c++"),
    ("category", "cat"),
    ("The meeting", '"meetings"'),
    ("hello big world", '"hello world"'),
    ("great 🎉", "🎊"),
]


@pytest.fixture(scope="module")
def reader(opensearch: OpenSearch) -> Person:
    """Someone in whose conversation all of this was said."""
    stream = ChangeStream()
    person = engine.new_workspace("polyglot").person("alice")
    group = person.open_group(name="Babel")
    for said in dict.fromkeys(said for said, _ in FOUND + NOT_FOUND):
        assert person.send(group, said).status == 201
    engine.index_all(opensearch, stream.take(person.tenant_id))
    return person


@pytest.mark.parametrize(("said", "sought"), FOUND)
def test_is_found(said: str, sought: str, reader: Person) -> None:
    answer = reader.get("/v1/search/messages", q=sought, limit=100)
    hits = {hit["message"]["text"]: hit for hit in answer["data"]}
    assert said in hits
    assert "<em>" in hits[said]["highlights"][0]


@pytest.mark.parametrize(("said", "sought"), NOT_FOUND)
def test_is_not_found(said: str, sought: str, reader: Person) -> None:
    answer = reader.get("/v1/search/messages", q=sought, limit=100)
    assert said not in [hit["message"]["text"] for hit in answer["data"]]
