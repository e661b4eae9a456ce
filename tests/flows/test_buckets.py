"""Sources and datasets in a bucket, against a real S3 endpoint on loopback: the same answers as from a folder."""

from __future__ import annotations

import gzip
import http.server
import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from flows import history, judgements
from flows.clean import run
from flows.cli import app
from flows.errors import HeldBack, Stop
from flows.store import buckets, mirror, snapshots, sources
from flows.verify import verify
from tests.flows.corpora import job, publish, text, write

moto = pytest.importorskip("moto.server", reason="the S3 endpoint needs moto: pip install -e '.[test]'")
boto3 = pytest.importorskip("boto3", reason="buckets need boto3: pip install -e '.[s3]'")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The address of an S3 endpoint of this process; every client in it and in its children talks to it."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with _talking_to(f"http://{host}:{port}"):
        yield f"http://{host}:{port}"
    server.stop()


@contextmanager
def _talking_to(endpoint: str) -> Iterator[None]:
    keys = {"AWS_ACCESS_KEY_ID": "loopback", "AWS_SECRET_ACCESS_KEY": "loopback", "AWS_DEFAULT_REGION": "us-east-1"}
    keys |= {"AWS_ENDPOINT_URL": endpoint, "AWS_EC2_METADATA_DISABLED": "true"}
    clients = (buckets._system, buckets._client)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in keys.items():
            patch.setenv(name, value)
        for client in clients:
            client.cache_clear()
        yield
    for client in clients:
        client.cache_clear()


class Store:
    """A bucket of its own, and machines that work on it."""

    def __init__(self, name: str, home: Path, use: Callable[[Path], None]) -> None:
        self.client = boto3.client("s3")
        self.client.create_bucket(Bucket=name)
        self.raw, self.clean = f"s3://{name}/raw", f"s3://{name}/clean"
        self._name, self._home, self._use = name, home, use

    def put(self, key: str, data: bytes) -> None:
        """Write an object."""
        self.client.put_object(Bucket=self._name, Key=key, Body=data)

    def fill(self, folder: Path) -> None:
        """Copy a raw folder into the bucket."""
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            self.put("raw/" + path.relative_to(folder).as_posix(), path.read_bytes())

    def objects(self) -> list[str]:
        """The keys of every object; pyarrow marks folders with empty ones."""
        found = self.client.list_objects_v2(Bucket=self._name).get("Contents", [])
        return [one["Key"] for one in found if not one["Key"].endswith("/")]

    def current(self) -> str:
        """The id readers of the bucket are sent to."""
        answer = self.client.get_object(Bucket=self._name, Key="clean/current.json")
        return str(json.loads(answer["Body"].read())["snapshot"])

    def machine(self, name: str) -> Path:
        """The workshop of a machine with this name, equal to the bucket."""
        self._use(self._home / name)
        return mirror.folder(self.clean)

    def run(self, clean: Path) -> Any:
        """A run over the bucket's sources in a workshop."""
        return publish(sources.root(self.raw), clean)


@pytest.fixture
def store(endpoint, tmp_path, monkeypatch, request) -> Store:
    """An empty bucket."""
    name = "b" + str(abs(hash(request.node.name)))[:12]
    return Store(name, tmp_path / "machines", lambda home: monkeypatch.setenv("XDG_CACHE_HOME", str(home)))


def _tables(snapshot: Path) -> dict[str, list[dict[str, Any]]]:
    """Every row but for what a run says of itself."""
    tables = {}
    for name in ("documents", "edits", "removed", "duplicates", "quarantine"):
        rows = pq.read_table(snapshot / name).to_pylist()
        tables[name] = [{k: v for k, v in row.items() if k not in ("run_id", "cleaned_at")} for row in rows]
    return tables


def test_the_same_dataset_as_from_a_folder(store, tmp_path):
    """Names with spaces and Chinese, compressed records, an empty and a binary object: row for row as from a folder."""
    raw = tmp_path / "raw"
    write(raw, {"一 号/报告.txt": text(1), "b.txt": text(2), "copy.txt": text(2)})
    (raw / "empty.txt").write_bytes(b"")
    (raw / "picture.png").write_bytes(b"\x89PNG")
    (raw / "noise.txt").write_bytes(bytes(range(256)) * 20)
    lines = "".join(json.dumps({"text": text(n), "url": "x"}, ensure_ascii=False) + "\n" for n in range(5, 8))
    (raw / "records.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    store.fill(raw)
    clean = store.machine("one")
    outcome = store.run(clean)
    assert outcome.ignored == {".png": 1}
    publish(raw, tmp_path / "clean")
    assert _tables(clean / "current") == _tables(tmp_path / "clean" / "current")
    assert not verify(sources.root(store.raw), clean).problems
    assert store.run(clean) is None


def test_only_new_versions_of_objects_are_read(store, tmp_path):
    """An object of as many other bytes is read, one written again with the same is not; without boto3 all are."""
    store.fill(write(tmp_path, {"a.txt": "甲地下雨。", "b/c.txt": "乙地下雨。", "d.txt": "丁地下雨。"}))
    place = sources.root(store.raw)
    known = sources.survey(place, "text", 100).read
    store.put("raw/a.txt", "甲地下雨。".encode())
    store.put("raw/d.txt", "丁地下雪。".encode())
    store.put("raw/e.txt", "新来的。".encode())
    found = sources.survey(place, "text", 100, known=known).read
    assert {name for name, read in found.items() if read is not known.get(name)} == {"d.txt", "e.txt"}
    assert found == sources.survey(place, "text", 100).read
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(buckets, "_client", lambda: (_ for _ in ()).throw(Stop("no boto3")))
        blind = sources.survey(place, "text", 100, known=known)
    assert [read.stamp for read in blind.read.values()] == [""] * 4
    assert blind.sources == [source for read in found.values() for source in read.sources]


def test_another_machine_goes_on_from_the_bucket(store, tmp_path):
    """A machine that has never seen the dataset finds nothing to do, then publishes the next; the first sees that."""
    write(tmp_path / "raw", {"a.txt": text(1), "b.txt": text(2)})
    store.fill(tmp_path / "raw")
    first = store.run(store.machine("one")).snapshot.name
    two = store.machine("two")
    assert store.run(two) is None
    store.put("raw/c.txt", text(3).encode())
    second = store.run(two).snapshot.name
    assert store.current() == second
    one = store.machine("one")
    assert [(one.id, one.state) for one in snapshots.listed(one)] == [(first, "published"), (second, "current")]
    assert store.run(one) is None
    history.rollback(one, first)
    assert store.current() == first
    assert (store.machine("two") / "current").resolve().name == first


def test_two_machines_at_once(store, tmp_path):
    """Both cleaned, one published first: the other is refused, says so, and the first one's snapshot stays."""
    write(tmp_path / "raw", {"a.txt": text(1)})
    store.fill(tmp_path / "raw")
    one, two = store.machine("one"), store.machine("two")
    store.run(one)
    pulled = mirror.pull
    try:
        mirror.pull = lambda clean: None  # the second began before the first had published
        with pytest.raises(Stop, match="Another machine published"):
            store.run(two)
    finally:
        mirror.pull = pulled
    assert store.current() == snapshots.current(one).name
    assert snapshots.current(two) is None
    assert store.run(two) is None  # it pulls now, and finds the work done


def test_a_machine_that_dies_before_the_switch(store, tmp_path, monkeypatch):
    """Everything is uploaded and the pointer is not: readers see the old snapshot, the next run publishes."""
    write(tmp_path / "raw", {"a.txt": text(1)})
    store.fill(tmp_path / "raw")
    clean = store.machine("one")
    first = store.run(clean).snapshot.name
    store.put("raw/b.txt", text(2).encode())
    with monkeypatch.context() as patch:
        patch.setattr(buckets, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            store.run(clean)
    assert store.current() == first
    assert store.run(clean).snapshot.name == store.current() != first


def test_a_half_uploaded_snapshot_is_none(store, tmp_path, monkeypatch):
    """The network breaks during the upload: the bucket lists no new snapshot, and the next run finishes it."""
    write(tmp_path / "raw", {"a.txt": text(1)})
    store.fill(tmp_path / "raw")
    clean = store.machine("one")
    upload = buckets.upload

    def broken(place: buckets.Bucket, name: str, file: Path) -> None:
        if file.name == "manifest.json":
            raise Stop("the network broke")
        upload(place, name, file)

    with monkeypatch.context() as patch:
        patch.setattr(buckets, "upload", broken)
        with pytest.raises(Stop, match="the network broke"):
            store.run(clean)
    assert "clean/current.json" not in store.objects()
    assert snapshots.listed(store.machine("two")) == []
    assert store.run(clean)
    assert [one.state for one in snapshots.listed(store.machine("two"))] == ["current"]


def test_candidates_and_judgements_travel(store, tmp_path):
    """What a gate held back on one machine is accepted on another; judgements of both are in the bucket's file."""
    write(tmp_path / "raw", {"a.txt": text(1)} | {f"empty-{number}.txt": "" for number in range(60)})
    store.fill(tmp_path / "raw")
    one = store.machine("one")
    with pytest.raises(HeldBack) as error:
        store.run(one)
    two = store.machine("two")
    history.accept(two, error.value.candidate, ["quarantine"], "they are empty")
    assert store.current() == error.value.candidate
    assert not [key for key in store.objects() if key.startswith("clean/candidates/")]
    for number, clean in enumerate((one, two, one)):
        place = {"source_path": f"{number}.txt", "source_sha256": "0"}
        judgements.append(clean / judgements.FILE, judgements.new(about="drop", verdict="right", **place))
    mirror.pull(two)
    paths = [found.source_path for found in judgements.read(two / judgements.FILE).standing]
    assert paths == ["0.txt", "1.txt", "2.txt"]
    assert judgements.read(one / judgements.FILE).standing == judgements.read(two / judgements.FILE).standing


def test_old_snapshots_leave_the_bucket(store, tmp_path):
    """The bucket keeps as many snapshots as the folder does."""
    write(tmp_path / "raw", {"a.txt": text(1)})
    store.fill(tmp_path / "raw")
    clean = store.machine("one")
    for number in range(3):
        store.put(f"raw/{number}.txt", text(10 + number).encode())
        run(job(sources.root(store.raw), clean, keep=2))
    there = {key.split("/")[2] for key in store.objects() if key.startswith("clean/snapshots/")}
    assert there == {one.id for one in snapshots.listed(clean)}
    assert len(there) == 2


class _Refusing(http.server.BaseHTTPRequestHandler):
    """An endpoint that refuses whoever asks."""

    def _answer(self) -> None:
        body = b"<Error><Code>InvalidAccessKeyId</Code><Message>who are you</Message></Error>"
        self.send_response(403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if self.command != "HEAD" else b"")

    do_GET = do_HEAD = do_PUT = do_POST = _answer

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def refusing() -> Iterator[str]:
    """The address of an endpoint that knows nobody."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Refusing)
    thread = threading.Thread(target=server.serve_forever, args=[0.02])
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("option", ["--raw", "--clean"])
@pytest.mark.parametrize(
    ("address", "where", "advice"),
    [
        ("s3://no-such-bucket/x", "endpoint", "does not exist"),
        ("s3://bucket/x", "refusing", "credentials were refused"),
        ("s3://bucket/x", "nobody", "cannot be reached"),
        ("s3:///", "endpoint", "no address of a bucket"),
    ],
)
def test_errors_say_what_to_do(refusing, endpoint, tmp_path, capfd, option, address, where, advice):
    """A wrong bucket, wrong credentials, no endpoint: status 2 and one sentence with the remedy, nothing written."""
    url = {"endpoint": endpoint, "refusing": refusing, "nobody": "http://127.0.0.1:9"}[where]
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text(text(1), "utf-8")
    places = {"--raw": str(tmp_path / "raw"), "--clean": str(tmp_path / "clean")} | {option: address}
    environment = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "COLUMNS": "200"}
    with _talking_to(url):
        done = CliRunner().invoke(app, ["run", *(part for pair in places.items() for part in pair)], env=environment)
    assert done.exit_code == 2, done.output
    assert advice in done.output
    assert done.output.count("\n") == 1
    assert not "".join(capfd.readouterr())
    assert not (tmp_path / "clean" / "current").exists()
