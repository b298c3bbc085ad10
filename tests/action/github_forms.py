"""What GitHub's REST API answers with, in GitHub's own form; a test holds the forms against GitHub's description."""

from __future__ import annotations

from typing import Any

DAY = "2026-01-02T03:04:05Z"

_USER_LINKS = (
    *("events", "followers", "following", "gists", "organizations", "received_events", "repos", "starred"),
    "subscriptions",
)
_REPOSITORY_LINKS = (
    *("archive", "assignees", "blobs", "branches", "collaborators", "comments", "commits", "compare", "contents"),
    *("contributors", "deployments", "downloads", "events", "forks", "git_commits", "git_refs", "git_tags", "hooks"),
    *("issue_comment", "issue_events", "issues", "keys", "labels", "languages", "merges", "milestones"),
    *("notifications", "pulls", "releases", "stargazers", "statuses", "subscribers", "subscription", "tags", "teams"),
    *("trees", "clone", "git", "ssh", "svn", "mirror"),
)
_PULL_LINKS = ("comments", "commits", "diff", "html", "issue", "patch", "review_comment", "review_comments", "statuses")


def problem(status: int, message: str) -> dict[str, str]:
    return {"message": message, "documentation_url": "https://docs.github.com/rest", "status": str(status)}


def user(api: str, login: str) -> dict[str, Any]:
    address = f"{api}/users/{login}"
    return {
        "login": login,
        "id": sum(login.encode()),
        "node_id": f"U_{login}",
        "avatar_url": f"{address}/avatar",
        "gravatar_id": "",
        "url": address,
        "html_url": address,
        "type": "Bot" if login.endswith("[bot]") else "User",
        "user_view_type": "public",
        "site_admin": False,
        **{f"{name}_url": f"{address}/{name}" for name in _USER_LINKS},
    }


def person(api: str, login: str) -> dict[str, Any]:
    """A user as `GET /users/LOGIN` tells of one."""
    words = dict.fromkeys(("name", "company", "blog", "location", "email", "bio"))
    counts = dict.fromkeys(("public_repos", "public_gists", "followers", "following"), 0)
    return user(api, login) | words | counts | {"hireable": None, "created_at": DAY, "updated_at": DAY}


def repository(api: str, full_name: str, *, private: bool = False) -> dict[str, Any]:
    owner, _, name = full_name.partition("/")
    address = f"{api}/repos/{full_name}"
    flags = dict.fromkeys(("fork", "archived", "disabled", "has_pages", "has_wiki", "has_projects"), False)
    counts = ("forks_count", "forks", "open_issues", "open_issues_count", "size", "stargazers_count", "watchers")
    return {
        "id": 1,
        "node_id": "R_1",
        "name": name,
        "full_name": full_name,
        "owner": user(api, owner),
        "private": private,
        "url": address,
        "html_url": f"{api.removesuffix('/api/v3')}/{full_name}",
        "description": None,
        "default_branch": "main",
        **{f"{link}_url": f"{address}/{link}" for link in _REPOSITORY_LINKS},
        **flags,
        **dict.fromkeys((*counts, "watchers_count"), 0),
        **dict.fromkeys(("has_downloads", "has_issues"), True),
        **dict.fromkeys(("homepage", "language", "license")),
        **dict.fromkeys(("created_at", "updated_at", "pushed_at"), DAY),
    }


def comment(api: str, full_name: str, number: int, login: str, body: str, *, issue: int) -> dict[str, Any]:
    address = f"{api}/repos/{full_name}/issues"
    page = f"{api.removesuffix('/api/v3')}/{full_name}/pull/{issue}#issuecomment-{number}"
    return {
        "id": number,
        "node_id": f"IC_{number}",
        "url": f"{address}/comments/{number}",
        "html_url": page,
        "issue_url": f"{address}/{issue}",
        "body": body,
        "user": user(api, login),
        "author_association": "CONTRIBUTOR",
        "created_at": DAY,
        "updated_at": DAY,
    }


def pull(api: str, full_name: str, number: int, *, sha: str, state: str = "open", locked: bool = False) -> Any:
    """A pull request as a list of them holds it."""
    address = f"{api}/repos/{full_name}/pulls/{number}"
    author, home = user(api, "somebody"), repository(api, full_name)
    links = ("comments", "commits", "statuses", "html", "issue", "review_comments", "review_comment", "self")
    return {
        "id": number,
        "node_id": f"PR_{number}",
        "number": number,
        "url": address,
        "title": "Another model",
        "state": state,
        "locked": locked,
        "user": author,
        "head": {"label": "team:topic", "ref": "topic", "sha": sha, "repo": home, "user": author},
        "base": {"label": "team:main", "ref": "main", "sha": "0" * 40, "repo": home, "user": author},
        "_links": {link: {"href": f"{address}/{link}"} for link in links},
        "labels": [],
        "author_association": "CONTRIBUTOR",
        "merge_commit_sha": None,
        **{f"{link}_url": f"{address}/{link}" for link in _PULL_LINKS},
        "issue_url": f"{api}/repos/{full_name}/issues/{number}",
        "comments_url": f"{api}/repos/{full_name}/issues/{number}/comments",
        "html_url": f"{api.removesuffix('/api/v3')}/{full_name}/pull/{number}",
        **dict.fromkeys(("assignee", "body", "closed_at", "merged_at", "milestone", "auto_merge")),
        **dict.fromkeys(("created_at", "updated_at"), DAY),
    }


def whole_pull(simple: dict[str, Any]) -> dict[str, Any]:
    """A pull request as it is told alone."""
    counts = ("additions", "changed_files", "comments", "commits", "deletions", "review_comments")
    return (
        simple
        | dict.fromkeys(counts, 0)
        | {
            "merged": False,
            "mergeable": None,
            "mergeable_state": "unknown",
            "merged_by": None,
            "maintainer_can_modify": False,
        }
    )
