"""The base commit is found in every kind of checkout, and fetched alone where it is missing."""

from __future__ import annotations

import pytest

from report.comparison.base.commits import BaseCommit, NoBase, fetch_commit, find_base, is_here
from report.core.errors import ReportError


@pytest.fixture
def merged(repository):
    """main: one → two; a branch from one; the merge of both. Gives (one, two, branch, merge)."""
    one = repository.commit(a="1")
    repository.git("checkout", "--quiet", "-b", "feature")
    branch = repository.commit(b="1")
    repository.git("checkout", "--quiet", "main")
    two = repository.commit(a="2")
    repository.git("checkout", "--quiet", "--detach", "main")
    repository.git("merge", "--quiet", "--no-ff", "--message", "merge", "feature")
    return one, two, branch, repository.git("rev-parse", "HEAD")


def event(head: str, base: str) -> dict:
    return {"pull_request": {"head": {"sha": head}, "base": {"sha": base, "ref": "main"}}}


def test_merge_commit_of_a_pull_request(repository, merged):
    _, two, branch, _ = merged
    found = find_base(repository.folder, event_name="pull_request", event=event(branch, two))
    assert found == BaseCommit(two, "the first parent of the merge commit")


def test_merge_commit_alone_at_depth_one(repository, shallow, merged):
    _, two, branch, merge = merged
    folder = shallow(merge)
    found = find_base(folder, event_name="pull_request", event=event(branch, two))
    assert found == BaseCommit(two, "the first parent of the merge commit")
    assert not is_here(folder, two)
    fetch_commit(folder, two)
    assert is_here(folder, two)


def test_head_commit_of_a_pull_request(repository, merged):
    one, two, branch, _ = merged
    repository.git("checkout", "--quiet", branch)
    found = find_base(repository.folder, event_name="pull_request", event=event(branch, two))
    assert found == BaseCommit(one, "the merge base with main")


def test_head_commit_alone_at_depth_one_falls_back_to_the_tip(shallow, merged):
    _, two, branch, _ = merged
    found = find_base(shallow(branch), event_name="pull_request", event=event(branch, two))
    assert found == BaseCommit(two, "the tip of main")


def test_a_merge_commit_of_the_branch_itself_is_not_githubs(repository):
    """Head is a merge that the author made: its first parent is the author's own commit."""
    main = repository.commit(a="1")
    repository.git("checkout", "--quiet", "-b", "feature")
    repository.commit(b="1")
    repository.git("checkout", "--quiet", "main")
    tip = repository.commit(a="2")
    repository.git("checkout", "--quiet", "feature")
    repository.git("merge", "--quiet", "--message", "merge", "main")
    head = repository.git("rev-parse", "HEAD")
    found = find_base(repository.folder, event_name="pull_request", event=event(head, tip))
    assert found == BaseCommit(tip, "the merge base with main")
    assert main != tip


def test_push_compares_with_the_commit_before_it(repository):
    before = repository.commit(a="1")
    repository.commit(a="2")
    repository.commit(a="3")
    assert find_base(repository.folder, event_name="push", event={"before": before}) == BaseCommit(
        before, "the commit before this push"
    )


def test_push_of_a_new_branch_compares_with_the_previous_commit(repository):
    previous = repository.commit(a="1")
    repository.commit(a="2")
    found = find_base(repository.folder, event_name="push", event={"before": "0" * 40})
    assert found == BaseCommit(previous, "the previous commit")


def test_first_commit_has_no_base(repository):
    repository.commit(a="1")
    assert find_base(repository.folder) == NoBase("this is the first commit")


def test_no_commit_and_no_repository_have_no_base(repository, tmp_path):
    (tmp_path / "plain").mkdir()
    for folder in (repository.folder, tmp_path / "plain"):
        assert isinstance(find_base(folder), NoBase)


def test_laptop_on_a_branch(repository):
    one = repository.commit(a="1")
    repository.git("checkout", "--quiet", "-b", "feature")
    repository.commit(a="2")
    assert find_base(repository.folder) == BaseCommit(one, "the merge base with main")


def test_laptop_on_main_with_a_dirty_work_tree(repository):
    repository.commit(a="1")
    head = repository.commit(a="2")
    (repository.folder / "a").write_text("3")
    assert find_base(repository.folder) == BaseCommit(head, "the last commit, without the changes of the work tree")


def test_a_ref_of_the_users(repository):
    one = repository.commit(a="1")
    repository.git("tag", "v1")
    repository.commit(a="2")
    assert find_base(repository.folder, against="v1") == BaseCommit(one, "the commit of v1")


def test_a_ref_that_is_not_there(repository):
    repository.commit(a="1")
    with pytest.raises(ReportError, match="no git ref 'v9'"):
        find_base(repository.folder, against="v9")


def test_a_commit_that_cannot_be_fetched(repository):
    repository.commit(a="1")
    with pytest.raises(ReportError, match="cannot be fetched"):
        fetch_commit(repository.folder, "1" * 40)
