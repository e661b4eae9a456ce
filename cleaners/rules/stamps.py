"""Stamps a site set into the middle of its texts, so that copies name it: 已全部★某某文库abc123.com★清洗完毕.

A sentence may name an address, and brackets may say where something was printed. A stamp stands where no sentence has
an address, or says in brackets what only sites say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from cleaners.document import Document, Found, Rule
from cleaners.rules.anchors import vocabulary_lines
from cleaners.rules.lines import fold, is_named, linear
from cleaners.rules.site_speech import read

_HAN = re.compile("[\u3400-\u9fff]")
_SIGNS = "★☆◆◇●○■□▲△▼▽※♦♥◎§¤"
_DOMAIN = r"(?:[A-Za-z0-9][A-Za-z0-9-]{0,40}\.){1,4}(?:com|cn|net|org|cc|top|vip|info|tv|me|xyz)(?![A-Za-z0-9])"
_AROUND = rf"[^\n。！？{_SIGNS}]{{0,24}}"
_WRAPPED = re.compile(rf"(?P<sign>[{_SIGNS}]{{1,4}}){_AROUND}?{_DOMAIN}{_AROUND}(?P=sign)")
_CNKI = re.compile("(?m)^[ \t\u3000]*(?P<sign><正>)(?=[^\n])")
# An address disguised from filters: w w w．a b c．c o m, abc点com, abc·example·cn; read in a folded line.
_POINT = r"\s?[.·。点丶]\s?"
_TOP = r"(?:c\s?o\s?m|c\s?n|n\s?e\s?t|o\s?r\s?g|c\s?c|t\s?o\s?p|x\s?y\s?z)"
_HIDDEN = rf"(?:[A-Za-z0-9](?:[\s-]?[A-Za-z0-9]){{1,40}}{_POINT}){{1,4}}{_TOP}"
_PRAISED = "(?:无弹窗|首发|最快更新|更新最快|免费阅读|全文阅读|手机阅读|最新章节|请记住|记住|网址){0,3}"
_INNER = r"[^\[\]{}『』「」《》]{0,24}"
_DISGUISED = rf"[\[{{『「《]{_INNER}{_HIDDEN}{_INNER}[\]}}』」》]|{_PRAISED}({_HIDDEN})"
_MAY_END = re.compile(r"[.．·。点丶]\s?[cnotxCNOTXｃｎｏｔｘ]")
_EDIT = re.compile(r"(?<=[㐀-鿿）)])\[(?:编辑|編輯|編集|edit|编辑源代码)\]")
_LED_TO = re.compile("[问录址站是为到叫见名在用]$")  # a sentence that names an address
_BRACKETS = re.compile(r"[(（\[【〔](?P<said>[^()（）\[\]【】〔〕\n]{6,60})[)）\]】〕]")
_ADDRESS = re.compile(_DOMAIN)
_TELLS_WHERE = re.compile(
    "可[在从到由于]|[见登][录于]?|查[询阅]|官网|邮箱|申[请报]|报名"
)  # where a reader finds what is spoken of
_OPENS = "([（【〔…"
_SET_IN = re.compile(rf"[{re.escape(_OPENS)}](?P<said>[^()（）\[\]【】〔〕…\n]{{6,60}})[)）\]】〕…]")
# A site's name and address, or its name and what it did; read in folded, lower-case text.
_NAMES_SITE = re.compile(
    rf"[㐀-鿿]{{2}}[^㐀-鿿]{{0,2}}{_DOMAIN}|来源\s?:[^,。]{{2,16}}[网库]|(?:网|文库|论坛|书[屋阁库])[^,。]{{0,12}}(?:首发|提供|整理|收集|原创|转载)"
)
_GROUPS = frozenset(("rights", "library", "novel", "forum", "introduction"))  # a notice, too, may say how to follow
_WEIGHT, _WHOLE = 6, 0.95  # of what stands in brackets: the weight of a site's words, and their share


def _find_stamps(document: Document) -> Found:
    """Take out the stamps; what stood around them was one sentence.

    >>> from cleaners.edits import apply
    >>> page = "水到了☆渠边文库qubian8.com☆田里，老支书（转载请注明出处：渠边文库）笑了。"
    >>> apply(page, _find_stamps(Document(page)).edits)
    '水到了田里，老支书笑了。'
    """
    found, reached = Found(), 0
    for start, end, why in sorted(_stamps(document)):
        if start >= reached:
            found.edits.add(start, document.text[start:end], "", 0.93, why)
            reached = end
    return found


def _stamps(document: Document) -> set[tuple[int, int, str]]:
    """Where stamps of every kind begin and end, and why they are such."""
    kinds = (_wrapped, _bracketed, _repeated, _opened, _disguised, _edit_links)
    return {stamp for kind in kinds for stamp in kind(document)}


def _wrapped(document: Document) -> Iterator[tuple[int, int, str]]:
    """Addresses between two equal signs, inside a word or several times."""
    if "." not in document.chars or document.chars.isdisjoint(_SIGNS):
        return
    text = document.text
    stamps = list(_WRAPPED.finditer(text))
    counts = Counter(stamp[0] for stamp in stamps)
    for stamp in stamps:
        inside = _HAN.match(text[stamp.start() - 1 : stamp.start()]) and _HAN.match(text, stamp.end())
        if counts[stamp[0]] > 1 or inside:
            yield *stamp.span(), "an address between two signs"


def _opened(document: Document) -> Iterator[tuple[int, int, str]]:
    """The sign with which CNKI opens the first lines of a paper, where it has no abstract."""
    if "<" in document.chars:
        yield from ((*match.span("sign"), "CNKI's sign") for match in _CNKI.finditer(document.text))


def _edit_links(document: Document) -> Iterator[tuple[int, int, str]]:
    """What a wiki sets behind its headings, two at least."""
    links = list(_EDIT.finditer(document.text)) if "]" in document.chars else []
    if len(links) > 1:
        yield from ((*link.span(), "a wiki's link behind a heading") for link in links)


def _disguised(document: Document) -> Iterator[tuple[int, int, str]]:
    """Addresses inside words: in brackets, or written so that no filter knows them."""
    for line, start in zip(document.lines, document.line_starts, strict=True):
        if not _MAY_END.search(line):
            continue
        for stamp in linear(_DISGUISED).finditer(fold(line)):
            first, last = stamp.span()
            inside = _HAN.match(line[first - 1 : first]) and _HAN.match(line, last)
            named = stamp[1] and (_LED_TO.search(line[:first]) or _ADDRESS.fullmatch(line, *stamp.span(1)))
            if inside and not named:
                yield start + first, start + last, "an address inside a word"


def _bracketed(document: Document) -> Iterator[tuple[int, int, str]]:
    """Brackets inside a line that hold nothing but words of sites, two of them such as nobody else says."""
    if document.chars.isdisjoint("(（[【〔"):
        return
    for index in vocabulary_lines(document):
        line, start = document.lines[index], document.line_starts[index]
        for brackets in _BRACKETS.finditer(line):
            inside = len(brackets[0]) < len(line.strip()) and not is_named(line, *brackets.span())
            if inside and _is_of_a_site(brackets["said"], brackets[0], document.text):
                yield start + brackets.start(), start + brackets.end(), "brackets with nothing but words of sites"


def _is_of_a_site(said: str, brackets: str, text: str) -> bool:
    """Whether a site speaks in these brackets, and the page says the like nowhere else."""
    speech = read(said)
    if speech.group not in _GROUPS or not speech.addressed or speech.coverage < _WHOLE:
        return False
    strong = [word for word, weight in speech.words if weight > 2]
    sure = len(strong) > 1 and speech.weight >= _WEIGHT
    return (sure or bool(strong and _ADDRESS.search(said))) and all(
        text.count(word) == text.count(brackets) for word in strong
    )


def _repeated(document: Document) -> Iterator[tuple[int, int, str]]:
    """What is set into several sentences in the same words, names a site, and has every time others around it."""
    if document.chars.isdisjoint(_OPENS):
        return
    copies: dict[str, list[re.Match[str]]] = {}
    for stamp in _SET_IN.finditer(document.text):
        copies.setdefault(fold(stamp["said"]).lower(), []).append(stamp)
    for said, stamps in copies.items():
        if len(stamps) < 2 or not _NAMES_SITE.search(said) or _TELLS_WHERE.search(said):
            continue
        if _interrupts(document.text, stamps, has_address=_ADDRESS.search(said) is not None):
            yield from ((*stamp.span(), "names a site inside several sentences") for stamp in stamps)


def _interrupts(text: str, stamps: list[re.Match[str]], *, has_address: bool) -> bool:
    """Whether two sentences read on behind the stamp; a comma is enough behind one with an address.

    What names an address for a reader has the same noun before it every time: 请登录系统（…）填报.
    """
    reads_on = [
        stamp
        for stamp in stamps
        if _HAN.match(text, stamp.end()) or (has_address and text.startswith(("，", ",", "、"), stamp.end()))
    ]
    return len({text[stamp.start() - 1] for stamp in reads_on if _HAN.match(text, stamp.start() - 1)}) > 1


STAMPS = Rule(
    name="boilerplate.stamp",
    version=3,
    kind="remove",
    summary="Removes the stamps a site set into its sentences: its address between signs, its notices in brackets.",
    example=("水到了☆渠边文库qubian8.com☆田里。", "水到了田里。"),
    find=_find_stamps,
    gate=lambda document: bool(_stamps(document)),
)
