"""Buckets that speak S3, for sources and for datasets: names, streams, copies, and errors a person can act on.

Addresses are ``s3://bucket/prefix``. Who we are and where the endpoint is come from the environment, as for every S3
tool: ``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``, ``AWS_DEFAULT_REGION``, ``AWS_ENDPOINT_URL``. pyarrow moves the
data; boto3 (the extra ``s3``) does the one thing pyarrow cannot: write only over a known version.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

from flows.errors import Stop

SCHEME = "s3://"
_ADDRESS = re.compile(r"s3:/+([^/]+)(?:/+(.*?))?/*")  # a path that went through pathlib has lost a slash
_SECONDS = 20.0  # to connect, and to wait for an answer
_CHUNK = 4 << 20
_ADVICE = (
    (("NO_SUCH_BUCKET", "NoSuchBucket"), "The bucket does not exist. Create it, or correct the address."),
    (
        ("ACCESS_DENIED", "AccessDenied", "INVALID_ACCESS_KEY", "InvalidAccessKeyId", "SIGNATURE_DOES_NOT_MATCH",
         "SignatureDoesNotMatch", "INVALID_CLIENT_TOKEN", "response code 403", "(403)", "Unable to locate credentials"),
        "The credentials were refused. Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and what they may do there.",
    ),
    (
        ("NETWORK_CONNECTION", "Could not connect", "Couldn't connect", "timed out", "Connection refused"),
        "The endpoint cannot be reached. Check the network and AWS_ENDPOINT_URL.",
    ),
)  # fmt: skip


class Overtaken(Stop):
    """Somebody else wrote the object first."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A place in a bucket. ``prefix`` has no slash at either end and may be empty."""

    bucket: str
    prefix: str = ""

    def __str__(self) -> str:
        return SCHEME + self.key()

    def key(self, name: str = "") -> str:
        """Bucket and key of an object below this place, as pyarrow names it."""
        return "/".join(part for part in (self.bucket, self.prefix, name) if part)


def is_address(text: str) -> bool:
    """Whether this names a bucket rather than a folder."""
    return text.startswith("s3:/")


def parse(text: str) -> Bucket:
    """The place an address names. Raises Stop for an address without a bucket.

    >>> str(parse("s3://corpus/raw/"))
    's3://corpus/raw'
    """
    found = _ADDRESS.fullmatch(text)
    if not found:
        raise Stop(f"{text} is no address of a bucket; it looks like s3://bucket/folder.")
    return Bucket(found[1], found[2] or "")


@contextmanager
def explained(place: Bucket) -> Iterator[None]:
    """Turn what a library says about a bucket into a Stop that says what to do."""
    try:
        yield
    except Stop:
        raise
    except Exception as error:
        if not isinstance(error, OSError) and not type(error).__module__.startswith(("botocore", "boto3")):
            raise
        said = " ".join(str(error).split())
        advice = next((advice for signs, advice in _ADVICE if any(sign in said for sign in signs)), "")
        raise Stop(f"{place}: {advice or 'the bucket cannot be used.'} ({said[:300]})") from error


@cache
def _system() -> Any:
    from pyarrow import fs

    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
    scheme, _, host = endpoint.rpartition("://")
    where = {"endpoint_override": host.rstrip("/"), "scheme": scheme or "https"} if endpoint else {}
    patience = {"connect_timeout": _SECONDS, "request_timeout": _SECONDS}
    return fs.S3FileSystem(**where, **patience, retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=3))


def names(place: Bucket, folder: str = "") -> dict[str, int]:
    """The objects below a folder with their sizes in bytes; names are relative to the folder. Raises Stop."""
    from pyarrow import fs

    with explained(place):
        top = place.key(folder)
        if _system().get_file_info(place.bucket).type == fs.FileType.NotFound:
            raise Stop(f"{place}: the bucket does not exist. Create it, or correct the address.")
        found = _system().get_file_info(fs.FileSelector(top, recursive=True, allow_not_found=True))
    return {one.path[len(top) + 1 :]: one.size for one in found if one.type == fs.FileType.File}


def versions(place: Bucket) -> dict[str, str]:
    """The objects below a place, each with its version (ETag). Raises Stop.

    Versions are empty without boto3: pyarrow does not tell them.
    """
    try:
        client = _client()
    except Stop:
        return dict.fromkeys(names(place), "")
    folder = _key(place, "")
    with explained(place):
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=place.bucket, Prefix=folder)
        found = [one for page in pages for one in page.get("Contents", ())]
    return {one["Key"][len(folder) :]: one["ETag"] for one in found if not one["Key"].endswith("/")}


def folders(place: Bucket, folder: str) -> list[str]:
    """The names of the folders in a folder, in order; none where there is no such folder."""
    from pyarrow import fs

    with explained(place):
        found = _system().get_file_info(fs.FileSelector(place.key(folder), allow_not_found=True))
    return sorted(one.base_name for one in found if one.type == fs.FileType.Directory)


def open_object(place: Bucket, name: str) -> tuple[IO[bytes], int]:
    """An object as a file that can be read from any place, and its size in bytes. Raises OSError as a file would."""
    stream = _system().open_input_file(place.key(name))
    return io.BufferedReader(stream, _CHUNK), stream.size()


def read(place: Bucket, name: str) -> bytes | None:
    """A small object whole; None where there is none."""
    with explained(place):
        try:
            with open_object(place, name)[0] as stream:
                return stream.read()
        except FileNotFoundError:
            return None


def download(place: Bucket, name: str, file: Path) -> None:
    """Copy an object to a file, which is whole or not there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    with explained(place), open_object(place, name)[0] as stream, open(aside, "wb") as handle:
        while data := stream.read(_CHUNK):
            handle.write(data)
    os.replace(aside, file)


def upload(place: Bucket, name: str, file: Path) -> None:
    """Copy a file to an object."""
    with explained(place), open(file, "rb") as handle, _system().open_output_stream(place.key(name)) as stream:
        while data := handle.read(_CHUNK):
            stream.write(data)


def delete_folder(place: Bucket, folder: str) -> None:
    """Delete a folder with everything in it, if it is there."""
    with explained(place), suppress(FileNotFoundError):
        _system().delete_dir(place.key(folder))


def version(place: Bucket, name: str) -> tuple[str, bytes]:
    """The version (ETag) and the contents of a small object; both empty where there is none."""
    client = _client()
    with explained(place):
        try:
            answer = client.get_object(Bucket=place.bucket, Key=_key(place, name))
        except client.exceptions.NoSuchKey:
            return "", b""
        return str(answer["ETag"]), bytes(answer["Body"].read())


def replace(place: Bucket, name: str, data: bytes, known: str) -> str:
    """Write an object over the version ``known`` (none: only where there is no object), and return the new version.

    Raises Overtaken where the object is of another version by now; it is then left as it is.
    """
    from botocore.exceptions import ClientError

    condition = {"IfMatch": known} if known else {"IfNoneMatch": "*"}
    with explained(place):
        try:
            answer = _client().put_object(Bucket=place.bucket, Key=_key(place, name), Body=data, **condition)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (409, 412):
                raise Overtaken(f"{place}/{name} was written by somebody else in the meantime.") from error
            raise
    return str(answer["ETag"])


def _key(place: Bucket, name: str) -> str:
    return f"{place.prefix}/{name}" if place.prefix else name


@cache
def _client() -> Any:
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        raise Stop("A dataset in a bucket needs boto3: pip install 'jiaokan[s3]'.") from error
    patience = Config(connect_timeout=_SECONDS, read_timeout=_SECONDS, retries={"max_attempts": 3})
    return boto3.client("s3", config=patience)
