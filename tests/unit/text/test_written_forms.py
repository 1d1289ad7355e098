# ruff: noqa: RUF001, PLE2515 - letters of many scripts, some of which are not seen
"""Words as people write them, and text that they paste: what is sought, and a text that has it or has not."""

import pytest

from parley.search.querying import text_matching
from parley.search.querying.query_language import parse
from parley.search.querying.text_matching import Text

FOUND = r"""
note ¦ a note for you
here ¦ come here now
planes ¦ two planes landed
times ¦ many times
wine ¦ red wine
rates ¦ interest rates
Kind ¦ Die Kinder spielen
Kind ¦ Die Kinder spielen schön
homme ¦ l'homme est parti
homme ¦ l’homme est parti
arbre ¦ l’arbre est mort
avion ¦ L'avion est là
email ¦ send an e-mail please
e-mail ¦ send an email please
nodejs ¦ we run node.js 20 here
1000 ¦ it costs 1,000 dollars
हिन्दी ¦ हिंदी सीखो
Müller ¦ Herr Mueller ruft an
すし ¦ スシを食べる
.NET ¦ C# and F# are .NET languages
std::vector ¦ std::vector<int> v
TODO: ¦ TODO: fix it
password ¦ pass​word leaked
Traceback (most recent call last): ¦ Traceback (most recent call last): x
ModuleNotFoundError: No module named 'foo' ¦ ModuleNotFoundError: No module named 'foo'
git commit -m "fix: bug" ¦ git commit -m "fix: bug" now
ERROR 1064 (42000): You have an error ¦ ERROR 1064 (42000): You have an error in your SQL
npm ERR! code ENOENT ¦ npm ERR! code ENOENT
fatal: not a git repository ¦ fatal: not a git repository (or any parent)
C:\Program Files\app.exe ¦ run C:\Program Files\app.exe now
https://example.com/a?b=c&d=e ¦ see https://example.com/a?b=c&d=e
key: value ¦ key: value
a:b ¦ a:b is here
::1 ¦ ping ::1 works
10.0.0.1:22 ¦ ssh 10.0.0.1:22 now
foo::bar::baz ¦ call foo::bar::baz()
@Override ¦ use @Override there
#include <stdio.h> ¦ #include <stdio.h>
SELECT * FROM users WHERE id=1 ¦ SELECT * FROM users WHERE id=1;
x = y ? z : w ¦ x = y ? z : w
if (a && b) { ¦ if (a && b) { c }
{"a": [1, 2]} ¦ {"a": [1, 2]}
5' 10" ¦ he is 5' 10" tall
"unfinished ¦ an unfinished symphony
he said "hi ¦ he said "hi there
fw: report ¦ fw: report of May
re: re: fwd: hello ¦ re: re: fwd: hello
note: this ¦ note: this is it
warning: unused variable ¦ warning: unused variable x
ftp://host/path ¦ get ftp://host/path
tel:+4930123 ¦ tel:+4930123
16:9 ¦ a 16:9 screen
3:00pm ¦ at 3:00pm sharp
Q: why? ¦ Q: why? A: no
-5 ¦ it is -5 outside
−5 ¦ it is -5 outside
wi-fi ¦ the WiFi is down
wifi ¦ the Wi-Fi is down
log-in ¦ the login page
login ¦ the log-in page
checkin ¦ check-in is at noon
online ¦ on-line is back
co-worker ¦ my coworker left
coworker ¦ my co-worker left
vuejs ¦ we use Vue.js here
node.js ¦ we use nodejs here
nextjs ¦ Next.js is out
9:30am ¦ at 9:30am
1,000,000 ¦ about 1000000 people
1.000.000 ¦ about 1000000 Leute
1 000 000 ¦ about 1000000 people
1000000 ¦ about 1’000’000 Franken
10,00,000 ¦ 1000000 rupees
+1 (555) 123-4567 ¦ call 15551234567 today
555-123-4567 ¦ call 5551234567 today
5551234567 ¦ call (555) 123 4567 today
030/1234567 ¦ ruf 030 1234567 an
getUserName ¦ call getusername now
user ¦ call getUserName first
XMLHttpRequest ¦ an xmlhttprequest failed
http ¦ an XMLHttpRequest failed
snake_case_name ¦ the snake_case_name var
case ¦ the snake_case_name var
kebab-case ¦ the kebab case name
צה״ל ¦ דובר צה"ל אמר
צהל ¦ דובר צה"ל אמר
צה"ל ¦ דובר צה״ל אמר
ארה״ב ¦ נסעתי לארה"ב ולא ארה"ב
ד״ר ¦ ד"ר כהן כאן
ח״כ ¦ ח"כ לוי דיבר
ג׳ירפה ¦ ראיתי ג'ירפה גדולה
台灣 ¦ 我在台湾
臺灣 ¦ 我在台湾
後面 ¦ 在后面等
髮型 ¦ 新发型很好
発展 ¦ 发展很快
図書館 ¦ 去圖書館
学校 ¦ 去學校
国 ¦ 國家很大
東京駅 ¦ 明日東京駅で
ラーメン ¦ らーめんを食べる
らーめん ¦ ラーメンを食べる
ﾗｰﾒﾝ ¦ ラーメンを食べる
カフェ ¦ ｶﾌｪに行く
ヴァイオリン ¦ ゔぁいおりんを弾く
パン ¦ ぱんを食べる
ガラス ¦ ｶﾞﾗｽが割れた
संबंध ¦ सम्बन्ध अच्छे हैं
सम्बन्ध ¦ संबंध अच्छे हैं
गंगा ¦ गङ्गा नदी
पंजाब ¦ पञ्जाब में
चाँद ¦ चांद निकला
बांग्ला ¦ बाङ्ग्ला बोलो
ज़मीन ¦ जमीन खरीदी
AT&T ¦ AT&T is down
R&D ¦ our R&D team
C++ ¦ C++ 20 is out
c++ ¦ I like C++.
F# ¦ F# code
.env ¦ the .env file
env ¦ the .env file
#tag ¦ it is #tag time
tag ¦ it is #tag time
Straße ¦ STRASSE gesperrt
naïve ¦ a naive idea
naive ¦ a naïve idea
café ¦ the cafe is open
Zürich ¦ in Zuerich
Zuerich ¦ in Zürich
København ¦ i Kobenhavn
Kobenhavn ¦ i København
Århus ¦ i Aarhus
Aarhus ¦ i Århus
smörgås ¦ en smorgas
İzmir ¦ izmir çok güzel
izmir ¦ İZMİR çok güzel
Izmir ¦ IZMIR is nice
ёлка ¦ елка стоит
елка ¦ ёлка стоит
подъезд ¦ в подъезде темно
d'accord ¦ je suis d’accord
accord ¦ je suis d'accord
aujourd'hui ¦ aujourd’hui il pleut
quelqu'un ¦ quelqu’un est là
don't ¦ I don’t know
dont ¦ I don't know
O'Brien ¦ OBrien came
OBrien ¦ O’Brien came
dogs' ¦ the dogs' food
James's ¦ James’s book
co­operate ¦ we cooperate
ﬁnd ¦ find it
Ｈｅｌｌｏ ¦ hello there
１２ ¦ 12 people
١٢ ¦ 12 people
12 ¦ १२ लोग
½ ¦ ½ cup
m² ¦ 20 m² room
№5 ¦ дом № 5
½ cup ¦ add ½ cup
👍 ¦ great 👍🏽
❤️ ¦ love ❤
🇩🇪 ¦ in 🇩🇪 now
from:ann hello ¦ hello
v1.2.3 ¦ release v1.2.3 is out
1.5 ¦ costs 1.5 euro
3,14 ¦ pi is 3,14
50% ¦ 50% off
$100 ¦ it costs $100
€50 ¦ costs €50
covid-19 ¦ COVID19 cases
COVID19 ¦ covid-19 cases
gpt4 ¦ GPT-4 is out
gpt-4 ¦ gpt4 is out
utf8 ¦ encode as UTF-8
x86_64 ¦ on x86_64 here
h.264 ¦ encode as H264
U.S.A. ¦ in the USA
USA ¦ in the U.S.A.
e.g. ¦ e.g. this
Ph.D. ¦ a PhD student
PhD ¦ a Ph.D. student
I'll ¦ I’ll come now
I'll come ¦ and I'll come now
she'll ¦ She'll be here
theyre ¦ they're here
youre ¦ you're it
im ¦ I'm here
lets ¦ let's go
ada ¦ Ada's house
"""
NOT_FOUND = r"""
note ¦ I do not know
here ¦ ask her now
planes ¦ the plan is good
times ¦ Tim is here
wine ¦ we win again
rates ¦ rats in the kitchen
.NET ¦ the fishing net is torn
C++ ¦ the letter c
C# ¦ the letter c
C ¦ C++ is here
-5 ¦ there are 5 outside
1000 ¦ it costs 1.00 dollars
100 ¦ it costs 1,000 dollars
email ¦ send a mail please
nodejs ¦ the node is here
AT&T ¦ look at it
R&D ¦ r and d
std::vector ¦ a vector of std
in-house ¦ in the house
東京 ¦ 京東で買う
国 ¦ 中心
すし ¦ しすを
12:30 ¦ 30 of 12
1.5 ¦ 15 people
0.5 ¦ 05 people
3-4 ¦ 34 people
don't ¦ I do it
we're ¦ we were
ill ¦ I'll come now
shell ¦ she'll be here
she'll ¦ a shell script
were ¦ we're here
we're ¦ we were here
well ¦ we'll see
id ¦ I'd go
hell ¦ he'll go
shed ¦ she'd go
"""
"""A query, and a text."""


def rows(written: str) -> list[list[str]]:
    return [row.split(" ¦ ") for row in written.split("\n") if row]


def finds(q: str, text: str) -> bool:
    return text_matching.spans(text_matching.needles(parse(q).matches), Text.of(text)) is not None


@pytest.mark.parametrize(("q", "text"), rows(FOUND))
def test_what_is_written_otherwise_is_found(q: str, text: str) -> None:
    assert finds(q, text)


@pytest.mark.parametrize(("q", "text"), rows(NOT_FOUND))
def test_what_only_looks_alike_is_not_found(q: str, text: str) -> None:
    assert not finds(q, text)
