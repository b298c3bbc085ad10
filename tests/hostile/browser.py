"""A real browser on one page, with a proxy that notes every request which leaves it."""

from __future__ import annotations

import contextlib
import shutil
import socketserver
import subprocess
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from typing_extensions import Self

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-default-apps"),
    *("--virtual-time-budget=3000", "--dump-dom"),
)
TIME_LIMIT = 120.0


@dataclass(frozen=True)
class Visit:
    """What became of a page: its elements after scripts had their chance, and the request lines that left."""

    dom: str
    requests: tuple[str, ...]


def browser() -> str | None:
    """The browser that is here, if one is."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def visit(page: Path, profile: Path) -> Visit:
    """Open a page of this disk; whatever it asks the network for arrives at a proxy that answers nothing."""
    program = browser()
    assert program is not None
    with _Proxy() as proxy:
        address = f"--proxy-server=127.0.0.1:{proxy.port}"
        ended = subprocess.run(
            [program, *QUIET, f"--user-data-dir={profile}", address, "--proxy-bypass-list=<-loopback>", page.as_uri()],
            capture_output=True,
            check=True,
            timeout=TIME_LIMIT,
        )
    return Visit(ended.stdout.decode(), tuple(proxy.seen))


class _Proxy:
    def __init__(self) -> None:
        self.seen: list[str] = []
        seen = self.seen

        class Notes(socketserver.StreamRequestHandler):
            timeout = 5

            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    seen.append(self.rfile.readline(4096).decode(errors="replace").strip())

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Notes)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
