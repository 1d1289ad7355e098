# ruff: noqa: RUF001 - letters of many scripts
"""Ligatures, irregular forms and pronouns written onto verbs: found by their word, and no other word with them."""

import pytest
from opensearchpy import OpenSearch

from tests.support.people.people import Person
from tests.support.people.said import found, said_by

FORMS = """
oeil|il a mal à l'œil gauche
œil|il a mal a l'oeil gauche
œil|ses yeux sont bleus
oeil|elle a de beaux yeux
yeux|son œil est rouge
coeur|mon cœur bat très fort
cœur|mon coeur bat très fort
soeur|mes sœurs sont là
œuf|des oeufs pour le dîner
œuvre|une oeuvre très belle
manoeuvre|les manœuvres ont commencé
aeon|an æon ago we met
æon|an aeon ago we met
encyclopaedia|the encyclopædia is old
strasse|eine lange Straße hier
Straße|eine lange Strasse hier
gross|das Haus ist groß
Größe|welche Groesse brauchst du
ijs|lekker ĳs gegeten
office|the oﬃce is closed
file|a ﬁle was lost
child|the children are playing
children|a child is playing
mouse|three blind mice
mice|a mouse in the house
foot|my feet are cold
feet|one foot in front
tooth|brush your teeth now
goose|geese fly south
man|the men are working
woman|two women came
person|many people came here
people|one person came here
ox|the oxen are strong
louse|lice were found in the hair
knife|sharp knives on the table
wife|their wives came too
leaf|the leaves are falling
life|nine lives of a cat
wolf|wolves howl at night
shelf|the shelves are full
half|both halves of it
thief|thieves came at night
calf|the calves are grazing
loaf|two loaves of bread
analysis|many analyses were made
crisis|the crises of our time
criterion|the criteria are clear
phenomenon|strange phenomena were seen
index|the indices are lost
matrix|the matrices are large
medium|the media was there
go|she went home
go|they have gone home
buy|we bought a car
think|I thought about it
bring|she brought a cake
catch|he caught the ball
teach|she taught me that
write|it was written by him
yeux|un œil pour un œil
travail|de grands travaux ici
travaux|le travail est fini
journal|les journaux du matin
oeil|les yeux fermés
cheval|des chevaux blancs
animal|les animaux du zoo
général|des généraux sont venus
hôpital|les hôpitaux sont pleins
ciel|sous d'autres cieux
bijou|des bijoux en or
genou|il est à genoux
vitrail|les vitraux de l'église
bail|les baux sont signés
monsieur|bonjour messieurs et dames
madame|bonjour mesdames et messieurs
aller|nous irons demain au cinéma
aller|il va à la gare
être|ils étaient là hier
voir|j'ai vu ton frère
faire|nous avons fait le travail
bonhomme|deux bonshommes de neige
человек|много людей пришло сегодня
люди|один человек пришёл
ребёнок|дети играют во дворе
дети|ребёнок играет во дворе
ребенок|это детей касается
год|пять лет прошло
лет|один год прошёл
друг|мои друзья пришли
сын|у него два сына
сыновья|мой сын дома
брат|мои братья дома
время|во времена войны
имя|их имена известны
мать|матери ждут дома
дочь|дочери выросли уже
идти|он шёл домой
ухо|большие уши у зайца
глаз|красивые глаза у неё
mann|mange menn kom i dag
menn|en mann kom i dag
bok|jeg leste mange bøker i dag
bøker|jeg leste en bok i dag
fot|mine føtter er kalde
natt|lange netter uten søvn
hånd|vask hendene dine nå
tann|puss tennene dine nå
barn|barna leker ute
kvinne|mange kvinner kom i dag
bror|mine brødre er her nå
mor|alle mødre kom i dag
bonde|bøndene er sinte i dag
øye|hun har blå øyne
tre|trærne er høye her
kne|knærne mine er vonde
ku|kyr på beitet i dag
mand|mange mænd kom i dag
mænd|en mand kom i dag
bog|jeg læste mange bøger
fod|mine fødder er kolde
nat|lange nætter uden søvn
hånd|vask dine hænder nu
tand|børst dine tænder nu
barn|børnene leger udenfor
børn|et barn leger udenfor
bror|mine brødre er her
øje|hun har blå øjne
ko|køerne er på marken
gås|gæs flyver mod syd
man|många män kom idag
män|en man kom idag
bok|jag läste många böcker
böcker|jag läste en bok
fot|mina fötter är kalla
natt|långa nätter utan sömn
hand|tvätta händerna nu
tand|borsta tänderna nu
stad|många städer är gamla
son|mina söner är här
bror|mina bröder är här
dotter|mina döttrar är här
mus|mössen äter ost nu
gås|gässen flyger söderut
öga|hon har blå ögon
Haus|die Häuser sind alt
Häuser|das Haus ist alt
Buch|viele Bücher gelesen
Mann|die Männer sind da
Kind|die Kinder spielen
Stadt|die Städte sind groß
Hand|wasch dir die Hände
Fuß|meine Füße sind kalt
Zahn|putz dir die Zähne
Baum|die Bäume sind hoch
Apfel|wir haben Äpfel gekauft
Vogel|die Vögel singen laut
Mutter|alle Mütter warten hier
Vater|alle Väter warten hier
Bruder|meine Brüder sind da
Tochter|meine Töchter sind da
Sohn|meine Söhne sind da
Ball|die Bälle sind weg
Gast|die Gäste kommen gleich
Zug|die Züge haben Verspätung
Arzt|die Ärzte streiken heute
Schrank|die Schränke sind leer
Wald|die Wälder brennen wieder
Land|viele Länder sind dabei
Wort|die Wörter sind lang
Nacht|lange Nächte ohne Schlaf
Maus|die Mäuse sind im Keller
Kuh|die Kühe stehen auf der Weide
Gans|die Gänse fliegen nach Süden
Wand|die Wände sind weiß
Platz|alle Plätze sind besetzt
gehen|er ging nach Hause
sehen|ich sah ihn gestern
dar|dámelo ahora mismo
dame|dámelo ahora mismo
dámelo|dame el libro
comprar|quiero comprarlo mañana
comprarlo|voy a comprar pan
decir|dímelo ya por favor
decir|quiero decirte algo
dime|dímelo ya por favor
hacer|puedes hacerlo mañana
hacerlo|puedes hacer la cena
ver|quiero verte mañana
escribir|escríbeme cuando llegues
llamar|llámame mañana por favor
ayudar|ayúdame con esto
enviar|envíamelo por correo
esperar|está esperándome en casa
buscar|estoy buscándolo desde ayer
levantarse|me quiero levantar temprano
sentarse|siéntate aquí conmigo
comprare|voglio comprarlo domani
comprarlo|devo comprare il pane
dire|dimmi la verità adesso
dire|voglio dirti una cosa
fare|devo farlo domani mattina
vedere|voglio vederti domani sera
dare|dammelo subito per favore
chiamare|chiamami domani mattina
aiutare|aiutami con questo
scrivere|scrivimi quando arrivi
mandare|mandamelo per posta
prendere|prendilo tu per favore
parlare|voglio parlargli domani
portare|portami a casa adesso
comprar|quero comprá-lo amanhã
comprar|vou comprar-lhe um livro
ver|quero vê-lo amanhã
dizer|diga-me a verdade agora
fazer|vou fazê-lo amanhã
ajudar|ajuda-me com isto
chamar|chama-se João o menino
dizer|disse-lhe a verdade
encontrar|encontrei-o na rua
escrever|escreve-me quando chegares
libro|los libros están aquí
"""
OTHERS = """
oeil|il fait soleil ici
œil|il est là
coeur|la cour est vide
sœur|ce soir
child|a chilly day
mouse|the moose is big
foot|the food is cold
goose|he goes home
man|the mane of a lion
louse|the lounge is open
wolf|we would go
leaf|leave me alone
life|live music tonight
half|a halo of light
calf|call me later
index|indicate it please
ox|the box is open
matrix|a mattress is soft
go|the goat is here
travail|le trav est là
cheval|ses cheveux sont longs
ciel|la cible est là
bail|le bal est fini
bijou|un bisou pour toi
год|это не готово
лет|летом будет тепло
человек|это не то
ухо|он ушёл домой
друг|это другая вещь
mann|hun har mange venner
bok|en bukk på beitet
fot|et foto av deg
hånd|hun er her
bror|et brød til deg
man|hon har många vänner
bok|en bock på ängen
hand|hon är här
son|en sol på himlen
mus|en mössa på huvudet
Haus|die Haut ist rot
Buch|die Bucht ist schön
Mann|man sagt das so
Stadt|es findet statt
Hand|der Handel ist frei
Fuß|der Fluss ist breit
Ball|bald ist es so weit
Gast|das Gas ist aus
Wand|sie wandert gern
Wald|es wird bald
Land|sie landet um acht
Wort|die Antwort ist da
Zug|die Ziege ist weg
Maus|die Mauer ist hoch
dame|la dama es elegante
dar|el dardo es rápido
comprar|la comparación es mala
ver|el verano es largo
ver|la verdad es dura
decir|él decide mañana
hacer|el hacha es grande
ver|este verso es bonito
hablo|el hábil hombre
mar|el mármol es frío
dire|la direzione è chiara
fare|il faro è lontano
dare|la data è domani
vedere|la vedova è qui
comprare|il compare è qui
ver|a verdade é dura
dar|o dardo é rápido
comprar|o comprimento é grande
mandare|il mandarino è buono
parto|la parte è finita
calle|la calidad es buena
carne|el carnet es nuevo
base|basílica de la ciudad
note|I do not know
rates|rats in the kitchen
wine|we win again
"""
"""A word that is sought, and what somebody said."""


def rows(written: str) -> list[tuple[str, str]]:
    return [(sought, said) for sought, _, said in (row.partition("|") for row in written.split("\n") if row)]


@pytest.fixture(scope="module")
def reader(opensearch: OpenSearch) -> Person:
    return said_by(opensearch, *dict.fromkeys(said for _, said in rows(FORMS) + rows(OTHERS)))


def test_words_find_their_irregular_forms(reader: Person) -> None:
    missed = [(sought, said) for sought, said in rows(FORMS) if said not in found(reader, sought, limit="100")]
    assert missed == []


def test_words_find_no_others(reader: Person) -> None:
    wrong = [(sought, said) for sought, said in rows(OTHERS) if said in found(reader, sought, limit="100")]
    assert wrong == []
