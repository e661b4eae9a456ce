"""What holds for every page with injected pinyin, whatever it says and whatever its list."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cleaners.document import Document, Found, Rule
from cleaners.edits import apply, invert
from cleaners.ngram import NGrams, fold
from cleaners.rules.pinyin import PINYIN_ALIGNED
from cleaners.rules.pinyin import check_proof as check_aligned
from cleaners.rules.pinyin_forward import damage, inject, narrow
from cleaners.rules.pinyin_scattered import PINYIN_SCATTERED
from cleaners.rules.pinyin_shifted import PINYIN_SHIFTED, check_proof, without_readings
from cleaners.rules.pinyin_table import READINGS, simplified_of

RULES = (PINYIN_SHIFTED, PINYIN_ALIGNED, PINYIN_SCATTERED)
LISTS = st.lists(st.sampled_from(sorted(READINGS)), max_size=20).map(
    lambda chars: {char: READINGS[char] for char in dict.fromkeys([*"發創業", *chars])}
)
WORDS = "改革 創新 創業 業務 經濟 學習 技術 保護 環境 他們 的 和 在 了 是 勇擔其責 祝福 “ ” 、 , 。 : ! ( )"
PAGES = st.lists(st.sampled_from([*WORDS.split(), "\n", "2024", "A"]), min_size=30, max_size=150).map(
    lambda words: "發展靠創新,創業要興業。" + "".join(words)
)


def found(rule: Rule, text: str, prior: NGrams | None = None) -> Found:
    document = Document(text, prior=prior)
    return rule.find(document) if rule.may_apply(document) else Found()


@settings(max_examples=60, deadline=None)
@given(PAGES, LISTS)
@example("發展靠創新,創業要興業。" + "改革" * 28 + "勇擔其責業務創新", {char: READINGS[char] for char in "發創業聯"})
def test_whole_bytes_are_restored_exactly(page: str, annotated: dict[str, str]) -> None:
    """A convincing page comes back exactly but for its torn places; there, too, nothing but readings is taken out."""
    damaged = inject(page, annotated)
    edits = found(PINYIN_ALIGNED, damaged).edits
    if len(edits):
        clean = apply(damaged, edits)
        assert all(map(check_aligned, edits.before, edits.after, edits.evidence))
        assert without_readings(clean, annotated) == clean
        assert "?" in damaged or clean == narrow(page)


@settings(max_examples=25, deadline=None)
@given(PAGES, LISTS)
def test_every_repair_is_proved_and_can_be_undone(page: str, annotated: dict[str, str]) -> None:
    """Torn places: each edit's evidence proves it, and the ledger leads back."""
    damaged = inject(page, annotated)
    simplified = page.translate({ord(char): other for char, other in simplified_of().items()})
    edits = found(PINYIN_SHIFTED, damaged, NGrams.of([fold(simplified)])).edits
    assert all(map(check_proof, edits.before, edits.after, edits.evidence))
    assert invert(apply(damaged, edits), edits) == damaged


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="發創的(（)）?!，。 afāūngchu\n€\ud800𠀀", max_size=200))
def test_anything_is_survived_and_settles(text: str) -> None:
    """No text crashes the rules, all can be undone, and a second pass changes nothing."""
    for rule in RULES:
        edits = found(rule, text).edits
        clean = apply(text, edits)
        assert invert(clean, edits) == text
        assert not len(found(rule, clean).edits)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=100))
def test_an_empty_list_damages_only_marked_punctuation(text: str) -> None:
    """Text without the six marks passes the forward model unchanged, whatever characters GBK lacks."""
    plain = "".join(char for char in text if char not in "\x00€" and (len(_gbk(char)) < 2 or char.isalpha()))
    if not any(mark in _gbk(plain) for mark in (b"\xa3", b"\xa1")):
        assert damage(plain, {}) == plain
        assert without_readings(plain, {}) == plain


def _gbk(text: str) -> bytes:
    return text.encode("gbk", "ignore")
