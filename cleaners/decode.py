"""From the bytes of a source to text, by evidence, with an account of every byte that is not plain text.

Step 0 of a document. Its edits differ from those of a rule in one way: the input is bytes, so ``start`` and ``end``
are the code points of ``after`` in the DECODED text, ``before`` holds the bytes that stood there, one character per
byte (Latin-1), and ``raw_start``, ``raw_end`` say where in the source they stood. Between edits the text encodes to
exactly the bytes of the source, so `encode` gives the source back for any input whatever.

An edit is made for a byte order mark (``after`` is empty), for a run of bytes that decode to nothing (one U+FFFD,
whatever the length of the run), for a line in another encoding than the rest, and for a character that its codec
writes in another way. The text never holds lone surrogates.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from math import exp

import numpy as np
from numpy.typing import NDArray

from cleaners.document import Edits
from cleaners.han import log_share

Offsets = NDArray[np.int64]

REPLACEMENT = "\ufffd"

_BOMS = (  # UTF-32 before UTF-16, whose mark it begins with
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_MAGIC = (  # the first bytes of formats that are not text; lengths of 4 and more, so that text is safe from them
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF89a", "a GIF image"),
    (b"GIF87a", "a GIF image"),
    (b"PK\x03\x04", "a ZIP archive (or an Office document)"),
    (b"\x7fELF", "an ELF program"),
    (b"\x1f\x8b\x08", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"%PDF-1.", "a PDF file"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
)
# The codecs tried, the language each is read as, and how much less likely (in nats) it is in a Chinese corpus.
_TRIALS = (
    ("utf-8", "zh", 0.0),
    ("utf-8", "latin", 6.0),
    ("gb18030", "zh", 1.0),
    ("big5hkscs", "zh", 3.0),
    ("utf-16-le", "zh", 3.0),
    ("utf-16-be", "zh", 4.0),
    ("utf-32-le", "zh", 6.0),
    ("utf-32-be", "zh", 6.0),
    ("cp932", "ja", 8.0),
    ("euc_jp", "ja", 8.0),
    ("cp949", "ko", 9.0),
    ("cp1252", "latin", 5.0),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,20})""", re.I)
_DECLARED_NAMES = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030",
    "cp936": "gb18030", "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "cp950": "big5hkscs",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "windows-31j": "cp932", "x-sjis": "cp932",
    "euc-jp": "euc_jp", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "iso-8859-1": "cp1252",
    "windows-1252": "cp1252", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "utf-8": "utf-8", "utf8": "utf-8",
}  # fmt: skip
_DECLARATION_BONUS = 15.0  # nats: a declared charset outweighs the prior, not the text
_SEVEN_BIT = (  # codecs that shift between ASCII and Han, the bytes that say so, and the language
    (b"~{", "hz", "zh"),
    (b"\x1b$B", "iso2022_jp", "ja"),
    (b"\x1b$@", "iso2022_jp", "ja"),
    (b"\x1b$)C", "iso2022_kr", "ko"),
)
_FOREIGN_MARGIN = 12.0  # nats by which a single line must read better in another encoding than the file's
_SAMPLE = 1 << 18  # bytes looked at by the trials
_CONTROLS = bytes([*range(9), *range(0x0E, 0x20), 0x7F])
_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")  # half of a character, in the bytes of CESU-8
_THREE_BYTES = re.compile(rb"[\xe0-\xf4]")
_NOT_TYPED = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufff0-\ufffc\ufffe\uffff]+")
_BAD = re.compile("[\ud800-\udfff]+")
_WIDTH = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}


class Undecodable(ValueError):
    """Bytes that are no text: ``reason`` is ``empty``, ``bom_only`` or ``binary``, ``detail`` is for people."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a source. ``raw_start`` and ``raw_end`` are byte offsets, one of each per edit."""

    text: str
    encoding: str
    edits: Edits
    raw_start: list[int]
    raw_end: list[int]
    confidence: float
    evidence: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """``raw[start:stop]`` stands for ``text``; ``why`` is empty where encoding ``text`` gives those bytes."""

    text: str
    start: int
    stop: int
    why: str = ""


def decode(raw: bytes) -> Decoded:
    """Decode a source by its byte order mark, its declaration, and trials that score the text each codec yields.

    Strict UTF-8 comes first and costs milliseconds for megabytes; nothing is ever dropped.

    >>> decode("发展".encode("gb18030")).text
    '发展'
    >>> decode("发展".encode() + b"\\xff" + "规划".encode()).text
    '发展\ufffd规划'

    Raises Undecodable for an empty source, a byte order mark alone, and bytes that are no text.
    """
    if not raw:
        raise Undecodable("empty", "the source has no bytes")
    for magic, name in _MAGIC:
        if raw.startswith(magic):
            raise Undecodable("binary", f"the source is {name}")
    mark, marked = _byte_order_mark(raw)
    if len(mark) == len(raw):
        raise Undecodable("bom_only", f"the source holds a byte order mark ({marked}) and nothing else")
    encoding, confidence, evidence = _choose(raw, mark, marked)
    return _decode_as(raw, encoding, len(mark), confidence, evidence)


def encode(text: str, encoding: str, edits: Edits, raw_start: list[int], raw_end: list[int]) -> bytes:
    """Give back the bytes of the source from the decoded text and the edits of `decode`.

    Raises ValueError where the columns do not fit the text.
    """
    pieces: list[bytes] = []
    last = at = 0
    for start, end, before, begin, stop in zip(edits.start, edits.end, edits.before, raw_start, raw_end, strict=True):
        gap = text[last:start].encode(encoding)
        at += len(gap)
        if at != begin or stop - begin != len(before):
            raise ValueError(f"the edit at {start} claims bytes {begin} to {stop}, the text before it ends at {at}")
        pieces += (gap, before.encode("latin-1"))
        last, at = end, stop
    if last < len(text):
        pieces.append(text[last:].encode(encoding))
    return b"".join(pieces)


def byte_offsets(decoded: Decoded, positions: Offsets, *, end: bool = False) -> Offsets:
    """Carry code points of the decoded text to bytes of the source.

    A position inside an edit goes to the first byte the edit stands for, or, with ``end``, behind its last. At the
    edge of an edit without text (a byte order mark) a start goes behind it and an end stays before it.
    """
    spans = zip(decoded.edits.start, decoded.edits.end, strict=True)
    if decoded.encoding == "utf-8" and decoded.text.isascii() and not len(decoded.edits):
        return positions
    lengths = _byte_lengths(decoded.text, decoded.encoding, len(decoded.edits) > 0)
    for start, stop in spans:
        lengths[start:stop] = 0
    before = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(lengths)))
    if not len(decoded.edits):
        return before[positions]
    width = np.asarray(decoded.raw_end, dtype=np.int64) - np.asarray(decoded.raw_start, dtype=np.int64)
    taken = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(width)))
    if end:
        index = np.searchsorted(np.asarray(decoded.edits.start), positions, side="left")
    else:
        index = np.searchsorted(np.asarray(decoded.edits.end), positions, side="right")
    return before[positions] + taken[index]


def _byte_lengths(text: str, encoding: str, forgiving: bool) -> Offsets:
    """How many bytes each code point of ``text`` takes; 0 for what the codec cannot write, if ``forgiving``."""
    points = np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
    if encoding == "utf-8":
        return (1 + (points >= 0x80) + (points >= 0x800) + (points >= 0x10000)).astype(np.int64)
    if encoding in _WIDTH:
        return (_WIDTH[encoding] + 2 * ((points >= 0x10000) & (_WIDTH[encoding] == 2))).astype(np.int64)
    unique, inverse = np.unique(points, return_inverse=True)
    errors = "ignore" if forgiving else "strict"  # what cannot be written stands in an edit, whose length is known
    sizes = np.fromiter((len(chr(point).encode(encoding, errors)) for point in unique), np.int64, len(unique))
    return sizes[inverse]


def _byte_order_mark(raw: bytes) -> tuple[bytes, str]:
    """The byte order mark ``raw`` begins with and the encoding it means, or nothing."""
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return mark, encoding
    return b"", ""


def _choose(raw: bytes, mark: bytes, marked: str) -> tuple[str, float, str]:
    """The encoding of ``raw`` behind its mark, how sure we are, and why. Raises Undecodable("binary")."""
    body = raw[len(mark) :]
    if marked and marked != "utf-8":
        if _plausible(_read(body[:_SAMPLE], marked)):
            return marked, 1.0, f"byte order mark of {marked}"
        return _best_trial(body, marked)
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return _best_trial(body, marked)
    if body.isascii() and (shifted := _seven_bit(body)):
        return shifted, 0.99, f"shift sequences of {shifted}"
    if _many_controls(body) or _accidental(body):
        return _best_trial(body, marked or "utf-8")
    return "utf-8", 1.0, "byte order mark of utf-8" if marked else "valid utf-8"


def _many_controls(body: bytes) -> bool:
    """Whether valid UTF-8 holds so many controls that it may be UTF-16, or no text at all."""
    return (len(body) - len(body.translate(None, _CONTROLS))) * 10 > len(body)


def _accidental(body: bytes) -> bool:
    """Whether valid UTF-8 may be GBK: two bytes of it read by chance as a letter below U+0800 ("the Unicom bug").

    That chance is about one in seven for each character, so it is nothing from 20 characters on.
    """
    return not body.isascii() and len(body) <= 40 and not _THREE_BYTES.search(body)


def _seven_bit(body: bytes) -> str:
    """The codec whose shift sequences an ASCII source uses to write Chinese, Japanese or Korean, or nothing."""
    for sign, codec, language in _SEVEN_BIT:
        if sign in body:
            try:
                text = body.decode(codec)
            except UnicodeDecodeError:
                continue
            if _score(text, language) > _score(body.decode("ascii"), language):
                return codec
    return ""


def _plausible(text: str) -> bool:
    """Whether ``text`` is more likely writing than noise: few controls, and characters some language uses."""
    likely = max(_score(text, language) for language in _DIALECTS)
    return _strange(text) * 20 <= len(text) + 40 and likely > -13 * len(text) - 20


def _strange(text: str) -> int:
    """How many characters of ``text`` no writer types: controls other than NUL, private use, noncharacters."""
    return sum(len(run[0]) for run in _NOT_TYPED.finditer(text))


def _best_trial(body: bytes, marked: str) -> tuple[str, float, str]:
    """Decode a sample with every codec and take the likeliest text. Raises Undecodable("binary")."""
    sample = _sample(body)
    declared = _declared(body)
    scores: dict[str, float] = {}
    readings = {codec: _read(sample, codec) for codec, _, _ in _TRIALS}
    readings["utf-8"] = _read(_SURROGATE.sub(REPLACEMENT.encode(), sample), "utf-8")
    for codec, language, prior in _TRIALS:
        score = _score(readings[codec], language, _WIDTH.get(codec, 1)) - prior
        if codec in (declared, marked):
            score += _DECLARATION_BONUS
        scores[codec] = max(score, scores.get(codec, -np.inf))
    ranked = sorted(scores, key=lambda codec: -scores[codec])
    best, margin = ranked[0], scores[ranked[0]] - scores[ranked[1]]
    if margin < 8:
        best, margin = _second_opinion(sample, ranked, margin)
    if not _plausible(readings[best]):
        raise Undecodable("binary", f"no encoding yields text; the least unlikely is {best}")
    evidence = f"trial: {best} by {margin:.1f} nats over {ranked[1] if best == ranked[0] else ranked[0]}"
    return best, round(1 - 0.5 * exp(-margin / 3), 3), evidence


def _sample(body: bytes) -> bytes:
    """The part of ``body`` from its first byte outside ASCII on, aligned for UTF-32."""
    first = next((match.start() for match in re.finditer(rb"[\x80-\xff\x00]", body)), 0) & ~3
    return body[first : first + _SAMPLE]


def _declared(body: bytes) -> str:
    """The codec named by an HTML or XML declaration in the first 2,048 bytes, or nothing."""
    match = _DECLARED.search(body[:2048])
    return _DECLARED_NAMES.get(match[1].decode("ascii").lower(), "") if match else ""


def _second_opinion(sample: bytes, ranked: list[str], margin: float) -> tuple[str, float]:
    """Ask chardet where our own trials hardly differ. It takes 0.2 s to import, so it is imported here."""
    import chardet

    name = (chardet.detect(sample[:4096])["encoding"] or "").lower()
    codec = _DECLARED_NAMES.get(name, name)
    if codec == ranked[1]:
        return ranked[1], 3.0
    return ranked[0], margin + (3.0 if codec == ranked[0] else 0.0)


def _read(raw: bytes, codec: str) -> str:
    """Decode all of ``raw``; what does not decode becomes lone surrogates, one for each byte or code unit."""
    width = _WIDTH.get(codec, 1)
    if width == 1:
        return raw.decode(codec, "surrogateescape")
    whole = raw[: len(raw) // width * width]
    if width == 4:
        points = np.frombuffer(whole, dtype="<u4" if codec.endswith("le") else ">u4")
        whole = np.where(points > 0x10FFFF, 0xDC80, points).astype("<u4").tobytes()
        codec = "utf-32-le"
    tail = "\udc80" if len(raw) % width else ""
    return whole.decode(codec, "surrogatepass") + tail


def _points(text: str) -> NDArray[np.uint32]:
    """The code points of ``text``, lone surrogates too."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _score(text: str, language: str, width: int = 1) -> float:
    """Natural logarithm of how likely ``text`` is in ``language``; ``width`` is the bytes of one undecodable unit."""
    points = _points(text)
    extra = int(np.count_nonzero((points & 0xFFFFF800) == 0xD800)) * (width - 1)
    weights = _weights(language)
    return float(weights[points].sum() + extra * weights[0xD800])


@cache
def _weights(language: str) -> NDArray[np.float64]:
    """Natural logarithm of the share of each code point in a language; rough, by class, fine for Han."""
    weights = np.full(0x110000, -17.0)
    weights[:0x20] = -18.0
    weights[[9, 10, 13]] = -4.5
    weights[0x20:0x7F] = -4.2
    weights[0x7F:0xA0] = -18.0
    weights[0xA0:0x100] = -11.0
    weights[0x370:0x460] = -11.0
    weights[0x2000:0x2070] = -9.0
    weights[[0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026]] = -5.0
    weights[0x2460:0x2600] = -10.0
    weights[0x3000:0x3040] = -7.0
    weights[[0x3000, 0x3001, 0x3002, 0xFF0C]] = -4.0
    weights[0x3040:0x3100] = -10.0
    weights[0x3400:0x4DC0] = -18.0
    weights[0x4E00:0xA000] = -15.5
    weights[0xD800:0xE000] = -16.0
    weights[0xE000:0xF900] = -20.0
    weights[0xFF00:0xFF5F] = -7.0
    weights[0xFFF0:0x10000] = -20.0
    weights[0xFFFD] = -12.0
    weights[0x20000:0x30000] = -20.0
    for char, share in log_share().items():
        weights[ord(char)] = share
    for point in _secondary_han():
        weights[point] = max(weights[point], -13.5)
    _DIALECTS[language](weights)
    return weights


def _secondary_han() -> Iterator[int]:
    """The code points of GB 2312's second level: known characters that are rare."""
    for lead in range(0xD8, 0xF8):
        for char in bytes(byte for tail in range(0xA1, 0xFF) for byte in (lead, tail)).decode("gb2312", "replace"):
            if char != REPLACEMENT:
                yield ord(char)


def _japanese(weights: NDArray[np.float64]) -> None:
    """Kana are common; kanji a little less likely than in Chinese."""
    weights[0x4E00:0xA000] = np.maximum(weights[0x4E00:0xA000] - 1.5, -13.0)
    weights[0x3041:0x3097] = -4.2
    weights[0x30A1:0x30FD] = -5.5
    weights[0xFF61:0xFFA0] = -9.5


# The syllables that make up about half of running Korean text.
_FREQUENT_HANGUL = "이다는을의가에고하한로지은사도기어리를자대나인서있해과스그일정아시수라보전부으만제것면여주동국들"


def _korean(weights: NDArray[np.float64]) -> None:
    """A few syllables are very common, 2,350 occur."""
    weights[0xAC00:0xD7A4] = -9.3
    weights[[ord(char) for char in _FREQUENT_HANGUL]] = -4.8
    weights[0x4E00:0xA000] = np.minimum(weights[0x4E00:0xA000], -12.0)


def _latin(weights: NDArray[np.float64]) -> None:
    """Accented letters are common, everything Asian is foreign."""
    weights[0xA0:0xC0] = -9.0
    weights[0xC0:0x250] = -5.5
    weights[0x2000:0x2070] = -7.0
    weights[[0x20AC, 0x2122]] = -8.0
    weights[0xFFFD] = -12.0
    weights[0x370:0x530] = -7.0
    weights[0x530:0x800] = -9.0
    weights[0x3400:0xA000] = -15.0


_DIALECTS = {"zh": lambda weights: None, "ja": _japanese, "ko": _korean, "latin": _latin}


def _decode_as(raw: bytes, encoding: str, skip: int, confidence: float, evidence: str) -> Decoded:
    """Decode ``raw`` behind its first ``skip`` bytes (the mark) and account for every byte."""
    if encoding in ("hz", "iso2022_jp", "iso2022_kr"):
        whole = _Piece(raw[skip:].decode(encoding), skip, len(raw), f"{encoding} shifts between two readings")
        return _assemble(raw, encoding, [whole], confidence, evidence)
    body = raw[skip:]
    marked = _read(body, encoding)
    mark = [_Piece("", 0, skip, "byte order mark")] if skip else []
    pieces = [*mark, *_pieces(marked, body, encoding, skip)]
    return _assemble(raw, encoding, pieces, confidence, evidence)


def _pieces(marked: str, body: bytes, encoding: str, at: int) -> Iterator[_Piece]:
    """Cut ``marked`` into text that encodes to its bytes, and the rest; ``at`` is where ``body`` begins."""
    if encoding in _WIDTH or (encoding == "utf-8" and not _BAD.search(marked)):
        yield from _damage(marked, body, encoding, at)
        return
    for line in body.splitlines(keepends=True):  # bytes split at ASCII newlines only, which are no trail bytes
        if line.isascii():
            yield _Piece(line.decode("ascii"), at, at + len(line))
        else:
            yield from _line(line, encoding, at)
        at += len(line)


def _line(line: bytes, encoding: str, at: int) -> Iterator[_Piece]:
    """One line that is not all ASCII: in another encoding than the rest, plain, or character by character."""
    text = _read(line, encoding)
    other = "utf-8" if encoding != "utf-8" else "gb18030"
    if foreign := _foreign(line, text, other):
        yield _Piece(foreign, at, at + len(line), f"a line of {other} among {encoding}")
    elif _canonical(text, line, encoding):
        yield from _damage(text, line, encoding, at)
    else:
        yield from _characters(line, encoding, at)


def _foreign(line: bytes, text: str, other: str) -> str:
    """The line in the other encoding, where that is far likelier than ``text``; pages get pasted together."""
    try:
        foreign = line.decode(other)
    except UnicodeDecodeError:
        return ""
    return foreign if _score(foreign, "zh") > _score(text, "zh") + _FOREIGN_MARGIN else ""


def _canonical(marked: str, body: bytes, encoding: str) -> bool:
    """Whether every character of ``marked`` encodes alone, and all of them to ``body``."""
    if encoding == "big5hkscs" and ("\u0304" in marked or "\u030c" in marked):
        return False  # two code points for one pair of bytes
    return marked.encode(encoding, "surrogateescape") == body


def _damage(marked: str, body: bytes, encoding: str, at: int) -> Iterator[_Piece]:
    """Cut at the lone surrogates that stand for undecodable bytes or code units."""
    width = _WIDTH.get(encoding, 1)
    last, byte = 0, 0
    for match in _BAD.finditer(marked):
        good = marked[last : match.start()]
        stop = byte + len(good.encode(encoding))
        yield _Piece(good, at + byte, at + stop)
        byte = min(stop + width * len(match[0]), len(body))
        run = body[stop:byte]
        yield _cesu(run, at + stop) or _Piece(REPLACEMENT, at + stop, at + byte, f"bytes that are not {encoding}")
        last = match.end()
    yield _Piece(marked[last:], at + byte, at + len(body))


def _cesu(run: bytes, at: int) -> _Piece | None:
    """Characters beyond U+FFFF as CESU-8 writes them: each half of the pair of UTF-16 in three bytes."""
    if not run.startswith(b"\xed"):
        return None
    try:
        halves = run.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")
        return _Piece(halves.decode("utf-16-le"), at, at + len(run), "written in CESU-8")
    except UnicodeError:
        return None


def _characters(line: bytes, encoding: str, at: int) -> Iterator[_Piece]:
    """Decode byte by byte, to find the characters that their codec writes in another way than the source."""
    reader = codecs.getincrementaldecoder(encoding)("surrogateescape")
    begin = 0
    for index in range(len(line)):
        text = reader.decode(line[index : index + 1], index + 1 == len(line))
        if text:
            yield from _character(text, line[begin : index + 1], encoding, at + begin)
            begin = index + 1


def _character(text: str, source: bytes, encoding: str, at: int) -> Iterator[_Piece]:
    """One character (or the damage before it) as pieces."""
    if _canonical(text, source, encoding):
        yield from _damage(text, source, encoding, at)
    else:
        yield _Piece(_BAD.sub(REPLACEMENT, text), at, at + len(source), f"written in another way in {encoding}")


def _assemble(raw: bytes, encoding: str, pieces: Iterable[_Piece], confidence: float, evidence: str) -> Decoded:
    """Join pieces to a text and its edits; neighbouring pieces of the same damage become one edit."""
    texts: list[str] = []
    edits, position = Edits(), 0
    raw_start: list[int] = []
    raw_end: list[int] = []
    for piece in pieces:
        if piece.start == piece.stop:
            continue
        texts.append(piece.text)
        if piece.why:
            edits.start.append(position)
            edits.end.append(position + len(piece.text))
            edits.before.append(raw[piece.start : piece.stop].decode("latin-1"))
            edits.after.append(piece.text)
            edits.confidence.append(confidence)
            edits.evidence.append(piece.why)
            raw_start.append(piece.start)
            raw_end.append(piece.stop)
        position += len(piece.text)
    return Decoded("".join(texts), encoding, edits, raw_start, raw_end, confidence, evidence)
