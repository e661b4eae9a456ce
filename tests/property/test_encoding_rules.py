"""Whatever the text, the rules of bytes undo and are stable."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cleaners.document import Document
from cleaners.edits import apply, invert
from cleaners.rules import entities, invisible, mojibake, mojibake_pages

RULES = (invisible.NEWLINES, mojibake_pages.CODE_PAGES, mojibake.CJK, *entities.RULES, *invisible.RULES)
PIECES = st.sampled_from(
    ["发展", "鍙戝睍", "涓", "ä¸\xad", "ÖÐ", "锟斤拷", "\ufffd", "€", "\u200d", "\r", "\n", "&amp;", "ldquo;",
     "#x4e2d;", "\\u4e2d", "😂", "\ue123", "?", "a", " ", "“", "é", "\x00", "\xa0", "い", "閸欐垵鐫", "�A", "Ã¤",
     "σÅæσ▒òΦºäσêÆ"]
)  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=25).map("".join)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
@example("鍙戝睍\ufffd鍙戝")
@example("ä¸\xad发展ä¸\xad€\x80")
@example("Ã¤\r锟斤拷")
def test_undo_and_stable(text: str) -> None:
    """Each rule alone can be undone, finds nothing in its own output, and its proofs hold."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    for rule in RULES:
        document = Document(text)
        if not rule.may_apply(document):
            continue
        edits = rule.find(document).edits
        after = apply(text, edits)
        assert invert(after, edits) == text
        if rule is mojibake.CJK:
            assert all(map(mojibake.proves, edits.before, edits.after, edits.evidence))
        again = Document(after)
        assert not rule.may_apply(again) or not len(rule.find(again).edits), (rule.name, after)
        text = after
