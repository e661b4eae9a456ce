"""Small corpora made on the spot: documents that differ from one another, and a zoo of bad input."""

from __future__ import annotations

import gzip
import json
import os
import random
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cleaners.profile import Profile
from flows.store.sources import Root
from flows.tasks import KEEP, Job, Outcome


def _words(line: str) -> list[str]:
    return line.split()


_WHO = _words("村民 老师 医生 工人 农户 学生 书记 会计 邻居 司机 护士 店主 渔民 木匠 厨师 记者")
_WHERE = _words("河边 学校 医院 车站 市场 田间 山坡 码头 祠堂 茶馆 礼堂 仓库 果园 鱼塘 晒场 渡口")
_WHAT = _words("修理水渠 清点粮食 教孩子写字 统计户数 搬运木料 核对账目 打扫院子 栽种果树 检查线路 登记车辆")
_WHEN = _words("清早 中午 傍晚 雨后 秋天 春天 冬天 夏天 节前 集日 农闲 开学 收工 雪后 霜降 谷雨")

TRADITIONAL = "這個國家的經濟發展很快。\n我們應該繼續努力學習，為人民服務。\n"


def text(seed: int, sentences: int = 12) -> str:
    """A clean simplified text that shares little with the text of another seed."""
    chance = random.Random(seed)
    parts = (
        f"{chance.choice(_WHEN)}，{chance.choice(_WHO)}和{chance.choice(_WHO)}在{chance.choice(_WHERE)}"
        f"{chance.choice(_WHAT)}，花了{chance.randint(2, 999)}分钟。"
        for _ in range(sentences)
    )
    return "\n".join(parts) + "\n"


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write files by relative name; text as UTF-8."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def job(raw: Root, clean: Path, profile: Profile | None = None, workers: int = 1, keep: int = KEEP) -> Job:
    """A run whose id and time are always the same, so that only contents make a difference."""
    return Job(raw, clean, profile or Profile(), "run", datetime(2026, 1, 1, tzinfo=UTC), workers, keep=keep)


def publish(raw: Root, clean: Path, profile: Profile | None = None, workers: int = 1) -> Outcome | None:
    """One run without Prefect."""
    from flows.clean import run  # it imports Prefect, which no worker process shall wait for

    return run(job(raw, clean, profile, workers))


def rows(clean: Path, table: str) -> list[dict[str, object]]:
    """All rows of a table of the current snapshot."""
    parts = sorted((clean / "current" / table).glob("*.parquet"))
    result: list[dict[str, object]] = pa.concat_tables([pq.read_table(part) for part in parts]).to_pylist()
    return result


def contents(clean: Path) -> dict[str, bytes]:
    """The bytes of every table of the current snapshot but `runs`."""
    root = clean / "current"
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.glob("*/*.parquet"))
        if path.parent.name != "runs"
    }


def zoo(root: Path) -> dict[str, str]:
    """Every bad input of the issue. Returns what must become of each path: a reason, or "" for processed."""
    good = text(1).encode()
    record = {"text": text(2), "url": "https://example.org/2", "n": 1}
    write(
        root,
        {
            "good.txt": good,
            "sub/same.txt": good,
            "empty.txt": b"",
            "bom.txt": b"\xef\xbb\xbf",
            "binary.txt": random.Random(0).randbytes(4000),
            "nul.txt": text(3).encode().replace(b"\n", b"\0\n"),
            "invalid.txt": text(4).encode()[:100] + b"\xff\xfe" + text(4).encode()[102:],
            "long.txt": text(5).replace("\n", "") * 3000,
            "y.txt/inside.md": text(6),
            "records.jsonl": b"\n".join(
                [
                    b"\xef\xbb\xbf" + json.dumps(record).encode(),
                    b"not json",
                    b"",
                    b"[1]",
                    b'{"text": null}',
                    b'{"other": "x"}',
                    json.dumps({"text": text(7) + "\ud83d", "odd": "\ud800"}).encode(),
                    b'{"text": "\xff"}',
                    json.dumps({"text": text(1), "url": "https://example.org/1"}).encode(),
                ]
            ),
            "blank.jsonl": b"\n\n",
            "packed.jsonl.gz": gzip.compress(json.dumps({"text": text(8)}).encode()),
            "cut.txt.gz": gzip.compress(good * 50)[:-20],
            "not.md.gz": b"plain",
            "bomb.txt.gz": gzip.compress(b"\0" * (70 << 20)),
            "packed.md.zst": bytes(pa.compress(text(9).encode(), "zstd", asbytes=True)),
            "cut.md.zst": bytes(pa.compress(text(9).encode(), "zstd", asbytes=True))[:-9],
            "fake.parquet": b"PAR1 nothing",
            "picture.png": b"png",
        },
    )
    pq.write_table(pa.table({"text": [text(10), None, text(11)], "id": [1, 2, 3]}), root / "rows.parquet")
    pq.write_table(pa.table({"body": [text(12)]}), root / "no-column.parquet")
    pq.write_table(pa.table({"text": [1, 2]}), root / "numbers.parquet")
    (root / "x.txt").mkdir()
    os.mkfifo(root / "pipe.txt")
    outside = root.parent / "outside.txt"
    outside.write_text(text(13), encoding="utf-8")
    for name, target in (("out.txt", outside), ("loop.txt", "loop.txt"), ("gone.md", "nowhere"), ("round", ".")):
        (root / name).symlink_to(target)
    (root / "link.txt").symlink_to("good.txt")
    (root / "out").symlink_to(outside.parent)
    with open(os.fsencode(root) + b"/\xb5\xda\\.txt", "wb") as handle:
        handle.write(text(14).encode())
    return {
        "good.txt": "",
        "sub/same.txt": "",
        "link.txt": "",
        "empty.txt": "empty",
        "bom.txt": "bom_only",
        "binary.txt": "binary",
        "nul.txt": "",
        "invalid.txt": "",
        "long.txt": "",
        "y.txt/inside.md": "",
        "records.jsonl#1": "",
        "records.jsonl#2": "not_json",
        "records.jsonl#4": "not_a_record",
        "records.jsonl#5": "no_text",
        "records.jsonl#6": "no_text",
        "records.jsonl#7": "",
        "records.jsonl#8": "not_json",
        "records.jsonl#9": "",
        "blank.jsonl": "empty",
        "packed.jsonl.gz#1": "",
        "cut.txt.gz": "damaged_compression",
        "not.md.gz": "damaged_compression",
        "bomb.txt.gz": "unfolds_too_far",
        "packed.md.zst": "",
        "cut.md.zst": "damaged_compression",
        "fake.parquet": "not_parquet",
        "rows.parquet#1": "",
        "rows.parquet#2": "no_text",
        "rows.parquet#3": "",
        "no-column.parquet": "no_text",
        "numbers.parquet": "no_text",
        "x.txt": "folder",
        "pipe.txt": "not_a_file",
        "out.txt": "outside_link",
        "out": "outside_link",
        "loop.txt": "broken_link",
        "gone.md": "broken_link",
        "round": "folder_link",
        r"\xb5\xda\x5c.txt": "",
    }
