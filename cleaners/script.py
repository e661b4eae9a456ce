"""Which script a text is written in, and conversion between the scripts, as fast as numpy allows.

The dictionaries are OpenCC's, read from the package ``opencc-python-reimplemented`` 0.1.7, and `Converter` gives
its results character for character. That library cuts the text at punctuation, then takes the longest phrase first,
the leftmost among equals, and never looks at a replaced phrase again; what is left goes through the table of single
characters. No phrase crosses a cut, so the same choice can be made over the whole text: all occurrences of all phrases
(Aho-Corasick), longest first, leftmost first, overlaps refused. Everything else is one table look-up per character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from ahocorasick_rs import AhoCorasick
from numpy.typing import NDArray

from cleaners.document import Document

Points = NDArray[np.uint32]
Mask = NDArray[np.bool_]

# What opencc-python-reimplemented splits at; phrases that hold one of these never match there.
_SEPARATORS = re.compile(
    r"[\s\-,.?!*，。、；：？！…“”‘’『』「」﹁﹂—－（）《》〈〉～．／＼"
    r"︒︑︔︓︿﹀︹︺︙︐［﹇］﹈︕︖︰︳︴︽︾︵︶｛︷｝︸﹃﹄【︻】︼]"
)
_KANA_LETTER = re.compile("[ぁ-んァ-ヶｦ-ﾝ]")
_PIECE = re.compile(r"[^\n。！？!?“”\"「」『』()（）]+")
_QUOTED_WORD = re.compile(r"[“‘「『（(《〈【\[\"][^“”‘’「」『』（）()《》〈〉【】\[\]\"\n]{1,8}[”’」』）)》〉】\]\"]")
_CLOSING_QUOTES = '”"」』)）'
_SURROGATES = re.compile("[\ud800-\udfff]")
_FIRST = re.compile(r"^(\S+)\t(\S+)", re.MULTILINE)  # an entry of a dictionary and its first reading
_CODE_SPACE = 0x110000
_UNITS = 0x10000


@cache
def dictionary(name: str) -> dict[str, str]:
    """One of OpenCC's dictionaries, such as ``TSCharacters``; of several readings the first.

    Raises FileNotFoundError where another package has taken the import name ``opencc``.
    """
    return dict(_FIRST.findall(_table(name)))


@cache
def characters(name: str) -> tuple[Points, Points]:
    """The entries of one of OpenCC's dictionaries of single characters, such as ``TSCharacters``, and their readings.

    Of several readings the first. Without a dictionary in between, for a run that cleans a few pages only.
    """
    points = code_points(_table(name))
    tabs = np.flatnonzero(points == ord("\t"))
    return points[tabs - 1], points[tabs + 1]


def _readings(name: str) -> dict[str, list[str]]:
    pairs = (line.strip().split("\t") for line in _table(name).splitlines())
    return {key: values.split(" ") for key, values in pairs}


def _table(name: str) -> str:
    return resources.files("opencc").joinpath("dictionary", f"{name}.txt").read_text(encoding="utf-8")


def code_points(text: str) -> Points:
    """The text as an array of code points, one per character of the str."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def from_code_points(points: Points) -> str:
    """The inverse of `code_points`."""
    return points.tobytes().decode("utf-32-le", "surrogatepass")


def _changed(key: str, value: str) -> int:
    """The code point of a character of the key that the value does not have there."""
    return ord(next((old for old, new in zip(key, value, strict=False) if old != new), key[-1]))


def _any_of(table: Mask, text: str) -> bool:
    """Whether the text has a UTF-16 code unit of the table, which is small enough to stay in the processor's cache."""
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16)
    return bool(table[units].any())


class Converter:
    """One stage of an OpenCC conversion: a group of dictionaries, earlier ones first.

    >>> Converter(("TSPhrases", "TSCharacters")).convert("乾隆瞭解乾糧")
    '乾隆了解干粮'
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        tables = [dictionary(name) for name in names]
        single = [table for table in tables if max(map(len, table)) == 1]
        phrases = [table for table in tables if max(map(len, table)) > 1]
        self._table = np.arange(_CODE_SPACE, dtype=np.uint32)
        for table in reversed(single):
            self._table[[ord(key) for key in table]] = [ord(value) for value in table.values()]
        self._values: list[str] = []
        self._ranks: list[tuple[int, int]] = []
        keys: list[str] = []
        for order, table in enumerate(phrases):
            for key, value in table.items():
                if not _SEPARATORS.search(key):
                    keys.append(key)
                    self._values.append(value)
                    self._ranks.append((order, -len(key)))
        self._automaton = AhoCorasick(keys)
        affected = self._table != np.arange(_CODE_SPACE, dtype=np.uint32)
        affected[[_changed(key, value) for key, value in zip(keys, self._values, strict=True) if key != value]] = True
        self._affected = affected[:_UNITS]
        self._affected[0xD800:0xE000] = affected[_UNITS:].any()

    def convert(self, text: str) -> str:
        """The text in the other script; the text itself where nothing changes."""
        if not _any_of(self._affected, text):
            return text
        points = self._table[code_points(text)]
        pieces: list[str] = []
        last = 0
        for start, end, value in self._phrases(text):
            if len(value) == end - start:
                points[start:end] = code_points(value)
            else:
                pieces += (from_code_points(points[last:start]), value)
                last = end
        pieces.append(from_code_points(points[last:]))
        return "".join(pieces)

    def _phrases(self, text: str) -> list[tuple[int, int, str]]:
        """The phrases opencc-python-reimplemented would choose, in ascending order."""
        hits = self._occurrences(text)
        if len(hits) < 2:
            return [(start, end, self._values[key]) for key, start, end in hits]
        chosen: list[tuple[int, int, str]] = []
        cluster: list[tuple[int, int, int]] = []
        reach = 0
        for hit in sorted(hits, key=lambda hit: hit[1]):
            if hit[1] >= reach and cluster:
                chosen += self._resolve(cluster)
                cluster = []
            cluster.append(hit)
            reach = max(reach, hit[2])
        return chosen + self._resolve(cluster)

    def _resolve(self, cluster: list[tuple[int, int, int]]) -> list[tuple[int, int, str]]:
        """Of overlapping phrases: the first dictionary, then the longest, then the leftmost."""
        taken: list[tuple[int, int, str]] = []
        if len(cluster) == 1:
            key, start, end = cluster[0]
            return [(start, end, self._values[key])]
        covered: set[int] = set()
        for key, start, end in sorted(cluster, key=lambda hit: (self._ranks[hit[0]], hit[1])):
            if covered.isdisjoint(range(start, end)):
                covered.update(range(start, end))
                taken.append((start, end, self._values[key]))
        return sorted(taken)

    def _occurrences(self, text: str) -> list[tuple[int, int, int]]:
        try:
            return self._automaton.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:  # lone surrogates, which belong to no phrase
            return self._automaton.find_matches_as_indexes(_SURROGATES.sub("\ufffd", text), overlapping=True)


@cache
def converter(conversion: str) -> tuple[Converter, ...]:
    """The stages of an OpenCC conversion: ``t2s``, ``s2t``, ``s2tw`` or ``tw2sp``.

    Raises KeyError for another name.
    """
    simplify, traditionalise = ("TSPhrases", "TSCharacters"), ("STPhrases", "STCharacters")
    stages = {
        "t2s": (simplify,),
        "s2t": (traditionalise,),
        "s2tw": (traditionalise, ("TWVariants",)),
        "tw2sp": (("TWPhrasesRev", "TWVariantsRevPhrases", "TWVariantsRev"), simplify),
    }
    return tuple(Converter(names) for names in stages[conversion])


def convert(text: str, conversion: str = "t2s") -> str:
    """The text converted exactly as opencc-python-reimplemented does it.

    >>> convert("若乾係統,皇后與乾隆")
    '若干系统,皇后与乾隆'
    """
    for stage in converter(conversion):
        text = stage.convert(text)
    return text


# In simplified text these stand in names and set words, so they tell nothing: 乾隆, 宫商角徵羽, 毕昇, 钱鍾书, 於梨华 …
_SIMPLIFIED_TOO = frozenset("於乾吒夥徵捱摺榘甯菸薹醣麴麽昇陞祕濛鎔鍾綖瞭藉覆")
# Shinjitai that Chinese converters write as well (産 説 in document after document); they do not prove Japanese.
_CHINESE_TOO = frozenset("産説啓衆戸絶緑録値顔頼歩鋭閲衛毎浄呉娯巻黒横")
# Characters that written Cantonese has and standard Chinese lacks.
_CANTONESE = "嘅咗喺唔佢哋嚟冇嗰啲咁噉嘢畀咩啱乜㗎嚿瞓攞嘥氹"
_OTHER, _HAN, _SIMPLIFIED, _TRADITIONAL, _KANA, _SHINJITAI, _DIALECT, _HANGUL, _VARIANT = range(9)


@cache
def simplified_only() -> frozenset[str]:
    """Characters only simplified Chinese has: simplified forms within GB 2312, outside Big5 (CP950) and Shift-JIS."""
    forms = from_code_points(characters("STCharacters")[0])
    return _within(forms, "gb2312") - _within(forms, "cp950") - _within(forms, "shift_jis")


@cache
def traditional_only() -> frozenset[str]:
    """Characters that only traditional Chinese (or Japanese) has: those OpenCC simplifies, within Big5."""
    return _within(_simplified_away(), "cp950") - _SIMPLIFIED_TOO


@cache
def _simplified_away() -> str:
    forms, simple = characters("TSCharacters")
    return from_code_points(forms[forms != simple])


def _within(characters: str, charset: str) -> frozenset[str]:
    """Those of the characters that a charset has."""
    return frozenset(characters.encode(charset, "ignore").decode(charset))


@cache
def _classes() -> NDArray[np.uint8]:
    """The class of every code point."""
    table = np.full(_CODE_SPACE, _OTHER, dtype=np.uint8)
    for first, last in ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF)):
        table[first : last + 1] = _HAN
    table[0x3041:0x3097] = table[0x30A1:0x30FB] = table[0xFF66:0xFF9E] = _KANA
    table[0xAC00:0xD7A4] = _HANGUL
    japanese = from_code_points(characters("JPVariants")[1])
    shinjitai = set(japanese) - _within(japanese, "gb2312") - _within(japanese, "cp950")
    variants = set(_simplified_away()) - _within(_simplified_away(), "gb2312")
    for members, name in (
        (variants - _SIMPLIFIED_TOO, _VARIANT),
        (shinjitai - _CHINESE_TOO, _SHINJITAI),
        (simplified_only(), _SIMPLIFIED),
        (traditional_only(), _TRADITIONAL),
        (_CANTONESE, _DIALECT),
    ):
        table[code_points("".join(members))] = name
    return table


@dataclass(frozen=True, slots=True)
class Evidence:
    """How many characters of a text speak for each script; ``traditional`` counts only characters in running text.

    Sentences in Japanese are counted apart: ``japanese`` are their characters, all else is counted in the others.
    """

    japanese: int
    han: int
    simplified: int
    traditional: int
    mentioned: int  # traditional characters that are talked about rather than used: 后(後)
    shinjitai: int
    cantonese: int
    hangul: int

    @property
    def chinese_script(self) -> str:
        """``simplified``, ``traditional`` or ``mixed``, from the characters that belong to one script only.

        A few traditional characters in a simplified text are a quotation; a tenth of the evidence is a mixture.
        """
        if not self.traditional:
            return "simplified"
        if self.traditional >= 4 * self.simplified:
            return "traditional"
        if self.traditional >= 10 and 10 * self.traditional >= self.traditional + self.simplified:
            return "mixed"
        return "simplified"

    @property
    def foreign(self) -> str:
        """``japanese`` or ``other`` (Korean, or no Han at all), empty for Chinese."""
        if self.japanese > self.han or (
            self.shinjitai >= 2 and 4 * self.shinjitai >= self.traditional and 20 * self.simplified <= self.han
        ):
            return "japanese"
        return "" if self.han and self.hangul <= self.han else "other"


def evidence(text: str) -> Evidence:
    """Count what speaks for each script."""
    classes = _classes()[code_points(text)]
    japanese = 0
    for start, end in japanese_spans(text) if (classes == _KANA).any() else ():
        japanese += int(np.count_nonzero(classes[start:end]))
        classes[start:end] = _OTHER
    count = np.bincount(classes, minlength=9).tolist()
    alone = int(np.count_nonzero(_mentions(text, classes))) if count[_TRADITIONAL] else 0
    return Evidence(
        japanese=japanese,
        han=sum(count) - count[_OTHER] - count[_KANA] - count[_HANGUL],
        simplified=count[_SIMPLIFIED],
        traditional=count[_TRADITIONAL] - alone,
        mentioned=alone,
        shinjitai=count[_SHINJITAI],
        cantonese=count[_DIALECT],
        hangul=count[_HANGUL],
    )


def japanese_spans(text: str) -> list[tuple[int, int]]:
    """Sentences of which a fifth is kana, and what they quote, in ascending order.

    >>> [text[a:b] for text in ["他說。日本では「産業」と書きます。"] for a, b in japanese_spans(text)]
    ['日本では', '産業', 'と書きます']
    """
    if not _KANA_LETTER.search(text):
        return []
    pieces = [(*piece.span(), _is_japanese(piece.group())) for piece in _PIECE.finditer(text)]
    following = [*pieces[1:], (len(text), len(text), False)]
    return [
        (start, end)
        for (start, end, japanese), (behind, _, goes_on) in zip(pieces, following, strict=True)
        if japanese or (goes_on and behind == end + 1 and text[end] in _CLOSING_QUOTES)
    ]


def _is_japanese(piece: str) -> bool:
    kana = len(_KANA_LETTER.findall(piece))
    return kana >= 2 and 5 * kana >= len(piece)


def detect(text: str) -> str:
    """The script of a text: simplified, traditional, mixed, japanese, cantonese or other.

    Cantonese is said of texts with one Cantonese character in a hundred Han, in whichever script.

    >>> [detect(text) for text in ("这个国家", "這個國家", "東京の産業について", "佢哋喺度做嘢", "OK")]
    ['simplified', 'traditional', 'japanese', 'cantonese', 'other']
    """
    found = evidence(text)
    if found.foreign:
        return found.foreign
    if found.cantonese >= 2 and 100 * found.cantonese >= found.han:
        return "cantonese"
    return found.chinese_script


def has_traditional(document: Document) -> bool:
    """Whether the text has any character that only traditional Chinese has."""
    return document.shows(_units(_TRADITIONAL))


def has_traditional_form(document: Document) -> bool:
    """Whether the text has any character that has a simplified form and is not simplified Chinese itself."""
    return document.shows(_units(_TRADITIONAL, _VARIANT))


@cache
def _units(*kinds: int) -> Mask:
    """The UTF-16 code units of these classes; what lies beyond them is too rare to open a gate."""
    return np.isin(_classes()[:_UNITS], kinds)


def traditional_forms(points: Points) -> Mask:
    """Which characters are traditional or variants of traditional ones, by themselves."""
    classes = _classes()[points]
    mask: Mask = (classes == _TRADITIONAL) | (classes == _VARIANT)
    return mask


def simplified_forms(points: Points) -> Mask:
    """Which characters only simplified Chinese has."""
    mask: Mask = _classes()[points] == _SIMPLIFIED
    return mask


@cache
def simplified_strays() -> dict[str, str]:
    """Simplified characters that no traditional text has and that stand for one traditional character alone."""
    standard = dictionary("TWVariants")
    return {
        simple: standard.get(forms[0], forms[0])
        for simple, forms in _readings("STCharacters").items()
        if len(forms) == 1 and forms[0] != simple and not _within(simple, "cp950")
    }


def running_traditional(text: str) -> Mask:
    """Which characters are traditional only and used rather than talked about."""
    classes = _classes()[code_points(text)]
    running: Mask = (classes == _TRADITIONAL) & ~_mentions(text, classes)
    return running


def standing_alone(points: Points) -> NDArray[np.intp]:
    """Where traditional characters have no Han beside them."""
    return np.flatnonzero(_standing_alone(_classes()[points]))


def _mentions(text: str, classes: NDArray[np.uint8]) -> Mask:
    """Traditional characters that are talked about: standing alone or, in a text not traditional as a whole, quoted.

    >>> text = "“頭髮”的“髮”与发展的发"
    >>> "".join(np.array(list(text))[_mentions(text, _classes()[code_points(text)])])
    '頭髮髮'
    """
    mentions = _standing_alone(classes)
    traditional = classes == _TRADITIONAL
    if np.count_nonzero(traditional) < 4 * np.count_nonzero(classes == _SIMPLIFIED):
        for word in _QUOTED_WORD.finditer(text):
            mentions[word.start() : word.end()] |= traditional[word.start() : word.end()]
    return mentions


def _standing_alone(classes: NDArray[np.uint8]) -> Mask:
    """Traditional characters without a Han or kana neighbour, which are talked about rather than used."""
    word = (classes != _OTHER) & (classes != _HANGUL)
    alone: Mask = classes == _TRADITIONAL
    alone[1:] &= ~word[:-1]
    alone[:-1] &= ~word[1:]
    return alone
