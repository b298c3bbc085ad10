"""The plots of a comment in the repository itself, or on CML's server, or nowhere; and what happens when that fails."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import requests
from PIL import Image
from typing_extensions import Self

from report.core.errors import PublishingError
from report.publishing import PublishOptions, publish
from report.publishing.git_pictures import tree_sha
from report.publishing.github import GitHub, from_environment
from report.publishing.hosting import Hosted, host_pictures, is_public, way_of
from report.publishing.pictures import picture_names

from ..action.github_faults import Fault
from .github import HEAD, PULL_REQUEST, REPOSITORY, TOKEN, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..action.github_server import GitHubServer

REF = f"refs/ml-report/wine/pr-{PULL_REQUEST}"
REFUSED = "Resource not accessible by integration"
GIT = "/git/"


def png(seed: int) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


PICTURES = {"loss": png(1), "roc": png(2)}


def pixels(data: bytes) -> bytes:
    return Image.open(io.BytesIO(data)).convert("RGBA").tobytes()


@dataclass
class Host:
    """Calls what is tested as the publishing step does, without CML unless a test says so."""

    step: Step
    environment: dict[str, str]

    @property
    def github(self) -> GitHub:
        github = from_environment(self.environment)
        assert github is not None
        return github

    def __call__(self, pictures: dict[str, bytes] = PICTURES, *, way: Any = "git", **more: Any) -> Hosted:
        given = {"github": self.github, "report_id": "wine", "time_limit": 60.0} | more
        return host_pictures(pictures, way=way, environment=self.environment, **given)


@pytest.fixture
def host(step: Step) -> Host:
    environment = step.environment("pull_request", HEAD, 1, 1)
    (step.temporary / "empty").mkdir()
    return Host(step, environment | {"PATH": str(step.temporary / "empty")})


def download(server: GitHubServer, address: str) -> bytes:
    answer = requests.get(address, verify=str(server.certificate), timeout=30)
    answer.raise_for_status()
    assert answer.headers["Content-Type"] == "image/png"
    return answer.content


def test_pictures_are_where_their_addresses_say(host: Host, server: GitHubServer) -> None:
    hosted = host()
    assert hosted.problem is None
    assert {name: pixels(download(server, address)) for name, address in hosted.addresses.items()} == {
        name: pixels(data) for name, data in PICTURES.items()
    }
    commit = server.git.refs()[REF]
    assert hosted.addresses["loss"] == f"{server.url}/{REPOSITORY}/blob/{commit}/loss.png?raw=true"
    assert server.git.parents(commit) == []
    assert server.git.files(commit) == ["loss.png", "roc.png"]
    assert list(server.git.refs()) == [REF]


def test_the_same_pictures_are_not_committed_again(host: Host, server: GitHubServer) -> None:
    first = host()
    before = list(server.requests)
    assert host() == first
    assert [request.split()[0] for request in server.requests[len(before) :]] == ["GET", "GET", "GET"]
    assert len(server.git.objects("commit")) == 1


def test_other_pictures_take_the_ref_and_old_addresses_still_lead_to_theirs(host: Host, server: GitHubServer) -> None:
    first, second = host(), host({"loss": png(3)})
    assert server.git.refs() == {REF: second.addresses["loss"].split("/blob/")[1][:40]}
    assert server.git.parents(server.git.refs()[REF]) == []
    assert pixels(download(server, first.addresses["loss"])) == pixels(PICTURES["loss"])
    assert pixels(download(server, second.addresses["loss"])) == pixels(png(3))


def test_reports_and_pull_requests_have_refs_of_their_own(host: Host, server: GitHubServer) -> None:
    host()
    host(report_id="beer")
    assert set(server.git.refs()) == {REF, REF.replace("wine", "beer")}


@pytest.mark.parametrize("report_id", ["", "../heads/main", "a/b", "A", "a--b", "-a", "a.lock", "a\n", "refs/x"])
def test_a_hostile_report_id_makes_no_ref(host: Host, server: GitHubServer, report_id: str) -> None:
    assert host(report_id=report_id).addresses == {}
    assert server.requests == []


def test_only_pixels_are_sent(host: Host, server: GitHubServer) -> None:
    host({"loss": PICTURES["loss"] + b"a secret behind its end"})
    assert all(b"secret" not in server.git.file(server.git.refs()[REF], name) for name in ("loss.png",))


@pytest.mark.parametrize("data", [b"GIF89a", b"<svg/>", PICTURES["loss"][:70]], ids=["gif", "svg", "half"])
def test_one_that_is_no_picture_keeps_all_back(host: Host, server: GitHubServer, data: bytes) -> None:
    hosted = host(PICTURES | {"own": data})
    assert hosted.addresses == {}
    assert "the plot 'own' is not published" in str(hosted.problem)
    assert server.requests == []


def test_a_run_that_was_overtaken_keeps_back_its_pictures(host: Host, server: GitHubServer) -> None:
    current = host()
    old = replace(host.github, target=replace(host.github.target, sha="0123456789" * 4))
    hosted = host({"loss": png(9)}, github=old)
    assert hosted.addresses == {}
    assert "moved on to commit 1234567" in str(hosted.problem)
    assert current.addresses["loss"].split("/blob/")[1][:40] == server.git.refs()[REF]


def test_two_runs_at_once_end_with_one_ref(host: Host, server: GitHubServer) -> None:
    """The other one makes the ref after this one has looked, or somebody removes it."""
    made = {"ref": REF, "sha": host({"loss": png(7)}).addresses["loss"].split("/blob/")[1][:40]}
    server.git._git("update-ref", "-d", REF)
    server.faults.append(Fault("POST", "/git/commits", do=lambda: server.git.create_ref(made), passes=True, times=1))
    assert host().problem is None
    server.faults[:] = [
        Fault("POST", "/git/commits", do=lambda: server.git._git("update-ref", "-d", REF), passes=True, times=1)
    ]
    assert host({"loss": png(5)}).problem is None
    assert server.git.files(server.git.refs()[REF]) == ["loss.png"]


@pytest.mark.parametrize("path", ["/git/blobs", "/git/trees", "/git/commits", "/git/refs"])
@pytest.mark.parametrize("status", [403, 404])
def test_a_token_that_may_not_write_is_told_which_permission_is_missing(
    host: Host, server: GitHubServer, path: str, status: int
) -> None:
    server.faults.append(Fault("POST", f"{path}$", status, REFUSED))
    for way, level in (("auto", "notice"), ("git", "warning")):
        hosted = host(way=way)
        assert (hosted.addresses, hosted.level) == ({}, level)
        assert "contents: write" in str(hosted.problem)
        assert "charts of text" in str(hosted.problem)
    assert server.count("POST", path) == 2, "a refusal is not asked again"
    assert server.git.refs() == {}


FAULTS = {
    "401": Fault("POST", GIT, 401, "Bad credentials"),
    "403 rate": Fault("POST", GIT, 403, "You have exceeded a secondary rate limit.", {"Retry-After": "3600"}),
    "409": Fault("POST", GIT, 409, "Git Repository is empty."),
    "422 ref": Fault("POST|PATCH", "/git/refs", 422, "Reference update failed"),
    "422 tree": Fault("POST", "/git/trees", 422, "tree.sha is not a valid blob"),
    "429": Fault("POST", GIT, 429, "Too many requests", {"Retry-After": "3600"}),
    "500": Fault("POST", GIT, 500),
    "502": Fault("POST", GIT, 502),
    "503": Fault("POST", GIT, 503),
    "reset": Fault("POST", GIT, None),
    "500 at reading": Fault("GET", GIT, 500),
    "no answer of GitHub": Fault("POST", GIT, 200),
    "the ref fails last": Fault("POST", "/git/refs", 500),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_ends_in_text_and_one_warning(host: Host, server: GitHubServer, fault: Fault) -> None:
    server.faults.append(replace(fault))
    hosted = host()
    assert hosted.addresses == {}
    assert (hosted.level, len(hosted.problem.problems)) == ("warning", 1)
    assert "charts of text" in str(hosted.problem)
    assert len(server.requests) <= 20, "attempts are bounded"
    assert TOKEN not in str(hosted.problem)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("POST", "/git/blobs", 502, times=1),
        Fault("POST", "/git/trees", None, times=1),
        Fault("POST", "/git/commits", 500, after=True, times=1),
        Fault("POST", "/git/refs", None, after=True, times=1),
        Fault("POST", "/git/refs", 409, times=1),
        Fault("GET", "/git/ref/", 503, times=2),
    ],
    ids=range(6),
)
def test_a_fault_that_passes_is_overcome(host: Host, server: GitHubServer, fault: Fault) -> None:
    server.faults.append(replace(fault))
    hosted = host()
    assert hosted.problem is None
    assert pixels(download(server, hosted.addresses["roc"])) == pixels(PICTURES["roc"])


@pytest.mark.parametrize("fault", [Fault("POST", GIT, 200, drip=True), Fault("POST", GIT, 200, hang=20)], ids=range(2))
def test_a_slow_server_does_not_keep_the_comment_waiting(host: Host, server: GitHubServer, fault: Fault) -> None:
    server.faults.append(replace(fault))
    hosted = host(time_limit=2.0)
    assert hosted.addresses == {}
    assert "took longer than 2 s" in str(hosted.problem)


def test_nobody_listens(host: Host) -> None:
    hosted = host(github=replace(host.github, api_url="https://localhost:1/api/v3"), time_limit=30.0)
    assert "cannot be reached for the plots" in str(hosted.problem)


def test_without_a_token_or_a_pull_request(host: Host, server: GitHubServer) -> None:
    assert "github-token" in str(host(github=replace(host.github, token=None)).problem)
    push = from_environment(host.environment | {"GITHUB_EVENT_NAME": "push"})
    assert host(github=push) == Hosted()
    assert host({}) == host(way="none") == Hosted()
    assert server.requests == []


def test_a_tree_is_called_as_git_calls_it(host: Host, server: GitHubServer) -> None:
    host(dict.fromkeys(("b", "a_b", "a", "a1"), PICTURES["loss"]))
    commit = server.git.refs()[REF]
    files = {name: server.git.file(commit, name) for name in server.git.files(commit)}
    assert tree_sha(files) == server.git._git("rev-parse", f"{commit}^{{tree}}").decode().strip()


def test_ways() -> None:
    assert [way_of(name) for name in ("auto", "git", "cml", "none")] == ["auto", "git", "cml", "none"]
    with pytest.raises(PublishingError, match="auto, git, cml or none"):
        way_of("imgur")


@dataclass
class AssetServer:
    """CML's server of pictures on loopback: what was uploaded, by the address that it got."""

    uploads: list[tuple[str, str, bytes]] = field(default_factory=list)
    answer: tuple[int, str] = (200, "https://asset.example/{}")

    def __enter__(self) -> Self:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                server.uploads.append((self.headers["Content-Type"], self.headers["Content-Disposition"], body))
                content = server.answer[1].format(len(server.uploads)).encode()
                self.send_response(server.answer[0])
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                return None

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def assets() -> Iterator[AssetServer]:
    with AssetServer() as server:
        yield server


@pytest.fixture
def with_cml(step: Step, assets: AssetServer) -> Host:
    environment = step.environment("pull_request", HEAD, 1, 1)
    return Host(step, environment | {"CML_ASSET_URL": assets.url, "CML_ASSET_NATIVE": "true", "GITHUB_TOKEN": TOKEN})


def test_cml_uploads_our_files_and_nothing_else(with_cml: Host, server: GitHubServer, assets: AssetServer) -> None:
    hosted = with_cml(way="cml")
    assert hosted.problem is None
    assert [address.partition("?")[0] for address in hosted.addresses.values()] == [
        "https://asset.example/1",
        "https://asset.example/2",
    ]
    assert [kind for kind, _, _ in assets.uploads] == ["image/png", "image/png"]
    assert [name for _, name, _ in assets.uploads] == ['inline; filename="loss.png"', 'inline; filename="roc.png"']
    assert [pixels(data) for _, _, data in assets.uploads] == list(map(pixels, PICTURES.values()))
    assert server.requests == [], "GitHub is not asked"


@pytest.mark.parametrize("answer", [(500, ""), (200, "no address"), (200, "http://asset.example/{}"), (200, "")])
def test_a_server_of_pictures_that_fails_ends_in_text(
    with_cml: Host, assets: AssetServer, answer: tuple[int, str]
) -> None:
    assets.answer = answer
    hosted = with_cml(way="cml")
    assert hosted.addresses == {}
    assert hosted.level == "warning"
    assert len(assets.uploads) == 1


def test_cml_that_is_missing_crashes_or_hangs_ends_in_text(with_cml: Host, host: Host) -> None:
    assert "`cml` is not there" in str(host(way="cml").problem)
    with_cml.step.cml("exit 9")
    assert "exit code 9" in str(with_cml(way="cml").problem)
    with_cml.step.cml("sleep 60")
    hosted = with_cml(way="cml", time_limit=1.0)
    assert hosted.addresses == {}
    assert hosted.problem is not None


def test_cml_gets_no_token(with_cml: Host) -> None:
    with_cml.step.cml(f'env > "{with_cml.step.temporary}/seen"; exit 1')
    with_cml(way="cml")
    seen = (with_cml.step.temporary / "seen").read_text("utf-8")
    assert "ITERATIVE_DO_NOT_TRACK=1" in seen
    assert TOKEN not in seen


def test_auto_uploads_nothing_where_the_repository_is_not_surely_public(
    with_cml: Host, server: GitHubServer, assets: AssetServer
) -> None:
    server.faults.append(Fault("POST", "/git/blobs", 403, REFUSED))
    for private in (True, False, None):
        event = with_cml.github.event | ({} if private is None else {"repository": {"private": private}})
        assert with_cml(way="auto", github=replace(with_cml.github, event=event)).addresses == {}
    assert assets.uploads == [], "a repository of an enterprise's server is not public"


@pytest.mark.parametrize(
    ("server_url", "repository", "public"),
    [
        ("https://github.com", {"private": False}, True),
        ("https://github.com", {"private": True}, False),
        ("https://github.com", {"private": None}, False),
        ("https://github.com", None, False),
        ("https://github.example", {"private": False}, False),
        ("https://team.ghe.com", {"private": False}, False),
    ],
)
def test_who_sees_a_repository(server_url: str, repository: dict[str, Any] | None, public: bool) -> None:
    """Where the event does not say, the API is asked, which does not answer here."""
    event = {} if repository is None else {"repository": repository}
    github = GitHub(server_url, REPOSITORY, "pull_request", HEAD, "", event=event, api_url="https://localhost:1")
    assert is_public(github) is public
    assert is_public(replace(github, token="x", event={"repository": repository or {}})) is public  # noqa: S106 - nobody's


def test_auto_goes_on_to_cml_in_a_public_repository(
    with_cml: Host, server: GitHubServer, assets: AssetServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("report.publishing.hosting._PUBLIC_SERVER", server.url)
    public = replace(with_cml.github, event=with_cml.github.event | {"repository": {"private": False}})
    assert "/blob/" in with_cml(way="auto", github=public).addresses["loss"], "the repository itself comes first"
    server.faults.append(Fault("POST", "/git/blobs", 500))
    hosted = with_cml({"loss": png(4)}, way="auto", github=public)
    assert hosted.addresses["loss"].startswith("https://asset.example/")
    assert (hosted.level, len(assets.uploads)) == ("warning", 1)
    assert "by way of `cml`" in str(hosted.problem)
    assert with_cml({"loss": png(4)}, way="git", github=public).addresses == {}, "not without being asked to"
    assert len(assets.uploads) == 1


@pytest.fixture
def with_plots(folder: Path) -> Path:
    (folder / "plots").mkdir()
    for name, data in PICTURES.items():
        (folder / "plots" / f"{name}.png").write_bytes(data)
    images = "\n".join(f'<img src="plots/{name}.png" alt="A plot." width="400">' for name in PICTURES)
    (folder / "comment-with-plots.md").write_text(f"# Wine\n\n{images}\n", "utf-8")
    return folder


def run(host: Host, folder: Path, **options: Any) -> Any:
    return publish(folder, host.github, PublishOptions(title="wine", **options), host.environment)


def test_the_comment_shows_its_plots(host: Host, server: GitHubServer, with_plots: Path) -> None:
    assert run(host, with_plots).problem is None
    [comment] = server.comments
    commit = server.git.refs()[REF]
    assert (
        f'<img src="{server.url}/{REPOSITORY}/blob/{commit}/loss.png?raw=true" alt="A plot." width="400">'
        in (comment["body"])
    )
    assert picture_names(comment["body"]) == ()
    assert comment["body"].encode().startswith((with_plots / "comment.md").read_bytes().rstrip())


def test_a_comment_without_its_plots_is_posted_all_the_same(
    host: Host, server: GitHubServer, with_plots: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.faults.append(Fault("POST", "/git/blobs", 500))
    published = run(host, with_plots)
    [comment] = server.comments
    assert "accuracy 0.81" in comment["body"]
    assert "<img" not in comment["body"]
    assert published.comment_url == comment["html_url"]
    told = [line for line in capsys.readouterr().out.splitlines() if "No pictures in the comment" in line]
    assert len(told) == 1
    assert told[0].startswith("::warning ")


def test_no_plots_are_hosted_for_a_comment_that_is_off(host: Host, server: GitHubServer, with_plots: Path) -> None:
    run(host, with_plots, comment="off")
    run(host, with_plots, dry_run=True)
    assert server.requests == []
    run(host, with_plots, plots="none")
    assert server.count("POST", GIT) == 0
    assert len(server.comments) == 1


def test_the_way_is_an_input_of_the_step(host: Host, with_plots: Path) -> None:
    from report.publishing import publish_report

    with pytest.raises(PublishingError, match="write auto, git, cml or none"):
        publish_report(with_plots, host.environment | {"ML_REPORT_PLOTS": "imgur"})
