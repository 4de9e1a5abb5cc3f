"""What leaves a sentence before translation, and how it comes back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.markdown_texts import recorded_texts, segment
from voicestream_tui.model import Kind, Span, SpanStyle
from voicestream_tui.text.inline import parse_inline
from voicestream_tui.text.protect import Protected, Restored, Slots, protect, restore


def protected(markdown: str) -> Protected:
    return protect(*parse_inline(markdown))


# A sentence, and what of it must leave, in order.
LEAVES = [
    ("Run `npm test` and `make`.", ["npm test", "make"]),
    ("See https://a.b/c_d?e=f&g=h#i.", ["https://a.b/c_d?e=f&g=h#i"]),
    ("It is at http://localhost:8080/docs, I think.", ["http://localhost:8080/docs"]),
    ("It is (https://a.b/c) there.", ["https://a.b/c"]),
    ("Open www.example.com now.", ["www.example.com"]),
    ("Write to first.last@example.co.jp please.", ["first.last@example.co.jp"]),
    ("Look at ./a, ../b/c and ~/x.", ["./a", "../b/c", "~/x"]),
    ("It is in /usr/lib/x86 and /etc.", ["/usr/lib/x86", "/etc"]),
    ("Read /proc/<pid>/environ or C:\\src there.", ["/proc/<pid>/environ", "C:\\src"]),
    ('A plain \\<input type="date"> is < 5 and > 3.', ['<input type="date">']),
    ("GET /api/v1/users fails.", ["/api/v1/users"]),
    ("Edit src/app.py and docs/a/b.md.", ["src/app.py", "docs/a/b.md"]),
    ("It fails in file.py:42, not in a-b.c:1:2.", ["file.py:42", "a-b.c:1:2"]),
    ("See src/a.ts:10-20 and tests/a/b.py:3–4.", ["src/a.ts:10-20", "tests/a/b.py:3–4"]),
    ("See a.ts#L10-L20, src/a#L1.", ["a.ts#L10-L20", "src/a#L1"]),
    ("See ./a.ts:1-2, ~/b:3-4 and /c/d:5-6.", ["./a.ts:1-2", "~/b:3-4", "/c/d:5-6"]),
    ("See apps/web/page:7-8: it is C:\\\\a.py:1-2.", ["apps/web/page:7-8", "C:\\a.py:1-2"]),
    ("Everything under pipeline/ is old.", ["pipeline/"]),
    ("The branch is fix/session-leak, not origin/main.", ["fix/session-leak", "origin/main"]),
    ("Read README.md, package.json and .env.", ["README.md", "package.json", ".env"]),
    ("Add it to .gitignore.", [".gitignore"]),
    ("All .py files changed.", [".py"]),
    ("Use -v, --no-cache or --x=y.", ["-v", "--no-cache", "--x=y"]),
    ("Call foo(), a.b.c() and print(x).", ["foo()", "a.b.c()", "print(x)"]),
    ("Use std::vec and a->b.", ["std::vec", "a->b"]),
    ("Set os.path and document.activeElement.", ["os.path", "document.activeElement"]),
    ("The user_name, userName and UserName.", ["user_name", "userName", "UserName"]),
    ("Set MAX_RETRIES and _private there.", ["MAX_RETRIES", "_private"]),
    ("Since v2.8.1, 1.2.3 and v2 too.", ["v2.8.1", "1.2.3", "v2"]),
    ("Update to 3.0.0-rc.1.", ["3.0.0-rc.1"]),
    ("It binds 127.0.0.1:80 or 10.0.0.0/8.", ["127.0.0.1:80", "10.0.0.0/8"]),
    ("Set $HOME and ${PATH} first.", ["$HOME", "${PATH}"]),
    ("Pass <path> and <T>, or Vec<String>.", ["<path>", "<T>", "Vec<String>"]),
    ("Install @scope/pkg and ask @platform.", ["@scope/pkg", "@platform"]),
    ("It closes #123 and 9f3c1ab.", ["#123", "9f3c1ab"]),
    ("The seed is 0x5DEECE66D.", ["0x5DEECE66D"]),
    ("GitHub, JavaScript and macOS.", ["GitHub", "JavaScript", "macOS"]),
    ("Node.js and Next.js.", ["Node.js", "Next.js"]),
    ("It costs €3,914.75 now.", ["€3,914.75"]),
    ("It has 40,000,000 rows.", ["40,000,000"]),
    ("Press Ctrl+Shift+P, Cmd+K or Alt+Enter.", ["Ctrl+Shift+P", "Cmd+K", "Alt+Enter"]),
    ("It is O(n log n), not O(n^2) or O(log(n)).", ["O(n log n)", "O(n^2)", "O(log(n))"]),
    ("See CVE-2024-3094 there.", ["CVE-2024-3094"]),
    ("The model is claude-opus-4-8[1m].", ["claude-opus-4-8[1m]"]),
    ("Ask Müller about it.", ["Müller"]),
    ("Press 👍 or 👎 now.", ["👍", "👎"]),
    ("console.log(x) and console.log are there.", ["console.log(x)", "console.log"]),
]

STAYS = [
    "Read and/or write, read/write, client/server pairs.",
    "I/O is slow, TCP/IP and CI/CD are not, 24/7.",
    "In the U.S. it is so, e.g. here, i.e. at 5 p.m. or 9 a.m.",
    "It takes 15 ms, 3.14 times, 40,000 files, 12 kB, 5 kHz.",
    "The file(s) and error(s) are gone.",
    "Python, Redis, SQL, JSON, HTML, README, AWS and the APIs.",
    "A well-known, half-done thing - with a dash -- and more.",
    "It isn't done; don't ask why.",
    "The ratio is 16:9 at 10:30 on 2024-06-01.",
    "A < b and c > d, so it is $5.",
    "Tools/frameworks and apps/services, root/sudo.",
    "The defaced, added and dead ones.",
    "Yes. No. Done!",
]


@pytest.mark.parametrize(("sentence", "leaving"), LEAVES)
def test_what_is_no_english_leaves(sentence: str, leaving: list[str]) -> None:
    found = protected(sentence)
    assert list(found.slots) == leaving
    for number, text in enumerate(dict.fromkeys(leaving)):
        assert f"<c{number}>" in found.text
        assert text not in found.text


@pytest.mark.parametrize("sentence", STAYS)
def test_ordinary_english_stays(sentence: str) -> None:
    assert protect(sentence) == Protected(sentence, ())


def test_loan_words_lose_their_accents_and_names_leave() -> None:
    found = protected("A naïve café in São Paulo, naïvely.")
    assert found.text == "A naive cafe in <c0> Paulo, naively."
    assert found.slots == ("São",)


@pytest.mark.parametrize("sentence", [sentence for sentence, _ in LEAVES] + STAYS)
def test_what_left_comes_back(sentence: str) -> None:
    plain, spans = parse_inline(sentence)
    found = protect(plain, spans)
    back = restore(found.text, found.slots)
    assert back.text == plain
    assert back.complete


def test_the_text_reads_as_the_translator_knows_it() -> None:
    found = protected("The port in `src/app.py` comes from `APP_PORT`; see src/app.py.")
    assert found.text == "The port in <c0> comes from <c1>; see <c0>."
    assert found.slots == ("src/app.py", "APP_PORT", "src/app.py")


def test_whatever_is_code_leaves_even_words() -> None:
    assert protected("Set `open` to `a b`.").text == "Set <c0> to <c1>."


def test_more_than_ten_stay_as_they_are() -> None:
    sentence = ", ".join(f"a_{n}" for n in range(12)) + " and a_3"
    found = protect(sentence)
    assert found.text.endswith("<c9>, a_10, a_11 and <c3>")
    assert restore(found.text, found.slots).text == sentence


def test_a_slot_in_the_source_survives() -> None:
    found = protected("Write <c0> and `<c1>`, then < c 2 >.")
    assert found.text == "Write <c0> and <c1>, then <c2>."
    back = restore("<c2>の次に<c0>と<c1>。", found.slots)
    assert back.text == "< c 2 >の次に<c0>と<c1>。"
    many = " ".join(f"b_{n}" for n in range(10)) + " <c7>"
    crowded = protect(many)
    assert restore(crowded.text, crowded.slots).text == many


def test_emoji_at_the_ends_are_put_back_without_a_slot() -> None:
    found = protected("✅ All 214 tests pass. 🚀")
    assert found.text == "All 214 tests pass."
    assert found.slots == ()
    assert restore("すべて成功しました。", found.slots).text == "✅ すべて成功しました。 🚀"


def test_spans_count_what_stands_before() -> None:
    found = protected("✅ Run `make`.")
    back = restore("<c0>を実行します。", found.slots)
    assert back.text == "✅ makeを実行します。"
    assert back.spans == (Span(2, 6, SpanStyle.CODE),)


def test_a_footnotes_mark_leaves_for_good() -> None:
    assert protected("They recommend that[^1].").text == "They recommend that."


def test_signs_are_written_plainly() -> None:
    assert protect("It’s “so” → done…").text == 'It\'s "so" -> done…'


SLOTS = Slots(("src/app.py", "PORT"))


@pytest.mark.parametrize(
    ("japanese", "text", "complete"),
    [
        ("<c0>の<c1>です。", "src/app.pyのPORTです。", True),
        ("<c0> の <c1> です。", "src/app.pyのPORTです。", True),
        ("API <c0> v <c1> x。", "API src/app.py v PORT x。", True),
        ("API<c0>v<c1>x。", "API src/app.py v PORT x。", True),
        ("<c0><c1>", "src/app.py PORT", True),
        ("(<c0>)、「<c1>」", "(src/app.py)、「PORT」", True),
        ("`<c0>`と`<c1>`", "src/app.pyとPORT", True),
        ("< c0>と<c 1 >", "src/app.pyとPORT", True),
        ("＜ｃ０＞と〈c1〉", "src/app.pyとPORT", True),
        ("<C0>と<c1", "src/app.pyとPORT", True),
        ("<c0>だけ", "src/app.pyだけ", False),
        ("<c0>と<c1>と<c1>", "src/app.pyとPORTとPORT", False),
        ("<c0>と<c1>と<c7>。", "src/app.pyとPORTと。", False),
        ("<c0>と<c1>と<c12>。", "src/app.pyとPORTと。", False),
        ("", "", False),
    ],
)
def test_slots_come_back_in_any_form(japanese: str, text: str, complete: bool) -> None:
    back = restore(japanese, SLOTS)
    assert (back.text, back.complete) == (text, complete)
    code = [back.text[span.start : span.end] for span in back.spans]
    assert all(part in SLOTS for part in code)
    assert all(span.style is SpanStyle.CODE for span in back.spans)


def test_a_text_that_stood_twice_may_come_once_or_twice() -> None:
    slots = protect("a_b and a_b").slots
    assert restore("<c0>と<c0>", slots).complete
    assert restore("<c0>が二つ", slots).complete
    assert not restore("<c0><c0><c0>", slots).complete


def test_names_versions_and_links_are_not_shown_as_code() -> None:
    slots = protect("GitHub 1.2.3 https://a.b a_b").slots
    back = restore("<c0> <c1> <c2> <c3>", slots)
    assert [back.text[s.start : s.end] for s in back.spans] == ["a_b"]


def test_any_sequence_of_texts_will_do_for_slots() -> None:
    assert restore("<c0>です", ("x",)) == Restored("xです", (Span(0, 1, SpanStyle.CODE),), True)


def test_recorded_sentences_come_back_whole() -> None:
    for text in recorded_texts().values():
        for piece in segment(text):
            if piece.kind in (Kind.CODE, Kind.TABLE):
                continue
            found = protect(piece.english, piece.spans)
            back = restore(found.text, found.slots)
            assert back.complete
            assert len(set(found.slots)) <= 10


@given(text=st.text(st.sampled_from("ab_./<>c01 `-✅é€→$()日、"), max_size=40))
@settings(max_examples=300, deadline=None)
def test_nothing_raises_and_no_slot_is_left(text: str) -> None:
    found = protect(text)
    back = restore(found.text, found.slots)
    assert back.complete
    for span in back.spans:
        assert back.text[span.start : span.end] in found.slots


@given(japanese=st.text(st.sampled_from("<>c01＜＞ｃ０ 、あx"), max_size=30))
@settings(max_examples=300, deadline=None)
def test_no_translation_shows_a_slot(japanese: str) -> None:
    back = restore(japanese, ("あ",))
    assert "<c0>" not in back.text
    assert "<c1>" not in back.text


@pytest.mark.parametrize(
    ("sentence", "text", "slots"),
    [
        ("The label 保存 is wrong.", "The label <c0> is wrong.", ("保存",)),
        ("It says Привет мир twice.", "It says <c0> <c1> twice.", ("Привет", "мир")),
        (
            "See 「https://a.b/c」（www.a.b）.",
            "See 「<c0>」（<c1>）.",
            ("https://a.b/c", "www.a.b"),
        ),
        ("It has 1.2 million rows.", "It has <c0> rows.", ("120万",)),
        ("It costs $48.6 million.", "It costs <c0>.", ("4,860万ドル",)),
        ("It takes 2.4 s at <c0>.", "It takes 2.4 seconds at <c0>.", ("<c0>",)),
        ("A\x1b[31mred\x1b[0m\x85bell\x07 zero\u200bwidth.", "Ared bell  zerowidth.", ()),
    ],
)
def test_what_a_model_cannot_read_is_written_otherwise(
    sentence: str, text: str, slots: tuple[str, ...]
) -> None:
    assert protect(sentence) == Protected(text, slots)


def test_a_large_amount_is_no_code() -> None:
    found = protect("It has 1.2 million rows.")
    assert restore("<c0>行あります", found.slots) == Restored("120万行あります。", (), True)
