"""The table of damage in the README is true: each row is put on a page and cleaned."""

import re
from pathlib import Path

import pytest

from cleaners.pipeline import Cleaned, clean
from cleaners.profile import Profile

ROOT = Path(__file__).parents[1]
SECTION = (ROOT / "README.md").read_text("utf-8").split("## What it mends")[1].split("\n## ")[0]
ROWS = [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in SECTION.splitlines() if "|" in line][
    2:
]
PROSE = "望河镇今年修好了三里水渠，来往的人比去年多，地里的收成也好。"
# A page that shows the damage, for what is only believed where a page is full of it.
FRAMES = {
    "readings injected on GBK bytes, all over a page": (
        "創(chuàng)業(yè)者在園區(qū)創(chuàng)造發(fā)展{}。企業(yè)興則園區(qū)興,發(fā)揮優(yōu)勢。"
    ),
    "readings strewn at random": (
        "望河村去年(nián)修了一条路。这(zhe)条路从村口到学校，有三里长。村里的人说(shuo)，这条路修得好，下雨天不怕泥，"
        "孩子上学也(ye)快。今年我们(men)还要在路边种树，树长大了，夏天(tian)就有树荫。大家都说，这(zhe)是村里做得最对的"
        "一件事。{}。明年我们(men)要修桥，桥修好了，去镇上就(jiu)不用绕路。老人们说，他(ta)们等这一天等了三十年(nián)，"
        "现在(zai)终于等到了。孩子们说，他们(men)要在桥头种树。"
    ),
    "punctuation made ASCII": "望河镇修渠,\n{}",
    "a paywall inside a word": "镇上前年创办了夜校，去年又创办了图书室。\n{}，来的人很多。\n",
    "a page number inside a sentence": "这条渠从青石镇一直修到柳家洼，赶在春灌之前全部通水，{}，花了两年。\n",
}
# Rows about more than one text: the test that shows each.
ELSEWHERE = {
    "the same speech, other masks": "tests/test_dedup.py",
    "the same in words no rule has": "tests/flows/test_learning.py",
}


def cells(cell: str) -> list[str]:
    """What stands between backticks; ⏎ is the end of a line, <U+200B> the character of this number."""
    texts = (text.replace("⏎", "\n").strip("…") for text in re.findall("`([^`]+)`", cell))
    return [re.sub(r"<U\+(\w+)>", lambda match: chr(int(match[1], 16)), text) for text in texts]


def cleaned(text: str) -> Cleaned:
    return clean(text.encode(), Profile())


def flags(page: Cleaned) -> set[tuple[str, int]]:
    return {(flag.kind, flag.value) for _, flag in page.flags}


def slices(before: str, after: str) -> bool:
    """A page of slices of one length, of which the second begins inside the row's words."""
    head, tail = before.split("\n2、")
    text = (PROSE * 9)[: 300 - len(head)] + head + tail + PROSE * 20
    pieces = [text[at : at + 300] for at in range(0, len(text), 300)]
    page = "\n".join(f"{number}、{piece}" for number, piece in enumerate(pieces, 1))
    return after in cleaned(page).text


def torn(before: str) -> bool:
    """Without a prior the place is flagged and stands as it was but for the script."""
    page = cleaned("創(chuàng)業(yè)靠聯(lián)合,發(fā)展靠創(chuàng)新。" * 3 + before + "。")
    return {kind for kind, _ in flags(page)} >= {"pinyin_torn"} and "lián)湄?" in page.text


def hidden(before: str) -> bool:
    page = cleaned(f"{PROSE}\n\n{before}\n\n{PROSE[::-1]}")
    return before not in page.text and ("truncated", 1099) in flags(page)


def nineteen(_: str) -> bool:
    numbers = [*"一二三四五六七八九十", *(f"十{digit}" for digit in "一二三四五六七八九")]
    texts = [f"修渠讲话稿篇{number}\n同志们：\n今天讲第{number}件事，{PROSE * 3}\n谢谢大家。" for number in numbers]
    page = cleaned("修渠讲话稿（通用19篇）\n" + "\n".join(texts))
    return len(page.sections) == 19 and all(section.title for section in page.sections)


def furniture(*lines: str) -> bool:
    page = cleaned(f"{lines[0]}\n\n修渠记\n\n{PROSE}\n{PROSE}\n\n{lines[1].replace('…', '王小满')}")
    return "范文" not in page.text and "责任编辑" not in page.text and PROSE in page.text


def masks(*texts: str) -> bool:
    page = cleaned("，".join(f"到{text}的时候" for text in texts) + f"，渠就修好了。\n{PROSE}")
    return all(text in page.text for text in texts) and len(page.flags) >= len(texts)


TOLD = {
    "the same, bytes shifted": torn,
    "hidden text": hidden,
    "nineteen speeches in one file": nineteen,
    "site furniture": furniture,
    "names and years masked": masks,
}


def test_every_row_is_tested() -> None:
    """What is listed here stands in the table, so that a row renamed is noticed; the other rows show both sides."""
    assert {row[0] for row in ROWS} >= {*TOLD, *ELSEWHERE, *FRAMES, "a page cut into slices"}
    assert all((ROOT / path).exists() for path in ELSEWHERE.values())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_row_is_true(row: tuple[str, str, str]) -> None:
    """What stands before becomes what stands after, or what is told of it happens."""
    damage, before, after = row[0], cells(row[1]), cells(row[2])
    if damage in ELSEWHERE:
        return
    if damage in TOLD:
        assert TOLD[damage](*(before or [""]))
    elif damage == "a page cut into slices":
        assert slices(*before, *after)
    else:
        assert before
        page = FRAMES.get(damage, PROSE + "\n{}\n" + PROSE)
        for broken, mended in zip(before, after, strict=True):
            result = cleaned(page.format(broken)).text
            assert mended in result and broken not in result
