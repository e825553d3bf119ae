from __future__ import annotations

import pytest

from tests.vault.cli.bench import Bench
from tests.vault.hooks.asked import Answer, ask, locked, new_key, secret_of
from vault.hooks import git
from vault.hooks.serving import LONGEST
from vault.registries.loader import load


@pytest.fixture
def repos(bench: Bench) -> Bench:
    """Keys of GitHub: one repository to write, another to read only, all of an owner."""
    new_key(bench, "core", "github-fine-grained", "contents-write", "contoso/core")
    new_key(bench, "read", "github-fine-grained", "contents-read", "contoso/docs")
    new_key(bench, "all", "github-fine-grained", "contents-write", "contoso/*")
    return bench


def get(bench: Bench, *lines: str, host: str = "github.com") -> Answer:
    stdin = "\n".join(["protocol=https", f"host={host}", *lines, "", ""])
    return ask(bench, lambda desk: git.serve("get", desk), stdin)


def password(answer: Answer) -> str:
    assert answer.status == 0
    return dict(line.split("=", 1) for line in answer.out.splitlines()).get("password", "")


@pytest.mark.parametrize(
    "path", ["contoso/core", "contoso/core.git", "Contoso/Core.git", "contoso/core.git/info/lfs"]
)
def test_a_repository_gets_its_narrowest_key(repos: Bench, path: str) -> None:
    done = get(repos, f"path={path}")
    assert password(done) == secret_of("core")
    assert done.out.startswith("username=contoso\n")
    assert done.err == ""
    assert repos.vault().find("core").used is not None


def test_lines_may_end_as_on_windows(repos: Bench) -> None:
    question = "protocol=https\r\nhost=github.com\r\npath=contoso/core\r\n\r\n"
    assert password(ask(repos, lambda desk: git.serve("get", desk), question)) == secret_of("core")


def test_a_key_that_may_push_is_taken_before_one_that_only_reads(repos: Bench) -> None:
    assert password(get(repos, "path=contoso/docs")) == secret_of("all")
    repos.ok("revoke", "all")
    assert password(get(repos, "path=contoso/docs")) == secret_of("read")


def test_another_owner_gets_nothing_and_a_reason(repos: Bench) -> None:
    done = get(repos, "path=fabrikam/core.git")
    assert (done.out, done.status) == ("", 1)
    assert "No live key covers fabrikam/core" in done.err


def test_without_a_path_only_a_key_that_reaches_all_is_taken(repos: Bench) -> None:
    assert password(get(repos)) == secret_of("all")
    repos.ok("revoke", "all")
    done = get(repos)
    assert done.out == ""
    assert "Several keys are for this server" in done.err
    assert "keyfob hook install git" in done.err
    repos.ok("revoke", "read")
    assert password(get(repos)) == secret_of("core")


def test_the_user_that_git_names_is_kept(repos: Bench) -> None:
    done = get(repos, "username=alice", "path=contoso/core", "wwwauth[]=Basic", "wwwauth[]=x")
    assert done.out.startswith("username=alice\n")


def test_git_is_told_when_the_key_ends(repos: Bench) -> None:
    end = repos.vault().find("core").lifetime.expires
    assert end is not None
    assert f"password_expiry_utc={int(end.timestamp())}\n" in get(repos, "path=contoso/core").out
    new_key(repos, "ever", "github-fine-grained", "contents-write", "fabrikam/x", expires="never")
    assert "password_expiry_utc" not in get(repos, "path=fabrikam/x").out
    repos.later(days=31)
    done = get(repos, "path=contoso/core")
    assert (done.out, "No live key covers" in done.err) == ("", True)


@pytest.mark.parametrize("operation", ["store", "erase", "dance", ""])
def test_other_operations_are_passed_over(repos: Bench, operation: str) -> None:
    stdin = "protocol=https\nhost=github.com\nusername=x\npassword=made-up-other\n\n"
    done = ask(repos, lambda desk: git.serve(operation, desk), stdin)
    assert (done.status, done.out, done.err) == (0, "", "")


@pytest.mark.parametrize(
    "host",
    [
        "github.com.example", "example", "github.com@example", "example/@github.com", "gitlab.com",
        "github.com:444", "github.com#", "github.com?", "api.github.com\\@x", "", "[::1]",
    ],
)  # fmt: skip
def test_another_host_gets_nothing_and_costs_no_password(repos: Bench, host: str) -> None:
    locked(repos)
    done = get(repos, "path=contoso/core", host=host)
    assert (done.status, done.out, done.err) == (0, "", "")


@pytest.mark.parametrize("protocol", ["http", "ssh", "", "HTTPS"])
def test_only_https_is_answered(repos: Bench, protocol: str) -> None:
    stdin = f"protocol={protocol}\nhost=github.com\npath=contoso/core\n\n"
    done = ask(repos, lambda desk: git.serve("get", desk), stdin)
    assert (done.status, done.out) == (0, "")


def test_an_index_of_another_registry_at_the_same_host_gets_no_key(repos: Bench) -> None:
    new_key(repos, "crates", "crates.io", "publish-update", "*")
    assert get(repos, "path=rust-lang/crates.io-index").out == ""


@pytest.mark.parametrize(
    "stdin",
    [
        "protocol=https\nhost=github.com\nhost=example\n\n",
        "protocol=https\nhost=github.com\nno line\n\n",
        "protocol=https\nhost=github.com\npath=a\x1b[2Jb\n\n",
        "x=" + "y" * LONGEST,
    ],
)
def test_a_malformed_question_gets_no_answer(repos: Bench, stdin: str) -> None:
    done = ask(repos, lambda desk: git.serve("get", desk), stdin)
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("keyfob: ")


def test_what_follows_an_empty_line_is_not_the_question(repos: Bench) -> None:
    stdin = "protocol=https\nhost=github.com\npath=contoso/core\n\nhost=example\n"
    assert password(ask(repos, lambda desk: git.serve("get", desk), stdin)) == secret_of("core")


def test_a_locked_vault_without_a_terminal_answers_nothing(repos: Bench) -> None:
    locked(repos)
    done = get(repos, "path=contoso/core")
    assert (done.status, done.out) == (3, "")
    assert "keyfob unlock" in done.err


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", ""), ("/", ""), ("contoso/core.git", "contoso/core"), ("a/b/c.git", "a/b/c"),
        ("contoso/core.git/info/lfs", "contoso/core"), ("contoso", "contoso"),
    ],
)  # fmt: skip
def test_the_repository_is_what_stands_in_the_path(path: str, expected: str) -> None:
    assert git.repository(path, (load("github-fine-grained"),)) == expected
    assert git.repository(path, None) == expected
