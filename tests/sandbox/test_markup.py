import pytest

from sandbox.entities import detect, trimmed
from sandbox.errors import ApiError
from sandbox.markup import parse_html
from sandbox.utf16 import clean, cut, pieces, units


@pytest.mark.parametrize(
    ("source", "text", "covered"),
    [
        ("plain", "plain", []),
        ("<b>Need</b> 4", "Need 4", [("bold", "Need")]),
        ("<strong>a</strong><em>b</em>", "ab", [("bold", "a"), ("italic", "b")]),
        ("<u>a</u><s>b</s>", "ab", [("underline", "a"), ("strikethrough", "b")]),
        ("🔴 <b>Критично</b>", "🔴 Критично", [("bold", "Критично")]),
        ("<b>a <i>b</i></b>", "a b", [("bold", "a b"), ("italic", "b")]),
        ("1 &lt; 2 &amp; 3 &gt; 2 &quot;", '1 < 2 & 3 > 2 "', []),
        ("&nbsp;&#39;&#x2019;", "&nbsp;'\u2019", []),
        ("<code>5 &lt; 6</code>", "5 < 6", [("code", "5 < 6")]),
        ("<blockquote expandable>long</blockquote>", "long", [("expandable_blockquote", "long")]),
        ("<tg-spoiler>x</tg-spoiler>", "x", [("spoiler", "x")]),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", "x")]),
        ("<b></b>empty", "empty", []),
        ('<a href="nowhere">x</a>', "x", []),
    ],
)
def test_html_becomes_text_with_entities_over_the_right_words(
    source: str, text: str, covered: list[tuple[str, str]]
) -> None:
    got, entities = parse_html(source)
    assert got == text
    assert [(e["type"], cut(got, e["offset"], e["length"])) for e in entities] == covered


def test_links_and_code_keep_their_attributes() -> None:
    _, entities = parse_html("<a href='https://example.org/?a=1&amp;b=2'>x</a>")
    assert entities[0]["url"] == "https://example.org/?a=1&b=2"
    _, entities = parse_html('<pre><code class="language-python">x = 1</code></pre>')
    assert entities == [{"type": "pre", "offset": 0, "length": 5, "language": "python"}]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<b>open", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>ж</i>", 'Unmatched end tag at byte offset 5, expected "</b>", found "</i>"'),
        ("<div>x</div>", 'Unsupported start tag "div" at byte offset 0'),
        ("2 < 3>", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ],
)
def test_broken_html_is_refused_in_telegrams_words(source: str, complaint: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse_html(source)
    assert refusal.value.description == f"Bad Request: can't parse entities: {complaint}"


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("/start", "bot_command", "/start"),
        ("go /help@hromada_bridge_bot now", "bot_command", "/help@hromada_bridge_bot"),
        ("see https://example.org/a.", "url", "https://example.org/a"),
        ("t.me/hromada_bridge_bot?start=n_K7F3", "url", "t.me/hromada_bridge_bot?start=n_K7F3"),
        ("ask @olena_kovalenko", "mention", "@olena_kovalenko"),
        ("write to a@example.org", "email", "a@example.org"),
        ("call +380 44 000 10 01", "phone_number", "+380 44 000 10 01"),
        ("🙂 #тепло", "hashtag", "#тепло"),
    ],
)
def test_telegram_finds_things_in_plain_text(text: str, kind: str, words: str) -> None:
    [entity] = detect(text, [])
    assert (entity["type"], cut(text, entity["offset"], entity["length"])) == (kind, words)


@pytest.mark.parametrize("text", ["1/2", "a/b/c", "и/или", "x@", "https"])
def test_telegram_finds_nothing_where_nothing_is(text: str) -> None:
    assert detect(text, []) == []


def test_nothing_is_found_inside_code() -> None:
    text, entities = parse_html("<code>/start</code>")
    assert [e["type"] for e in detect(text, entities)] == ["code"]


def test_white_space_around_a_text_goes_and_entities_move() -> None:
    text, entities = trimmed(*parse_html("\n  <b> hello </b>  "))
    assert text == "hello"
    assert entities == [{"type": "bold", "offset": 0, "length": 5}]


def test_characters_are_counted_as_telegram_counts() -> None:
    assert units("ї") == 1
    assert units("🔴") == 2
    assert clean("a\x00b\tc\r\nd\u202e") == "a b c\nd"
    assert pieces("abcde", 2) == ["ab", "cd", "e"]
