# ruff: noqa: RUF001 - letters of many scripts
"""What a person expects to find, in the languages that they write: a table of cases, each on the engine."""

import pytest
from opensearchpy import OpenSearch

from tests.support.aws import engine
from tests.support.dynamodb.change_stream import ChangeStream
from tests.support.people.people import Person
from tests.support.people.said import found, said_by

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
    # a word's own relatives, in the language of the message
    ("a note for you", "note"),
    ("the notes are here", "note"),
    ("come here now", "here"),
    ("two planes landed", "planes"),
    ("the plane landed", "planes"),
    ("many times", "times"),
    ("no time today", "times"),
    ("red wine", "wine"),
    ("interest rates", "rates"),
    ("the children are playing", "child"),
    ("the children are playing", "play"),
    ("Die Kinder spielen", "Kind"),
    ("Die Kinder spielen schön", "Kind"),
    ("wir haben das gemacht", "machen"),
    ("l'homme est parti", "homme"),
    ("l’homme est parti", "homme"),
    ("l’arbre est mort", "arbre"),
    ("L'avion est là", "avion"),
    ("j'ai vu des chevaux dans le champ", "cheval"),
    ("all'inizio dell'anno", "anno"),
    ("le case sono belle", "casa"),
    ("los niños juegan en la calle", "niño"),
    ("as crianças brincam no jardim", "criança"),
    ("de kinderen spelen in de tuin", "kind"),
    ("barnen leker i trädgården", "barn"),
    ("çocuklar kitaplarını okuyor", "kitap"),
    ("İstanbul'dan geldik", "istanbul"),
    ("ребята читали книги", "книга"),
    ("दोस्तों से बात करो", "दोस्त"),
    ("koirat juoksevat metsässä", "koira"),
    ("kupiłem nowe książki", "książka"),
    ("koupil jsem nové knihy", "kniha"),
    ("він читає книги", "книга"),
    ("הילדים משחקים בחוץ", "ילדים"),
    # joined and split forms
    ("send an e-mail please", "email"),
    ("send an e-mail please", "e-mail"),
    ("send an email please", "e-mail"),
    ("send an email please", "email"),
    ("the wi-fi is down", "wifi"),
    ("the WiFi is down", "wi-fi"),
    ("we run node.js 20 here", "nodejs"),
    ("nodejs is fine", "node.js"),
    ("it costs 1,000 dollars", "1000"),
    ("it costs 1000 euros", "1,000"),
    ("es kostet 1.000.000 Franken", "1000000"),
    ("cela coûte 25 000 francs", "25000"),
    ("१०,००० रुपये", "10000"),
    ("call +49 30 1234567 now", "+49301234567"),
    ("call +49301234568 now", "+49 30 1234568"),
    ("call (555) 123-4567", "5551234567"),
    ("call (555) 123-4567", "555-123-4567"),
    ("use getUserName there", "name"),
    ("use getUserName there", "get_user_name"),
    ("use get_user_id there", "getUserId"),
    ("the HTTPServer class", "server"),
    ("a follow-up is due", "followup"),
    ("the iPhone15 is out", "iphone"),
    # marks and signs within words
    ('דובר צה"ל אמר', "צה״ל"),
    ('דובר צה"ל מסר', "צהל"),
    ("rock'n'roll", "rocknroll"),
    ("חיילי צה״ל בדרך", 'צה"ל'),
    ("O'Neill called", "neill"),
    ("O’Neill called again", "oneill"),
    ("pass\u200bword leaked", "password"),
    ("co\u00adoperate", "cooperate"),
    ("می‌خواهم بروم", "میخواهم"),
    # kana, Han variants, Indic nasals
    ("スシを食べる", "すし"),
    ("すしを食べた", "スシ"),
    ("ｶﾞｽがない", "がす"),
    ("我們在臺灣", "台湾"),
    ("我们在台湾工作", "臺灣"),
    ("國語很難", "国语"),
    ("戰爭與和平", "戦争"),
    ("हिंदी सीखो", "हिन्दी"),
    ("हिन्दी बोलो", "हिंदी"),
    ("चाँद निकला", "चांद"),
    ("ज़रूर आना", "जरूर"),
    ("सम्बन्ध अच्छा है", "संबंध"),
    # umlauts both ways
    ("Herr Mueller ruft an", "Müller"),
    ("Frau Müller ruft an", "Mueller"),
    ("Frau Müller ruft an", "muller"),
    ("Soeren kommt", "Sören"),
    ("Søren kommer", "Soeren"),
    # symbols that belong to a word
    ("C# and F# are .NET languages", ".NET"),
    ("C# and F# are .NET languages", "F#"),
    ("edit the .env file", ".env"),
    ("edit the .env file", "env"),
    ("AT&T is down", "AT&T"),
    ("AT&T is down", "att"),
    ("ask R & D about it", "R&D"),
    ("open it in Notepad++", "notepad++"),
    ("open it in Notepad++", "notepad"),
    ("it is -5 outside", "-5"),
    ("#release is out", "#release"),
    ("the release is out", "#release"),
]

NOT_FOUND = [
    ("東京", "京東"),
    ("北海 京都", "海京"),
    ("мой дом", '"мои"'),
    ("it is late", "it's"),
    ("C is a letter", "c++"),
    ("category", "cat"),
    ("The meeting", '"meetings"'),
    ("hello big world", '"hello world"'),
    ("great 🎉", "🎊"),
    # a word and another that only a stemmer, or a stemmer of another language, takes for it
    ("I do not know", "note"),
    ("ask her now", "here"),
    ("the plan is good", "planes"),
    ("Tim is here", "times"),
    ("we win again", "wine"),
    ("rats in the kitchen", "rates"),
    ("the universe is large", "university"),
    ("a general question", "generous"),
    ("new evening news", "even"),
    ("Er ist schon sicher", "sich"),
    ("die Note war gut", "not"),
    ("la casa está vacía", "casado"),
    ("el pared es blanca", "para"),
    ("la partie est finie", "partir"),
    ("il porto è lontano", "porta"),
    ("het geniet van de zon", "niet"),
    ("bilim ve sanat", "bile"),
    ("поэт пишет стихи", "поэтому"),
    ("don't do it", "don"),
    ("you can't go", "can"),
    ("watch it on YouTube", "you"),
    # a symbol that belongs to a word is not the word, nor the other way round
    ("the fishing net is torn", ".NET"),
    ("C# and F# are .NET languages", "net"),
    ("meet me at the tee", "AT&T"),
    ("q and a", "Q&A"),
    ("C is a letter", "C#"),
    ("the Disney film", "Disney+"),
    ("there are 5 outside", "-5"),
    ("it costs 1.5 dollars", "15"),
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


HIGHLIGHTED = [
    ("send an e-mail please", "email", "send an <em>e-mail</em> please"),
    ("l’homme est parti", "homme", "l’<em>homme</em> est parti"),
    ("it costs 1,000 dollars", "1000", "it costs <em>1,000</em> dollars"),
    ("use getUserName there", "name", "use getUser<em>Name</em> there"),
    ("call +49 30 1234567 now", "+49301234567", "call <em>+49 30 1234567</em> now"),
    ("C# and F# are .NET languages", ".NET", "C# and F# are <em>.NET</em> languages"),
    ("pass\u200bword leaked", "password", "<em>pass\u200bword</em> leaked"),
    ("İstanbul'dan geldik", "istanbul", "<em>İstanbul&#x27;dan</em> geldik"),
]


@pytest.mark.parametrize(("said", "sought", "shown"), HIGHLIGHTED)
def test_a_highlight_is_what_stands_there(said: str, sought: str, shown: str, reader: Person) -> None:
    hits = {hit["message"]["text"]: hit for hit in reader.get("/v1/search/messages", q=sought, limit=100)["data"]}
    assert hits[said]["highlights"] == [shown]


def test_the_word_itself_comes_before_its_relatives(opensearch: OpenSearch) -> None:
    exact = [f"a plane and {at} more words that make this longer than the others are" for at in range(3)]
    related = ["planes", "planes planes", "two planes"]
    person = said_by(opensearch, *exact, *related)
    answers = found(person, "plane")
    assert set(answers[:3]) == set(exact)
    assert set(answers[3:]) == set(related)
    assert set(found(person, "planes")[:3]) == set(related)
    assert set(found(person, "plane", sort="recent")) == {*exact, *related}


def test_a_tag_comes_before_the_word(opensearch: OpenSearch) -> None:
    person = said_by(opensearch, "about #deploy of today", "deploy", "deploy the deploy", "we deployed")
    assert found(person, "#deploy")[0] == "about #deploy of today"
    assert len(found(person, "#deploy")) == 4


def test_a_stem_meets_only_its_own_language(opensearch: OpenSearch) -> None:
    english = "the children are playing in the garden"
    german = "die Kinder spielen im Garten"
    person = said_by(opensearch, english, german, "nous avons visité les gares", "the cars are red")
    assert found(person, "kind") == [german]
    assert found(person, "child") == [english]
    assert found(person, "gare") == ["nous avons visité les gares"]


@pytest.mark.parametrize(
    ("sought", "own", "other"),
    [
        ("hands", "give me your hand please", "die Hände waschen wir nachher"),
        ("students", "she is a student here", "die Studenten haben heute frei"),
        ("weeks", "we met a week ago", "we zien elkaar over twee weken"),
        ("schools", "he goes to school with her", "de scholen zijn morgen dicht"),
        ("casas", "la casa está vacía desde ayer", "le case sono belle in questa città"),
        ("personas", "es una persona muy buena", "ci sono molte persone in piazza"),
        ("idées", "c'est une idée que nous avons eue", "wir haben leider keine Ideen mehr"),
    ],
)
def test_a_stem_that_two_languages_share_is_two_stems(
    sought: str, own: str, other: str, opensearch: OpenSearch
) -> None:
    assert found(said_by(opensearch, own, other), sought) == [own]


def test_a_tenant_names_the_languages_that_its_queries_are_stemmed_in(opensearch: OpenSearch) -> None:
    texts = ("die Kinder spielen im Garten", "the children are playing in the garden")
    person = said_by(opensearch, *texts, languages=["en"])
    assert found(person, "kind") == []
    assert found(person, "child") == [texts[1]]


def test_a_negated_word_keeps_its_other_spellings_out_and_not_its_relatives(opensearch: OpenSearch) -> None:
    person = said_by(opensearch, "an e-mail came", "an email came", "many emails came")
    assert found(person, "came -email") == ["many emails came"]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Jürgen Müller", "mueller"),
        ("Jürgen Müller", "Müll"),
        ("Juergen Mueller", "Müller"),
        ("O’Neill", "neill"),
        ("O'Neill", "oneill"),
        ("Jean-Luc", "jeanluc"),
        ("ヤマダ", "やま"),
        ("陳國強", "陈国"),
        ("Dr. Anne d'Arc", "arc"),
        ("हिन्दी सिंह", "हिंदी"),
    ],
)
def test_a_name_is_found_as_people_write_it(name: str, typed: str, opensearch: OpenSearch) -> None:
    stream = ChangeStream()
    workspace = engine.new_workspace("names")
    alice = workspace.person("alice")
    assert workspace.server.put("/v1/users/one", {"name": name}).status in (200, 201)
    alice.open_group(name=name)
    engine.index_all(opensearch, stream.take(alice.tenant_id))
    users = alice.get("/v1/search/users", q=typed)
    conversations = alice.get("/v1/search/conversations", q=typed)
    assert [hit["user"]["name"] for hit in users["data"]] == [name], users.text
    assert [hit["conversation"]["name"] for hit in conversations["data"]] == [name], conversations.text
    is_beginning = typed in ("やま", "陈国", "हिंदी", "jeanluc", "oneill")
    assert len(alice.get("/v1/conversations", q=typed)["data"]) == is_beginning
