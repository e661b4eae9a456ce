"""Misread text: what is repaired, what is left alone, and that each repair carries a proof."""

import json
import random
import re
import sys
import time
from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path

import pytest

from cleaners.document import Document, Found
from cleaners.edits import apply, invert
from cleaners.ngram import CharacterModel, NGrams
from cleaners.rules import mojibake_pages, mojibake_western
from cleaners.rules.mojibake import CJK, LOST, proves
from cleaners.rules.mojibake_phase import clear, of_single_bytes
from cleaners.rules.mojibake_western import LATIN
from tests.eval import mojibake_eval as simulator
from tests.eval import rare_eval

CASES = json.loads((Path(__file__).parent / "cases" / "mojibake.json").read_text("utf-8"))
TRUTHS = sorted((Path(__file__).parent / "truth").glob("*.txt"))


def found(text: str) -> Found:
    """What the rule finds, or nothing where its gate is closed."""
    document = Document(text)
    return CJK.find(document) if CJK.may_apply(document) else Found()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict[str, str]) -> None:
    """The rule makes of the text what the case says, proves it, can undo it, and has nothing to do after that."""
    edits = found(case["text"]).edits
    assert apply(case["text"], edits) == case["expect"]
    assert invert(case["expect"], edits) == case["text"]
    assert all(map(proves, edits.before, edits.after, edits.evidence))
    assert len(found(case["expect"]).edits) == 0


def test_enough_negatives() -> None:
    """Look-alikes are the larger part of the cases."""
    assert sum(case["kind"] == "negative" for case in CASES) >= 18


def test_a_false_proof_is_refused() -> None:
    """The proof is checked by damaging the repair again, so another repair does not pass with it."""
    edits = found("标题：鍙戝睍瑙勫垝").edits
    assert proves(edits.before[0], edits.after[0], edits.evidence[0])
    assert not proves(edits.before[0], "发展规化", edits.evidence[0])
    assert not proves(edits.before[0], edits.after[0], edits.evidence[0].replace("utf-8", "big5hkscs"))


# Where two bytes were read as two bytes, most runs make characters on both sides: mid-sentence a single character at
# the edge of a run does not say on which side it stands, and a few characters alone on a page prove nothing. The
# readers of Big5 differ in kana alone, of which a short page has one or two.
_PAIRS = ("big5 as gbk", "big5 as gb18030", "gbk as big5", "gbk as big5-hkscs", "gbk as cp950")
AMBIGUOUS = {(family, "stretches") for family in _PAIRS} | {(family, "lines") for family in _PAIRS}
AMBIGUOUS |= {("gbk as big5-hkscs", "page"), ("big5 as gbk", "page")}
AMBIGUOUS -= {("big5 as gb18030", "lines")}
AMBIGUOUS |= {("gbk as utf-8 or latin-1", way) for way in simulator.WAYS}

# Two bytes lost without a mark near each other make pairs of what is between, which may be as likely as the truth.
UNMARKED = {(family, "ignore") for family in ("gbk as big5", "gbk as big5hkscs", "gbk as cp950")}


@pytest.fixture
def own_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same texts everywhere: those of this repository, whatever else is installed or lies beside it."""
    own = [path.read_text("utf-8") for path in TRUTHS]
    monkeypatch.setattr(simulator, "texts", lambda: own)
    monkeypatch.setattr(simulator, "newspaper", list)


def every(
    families: Iterable[str], ways: Iterable[str], failing: set[tuple[str, str]], reason: str
) -> pytest.MarkDecorator:
    """Each family with each way of damage; those that are known to fail must fail."""
    known = pytest.mark.xfail(strict=True, reason=reason)
    pairs = [pytest.param(*pair, marks=known if pair in failing else ()) for pair in product(families, ways)]
    return pytest.mark.parametrize(("family", "way"), pairs)


@pytest.mark.usefixtures("own_texts")
@every(simulator.LOSSLESS, simulator.WAYS, AMBIGUOUS, "short runs of two bytes as two bytes are ambiguous")
def test_lossless(family: str, way: str) -> None:
    """Clean documents damaged without loss, whole, by lines and within lines, come back exactly."""
    count = simulator.lossless(simulator.LOSSLESS[family], way, 25 if (family, way) in AMBIGUOUS else 3, 21, 400)
    if not count.documents:
        pytest.skip("no document of this sample loses nothing this way")
    assert (count.exact, count.exact_runs, count.wrong) == (count.documents, count.runs, 0)


@pytest.mark.usefixtures("own_texts")
@every(simulator.LOSSY, simulator.LOSSES, UNMARKED, "pairs of bytes shifted by a loss nobody can see")
def test_lossy(family: str, way: str) -> None:
    """Where bytes are gone no wrong character is written: not a letter, not a digit, not a mark."""
    pairs = "utf-8" not in family and "cp1252" not in family
    count = simulator.lossy(simulator.LOSSY[family], way, 25 if pairs else 3, 22, 400)
    assert count.wrong == 0


@pytest.mark.parametrize("dropped", ["", "\xad"], ids=["all bytes", "soft hyphens dropped"])
def test_utf8_among_latin1(dropped: str) -> None:
    """GBK as Latin-1, in which ftfy decoded what looks like UTF-8: nearly all comes back, and doubt is marked."""
    wrong = lost = length = 0
    for path in TRUTHS[:12]:
        text = path.read_text("utf-8")[:500].encode("gb18030").decode("gb18030")
        read = simulator.mixed(text.encode("gb18030"))
        edits = found(read.replace(dropped, "") if dropped else read).edits
        assert all(map(proves, edits.before, edits.after, edits.evidence))
        repaired = apply(read.replace(dropped, "") if dropped else read, edits)
        length += len(text)
        lost += repaired.count(LOST)
        wrong += sum(char not in text and char != LOST for char in repaired)
    assert lost <= 0.05 * length
    assert wrong <= 0.001 * length


def test_pairs_nobody_shows() -> None:
    """UTF-8 read as GBK by a reader that drops user-defined pairs: what robbed its neighbour is not believed."""
    for path in TRUTHS[:6]:
        text = path.read_text("utf-8")[:400]
        read = text.encode("utf-8").decode("gb18030", "replace")
        repaired = apply(shown := "".join(c for c in read if not "\ue000" <= c < "\uf900"), found(shown).edits)
        assert {char for char in repaired if "\u4e00" <= char < "\ua000"} <= set(text) | set(shown)


def test_dropped_bytes_hide_each_other() -> None:
    """Two dropped bytes near each other make other characters of what is between, and that is seen: 芈鋵 for 徹落實."""
    model = CharacterModel([(NGrams.of(["各村要贯彻落实新的章程。"] * 9), 1.0)])
    data = list("各村要貫徹落實新的章程。".encode("gb18030").translate(None, b"\x8d\x8f"))
    assert bytes(data).decode("gb18030") == "各村要貫芈鋵新的章程。"
    sizes = clear(data, of_single_bytes(data, "gb18030"), "gb18030", 0.0, model)
    assert sizes == [2, 0] * 4 + [1, 2, 0, 1] + [2, 0] * 5


def test_two_readers_on_a_page() -> None:
    """UTF-8 read by the GBK of Windows, which other GBK explains but for €, stands on a page with GBK as Latin-1."""
    line = "一老一小走开了，门口开着一家小店，开春以后河水清了，"
    windows = "涓€鑰佷竴灏忚蛋寮€浜嗭紝闂ㄥ彛寮€鐫€涓€瀹跺皬搴楋紝寮€鏄ヤ互鍚庢渤姘存竻浜嗭紝"
    shown = f"{windows}\n{line.encode('gbk').decode('latin-1')}"
    assert apply(shown, found(shown).edits) == f"{line}\n{line}"


def test_dropped_byte_before_a_space() -> None:
    """占 with a byte dropped is not 堅, whose last byte many programs take for a space."""
    text = "镇上的工业占 三成，渔业占 两成。\n老人说，今年的稻子比往年都好，孩子们在河边跑来跑去。\n"
    read = text.encode("utf-8").decode("cp1252", "ignore")
    repaired = apply(read, found(read).edits)
    assert "比往年都好，" in repaired
    assert "堅" not in repaired


def test_dropped_bytes_are_flagged() -> None:
    """A line that two bytes were dropped from is left as it came, with a flag that says what it probably was."""
    text = "\n".join(
        ["全县农村公路已经通到每个村组，老人出门方便多了。", "学校门前的小桥也修好了，孩子们不再绕路。"] * 2
    )
    read = text.encode("gbk").decode("big5", "ignore")
    result = found(read)
    assert len(result.edits) == 0
    assert result.flags and all(flag.kind == "mojibake" and "lost" in flag.detail for flag in result.flags)


def test_marked_loss_is_read_strictly() -> None:
    """Where the reader marked each lost byte the line is read pair by pair, and nothing but the loss is missing."""
    text = "村里的小学去年修好了操场，孩子们每天下午在那里踢球，家长都说这是一件好事。"
    edits = found(text.encode("gbk").decode("big5", "replace")).edits
    repaired = apply(text.encode("gbk").decode("big5", "replace"), edits)
    assert LOST in repaired and len(repaired) == len(text)
    assert all(char in (LOST, true) for char, true in zip(repaired, text, strict=True))


def test_clean_documents() -> None:
    """The truths of the sample corpus hold nothing to repair."""
    for path in TRUTHS:
        assert len(found(path.read_text("utf-8")).edits) == 0, path.name


def test_real_documents(real_documents: Path) -> None:
    """Neither do the five real documents: their damage is of other kinds."""
    for path in sorted(real_documents.glob("*.txt")):
        assert len(found(path.read_text("utf-8")).edits) == 0, path.name


@pytest.mark.usefixtures("own_texts")
@pytest.mark.parametrize("kind", rare_eval.alphabets())
def test_rare_characters(kind: str) -> None:
    """Rare characters are no damage, neither alone nor strewn into running text."""
    for make in rare_eval.KINDS:
        page = make(rare_eval.alphabets()[kind], random.Random(kind))
        assert list(rare_eval.edits(page)) == []


@pytest.mark.parametrize("changed", [str.lower, str.upper, str.title])
def test_changed_case(changed: Callable[[str], str]) -> None:
    """Where somebody made the letters of Latin-1 small or capital they are other bytes: nothing is read from them."""
    for path in TRUTHS[:6]:
        read = simulator.browser(path.read_text("utf-8")[:300].encode("gb18030"))
        result = found(changed(read))
        assert len(result.edits) == 0
        assert result.flags


def test_ftfy_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clean documents, French ones too, cost no call to ftfy; nor does GBK read as Latin-1, which it would break."""
    monkeypatch.setitem(sys.modules, "ftfy", None)  # an import would raise
    texts = [case["text"] for case in CASES if case["kind"] == "negative"]
    texts += [path.read_text("utf-8") for path in TRUTHS]
    for text in texts:
        document = Document(text)
        assert not LATIN.may_apply(document) or not len(LATIN.find(document).edits)
    found(simulator.browser("全县农村公路已经通到每个村组。".encode("gbk")))


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("CafÃ© de lâ€™OpÃ©ra", "Café de l’Opéra"),
        ("中文 CafÃ© crÃ¨me，“很好”", "中文 Café crème，“很好”"),
        ("ï»¿渠通了", "\ufeff渠通了"),  # the mark of order, in front of a file that was UTF-8 already
        ("FÃƒÂ¼r MÃƒÂ¤dchen", "Für Mädchen"),
        ("Où êtes-vous né ? São Paulo não é", "Où êtes-vous né ? São Paulo não é"),
        ("UTF-8 乱码的例子：CafÃ©", "UTF-8 乱码的例子：CafÃ©"),
        ("他在“cÃŽtÃ©”下车，fÃŒr immer", "他在“côté”下车，für immer"),  # Latin-9
        ("ÃŒber die StraÃ\x9fe", "über die Straße"),
        ("“forÃªt”与“NguyÃªn”", "“forêt”与“Nguyên”"),
        ("去l‚ÄôOp√©ra听歌", "去l’Opéra听歌"),  # of Macintoshes
        ("他说â€œ好â€，又说â€œ行â€\ufffd。", "他说“好”，又说“行”。"),  # Windows-1252 has nothing at 9D
        ("他说Ã¢â‚¬Å“好Ã¢â‚¬Â\x9dÃ¢â‚¬â€\x9d", "他说“好”—"),
        ("BogotĂˇ", "Bogotá"),  # Windows-1250
        ("CearĂĄ", "CearĂĄ"),  # á in one code page of eastern Europe, å in another
        ("字母“Ä”和“Ö”，10 Å”，Ã”", "字母“Ä”和“Ö”，10 Å”，Ã”"),
        ("x≈±1，¬±p，√±3", "x≈±1，¬±p，√±3"),
        ("ÖÐ¹úÈËÃñ", "ÖÐ¹úÈËÃñ"),
    ],
)
def test_latin(text: str, expect: str) -> None:
    """Western words are repaired where their code page is clear; letters, signs and mathematics are left."""
    document = Document(text)
    edits = LATIN.find(document).edits if LATIN.may_apply(document) else Found().edits
    assert apply(text, edits) == expect
    assert all(map(mojibake_western.proves, edits.before, edits.after, edits.evidence))


@pytest.mark.parametrize("word", ["Œuvre", "Wałęsa", "Đặng Hải", "così", "İstanbul", "“È”"])
def test_western_words_in_a_misread_page(word: str) -> None:
    """A letter of two bytes is no sign that somebody changed the letters of a page, or that it was read twice."""
    truth = f"全县农村公路（{word}）已经通到每个村组，水利站派人到田里看渠。\n今年修渠十二公里。"
    for read in (simulator.browser(truth.encode()), truth.encode().decode("latin-1")):
        assert apply(read, found(read).edits) == truth


def test_western_words_are_no_pairs() -> None:
    """Letters of UTF-8 in western words spell Han in GBK: 卯, 毛, 猫."""
    assert len(found("他喝maÃ®tre NoÃ«l、CitroÃ«n HermÃ¨s和LancÃ´me。").edits) == 0


def test_loss_is_counted() -> None:
    """The evidence says how many characters are lost."""
    edits = found("全县农村公路建设".encode().decode("gbk", "replace")).edits
    assert json.loads(edits.evidence[0])["lost"] == edits.after[0].count(LOST) > 0


@pytest.mark.parametrize(
    "text",
    ["鐨" * 12_000, "ä¸" * 6_000, "鍙戝睍" * 4_000, "\ufffd鍙" * 5_000, "é" * 12_000, "锟斤拷" * 4_000, "涓a" * 6_000],
    ids=["leads", "stumps", "repaired", "holes", "letters", "kunjinkao", "seams"],
)
def test_time_is_linear(text: str) -> None:
    """Twice the hostile text takes at most about twice the time."""
    found(text[:1000])
    times = []
    for part in (text[: len(text) // 4], text):
        start = time.process_time()
        found(part)
        times.append(time.process_time() - start)
    assert times[1] < 10 * times[0] + 0.5


WHOLE_PAGES = ("cp437", "cp850", "cp866", "mac_roman", "koi8-r", "iso8859-15")  # a character for every byte


@pytest.mark.parametrize("page", WHOLE_PAGES)
def test_code_pages_give_back_utf8(page: str) -> None:
    """What another code page of single bytes read as Chinese UTF-8 comes back whole, between clean lines, and once."""
    truth = TRUTHS[0].read_text("utf-8")
    lines = truth.split("\n")
    damaged = "\n".join(line.encode().decode(page) if number % 2 else line for number, line in enumerate(lines))
    edits = mojibake_pages.CODE_PAGES.find(Document(damaged)).edits
    after = apply(damaged, edits)
    assert len(edits) > 0
    assert after == truth
    assert all(map(mojibake_pages.proves, edits.before, edits.after, edits.evidence))
    assert not mojibake_pages.CODE_PAGES.may_apply(Document(after))


@pytest.mark.parametrize("page", ("cp437", "mac_roman"))
def test_code_pages_give_back_gbk(page: str) -> None:
    """The same of GBK, whose pairs a clean mark in front must not put out of step."""
    damaged = (
        "他说：“"
        + "临洺的做法是请人来修渠，由不得旁人，谁修得好谁先用水。".encode("gbk").decode(page)
        + "”，大家都笑了。"
    )
    edits = mojibake_pages.CODE_PAGES.find(Document(damaged)).edits
    assert apply(damaged, edits) == "他说：“临洺的做法是请人来修渠，由不得旁人，谁修得好谁先用水。”，大家都笑了。"


@pytest.mark.parametrize(("page", "whole"), [("cp1251", True), ("cp1250", False)])
def test_code_pages_mark_what_is_lost(page: str, whole: bool) -> None:
    """The one byte that Cyrillic of Windows lacks is known where it is missing; one of five is marked as lost."""
    truth = "这是全镇今年修的渠，渠道都通了水，是大家一起修的。"
    edits = mojibake_pages.CODE_PAGES.find(Document(damaged := truth.encode().decode(page, "replace"))).edits
    after = re.sub(f"{LOST}+", LOST, apply(damaged, edits))
    assert (after == truth) is whole
    assert (LOST in after) is not whole
    assert re.fullmatch(re.escape(after).replace(LOST, ".{1,3}"), truth)
    assert all(map(mojibake_pages.proves, edits.before, edits.after, edits.evidence))


@pytest.mark.parametrize(
    "text",
    [
        "Генеральный план развития посёлка утверждён, строительство канала начнётся в этом году, вода придёт весной.",
        "L’été dernier, les élèves ont été très fiers; où êtes-vous né? Ça va, naïf, cœur, façade, août, forêt, hôtel.",
        "Příliš žluťoučký kůň úpěl ďábelské ódy; Zażółć gęślą jaźń; árvíztűrő tükörfúrógép.",
        "┌──┬──┐\n│甲│乙│\n├──┼──┤\n│α│β│\n╞══╪══╡\n╔═╗║╚╝▀▄█▌▐░▒▓",
        "ΑΒΓΔ αβγδ ∑∏∫√∞≈≠≤≥ 与 Σ 求和，Φ 为磁通，Θ 为角度，τ 为时间常数，µ 为磁导率，σ 为应力。",
        "Общество ÀÁÂ «Заря» ёлка № 5 — Привет, мир! Съешь ещё этих мягких французских булок.".encode(
            "koi8-r", "ignore"
        ).decode("cp1251"),
    ],
)
def test_code_pages_leave_other_languages(text: str) -> None:
    """Western, Russian and Greek letters, frames and formulas are no bytes of Chinese."""
    assert len(mojibake_pages.CODE_PAGES.find(Document(text)).edits) == 0


_SOUND = (
    *(
        "Größe、naïve、Ångström",
        "他说Россия，又说Україна。",
        "┌──┬──┐",
        "∑√∞≈≠",
        "售价¥300，合€38。",
        "音yíng，又音lǜ。",
    ),
    *("“é”“ü”“ñ”三个字母。", "这一栏填“ß”，那一栏填“ø”。", "α、β、γ三种射线。", "╔═══╗", "├─渠首", "Łódź和Škoda。"),
)


def test_sound_signs_beside_damage() -> None:
    """Signs and foreign words that are bytes of the codec a page was misread in stay, before and behind the damage."""
    truth = "入冬前渠首的闸门要检修一遍，水泵房的老陈说今年轮到第三村出工。"
    pages = ("cp437", "cp866", "mac_roman", "koi8-r", "cp1250", "cp1251", "iso8859-2", "cp1252", "latin-1")
    for number, (page, true) in enumerate(product(pages, ("utf-8", "gb18030"))):
        damaged = truth.encode(true).decode(page, "replace")
        for sound in _SOUND[number % 3 :: 3]:
            for lines in ((damaged, sound), (sound, damaged)):
                text = "\n".join(lines)
                for rule in (mojibake_pages.CODE_PAGES, CJK):
                    text = apply(text, rule.find(Document(text)).edits)
                assert sound in text.split("\n"), (page, true, text)


def test_short_runs_are_flagged() -> None:
    """Four characters of GBK between sound ones are too few to be read, and too likely to be passed over."""
    flags = found("他说：“ÎÒÃÇ×ß°É”，她点点头。\n").flags
    assert [flag.detail for flag in flags] == ["too short to be sure; perhaps 我们走吧"]
