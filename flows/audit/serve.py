"""Start the pages on this machine."""

from __future__ import annotations

import socket
from pathlib import Path

import uvicorn

from flows.audit.web import application
from flows.errors import Stop


def serve(clean: Path, file: Path, host: str, port: int) -> None:
    """Serve the audit of a clean folder until it is interrupted. Raises Stop where the port is taken."""
    try:
        with socket.create_server((host, port), reuse_port=False):
            pass
    except OSError as error:
        raise Stop(f"{host}:{port} cannot be used: {error.strerror}. Name another with --port.") from error
    app = application(clean, file, host)
    config = uvicorn.Config(app, host=host, port=port, log_level="warning", server_header=False)
    uvicorn.Server(config).run()
