"""Whatever comes in: the ledger leads back to it, its documents partition it, and a second pass has nothing to do."""

import json
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cleaners.decode import Undecodable
from cleaners.pipeline import Cleaned, clean, owners, undo
from cleaners.profile import Profile

ROOT = Path(__file__).parents[2]
FRAGMENTS = sorted(
    {case["text"] for path in (ROOT / "tests" / "cases").glob("*.json") for case in json.loads(path.read_text("utf-8"))}
    | {line for path in (ROOT / "corpus_raw").glob("00[1-5]*.txt") for line in path.read_text("utf-8").split("\n")}
)
JOINTS = ["\n", "", "\n\n", "，", "。", " ", "\r\n", "\u3000", "?", "\u200b", "(", "\ufeff", "\x00"]
ENCODINGS = ["utf-8", "gb18030", "utf-16", "utf-16-le"]

pages = st.lists(st.tuples(st.sampled_from(FRAGMENTS), st.sampled_from(JOINTS)), min_size=1, max_size=6).map(
    lambda parts: "".join(text + joint for text, joint in parts)
)
sources = st.one_of(
    st.binary(max_size=200),
    st.tuples(pages, st.sampled_from(ENCODINGS)).map(lambda pair: pair[0].encode(pair[1], "replace")),
    # A page with some of its bytes lost or changed.
    st.tuples(pages, st.integers(0, 10**6), st.binary(max_size=3)).map(
        lambda t: (
            (raw := t[0].encode("utf-8", "replace"))[: t[1] % (len(raw) + 1)] + t[2] + raw[t[1] % (len(raw) + 1) + 1 :]
        )
    ),
)
thorough = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def cleaned(raw: bytes) -> Cleaned | None:
    try:
        return clean(raw, Profile())
    except Undecodable:
        return None


@thorough
@given(sources)
@example(b"\xff\xfe\n\x00\xd8")
@example("發(fā)展".encode("big5", "replace"))
def test_undo_gives_the_bytes_back(raw: bytes) -> None:
    """For arbitrary bytes, undoing the ledger from last to first gives exactly what came in."""
    if result := cleaned(raw):
        assert undo(result.text, result.encoding, result.steps) == raw


@thorough
@given(sources)
def test_documents_partition_the_source(raw: bytes) -> None:
    """Every byte and every character belongs to exactly one document, and so does every edit."""
    if result := cleaned(raw):
        sections = result.sections
        assert [s.start for s in sections] == [0, *(s.end for s in sections[:-1])]
        assert sections[-1].end == len(result.text)
        assert [s.byte_start for s in sections] == [0, *(s.byte_end for s in sections[:-1])]
        assert sections[-1].byte_end == len(raw)
        assert len({s.byte_start for s in sections}) == len(sections)
        for step in result.steps:
            assert (step.raw_start <= step.raw_end).all()
            assert ((step.raw_start >= 0) & (step.raw_end <= len(raw))).all()
            assert (owners(step, sections) < len(sections)).all()
        for _, flag in result.flags:
            assert 0 <= flag.start <= flag.end <= len(result.text)


@thorough
@given(pages)
def test_second_pass_finds_nothing(text: str) -> None:
    """Cleaning what was cleaned yields no edits, however the fragments of damage were put together."""
    if result := cleaned(text.encode("utf-8", "replace")):
        for section in result.sections:
            if again := cleaned(result.text[section.start : section.end].encode()):
                assert [(step.rule, step.edits.before) for step in again.steps if len(step.edits)] == []


@thorough
@given(pages)
@example("å…¨åŽ¿å†œæ\x9d‘å…¬è·¯å·²ç»\x8fé€šåˆ°æ¯\x8fä¸ªæ\x9d‘ç»„ï¼Œ\n“锟斤拷”三个字从哪里来？\n")  # two equal readings
def test_text_holds_nothing_parquet_cannot(text: str) -> None:
    """Clean text, titles and ledger are valid Unicode, ready for UTF-8 columns."""
    if result := cleaned(text.encode("utf-8", "replace")):
        result.text.encode()
        for step in result.steps:
            "".join((*step.edits.before, *step.edits.after, *step.edits.evidence)).encode()
