"""Words strewn over a text: taken out of the words they stand in, and nothing else."""

import random
import re
from pathlib import Path

import pytest

from cleaners.document import Document
from cleaners.edits import apply, invert
from cleaners.ngram import NGrams, fold
from cleaners.rules.stuffed import STUFFED

TEXTS = [path.read_text("utf-8") for path in sorted((Path(__file__).parent / "truth").glob("0[012]*.txt"))]
PRIOR = NGrams.of(map(fold, TEXTS))


def after(text: str) -> str:
    """The text after this rule alone, which can be undone."""
    document = Document(text, prior=PRIOR)
    if not STUFFED.may_apply(document):
        return text
    edits = STUFFED.find(document).edits
    assert invert(apply(text, edits), edits) == text
    return apply(text, edits)


@pytest.mark.parametrize("word", ["二手挖掘机报价", "上海代账公司", "网络推广优化", "昶柃", "槟艮"])
def test_words_strewn_at_random_go(word: str) -> None:
    """Wherever a word was strewn twenty times, the text comes back, or is left as it is."""
    rng = random.Random(word)
    restored = 0
    for text in TEXTS[:6]:
        inside = [match.start() + 1 for match in re.finditer("[\u4e00-\u9fff](?=[\u4e00-\u9fff])", text)]
        damaged = text
        for place in sorted(rng.sample(inside, 20), reverse=True):
            damaged = damaged[:place] + word + damaged[place:]
        repaired = after(damaged)
        assert repaired in (text, damaged)
        restored += repaired == text
    assert restored >= 5


def test_what_a_text_is_about_stays() -> None:
    """A subject that returns in every sentence stands between words, and so does a name of rare characters."""
    assert all(after(text) == text for text in TEXTS)
    about = [
        "全镇推进灌溉渠道建设。", "老人说灌溉渠道要管好。", "今年把灌溉渠道修通了。", "我们靠灌溉渠道吃饭。",
        "谁都爱灌溉渠道的水。", "春天修灌溉渠道最好。", "大家看灌溉渠道通水。", "他写灌溉渠道的历史。",
    ]  # fmt: skip
    assert after("".join(about)) == "".join(about)
    name = "".join(line.replace("灌溉渠道", "甯玥") for line in about)
    assert after(name) == name


def test_nothing_is_known_without_a_prior() -> None:
    """The rule asks a prior which characters belong together, and is silent without one."""
    assert not STUFFED.may_apply(Document(STUFFED.example[0]))
