"""The Git data API of a GitHub on loopback, over a real repository of git: what it takes is what git takes."""

from __future__ import annotations

import base64
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import github_forms as forms

IDENTITY = {"name": "github-actions[bot]", "email": "bot@github.example", "date": forms.DAY}


@dataclass(frozen=True)
class GitStore:
    """A bare repository. api : where the API of its repository on the server starts."""

    folder: Path
    api: str

    @classmethod
    def make(cls, folder: Path, api: str) -> GitStore:
        subprocess.run(["git", "init", "-q", "--bare", str(folder)], check=True)
        return cls(folder, api)

    def refs(self) -> dict[str, str]:
        """Each ref and its commit."""
        lines = self._git("for-each-ref", "--format=%(refname) %(objectname)").decode().splitlines()
        return dict(line.split(" ") for line in lines)

    def objects(self, kind: str) -> list[str]:
        """The names of all objects of a kind, those that no ref holds included."""
        names = self._git("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)").decode()
        return [line.split()[0] for line in names.splitlines() if line.endswith(f" {kind}")]

    def file(self, commit: str, path: str) -> bytes:
        """What is in a file of a commit; KeyError when there is none."""
        try:
            return self._git("cat-file", "blob", f"{commit}:{path}")
        except subprocess.CalledProcessError:
            raise KeyError(path) from None

    def files(self, commit: str) -> list[str]:
        return self._git("ls-tree", "-r", "--name-only", commit).decode().splitlines()

    def parents(self, commit: str) -> list[str]:
        return self._git("rev-list", "--parents", "-n", "1", commit).decode().split()[1:]

    def get_ref(self, ref: str) -> tuple[int, Any]:
        sha = self.refs().get(f"refs/{ref}")
        return (200, self._ref(f"refs/{ref}", sha)) if sha else (404, forms.problem(404, "Not Found"))

    def create_ref(self, body: Any) -> tuple[int, Any]:
        if body["ref"] in self.refs():
            return 422, forms.problem(422, "Reference already exists")
        self._git("update-ref", body["ref"], body["sha"])
        return 201, self._ref(body["ref"], body["sha"])

    def move_ref(self, ref: str, body: Any) -> tuple[int, Any]:
        if f"refs/{ref}" not in self.refs():
            return 422, forms.problem(422, "Reference does not exist")
        if body.get("force") is not True:
            return 422, forms.problem(422, "Update is not a fast forward")
        self._git("update-ref", f"refs/{ref}", body["sha"])
        return 200, self._ref(f"refs/{ref}", body["sha"])

    def get_commit(self, sha: str) -> tuple[int, Any]:
        tree = self._git("rev-parse", f"{sha}^{{tree}}").decode().strip()
        message = self._git("log", "-1", "--format=%B", sha).decode().strip()
        return 200, self._commit(sha, tree, message)

    def create_blob(self, body: Any) -> tuple[int, Any]:
        assert body["encoding"] == "base64"
        sha = self._git("hash-object", "-w", "--stdin", given=base64.b64decode(body["content"], validate=True))
        return 201, {"url": f"{self.api}/git/blobs/{_name(sha)}", "sha": _name(sha)}

    def create_tree(self, body: Any) -> tuple[int, Any]:
        lines = [f"{entry['mode']} {entry['type']} {entry['sha']}\t{entry['path']}" for entry in body["tree"]]
        sha = _name(self._git("mktree", given="\n".join(lines).encode()))
        entries = [entry | {"url": f"{self.api}/git/blobs/{entry['sha']}"} for entry in body["tree"]]
        return 201, {"sha": sha, "url": f"{self.api}/git/trees/{sha}", "tree": entries, "truncated": False}

    def create_commit(self, body: Any) -> tuple[int, Any]:
        parents = [part for parent in body["parents"] for part in ("-p", parent)]
        who = ["-c", "user.name=bot", "-c", "user.email=bot@github.example"]
        sha = _name(self._git(*who, "commit-tree", *parents, "-m", body["message"], body["tree"]))
        return 201, self._commit(sha, body["tree"], body["message"])

    def _ref(self, ref: str, sha: str) -> dict[str, Any]:
        target = {"type": "commit", "sha": sha, "url": f"{self.api}/git/commits/{sha}"}
        return {"ref": ref, "node_id": "REF_1", "url": f"{self.api}/git/{ref}", "object": target}

    def _commit(self, sha: str, tree: str, message: str) -> dict[str, Any]:
        unsigned = dict.fromkeys(("signature", "payload", "verified_at"))
        address = f"{self.api}/git/commits/{sha}"
        return {
            "sha": sha,
            "node_id": "C_1",
            "url": address,
            "html_url": address,
            "author": IDENTITY,
            "committer": IDENTITY,
            "tree": {"sha": tree, "url": f"{self.api}/git/trees/{tree}"},
            "message": message,
            "parents": [],
            "verification": {"verified": False, "reason": "unsigned", **unsigned},
        }

    def _git(self, *arguments: str, given: bytes = b"") -> bytes:
        command = ["git", "--git-dir", str(self.folder), *arguments]
        return subprocess.run(command, input=given, capture_output=True, check=True).stdout


def _name(output: bytes) -> str:
    sha = output.decode().strip()
    assert re.fullmatch(r"[0-9a-f]{40}", sha)
    return sha
