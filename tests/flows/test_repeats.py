"""Repeats across runs: whatever arrives or leaves, and in whatever order, the snapshot is that of one batch."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest

from cleaners.corpus.collation import restore
from flows import shards, writing
from flows.notes import sentences
from flows.verify import verify
from tests.flows.corpora import contents, publish, rows, text, write

SPEECH = [
    "同志们：今天我们在望河镇召开全县春季植树工作会议，主要任务是总结去年的工作，安排今年的任务，动员大家抓紧行动起来。",
    "2019年，全县共栽种杨树三万二千株、柳树一万八千株，成活率比前一年高出不少，这是各村群众一锹一锹干出来的成绩。",
    "石坝村的老支书周永福带着村里的年轻人，在荒坡上连续干了四十多天，把一片多年的乱石滩变成了果园，值得大家学习。",
    "今年的任务比去年更重，河堤两岸要全部补齐，学校和卫生院周围要先栽，路旁的死苗要在清明以前换完，各村要把人手安排好。",
    "县林业站要把树苗的质量看紧，起苗、运苗、栽苗要接得上，不能让树苗在路边晒上半天，也不能栽下去就没有人浇水。",
    "最后，希望大家会后马上回去开会，把今天的安排讲给每一户听，让河两岸在今年春天真正绿起来。",
]


def speech(**changed: str) -> str:
    """The speech, some of its words replaced."""
    whole = "\n".join(SPEECH) + "\n"
    for old, new in changed.items():
        assert old in whole
        whole = whole.replace(old, new)
    return whole


MASKED = speech(周永福="×××", **{"2019年": "20xx年"})
HIDDEN = "\n".join([*SPEECH[:3], f"---此处隐藏{len(SPEECH[3])}字,下载后查看---", *SPEECH[4:]]) + "\n"
SHORT = "\n".join([*SPEECH[:2], *SPEECH[3:5]]) + "\n"  # a paragraph and the end are missing
PLAIN = speech(**{"望河镇": "××镇"})
FILES: dict[str, str | bytes] = {
    "b/masked.txt": MASKED,
    "c/hidden.txt": HIDDEN,
    "a/short.txt": SHORT,
    "d/plain.txt": PLAIN,
    "e/same.txt": PLAIN,
    "f/other.txt": text(1),
    "g/again.txt": text(1).replace("，", ","),
    "h/alone.txt": text(2),
}


@pytest.fixture
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies of one speech lie in several shards."""
    monkeypatch.setattr(shards, "TARGET", 3000)


def survivor(clean: Path) -> dict[str, object]:
    (row,) = (row for row in rows(clean, "documents") if "石坝村" in str(row["text"]))
    return row


@pytest.mark.parametrize("seed", [1, 2])
def test_increments_in_any_order_end_where_one_batch_ends(tmp_path: Path, small_shards: None, seed: int) -> None:
    """Copies arrive in any order; one that is better than all comes, survives, and leaves again."""
    publish(write(tmp_path / "raw", FILES), tmp_path / "one")
    names = sorted(FILES)
    random.Random(seed).shuffle(names)
    raw = tmp_path / "growing"
    for at, batch in enumerate((names[:3], names[3:6], names[6:])):
        write(raw, {name: FILES[name] for name in batch})
        if at == seed - 1:
            write(
                raw,
                {
                    "best.txt": speech()
                    + "\n散会以后，各村的同志到林业站领取树苗，并把领取的数目登记在册，以便年底核对。\n"
                },
            )
        elif (raw / "best.txt").exists():
            (raw / "best.txt").unlink()
        publish(raw, tmp_path / "grown")
    assert contents(tmp_path / "grown") == contents(tmp_path / "one")


def test_late_better_copy_takes_over_and_leaves_again(tmp_path: Path) -> None:
    """The survivor is the best of what is there, never what came first; what a source did ends when it leaves."""
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    publish(write(raw, {"a.txt": MASKED, "h.txt": text(2)}), clean)
    assert "×××" in str(survivor(clean)["text"]) and not survivor(clean)["restored_chars"]
    alone = contents(clean)

    publish(write(raw, {"b.txt": HIDDEN}), clean)  # truncated: gives way, but mends
    assert survivor(clean)["source_path"] == "a.txt" and survivor(clean)["text"] == speech()
    assert [row["removed_source_path"] for row in rows(clean, "duplicates")] == ["b.txt"]
    assert {row["kind"] for row in rows(clean, "edits") if row["witness_doc_id"]} == {"restore"}

    publish(write(raw, {"c.txt": speech()}), clean)  # whole and undamaged
    assert survivor(clean)["source_path"] == "c.txt" and not survivor(clean)["restored_chars"]
    assert [row["survivor_source_path"] for row in rows(clean, "duplicates")] == ["c.txt", "c.txt"]
    assert verify(raw, clean).problems == []

    for name in ("b.txt", "c.txt"):
        (raw / name).unlink()
    publish(raw, clean)
    assert contents(clean) == alone


def test_what_was_restored_is_remembered_until_a_witness_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new source in the survivor's shard costs no second look at its witnesses; another witness does, and mends."""
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    looked: list[str] = []
    monkeypatch.setattr(
        writing, "restore", lambda text, *others, **options: looked.append(text) or restore(text, *others, **options)
    )
    publish(write(raw, {"a.txt": MASKED, "b.txt": HIDDEN}), clean, workers=1)
    publish(write(raw, {"c.txt": text(2)}), clean, workers=1)
    assert len(looked) == 1 and survivor(clean)["text"] == speech()
    publish(write(raw, {"b.txt": HIDDEN.replace("周永福", "周长福")}), clean, workers=1)
    assert len(looked) == 2 and "周长福" in str(survivor(clean)["text"])
    publish(raw, tmp_path / "anew", workers=1)
    assert contents(clean) == contents(tmp_path / "anew")


def test_hidden_passage_and_missing_paragraph_come_back_from_the_copies(tmp_path: Path) -> None:
    """A marker is filled from one copy, its count as evidence; a paragraph nobody missed needs two."""
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    rest = text(30)
    elsewhere = "\n".join([SPEECH[0], f"---此处隐藏{len(SPEECH[1])}字,下载后查看---", *SPEECH[2:]]) + "\n"
    publish(write(raw, {"a.txt": HIDDEN + rest}), clean)
    assert survivor(clean)["truncated"] and survivor(clean)["missing_chars"] == len(SPEECH[3])
    publish(write(raw, {"b.txt": elsewhere + rest}), clean)
    assert (survivor(clean)["text"], survivor(clean)["missing_chars"]) == (speech() + rest, 0)
    (edit,) = (row for row in rows(clean, "edits") if row["kind"] == "restore")
    evidence = json.loads(str(edit["evidence"]))
    assert evidence["length"] == evidence["stated"] == len(str(edit["after"]).strip())

    long = speech() + "散会以后，各村的同志到林业站领取树苗，并把领取的数目登记在册，以便年底核对。\n"
    lacking = (
        long.replace(SPEECH[2] + "\n", "") + "领苗的时间另行通知，请各村留意镇里的公告栏，不要错过时间，误了农时。\n"
    )
    shutil.rmtree(raw)
    publish(write(raw, {"a.txt": long, "b.txt": long.replace("望河镇", "××镇"), "c.txt": lacking}), clean)
    assert survivor(clean)["source_path"] in ("a.txt", "c.txt")
    assert SPEECH[2] in str(survivor(clean)["text"])
    assert verify(raw, clean).problems == []


def test_notes_are_said_in_the_summary_and_in_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the search met is told to whoever reads of the run: here equal words, and texts too short to compare."""
    from flows.report import markdown, print_summary

    same = {f"{number}.txt": text(5).replace("，", "，" + " " * number) for number in range(4)}
    outcome = publish(write(tmp_path / "raw", {**same, "short.txt": "今天下雨。明天也下。"}), tmp_path / "clean")
    assert outcome and outcome.notes["short"] == 1 and outcome.notes["identical"] == 3
    print_summary(outcome)
    summary = capsys.readouterr().out
    report = (tmp_path / "clean" / "current" / "report.html").read_text("utf-8")
    for sentence in sentences(outcome.notes):
        assert sentence in summary and sentence in markdown(outcome) and sentence in report
