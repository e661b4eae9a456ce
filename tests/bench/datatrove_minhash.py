"""datatrove's MinHash deduplication over characters, for `bench_dedup peer`, run by an interpreter that has it.

Run ``PYTHON tests/bench/datatrove_minhash.py texts.jsonl scratch``, where every line of the file is a JSON string.
Prints one JSON object: the version, CPU seconds, and the cluster of each line that is in one. Nothing here imports the
project.
"""

from __future__ import annotations

import json
import struct
import sys
import time
from importlib.metadata import version
from pathlib import Path


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
    found = scratch / "clusters" / "000000.clusters"
    rows = list(struct.iter_unpack("<2I", found.read_bytes())) if found.exists() else []
    print(json.dumps({"version": version("datatrove"), "seconds": seconds, "clusters": rows}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
