"""The sample corpus: what each file of ``corpus_raw`` is, and how it was damaged from an original that is known.

``corpus_raw`` may hold documents only, so its explanation stands here. Every text was written for this project, about
places, companies and people that do not exist. ``tests/truth`` has the undamaged originals; this module damages them
forward, by the models of the damage and with fixed seeds, so that what a cleaner ought to find is known, not judged.
``python -m tests.samples`` writes ``corpus_raw`` anew; tests/test_samples.py proves that just this is committed.

A truth is what an ideal cleaner should return: simplified, full-width punctuation, curly quotes, no site furniture.

- ``<name>.txt`` (or ``.md``): the text that can be had from the page alone.
- ``<name>.full.txt``: the same before content was lost (a hidden passage, masked names and years); only other
  copies can bring that back. ``<name>.txt`` is then written by this module: without the passage, with the masks.
- a folder: an anthology or a JSONL file; ``index.json`` lists the parts with the titles they keep.

Blank lines and indents are layout which the truths do not follow; compare with `fold_layout` on both sides.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from opencc import OpenCC

from cleaners.rules.pinyin_forward import inject
from cleaners.rules.pinyin_table import READINGS

ROOT = Path(__file__).resolve().parent.parent
RAW = ROOT / "corpus_raw"
TRUTH = ROOT / "tests" / "truth"


@dataclass(frozen=True)
class Sample:
    """One file of the sample corpus: its truth, the damage it carries, and how its bytes are made."""

    truth: str  # a file or a folder under tests/truth
    kinds: tuple[str, ...]  # none: the file is clean, and a cleaner must return it as it is
    build: Callable[[], bytes]


def original(name: str) -> str:
    """An undamaged original, without its final newline."""
    return (TRUTH / name).read_text("utf-8").removesuffix("\n")


def truths(name: str) -> list[str]:
    """What an ideal cleaner returns for the sample ``name``: one text for each document in it, in their order."""
    place = TRUTH / SAMPLES[name].truth
    if not place.is_dir():
        return [place.read_text("utf-8")]
    parts = json.loads((place / "index.json").read_text("utf-8"))["parts"]
    return [(place / part["file"]).read_text("utf-8") for part in parts]


def fold_layout(text: str) -> str:
    """Return ``text`` without indents, trailing spaces and blank lines, for comparing paragraphs."""
    return "\n".join(line for line in map(str.strip, text.split("\n")) if line)


# Damage, one function for each kind: text in, damaged text out.

_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def narrow(text: str) -> str:
    """Full-width forms made ASCII, as a scraper's NFKC would; ``、。“”`` have no such form and stay."""
    return text.translate(_NARROW)


def slices(text: str, length: int = 300, most: int = 5) -> str:
    """Newlines made spaces, then ``most`` slices of ``length`` code points, and the rest, each after ``k、``."""
    flat = text.replace("\n", " ")
    cuts = [index * length for index in range(most + 1) if index * length < len(flat)]
    ends = [*cuts[1:], len(flat)]
    return "\n".join(f"{k}、{flat[a:b]}" for k, (a, b) in enumerate(zip(cuts, ends, strict=True), 1))


def masked(text: str, masks: Mapping[str, str]) -> str:
    """Every name or pattern replaced by its mask, in the order given."""
    for pattern, mask in masks.items():
        text = re.sub(pattern, mask, text)
    return text


def spaced(text: str, indent: str = "") -> str:
    """A blank line between paragraphs, each with an indent, as pages print them."""
    return "\n\n".join(indent + line for line in text.split("\n"))


def zero_width(text: str, seed: int) -> str:
    """An invisible watermark: one zero-width character after every 15 to 60 characters, never at a line's end."""
    rng, pieces, position = random.Random(seed), [], 0
    while position < len(text):
        step = rng.randint(15, 60)
        pieces.append(text[position : position + step])
        position += step
        if position < len(text) and "\n" not in text[position - 1 : position + 1]:
            pieces.append(rng.choice("\u200b\u200c\u200d\u2060\ufeff"))
    return "".join(pieces)


def latin1(text: str) -> str:
    """UTF-8 read as Latin-1: every Han character becomes three, two of them control codes as a rule."""
    return text.encode("utf-8").decode("latin-1")


def cp1252(text: str) -> str:
    """UTF-8 read as a browser reads Latin-1: as Windows-1252, its five gaps as control codes."""
    return "".join(_cp1252(byte) for byte in text.encode("utf-8"))


def entities(text: str, seed: int) -> str:
    """Quotes and dashes as named entities, and one Han character in forty as a number."""
    rng = random.Random(seed)
    named = {"“": "&ldquo;", "”": "&rdquo;", "—": "&mdash;", "·": "&middot;"}
    return "".join(
        named.get(char) or (f"&#x{ord(char):x};" if "一" <= char <= "鿿" and rng.random() < 0.025 else char)
        for char in text
    )


def straight_quotes(text: str) -> str:
    """Curly quotes flattened to the one of the typewriter."""
    return text.translate({ord("“"): '"', ord("”"): '"'})


def wrong_quotes(text: str) -> str:
    """Quotes flattened, then curled by a program that knows Latin text only: opening after a space, else closing."""
    return re.sub(r'(?<![^\s(\["])"', "“", straight_quotes(text)).replace('"', "”")


def charwise_traditional(text: str) -> str:
    """Simplified made traditional one character at a time; 于 干 后 里 制 and their like stay as they are."""
    return text.translate(_charwise_table())


def taiwan(text: str) -> str:
    """OpenCC's Taiwan standard, then the variants 産 and 説 of the agency whose pages these are."""
    return _taiwan_converter().convert(text).translate({ord("產"): "産", ord("說"): "説"})


def traditional(text: str) -> str:
    """OpenCC's Taiwan standard, and nothing else."""
    return _taiwan_converter().convert(text)


def paywall(text: str, before: str, after: str) -> str:
    """A marker that cuts the word ``before``+``after`` in two: a full stop and a newline come with it."""
    assert text.count(before + after) == 1
    return text.replace(before + after, f"{before}。\n当前隐藏内容免费查看{after}")


def _cp1252(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


@cache
def _charwise_table() -> dict[int, str]:
    lines = (files("opencc") / "dictionary" / "STCharacters.txt").read_text("utf-8").splitlines()
    table = {}
    for simplified, choices in (line.split("\t") for line in lines):
        first, *others = choices.split(" ")
        table[ord(simplified)] = simplified if simplified in others or (simplified == first and others) else first
    return table | {ord("台"): "臺", ord("准"): "準", ord("为"): "為", ord("众"): "眾"}


@cache
def _taiwan_converter() -> OpenCC:
    return OpenCC("s2tw")


# The pages, in the order of their numbers.

_SEED_LIST = "區創業發優現環態統聯戰規協醫數穩鄉續監養"
_LONG_LIST = "產經濟設進實動標項場對點領預達導風復務嚴轉責運會驗庫護網補區業發優現環態統規醫鄉監養質調準強權監級"


def _utf8(text: str) -> bytes:
    return (text + "\n").encode("utf-8")


def _page(*parts: str) -> str:
    return "\n".join(parts)


def _clean(name: str) -> Sample:
    return Sample(name, (), lambda: (TRUTH / name).read_bytes())


def roads() -> bytes:
    return _utf8(narrow(slices(original("001-tongwan-roads.txt"))))


_HIDDEN_FROM, _HIDDEN_TO = "急救体系同步跟上。", "三、推动管理下沉，"


def _hospital_parts() -> tuple[str, str, str]:
    """The speech before the passage that is hidden, the passage, and the rest, the county's name masked."""
    text = masked(original("002-yigongti.full.txt"), {"桐湾": "X"})
    start, end = text.index(_HIDDEN_FROM), text.index(_HIDDEN_TO)
    return text[: start - 1], text[start : end - 1], text[end:]


def hospital_truth() -> str:
    """What can be had of 002: all but the passage, ``X`` where the county's name stood."""
    before, _, after = _hospital_parts()
    return _page(before, after)


def hidden_length() -> int:
    """How many characters 002 says it hides, and hides."""
    return len(_hospital_parts()[1])


def hospital() -> bytes:
    before, hidden, after = _hospital_parts()
    title, body = before.split("\n", 1)
    stamp = "更新时间：2024-03 来源：网友上传"
    marker = f"---中间省略{len(hidden)}字，登录后阅读全文---"
    return _utf8(narrow(spaced(_page(f"03-{title}", stamp, body, marker, after))))


def old_stage() -> bytes:
    title, *lines = original("003-guxitai.txt").split("\n")
    captions, body = lines[:6], lines[6:]
    pictures = "\n\n".join(f"{indent}{title}\n\n{caption}" for indent, caption in zip(" " * 6, captions, strict=True))
    head = f"分享\n\n{title}\n青埠晚报  2019-10-08 09:16:43\n\n  {title}\n\n"
    foot = "\n\n编辑：乔小满"
    return _utf8(taiwan(narrow(head + pictures + "\n\n" + spaced(_page(*body), "  ") + foot)))


def industry() -> bytes:
    text = charwise_traditional(original("004-shiyeqiangxian.txt"))
    return _utf8(inject(text, {char: READINGS[char] for char in _SEED_LIST}))


def harbour() -> bytes:
    text = charwise_traditional(original("021-yugang.txt"))
    return _utf8(inject(text, {char: READINGS[char] for char in _LONG_LIST}))


_STEM = "全县水利工作会议讲话稿"
_PART_A = {r"20\d\d": "20xx", "白栎县|临洺县": "××县", "澜阳市": "××市"}
_PART_B = {"“十[三四]五”": "“”", "澜阳市": "*市", "白栎": "xx", "临洺": "xx"}


def water_truth() -> dict[str, str]:
    """The parts of 005 that the module makes: two maskings of one speech, and the head of another speech."""
    speech, first = original("005-shuili-anthology/02.full.txt"), original("005-shuili-anthology/01.txt")
    return {
        "02.txt": masked(speech, _PART_A),
        "05.txt": masked(speech, _PART_B),
        "06.txt": first[: first.index("\n三、")],
    }


def water() -> bytes:
    parts = [original(f"005-shuili-anthology/{number:02}.txt") for number in range(1, 8)]
    parts[2] = paywall(parts[2], "新建和扩建污水处", "理厂")
    editor = "以下是小编为大家整理的水利工作会议讲话稿，欢迎大家阅读参考。"
    parts[3], parts[5] = f"{editor}\n{parts[3]}", f"下面是小编给大家带来的讲话稿，希望能帮到您。\n{parts[5]}"
    lines = ["2023年全县水利工作会议讲话稿（优秀7篇）"]
    lines += [
        "养一盆多肉植物，看似简单，其实需要耐心和方法。怎样写好一篇观察日记，也是很多同学头疼的问题。"
        "如果您在写作中遇到困难，可以随时向我提问，我会尽力为您提供思路和建议。"
    ]
    for numeral, part in zip("一二三四五六七", parts, strict=True):
        lines += [f"{_STEM}篇{numeral}", part]
    return _utf8(narrow(_page(*lines)))


def schools() -> bytes:
    page = _page(
        "您的位置：首页 > 政务公开 > 教育 > 正文",
        original("006-yiwujiaoyu-gbk.txt").split("\n", 1)[0],
        "来源：白栎县教育局  发布时间：2025-02-17 08:40  点击数：1286",
        original("006-yiwujiaoyu-gbk.txt").split("\n", 1)[1],
        "责任编辑：温如许",
        "上一篇：白栎县举办春季校园招聘会",
        "下一篇：白栎县中小学生艺术节开幕",
        "版权声明：凡本网注明来源为白栎县政府网的稿件，版权均属本网所有，转载请注明出处。",
    )
    return (narrow(page) + "\n").encode("gb18030")


def novel() -> bytes:
    text = original("007-novel-big5.txt")
    middle = text.index("昏黄的光")
    page = text[:middle] + "本章未完，请点击下一页继续阅读！\n" + text[middle:]
    page += "\n请记住本站域名，方便下次继续阅读。\n上一章 目录 下一章"
    return (traditional(page) + "\n").encode("big5")


def rice() -> bytes:
    title, body = original("008-heli-utf16.txt").split("\n", 1)
    page = _page(title, "来源：桐湾融媒  作者：简行之  时间：2024-10-21", body, "分享到：", "相关阅读")
    return b"\xff\xfe" + (narrow(straight_quotes(page)) + "\n").encode("utf-16-le")


def heating() -> bytes:
    title, body = original("009-gongnuan-crlf.txt").split("\n", 1)
    page = _page(title, "【字体：大 中 小】  打印本页", spaced(body, "\u3000\u3000"), "", "扫一扫在手机打开当前页")
    return (page + "\n").replace("\n", "\r\n").encode("utf-8-sig")


def reading() -> bytes:
    lines = original("010-quanminyuedu.txt").split("\n")
    marked = [entities(line, seed) for seed, line in enumerate(lines)]
    marked[3], marked[6] = latin1(lines[3]), cp1252(lines[6])
    marked[1:] = [f"&nbsp;&nbsp;&nbsp;&nbsp;{line}" for line in marked[1:]]
    return _utf8(_page(*marked))


def night_school() -> bytes:
    page = _page(original("011-yexiao.txt"), "转载请注明出处：青埠论坛", "阅读 3127  点赞 88  在看 41")
    return _utf8(narrow(zero_width(page, 11)))


def livelihood() -> bytes:
    first, second, third = (original(f"016-minsheng/{number:02}.txt") for number in (1, 2, 3))
    texts = (
        _page("当前位置：首页 > 民生 > 正文", narrow(first), "（责任编辑：岑露）"),
        entities(second, 16),
        zero_width(narrow(third), 17),
    )
    fields = (
        {"id": "qb-0412", "source": "青埠晚报", "date": "2024-04-12"},
        {"id": "tw-0903", "source": "桐湾融媒", "date": "2024-09-03"},
        {"id": "bl-0608", "source": "白栎新闻", "date": "2024-06-08"},
    )
    records = ({**more, "text": text, "views": 1000 + len(text)} for more, text in zip(fields, texts, strict=True))
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode("utf-8")


def township() -> bytes:
    page = _page(
        original("017-shijiu-report.txt"),
        "版权声明：本文档由用户提供并上传，收益归属内容提供方，若内容存在侵权，请进行举报或认领。",
    )
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as stream:
        stream.write(_utf8(narrow(wrong_quotes(page))))
    return packed.getvalue()


_TOURISM_A = {r"20\d\d": "20xx", "临洺": "××", "落雁渡|瓷窑村": "××", "文旅局": "***局"}
_TOURISM_B = {"“十[三四]五”": "“”", "县委、县政府": "******", "临洺县": "xx县", "临洺": "xx"}


def tourism_truth(masks: Mapping[str, str]) -> str:
    """One masking of the speech that two sites print."""
    return masked(original("020-wenlv-speech.full.txt"), masks)


def tourism_a() -> bytes:
    return _utf8(narrow(tourism_truth(_TOURISM_A)))


def tourism_b() -> bytes:
    page = _page(
        "当前位置：首页 > 领导讲话 > 正文", spaced(tourism_truth(_TOURISM_B)), "", "上一篇：没有了", "下一篇：没有了"
    )
    return _utf8(narrow(page))


SAMPLES: dict[str, Sample] = {
    "001-tongwan-roads.txt": Sample("001-tongwan-roads.txt", ("slices", "narrow"), roads),
    "002-yigongti.txt": Sample(
        "002-yigongti.txt", ("title_index", "update_line", "hidden_count", "place_mask", "narrow"), hospital
    ),
    "003-guxitai.txt": Sample(
        "003-guxitai.txt", ("taiwan", "share_line", "byline", "caption_repeat", "editor_line", "narrow"), old_stage
    ),
    "004-shiyeqiangxian.txt": Sample(
        "004-shiyeqiangxian.txt", ("pinyin", "pinyin_straddle", "pinyin_punct", "charwise", "narrow"), industry
    ),
    "005-shuili-anthology.txt": Sample(
        "005-shuili-anthology",
        (
            "anthology", "ai_intro", "editor_intro", "paywall_inline", "year_mask", "place_mask", "plan_strip",
            "near_duplicate", "excerpt", "narrow",
        ),
        water,
    ),
    "gov/006-yiwujiaoyu.txt": Sample("006-yiwujiaoyu-gbk.txt", ("gb18030", "boilerplate", "narrow"), schools),
    "007-dukou.txt": Sample("007-novel-big5.txt", ("big5", "boilerplate", "traditional"), novel),
    "008-gaoshan-daomi.txt": Sample(
        "008-heli-utf16.txt", ("utf16_bom", "boilerplate", "straight_quotes", "narrow"), rice
    ),
    "gov/009-gongnuan.txt": Sample("009-gongnuan-crlf.txt", ("utf8_bom", "crlf", "boilerplate"), heating),
    "010-quanminyuedu.txt": Sample("010-quanminyuedu.txt", ("mojibake", "entities"), reading),
    "011-yexiao.txt": Sample("011-yexiao.txt", ("zero_width", "boilerplate", "narrow"), night_school),
    "gov/012-河道保护条例.txt": _clean("012-hedao-tiaoli.txt"),
    "013-pinyin-reader.txt": _clean("013-pinyin-reader.txt"),
    "014-kunjinkao.md": _clean("014-kunjinkao.md"),
    "015-xiaofang.txt": _clean("015-xiaofang-sanshitiao.txt"),
    "016-minsheng.jsonl": Sample(
        "016-minsheng", ("jsonl", "boilerplate", "entities", "zero_width", "narrow"), livelihood
    ),
    "gov/017-shijiu-report.txt.gz": Sample(
        "017-shijiu-report.txt", ("gzip", "boilerplate", "wrong_quotes", "narrow"), township
    ),
    "gov/018-linzhang.txt": _clean("018-linzhang-clean.txt"),
    "019-望河桥.txt": _clean("019-wanghe-bridge.txt"),
    "020-wenlv.txt": Sample(
        "020-wenlv-a.txt", ("near_duplicate", "year_mask", "place_mask", "leader_mask", "narrow"), tourism_a
    ),
    "zhuanzai/020-wenlv.txt": Sample(
        "020-wenlv-b.txt",
        ("near_duplicate", "plan_strip", "place_mask", "leader_mask", "boilerplate", "narrow"),
        tourism_b,
    ),
    "021-yugang.txt": Sample(
        "021-yugang.txt", ("pinyin", "pinyin_straddle", "pinyin_punct", "charwise", "narrow"), harbour
    ),
}  # fmt: skip
"""Path under corpus_raw, with its truth and its damage. A sample without damage is a clean file, byte for byte."""


def derived_truths() -> Iterable[tuple[str, str]]:
    """The truths that follow from a fuller original: path under tests/truth, and text."""
    yield "002-yigongti.txt", hospital_truth()
    yield "020-wenlv-a.txt", tourism_truth(_TOURISM_A)
    yield "020-wenlv-b.txt", tourism_truth(_TOURISM_B)
    for name, text in water_truth().items():
        yield f"005-shuili-anthology/{name}", text


def main() -> None:
    """Write the derived truths, then every sample."""
    for name, text in derived_truths():
        (TRUTH / name).write_text(text + "\n", "utf-8", newline="\n")
    for name, sample in SAMPLES.items():
        path = RAW / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sample.build())


if __name__ == "__main__":
    main()
