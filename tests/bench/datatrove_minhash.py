"""datatrove's MinHash deduplication over characters, for `bench_dedup peer`, run by an interpreter that has it.

Run ``PYTHON tests/bench/datatrove_minhash.py texts.jsonl scratch``, where every line of the file is a JSON string.
Prints one JSON object: the version, CPU seconds of the bare steps and of the whole as its users run it, and the cluster
of each line that is in one. Nothing here imports the project.
"""

from __future__ import annotations

import json
import struct
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any


class Characters:
    """The cheapest tokenizer there is; datatrove's own for Chinese finds words with jieba, which takes longer."""

    def word_tokenize(self, text: str) -> list[str]:
        return [char for char in text if not char.isspace()]


def main(texts: Path, scratch: Path) -> None:
    """Signatures, buckets and clusters with datatrove's defaults: 14 bands of 8, 5-grams, xxhash of 64 bits."""
    from datatrove.data import Document  # here, for this file is also read by interpreters that do not have it
    from datatrove.pipeline.dedup import minhash

    minhash.load_word_tokenizer = lambda language: Characters()
    documents = [
        Document(text=json.loads(line), id=str(number))
        for number, line in enumerate(texts.read_text("utf-8").splitlines())
    ]
    folders = [str(scratch / name) for name in ("signatures", "buckets", "clusters")]
    config = minhash.MinhashConfig()
    begin = time.process_time()
    minhash.MinhashDedupSignature(folders[0], config).run(iter(documents))
    for bucket in range(config.num_buckets):
        minhash.MinhashDedupBuckets(folders[0], folders[1], config=config).run(
            rank=bucket, world_size=config.num_buckets
        )
    minhash.MinhashDedupCluster(folders[1], folders[2], config, save_cluster_id=True).run()
    seconds = time.process_time() - begin
    begin = time.process_time()
    _as_users_do(texts, scratch / "whole", config)
    whole = time.process_time() - begin
    found = scratch / "clusters" / "000000.clusters"
    rows = list(struct.iter_unpack("<2I", found.read_bytes())) if found.exists() else []
    print(json.dumps({"version": version("datatrove"), "seconds": seconds, "whole": whole, "clusters": rows}))


def _as_users_do(texts: Path, folder: Path, config: Any) -> None:
    """Its example for MinHash, in one process: read, sign, find buckets and clusters, read again, write what stays."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import minhash
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    lines = texts.read_text("utf-8").splitlines()
    source = folder / "texts"
    source.mkdir(parents=True)
    rows = [json.dumps({"text": json.loads(line), "id": str(number)}) + "\n" for number, line in enumerate(lines)]
    (source / "texts.jsonl").write_text("".join(rows), "utf-8")
    names = ("signatures", "buckets", "clusters", "removed", "output")
    signatures, buckets, clusters, removed, output = (str(folder / name) for name in names)
    steps: list[tuple[list[Any], int]] = [
        ([JsonlReader(str(source)), minhash.MinhashDedupSignature(signatures, config)], 1),
        ([minhash.MinhashDedupBuckets(signatures, buckets, config=config)], config.num_buckets),
        ([minhash.MinhashDedupCluster(buckets, clusters, config)], 1),
        (
            [
                JsonlReader(str(source)),
                minhash.MinhashDedupFilter(clusters, exclusion_writer=JsonlWriter(removed)),
                JsonlWriter(output),
            ],
            1,
        ),
    ]
    for number, (pipeline, tasks) in enumerate(steps):
        LocalPipelineExecutor(pipeline, tasks=tasks, workers=1, logging_dir=str(folder / f"logs-{number}")).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
