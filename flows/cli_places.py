"""The options that say where sources and datasets lie: folders of this machine, or addresses ``s3://bucket/folder``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.errors import Stop

if TYPE_CHECKING:
    from flows.store.sources import Root
else:
    Root = Any  # typer reads annotations, and what they name is slow to import


def _raw(address: str | Path) -> Root:
    from flows.store import sources

    return sources.root(address) if _is_address(address) else Path(address)


def _clean(address: str | Path) -> Path:
    from flows.store import mirror

    folder = mirror.folder(address) if _is_address(address) else Path(address)
    if folder.exists() and not folder.is_dir():
        raise Stop(f"{folder} is a file. --clean wants the folder of the dataset; a run makes it where there is none.")
    return folder


def _is_address(address: str | Path) -> bool:
    try:
        str(address).encode()
    except UnicodeEncodeError as error:
        message = f"The name {str(address)!r} is not UTF-8, and Prefect cannot pass it on. Give the folder another."
        raise Stop(message) from error
    if "://" in str(address) and not str(address).startswith("s3://"):
        raise Stop(f"{address} is neither a folder nor s3://bucket/folder. Mount it, or copy it to one of them.")
    return str(address).startswith("s3:/")  # as flows.store.buckets.is_address, without its imports


Raw = Annotated[Root, typer.Option("--raw", metavar="DIR|URI", parser=_raw, help="Where the sources lie.")]
Clean = Annotated[Path, typer.Option("--clean", metavar="DIR|URI", parser=_clean, help="Where the dataset lies.")]
