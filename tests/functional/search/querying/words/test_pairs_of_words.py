# ruff: noqa: RUF001 - letters and apostrophes as people write them
"""Everyday words of many languages find their forms, and no other word that looks like one."""

import pytest
from opensearchpy import OpenSearch

from tests.support.people.people import Person
from tests.support.people.said import found, said_by

FORMS = [
    ("plane", "the planes have landed"),
    ("child", "the children are here"),
    ("city", "many cities were built"),
    ("mouse", "the mice ran away"),
    ("woman", "two women came in"),
    ("foot", "my feet are cold"),
    ("knife", "sharp knives please"),
    ("email", "please send e-mails today"),
    ("haus", "die Häuser sind alt"),
    ("buch", "ich habe viele Bücher gelesen"),
    ("stadt", "die Städte sind groß"),
    ("mann", "die Männer sind da"),
    ("apfel", "wir haben Äpfel gekauft"),
    ("mutter", "die Mütter warten"),
    ("eau", "il boit de l'eau"),
    ("école", "je vais à l’école demain"),
    ("cheval", "les chevaux sont beaux"),
    ("ami", "ce sont mes amis"),
    ("ora", "c'è un'ora di tempo"),
    ("acqua", "bevo dell'acqua"),
    ("libro", "ho letto due libri"),
    ("amico", "i miei amici sono qui"),
    ("ciudad", "las ciudades son grandes"),
    ("luz", "las luces están apagadas"),
    ("vez", "muchas veces lo hice"),
    ("avião", "os aviões são grandes"),
    ("mão", "lave as mãos agora"),
    ("homem", "os homens chegaram"),
    ("huis", "de huizen zijn groot"),
    ("stad", "de steden zijn oud"),
    ("auto", "de auto's zijn duur"),
    ("foto", "mooie foto’s van jou"),
    ("ev", "evler çok büyük"),
    ("ankara", "Ankara'da hava güzel"),
    ("ankara", "Ankara’ya gidiyorum"),
    ("kitap", "kitabı okudum"),
    ("город", "в городе много людей"),
    ("дом", "новые дома стоят тут"),
    ("مدرسة", "المدارس مغلقة اليوم"),
    ("كتاب", "وقرأت الكتب كلها"),
    ("بيت", "في البيت الكبير"),
    ("लड़का", "लड़के खेल रहे हैं"),
    ("किताब", "किताबें मेज पर हैं"),
    ("bok", "böckerna är nya"),
    ("hus", "huset är stort"),
    ("mand", "mændene er her i dag"),
    ("hus", "husene er store her"),
    ("talo", "talot ovat isoja"),
    ("talo", "asun isossa talossa"),
]
OTHERS = [
    ("wing", "we win again"),
    ("plane", "the plan is good"),
    ("caring", "the car is red"),
    ("hoping", "we hop along"),
    ("bared", "the bar is open"),
    ("staring", "a star in the sky"),
    ("sever", "she has several"),
    ("leiter", "leider ist es zu spät"),
    ("poste", "il ne peut pas"),
    ("marche", "le mari est parti"),
    ("caso", "la casa es bonita"),
    ("pelo", "la pela está aquí"),
    ("porta", "il porto è lontano"),
    ("pena", "uma pessoa boa"),
    ("bom", "de boom is groot"),
    ("maan", "de man is hier"),
    ("yaz", "yüz lira verdi"),
    ("стал", "на столе стоит"),
    ("sade", "sata euroa"),
]


@pytest.fixture(scope="module")
def reader(opensearch: OpenSearch) -> Person:
    return said_by(opensearch, *dict.fromkeys(said for _, said in FORMS + OTHERS))


@pytest.mark.parametrize(("sought", "said"), FORMS)
def test_a_word_finds_its_form(sought: str, said: str, reader: Person) -> None:
    assert said in found(reader, sought, limit="100")


@pytest.mark.parametrize(("sought", "said"), OTHERS)
def test_a_word_finds_no_other(sought: str, said: str, reader: Person) -> None:
    assert said not in found(reader, sought, limit="100")
