"""git asks keyfob by its credential helper, and no other helper gets to see what it was told."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.conftest import have
from tests.clients.guarded import Answer, Guarded, guarded, make_certificate
from tests.clients.hooked import hooked, knows, run, unlocked
from tests.clients.tools import program
from tests.clients.user import Ran, User

TOKEN = "made-up-git-token-71d0ac55"
OTHER = "made-up-git-token-for-others"
COMMIT = "1f" * 20


@pytest.fixture
def git() -> str:
    return have(lambda: program("git"))


@pytest.fixture
def github(user: User, git: str) -> User:
    """Somebody with two keys of GitHub, whose git asks keyfob and stores what it is told."""
    user.environ["GIT_TERMINAL_PROMPT"] = "0"
    assert run(user, git, "config", "--global", "credential.helper", "store").status == 0
    user.add("core", TOKEN, registry="github-fine-grained", actions=["contents-write"],
             glob="contoso/core")  # fmt: skip
    user.add("all", OTHER, registry="github-fine-grained", actions=["contents-write"],
             glob="contoso/*")  # fmt: skip
    hooked(user, "git")
    return user


def fill(user: User, git: str, url: str) -> Ran:
    return run(user, git, "credential", "fill", stdin=f"url={url}\n\n")


def told(ran: Ran) -> dict[str, str]:
    return dict(line.split("=", 1) for line in ran.out.splitlines())


def hidden(user: User, ran: Ran) -> None:
    """The token was in git's answer at most."""
    assert user.traces(Ran(ran.status, "", ran.err, ran.seen), TOKEN) == []


def test_a_repository_gets_the_narrowest_key(github: User, git: str) -> None:
    unlocked(github)
    ran = fill(github, git, "https://github.com/contoso/core.git")
    assert ran.status == 0, ran.said
    assert (told(ran)["username"], told(ran)["password"]) == ("build", TOKEN)
    assert told(fill(github, git, "https://github.com/contoso/docs"))["password"] == OTHER
    assert told(fill(github, git, "https://me@github.com/contoso/core"))["username"] == "me"
    hidden(github, ran)
    assert github.key("core").used is not None


def test_nobody_else_is_told_to_store_it(github: User, git: str) -> None:
    unlocked(github)
    ran = fill(github, git, "https://github.com/contoso/core.git")
    approved = run(github, git, "credential", "approve", stdin=ran.out)
    assert approved.status == 0, approved.said
    assert not (github.home / ".git-credentials").exists()
    hidden(github, approved)


def test_a_locked_vault_is_a_clear_refusal_and_no_wait(github: User, git: str) -> None:
    ran = fill(github, git, "https://github.com/contoso/core.git")
    assert ran.status == 128
    assert "keyfob unlock" in ran.err
    assert "terminal prompts disabled" in ran.err


def test_an_agent_spares_the_password(github: User, git: str) -> None:
    password = str(github.password_file)
    keyfob = (sys.executable, "-m", "tui")
    assert run(github, *keyfob, "unlock", "--password-file", password).status == 0
    try:
        ran = fill(github, git, "https://github.com/contoso/core.git")
        assert told(ran)["password"] == TOKEN, ran.said
    finally:
        assert run(github, *keyfob, "lock").status == 0


def test_other_hosts_are_asked_for_as_before(github: User, git: str) -> None:
    (github.home / ".git-credentials").write_text("https://me:mine@git.contoso.invalid\n")
    ran = fill(github, git, "https://git.contoso.invalid/contoso/core.git")
    assert told(ran)["password"] == "mine"
    assert ran.err == ""


def test_removing_the_hook_leaves_nothing(github: User, git: str) -> None:
    unlocked(github)
    assert run(github, sys.executable, "-m", "tui", "hook", "remove", "git").status == 0
    ran = fill(github, git, "https://github.com/contoso/core.git")
    assert ran.status == 128
    assert "keyfob" not in (github.home / ".gitconfig").read_text()


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Guarded]:
    certificate = make_certificate(tmp_path / "server.pem")
    with guarded(f"*:{TOKEN}", certificate) as served:
        head = f"{COMMIT} HEAD\0 agent=x\n".encode()
        data = b"001e# service=git-upload-pack\n0000%04x%b0000" % (len(head) + 4, head)
        kind = "application/x-git-upload-pack-advertisement"
        served.answers["/contoso/core.git/info/refs?service=git-upload-pack"] = Answer(data, kind)
        yield served


def test_git_talks_to_a_host_of_ones_own(
    user: User, git: str, host: Guarded, tmp_path: Path
) -> None:
    knows(user, "contoso-git", f"https://{host.address}/", "git")
    user.add("core", TOKEN, registry="contoso-git", glob="contoso*")
    user.add("wide", OTHER, registry="contoso-git")
    user.environ["GIT_TERMINAL_PROMPT"] = "0"
    hooked(user, "git")
    unlocked(user)
    trusted = {"GIT_SSL_CAINFO": str(tmp_path / "server.pem")}
    url = f"https://{host.address}/contoso/core.git"
    ran = run(user, git, "ls-remote", url, environ=trusted)
    assert (ran.status, ran.out) == (0, f"{COMMIT}\tHEAD\n"), ran.said
    assert host.accounts() == {f"build:{TOKEN}"}
    hidden(user, ran)
    assert (user.key("core").used is not None, user.key("wide").used) == (True, None)
