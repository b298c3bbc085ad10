"""Pictures on the server of CML, which is public and run by a third party: only where the user or `auto` chose it."""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import PublishingError
from .cml import cml_environment, failure, find_program, run_program

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .github import GitHub

SERVER = "CML_ASSET_URL"  # names a server of the user's own
_ADDRESS = re.compile(r"https://[\x21-\x7e]+")


def publish_assets(
    pictures: Mapping[str, bytes], github: GitHub, environment: Mapping[str, str], *, time_limit: float
) -> dict[str, str]:
    """Upload PNG files by `cml asset publish`, one after the other; the address of each by its name.

    time_limit : seconds for all of them. CML gets copies in a folder of its own, and no token.
    Raises PublishingError when one of them does not arrive.
    """
    program = find_program(environment)
    if program is None:
        raise PublishingError("the program `cml` is not there")
    server = environment.get(SERVER)
    command = [
        *(program, "asset", "publish", "--mime-type=image/png", "--driver=github"),
        f"--repo={github.server_url}/{github.repository}",
        *([f"--url={server}"] if server else []),
    ]
    end = time.monotonic() + time_limit
    with tempfile.TemporaryDirectory(prefix="cml-") as home:
        clean = cml_environment(environment, token="", home=home, sha=github.sha)
        del clean["REPO_TOKEN"]
        addresses = {}
        for name, data in pictures.items():
            file = Path(home) / f"{name}.png"
            file.write_bytes(data)
            addresses[name] = _publish([*command, str(file)], clean, max(0.1, end - time.monotonic()))
    return addresses


def _publish(command: Sequence[str], environment: Mapping[str, str], time_limit: float) -> str:
    code, out, err = run_program(command, environment, time_limit)
    if code != 0:
        raise failure(code, err)
    address = out.strip()
    if not _ADDRESS.fullmatch(address):
        raise PublishingError("CML's server of pictures did not answer with an address")
    return address
