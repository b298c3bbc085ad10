"""The environment of the training: no token of GitHub, under whatever name and in whatever spelling."""

from __future__ import annotations

from base64 import b64encode, encodebytes, urlsafe_b64encode
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .scripts import run, script

clean_environment = script("environment").clean_environment
fingerprints = script("fingerprints")
Fingerprints = fingerprints.Fingerprints

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxMjM0NTYifQ.k3-Vb_0sXo" + "Zq9-_w" * 40
SHAPES = {
    "of an app since 2026": f"ghs_123456_{JWT}",
    "of an app since 2021": "ghs_" + "0123456789abcdefABCD" * 2,
    "of an app before 2021": "v1." + "0123456789abcdef0123" * 2,
    "personal": "ghp_" + "0123456789abcdefABCD" * 2,
    "personal, as of an app": f"ghp_123456_{JWT}",
    "of OAuth": "gho_" + "0123456789abcdefABCD" * 2,
    "of a user of an app": "ghu_" + "0123456789abcdefABCD" * 2,
    "to refresh with": "ghr_" + "0123456789abcdefABCD" * 4,
    "fine-grained": "github_pat_" + "11ABCDEFG0aBcDeFgHiJkL_" + "0123456789abcdefABCD" * 3,
}
SPELLINGS = {
    "alone": lambda token: token,
    "in an address": lambda token: f"https://x-access-token:{token}@github.com/team/wine",
    "as a setting": lambda token: f"http.extraheader=AUTHORIZATION: bearer {token}",
    "after an underscore": lambda token: f"key_{token}",
    "as git's header": lambda token: f"AUTHORIZATION: basic {b64encode(f'x-access-token:{token}'.encode()).decode()}",
    "as base64, of any user": lambda token: b64encode(f"me:{token}".encode()).decode().rstrip("="),
    "as base64 for addresses": lambda token: f"auth={urlsafe_b64encode(f'me?:{token}'.encode()).decode()}",
    "as base64 in lines": lambda token: encodebytes(f"x:{token}".encode()).decode(),
    "as base64 in an address": lambda token: f"a={quote(b64encode(f'~~~:{token}'.encode()))}",
    "percent-encoded": lambda token: quote(f'{{"token": "{token}"}}').replace("_", "%5F").replace(".", "%2E"),
}
LOOKS = """\
prepare: env > seen.txt
data: {source: nowhere.csv, target: y}
models: {tree: sklearn.tree.DecisionTreeClassifier}
"""
OTHERS = {
    "GITHUB_SHA": "0123456789abcdef0123456789abcdef01234567",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "OTHER_SERVICE": JWT,
    "DATA_URL": "https://user:password@example.org/a%20b?x=1",
    "PATH": "/usr/bin:/home/me/gh_tools/bin",
    "IMAGE": "ghcr.io/team/wine@sha256:" + "0123456789abcdef" * 4,
    "VERSION": "v1.0123456789",
    "COMPILER": "ghc_9.4.7",
    "TEXT": "a line\nand ghosts_of_many_words_in_a_row",
    "BYTES": "caf\udce9",
    "ML_REPORT_INPUT_TITLE": "Wine",
    "EMPTY": "",
}


def with_tokens(*tokens: str) -> dict[str, str]:
    """What the step is given of tokens that it does not have."""
    return {fingerprints.VARIABLE: str(Fingerprints.make(tokens))}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("shape", SHAPES)
def test_what_looks_like_a_token_of_github_goes_by_any_name(shape: str, spelling: str) -> None:
    assert clean_environment(OTHERS | {"INNOCENT": SPELLINGS[spelling](SHAPES[shape])}) == OTHERS


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("token", ["canary-5f0c7d1e9b", "0123456789abcdef0123456789abcdef01234568"])
def test_the_jobs_token_goes_whatever_it_looks_like(token: str, spelling: str) -> None:
    given = OTHERS | {"INNOCENT": SPELLINGS[spelling](token)}
    assert clean_environment(given) == given, "no shape tells it"
    assert clean_environment(given | with_tokens("another-token", token)) == OTHERS


@given(st.text(min_size=8).filter(lambda text: len(text.strip()) >= 8), st.text(), st.text())
def test_no_value_with_a_token_of_a_fingerprint_is_left(token: str, before: str, after: str) -> None:
    assert clean_environment(with_tokens(token) | {"INNOCENT": f"{before}{token}{after}"}) == {}


@given(st.dictionaries(st.text(min_size=1), st.text()), st.text(min_size=8), st.text(), st.text())
def test_no_value_with_a_token_of_a_known_name_is_left(
    others: dict[str, str], token: str, before: str, after: str
) -> None:
    given = others | {"GH_TOKEN": token, "NETRC": f"{before}{token}{after}"}
    assert not any(token in value for value in clean_environment(given).values())


def test_fingerprints_do_not_tell_the_token_and_are_others_each_time() -> None:
    token = SHAPES["of an app since 2026"]
    first, second = str(Fingerprints.make([token])), str(Fingerprints.make([token, f"{token}\n", "short", ""]))
    assert len(first) == len(second)
    assert not set(first.split()) & set(second.split())
    assert token[:8] not in first
    assert Fingerprints.parse(first).in_(f"({token})")
    assert not Fingerprints.parse(first).in_(token[1:])
    assert not Fingerprints.parse("").in_(token)


def test_damaged_fingerprints_let_nothing_pass() -> None:
    with pytest.raises(ValueError, match="hexadecimal"):
        clean_environment({fingerprints.VARIABLE: "none", "PATH": "/bin"})


def test_the_steps_hand_on_fingerprints_and_the_training_sees_no_token(tmp_path: Path) -> None:
    """As on GitHub, where neither a name nor the environment of this step has the token."""
    tokens = {"ML_REPORT_TOKEN": "given-5f0c7d1e9b", "ML_REPORT_JOB_TOKEN": "own-1c2d3e4f5a\n"}
    ended, output = run("fingerprints", tmp_path, **tokens)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    [made] = [line for line in output.splitlines() if "-" in line and "end-" not in line]
    (tmp_path / "ml-report.yml").write_text(LOOKS, "utf-8")
    values = {"MIRROR": "https://me:given-5f0c7d1e9b@example.org", "SALT": "own-1c2d3e4f5a", "DATA_PASSWORD": "stays"}
    step = {"ML_REPORT_CONFIG": "ml-report.yml", "ML_REPORT_OUTPUT": "out", fingerprints.VARIABLE: made}
    ended, _ = run("train", tmp_path, **values, **step)
    seen = (tmp_path / "seen.txt").read_text("utf-8")
    assert "DATA_PASSWORD=stays\n" in seen
    assert [part for part in (*tokens.values(), "MIRROR", "SALT=", fingerprints.VARIABLE) if part.strip() in seen] == []
    assert "Kept from the training, as they hold a token of GitHub: MIRROR, SALT" in ended.stdout


def test_files_that_steer_later_steps_go_and_other_variables_stay() -> None:
    steering = [
        "GITHUB_ENV",
        "GITHUB_OUTPUT",
        "GITHUB_PATH",
        "GITHUB_STEP_SUMMARY",
        "GITHUB_STATE",
        "ACTIONS_RUNTIME_URL",
    ]
    kept = {"GITHUB_SHA": "abc", "GITHUB_ACTIONS": "true", "AWS_SECRET_ACCESS_KEY": "x", "ML_REPORT_INPUT_TITLE": "t"}
    assert clean_environment(dict.fromkeys(steering, "/tmp/x") | {"INPUT_TITLE": "t"} | kept) == kept  # noqa: S108
