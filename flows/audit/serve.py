"""Start the pages on this machine."""

from __future__ import annotations

import gc
import socket
from contextlib import suppress
from pathlib import Path

import uvicorn

from flows.audit.tables import Unknown
from flows.audit.web import application
from flows.errors import Stop


def serve(clean: Path, file: Path, host: str, port: int) -> None:
    """Serve the audit of a clean folder until it is interrupted. Raises Stop where the port is taken."""
    try:
        with socket.create_server((host, port), reuse_port=False):
            pass
    except OSError as error:
        raise Stop(f"{host}:{port} cannot be used: {error.strerror}. Name another with --port.") from error
    server(clean, file, host, port).run()


def server(clean: Path, file: Path, host: str, port: int) -> uvicorn.Server:
    """The server, to be run; the current snapshot is open before it answers, so that its first page is quick, too."""
    gc.set_threshold(50_000)  # a long document is as many objects at once: looking for cycles took a third of its time
    app = application(clean, file, host)
    with suppress(Unknown, Stop):  # the pages say what is wrong
        app.state.site.opened(app.state.site.current())
    return uvicorn.Server(uvicorn.Config(app, host=host, port=port, log_level="warning", server_header=False))
