"""The sample corpus is what tests/samples.py says it is, and its truths are undamaged."""

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from opencc import OpenCC

from cleaners.pipeline import clean
from cleaners.profile import Profile
from tests import samples
from tests.samples import RAW, SAMPLES, TRUTH, charwise_traditional, fold_layout, taiwan

REAL = Path(__file__).resolve().parents[2] / "shared" / "corpus_raw"
SIMPLIFY = OpenCC("t2s")
TRUTHS = sorted(path for path in TRUTH.rglob("*") if path.suffix in {".txt", ".md"})
DAMAGED = [name for name, sample in SAMPLES.items() if sample.kinds]
CLEAN = [name for name, sample in SAMPLES.items() if not sample.kinds]
REQUIRED = {
    "slices", "hidden_count", "title_index", "update_line", "taiwan", "caption_repeat", "share_line", "byline",
    "editor_line", "anthology", "ai_intro", "editor_intro", "paywall_inline", "near_duplicate", "excerpt", "pinyin",
    "pinyin_straddle", "pinyin_punct", "gb18030", "big5", "utf16_bom", "utf8_bom", "crlf", "mojibake", "entities",
    "zero_width", "narrow", "boilerplate", "year_mask", "place_mask", "leader_mask", "plan_strip", "jsonl", "gzip",
}  # fmt: skip
CODECS = {"gb18030": "gb18030", "big5": "big5", "utf16_bom": "utf-16"}
BOILERPLATE = (
    "您的位置|当前位置|(?:责任)?[编編][辑輯][:：]|上一[篇章]|下一[篇章]|版[权權]声明|[转轉]载请注明|^扫一扫|来源[:：]|打印本页|分享到|"
    "小编|本章未完|更新时间[:：]"
)
INVISIBLE = "[\u00ad\u200b-\u200f\u2060\ufeff\ufffd]"


def page(name: str) -> str:
    """A sample's text as a reader who knows its encoding sees it; of a JSONL file, the texts of its records."""
    kinds = SAMPLES[name].kinds
    data = (RAW / name).read_bytes()
    data = gzip.decompress(data) if "gzip" in kinds else data
    text = data.decode(next((CODECS[kind] for kind in kinds if kind in CODECS), "utf-8"))
    return "\n".join(json.loads(line)["text"] for line in text.splitlines()) if "jsonl" in kinds else text


def pattern(expression: str, times: int = 1) -> Callable[[str, bytes], bool]:
    """Evidence of damage: the page matches ``expression`` at least so often."""
    return lambda text, _: len(re.findall(expression, text, re.MULTILINE)) >= times


# Written without the functions that do the damage, so that a damage that does nothing is found out.
EVIDENCE: dict[str, Callable[[str, bytes], bool]] = {
    "slices": lambda text, _: [len(line) for line in text.rstrip("\n").split("\n")[:-1]] == [302] * 5,
    "narrow": pattern("[一-鿿][,;:!?][一-鿿]", 10),
    "title_index": pattern(r"\A\d\d-[一-鿿“]"),
    "update_line": pattern("^更新时间:.*来源:"),
    "hidden_count": pattern(r"^---中间省略\d+字"),
    "place_mask": pattern("X县|××|xx[县古]|[*]市", 2),
    "year_mask": pattern("20xx", 3),
    "plan_strip": pattern("“”", 2),
    "leader_mask": pattern(r"\*{3,6}", 1),
    "taiwan": pattern("産|説|裡|臺", 10),
    "traditional": pattern("[說這來時]", 10),
    "charwise": pattern("后|里|制|于", 3),
    "share_line": pattern(r"\A分享\n"),
    "byline": pattern(r"^青埠晚報 {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"),
    "caption_repeat": pattern("^ *青埠老城:一座古戲臺的四百年與三年$", 7),
    "editor_line": pattern("^編輯:"),
    "pinyin": pattern(r"[一-鿿]\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]+\)", 40),
    "pinyin_straddle": pattern(r"\?[a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]+\)"),
    "pinyin_punct": pattern(r"\?[?,。]"),
    "anthology": pattern("^全县水利工作会议讲话稿篇[一二三四五六七]$", 7),
    "ai_intro": pattern("^养一盆多肉植物"),
    "editor_intro": pattern("^[以下面]+是小编", 2),
    "paywall_inline": pattern("污水处。\n当前隐藏内容免费查看理厂"),
    "near_duplicate": lambda text, _: True,  # shown by test_the_repeated_speeches_differ_in_their_masks_only
    "excerpt": lambda text, _: True,  # shown by test_the_sixth_part_is_the_head_of_the_first
    "boilerplate": pattern(BOILERPLATE),
    "gb18030": lambda _, data: not _is_utf8(data),
    "big5": lambda _, data: not _is_utf8(data),
    "utf16_bom": lambda _, data: data.startswith(b"\xff\xfe"),
    "utf8_bom": lambda _, data: data.startswith(b"\xef\xbb\xbf"),
    "crlf": lambda _, data: data.count(b"\r\n") == data.count(b"\n") > 10,
    "mojibake": pattern("(?:[ä-é][\u0080-\u00bf\u2010-\u203a\u0152-\u0192\u02c6\u02dc€™]{2}){5}", 10),
    "entities": pattern("&[lr]dquo;|&#x[0-9a-f]{4};", 10),
    "zero_width": pattern(INVISIBLE, 8),
    "straight_quotes": lambda text, _: text.count('"') >= 10 and "“" not in text,
    "wrong_quotes": pattern("[一-鿿]”[^”“\n]{2,20}”", 3),
    "jsonl": lambda _, data: data.startswith(b'{"id"') and data.count(b"\n") == 3,
    "gzip": lambda _, data: data.startswith(b"\x1f\x8b"),
}


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize("name", SAMPLES)
def test_the_committed_sample_is_the_regenerated_one(name):
    """Damaging the truth again gives the committed bytes (inside gzip: another zlib may pack them differently)."""
    built, committed = SAMPLES[name].build(), (RAW / name).read_bytes()
    if name.endswith(".gz"):
        assert committed[4:8] == bytes(4), "the gzip header carries a time"
        built, committed = gzip.decompress(built), gzip.decompress(committed)
    assert committed == built


def test_the_derived_truths_are_the_regenerated_ones():
    """What can be had from a page that lost something follows from the full text by the page's own loss."""
    for name, text in samples.derived_truths():
        assert (TRUTH / name).read_text("utf-8") == text + "\n", name


def test_the_corpus_holds_the_samples_and_nothing_else():
    """No stray file is read as a document; there are enough of them, and they are small."""
    found = {path.relative_to(RAW).as_posix(): path.stat().st_size for path in RAW.rglob("*") if path.is_file()}
    assert found.keys() == SAMPLES.keys()
    assert len(found) >= 12
    assert sum(found.values()) < 400_000


def test_every_required_damage_is_in_some_sample():
    """The table names each family of damage the sample corpus has to show."""
    shown = {kind for sample in SAMPLES.values() for kind in sample.kinds}
    assert shown >= REQUIRED
    assert len(CLEAN) >= 5


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name in DAMAGED for kind in SAMPLES[name].kinds])
def test_a_sample_carries_the_damage_the_table_names(name, kind):
    """Seen by an independent look at the page, not by the function that did the damage."""
    assert EVIDENCE[kind](page(name), (RAW / name).read_bytes())


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_sample_is_its_truth(name):
    """Clean files and look-alikes are committed as they must come out."""
    assert (RAW / name).read_bytes() == (TRUTH / SAMPLES[name].truth).read_bytes()


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_sample_is_not_its_truth(name):
    """A sample that is called damaged differs from its truth in more than layout, or in the bytes of its lines."""
    texts = fold_layout("\n".join(samples.truths(name)))
    data = (RAW / name).read_bytes()
    assert fold_layout(data.decode("utf-8", "replace")) != texts or "crlf" in SAMPLES[name].kinds


@pytest.mark.parametrize("name", CLEAN)
def test_cleaning_leaves_a_clean_sample_alone(name):
    """A law, a reader with pinyin, a lesson about mojibake, a numbered list, a speech: no rule edits any of them."""
    raw = (RAW / name).read_bytes()
    cleaned = clean(raw, Profile())
    assert cleaned.text.encode("utf-8") == raw
    assert [step.rule for step in cleaned.steps if len(step.edits)] == []


@pytest.mark.parametrize("path", TRUTHS, ids=lambda path: path.relative_to(TRUTH).as_posix())
def test_a_truth_has_no_damage(path):
    """Simplified, full-width, curly quotes in pairs, nothing invisible, no furniture, one newline at the end."""
    text = path.read_text("utf-8")
    assert SIMPLIFY.convert(text) == text
    assert not re.search("[一-鿿][,;:!?]|[,;:!?][一-鿿]", text)
    assert not re.search(INVISIBLE + r"|[\ue000-\uf8ff]|&[a-z]+;|&#|[ \t]$", text, re.MULTILINE)
    assert not re.search(BOILERPLATE, text, re.MULTILINE)
    assert text.endswith("\n") and not text.endswith("\n\n") and "\r" not in text
    for line in text.split("\n"):
        assert re.sub("[^“”]", "", line) == "“”" * line.count("“"), line
    if path.suffix == ".txt":
        assert '"' not in text and "锟" not in text


def test_the_truths_survive_both_ways_into_traditional():
    """Simplifying what the samples made traditional gives the originals back, so those truths are certain."""
    for name, convert, back in (
        ("003-guxitai.txt", taiwan, "tw2s"),  # t2s alone would leave 著 where 着 stood
        ("004-shiyeqiangxian.txt", charwise_traditional, "t2s"),
        ("007-novel-big5.txt", samples.traditional, "tw2s"),
        ("021-yugang.txt", charwise_traditional, "t2s"),
    ):
        text = samples.original(name)
        assert OpenCC(back).convert(convert(text)).replace("産", "产").replace("説", "说") == text, name


def test_the_hidden_passage_is_as_long_as_the_marker_says():
    """The number in 002 is the length of what the page lacks, its inner newline counted."""
    stated = int(re.search(r"省略(\d+)字", page("002-yigongti.txt"))[1])
    had = (TRUTH / "002-yigongti.txt").read_text("utf-8")
    full = (TRUTH / "002-yigongti.full.txt").read_text("utf-8").replace("桐湾", "X")
    assert stated == len(full) - len(had) - 1  # the newline that parted the passage from what follows


def test_the_sixth_part_is_the_head_of_the_first():
    """An excerpt for the containment of near-duplicates: a true prefix, a good deal shorter."""
    whole, excerpt = (samples.original(f"005-shuili-anthology/{name}.txt") for name in ("01", "06"))
    assert whole.startswith(excerpt)
    assert len(excerpt) < 0.8 * len(whole)


@pytest.mark.parametrize(
    ("one", "other"), [("005-shuili-anthology/02", "005-shuili-anthology/05"), ("020-wenlv-a", "020-wenlv-b")]
)
def test_the_repeated_speeches_differ_in_their_masks_only(one, other):
    """Without masks, names and years the two copies have the same words, so that each can fill the other's gaps."""
    masks = "20xx|[*×xX“”]+|20\\d\\d|十[三四]五|(?:澜阳|白栎|临洺|落雁渡|瓷窑村|县委、县政府|文旅(?=局))"
    first, second = (samples.original(f"{name}.txt") for name in (one, other))
    assert first != second
    assert re.sub(masks, "", first) == re.sub(masks, "", second)


@pytest.mark.parametrize("name", ["005-shuili-anthology", "016-minsheng"])
def test_an_index_lists_every_part(name):
    """The index of an anthology or a JSONL file names each part, and each text it refers to is there."""
    parts = json.loads((TRUTH / name / "index.json").read_text("utf-8"))["parts"]
    there = {path.name for path in (TRUTH / name).glob("*.txt")}
    named = {part[key] for part in parts for key in ("file", "full", "same_speech_as", "excerpt_of") if key in part}
    assert named == there
    assert [part["file"] for part in parts] == sorted(file for file in there if ".full." not in file)


def test_nothing_is_copied_from_the_real_documents():
    """No run of 14 Chinese characters of the five real documents is in an original, whatever the script."""
    if not REAL.is_dir():
        pytest.skip(f"the real documents are not beside this checkout ({REAL.name} is missing)")
    real = "".join(path.read_text("utf-8") for path in sorted(REAL.glob("*.txt")))
    real = _han(SIMPLIFY.convert(re.sub(r"\([a-zà-ǜ]+\)", "", real)))
    grams = {real[start : start + 14] for start in range(len(real))}
    for path in TRUTHS:
        text = _han(path.read_text("utf-8"))
        assert not grams & {text[start : start + 14] for start in range(len(text) - 13)}, path


def _han(text: str) -> str:
    return re.sub("[^一-鿿]", "", text)
