"""`keyfob rotate`, `show --ask` and `registries NAME` with registries' APIs."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.servers import gitea as gitea_server
from tests.servers import gitlab as gitlab_server
from tests.servers import hexpm as hex_server
from tests.servers import rubygems as rubygems_server
from tests.servers.gitea import OTP, USER, Gitea
from tests.servers.gitlab import GitLab
from tests.servers.hexpm import Hex
from tests.servers.loopback import Call, Reply, loopback
from tests.servers.rubygems import RubyGems
from tests.vault.cli.bench import PASSWORD, Bench
from vault.errors import StorageError
from vault.vault import Vault

TOKEN = "glpat-MadeUpCanary00000001"
NEW = "glpat-MadeUpByHand00000001"
HEX40 = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c"
HEX32 = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
GEM = "rubygems_" + "0f1e2d3c" * 6
GITEA_PASSWORD = gitea_server.PASSWORD


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory of this user's own profiles."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    directory = tmp_path / "xdg" / "keyfob" / "registries"
    directory.mkdir(parents=True)
    return directory


def knows(own: Path, base: str, address: str) -> None:
    (own / "ours.toml").write_text(f'base = "{base}"\n[api]\naddress = "{address}"\n')


def new(bench: Bench, secret: str, scope: str, *more: str, owner: str = USER) -> None:
    settings = ("--registry", "ours", "--owner", owner, "--scope", scope)
    bench.ok("new", "ci", *settings, *more, "--secret-stdin", stdin=secret)


def seen(*outcomes: object) -> str:
    return "\n".join(map(str, outcomes))


@pytest.fixture
def gitlab(bench: Bench, own: Path) -> Iterator[GitLab]:
    """A GitLab of one's own, with a token that the vault has as `ci`."""
    found = GitLab(today=bench.now.date())
    found.add(TOKEN, "api")
    with loopback(found.answer) as server:
        knows(own, "gitlab-pat", server.url + gitlab_server.API)
        new(bench, TOKEN, "api", "--glob", "contoso/*", "--expires", "30d")
        yield found


@pytest.fixture
def gitea(bench: Bench, own: Path) -> Iterator[Gitea]:
    found = Gitea()
    found.add("ci", HEX40, "write:package")
    with loopback(found.answer) as server:
        knows(own, "gitea", server.url + gitea_server.API)
        new(bench, HEX40, "write", "--glob", "contoso/*", "--expires", "30d")
        yield found


def test_without_a_terminal_and_a_hand(bench: Bench, gitlab: GitLab) -> None:
    done = bench.ok("rotate", "ci", "--api", "--why", "cron")
    assert gitlab.alive == [bench.secret_of("ci")]
    assert "Rotated ci; expires 2026-12-22." in done.err
    assert "The old value works no more." in done.err
    assert bench.vault().find("ci").history[-1].why == "cron"
    assert bench.secret_of("ci") not in seen(done)
    assert TOKEN not in seen(done)


def test_at_a_terminal_it_is_offered_and_enter_takes_it(bench: Bench, gitlab: GitLab) -> None:
    done = bench.ok("rotate", "ci", answers=[""])
    assert "ours can make the new value itself, at http://127.0.0.1:" in done.err
    assert "the old one stops working at once" in done.err
    assert gitlab.alive == [bench.secret_of("ci")]


@pytest.mark.parametrize(("options", "answers"), [((), ["p", NEW]), (("--by-hand",), [NEW])])
def test_a_value_can_be_pasted_instead(
    bench: Bench, gitlab: GitLab, options: tuple[str, ...], answers: list[str]
) -> None:
    bench.ok("rotate", "ci", *options, answers=answers)
    assert bench.secret_of("ci") == NEW
    assert gitlab.alive == [TOKEN]


def test_another_end_is_asked_for(bench: Bench, gitlab: GitLab) -> None:
    bench.ok("rotate", "ci", "--api", "--expires", "2026-12-01")
    (alive,) = gitlab.alive
    assert gitlab.tokens[alive].expires.isoformat() == "2026-12-01"
    assert f"{bench.vault().find('ci').lifetime.expires:%Y-%m-%d}" == "2026-12-01"


def test_a_refusal_at_a_terminal_goes_on_by_hand(bench: Bench, gitlab: GitLab) -> None:
    gitlab.tokens[TOKEN].scopes = ["read_api"]
    done = bench.ok("rotate", "ci", answers=["", NEW])
    assert "insufficient_scope" in done.err
    assert "So it is done by hand." in done.err
    assert bench.secret_of("ci") == NEW


def test_a_refusal_ends_with_7_where_the_api_was_insisted_on(bench: Bench, gitlab: GitLab) -> None:
    gitlab.tokens[TOKEN].scopes = ["read_api"]
    for answers in (None, ["never asked"]):
        done = bench.run("rotate", "ci", "--api", answers=answers)
        assert done.status == 7
    assert bench.secret_of("ci") == TOKEN


def test_a_lost_answer_ends_with_8_and_is_shown_until_it_is_settled(
    bench: Bench, own: Path
) -> None:
    gitlab = GitLab(today=bench.now.date())
    gitlab.add(TOKEN, "api")

    def answer(call: Call) -> Reply:
        found = gitlab.answer(call)
        return Reply(0) if call.method == "POST" else found

    with loopback(answer) as server:
        knows(own, "gitlab-pat", server.url + gitlab_server.API)
        new(bench, TOKEN, "api", "--glob", "contoso/*")
        done = bench.run("rotate", "ci", "--api")
        assert done.status == 8
        assert "may work no more, wherever it is installed" in done.err
        assert "no answer came: the present one may be dead" in bench.ok("show", "ci").out
        assert "no answer came. Find out" in bench.ok("rotate", "--continue").err
        assert "was asked for a new secret of ci" in bench.run("doctor").out
        asked = bench.run("show", "ci", "--ask")
        assert asked.status == 1
        assert "it works no more" in asked.out
        assert "keyfob rotate ci --by-hand" in asked.err
        assert bench.run("rotate", "ci", "--api").status == 7
        assert len(server.asked("POST")) == 1
    bench.ok("rotate", "ci", "--by-hand", answers=[NEW])
    assert "no answer came" not in bench.ok("show", "ci").out
    assert gitlab.families_ended == 0


@pytest.mark.usefixtures("gitlab")
def test_what_the_registry_says_is_shown_beside_what_the_vault_believes(bench: Bench) -> None:
    done = bench.run("show", "ci", "--ask")
    assert done.status == 1, "the server ends it in 5 days"
    assert "  ours says\n    state     it works\n" in done.out
    assert "the vault says on 2026-12-22" in done.err
    fix = next(line for line in done.err.splitlines() if "keyfob edit" in line)
    bench.ok(*fix.split()[1:])
    agreed = bench.ok("show", "ci", "--ask")
    assert "ours says the same as the vault." in agreed.err
    assert TOKEN not in seen(done, agreed)


@pytest.mark.usefixtures("gitea")
def test_a_registry_that_tells_nothing_is_said(bench: Bench) -> None:
    done = bench.run("show", "ci", "--ask")
    assert done.status == 7
    assert "cannot ask ours about a key" in done.err


def test_login_and_code_are_asked_for_and_the_old_one_is_ended(bench: Bench, gitea: Gitea) -> None:
    gitea.otp = OTP
    answers = ["", "", GITEA_PASSWORD, "000000", OTP, "a", "", GITEA_PASSWORD, OTP]
    done = bench.ok("rotate", "ci", answers=answers)
    assert f"Your name at ours [{USER}]: " in bench.prompts
    assert bench.prompts.count("One-time code: ") == 3
    assert [row[1] for row in gitea.tokens.values()] == [bench.secret_of("ci")]
    assert bench.vault().find("ci").retire is None
    assert "ours ended the old value of ci." in done.err
    for secret in (GITEA_PASSWORD, OTP, HEX40, bench.secret_of("ci")):
        assert secret not in seen(done)


def test_the_old_value_can_be_left_for_later_and_ended_then(bench: Bench, gitea: Gitea) -> None:
    bench.ok("rotate", "ci", answers=["", "", GITEA_PASSWORD, "l"])
    assert len(gitea.tokens) == 2
    assert bench.vault().find("ci").retire is not None
    bench.ok("rotate", "ci", "--continue", answers=["a", USER, GITEA_PASSWORD])
    assert len(gitea.tokens) == 1
    assert bench.vault().find("ci").retire is None


def test_it_is_not_ended_before_the_new_one_is_everywhere(bench: Bench, gitea: Gitea) -> None:
    bench.ok("place", "add", "ci", "--where", "Ada", "--kind", "person")
    done = bench.ok("rotate", "ci", answers=["", "", GITEA_PASSWORD, "l"])
    assert "Not before the new one is everywhere" in done.err
    assert len(gitea.tokens) == 2


@pytest.mark.usefixtures("gitea")
def test_a_login_needs_a_terminal(bench: Bench) -> None:
    done = bench.run("rotate", "ci", "--api")
    assert done.status == 3
    assert "for your login only" in done.err


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("rotate", "ci", "--api", "--secret-stdin"), "give none with it"),
        (("rotate", "--continue", "--api"), "makes no new secret"),
        (("rotate", "ci", "--api", "--by-hand"), "not allowed with"),
    ],
)
def test_options_that_contradict_are_refused(
    bench: Bench, argv: tuple[str, ...], words: str
) -> None:
    done = bench.run(*argv)
    assert done.status == 2
    assert words in done.err


def test_a_registry_without_an_api_is_said(bench: Bench, own: Path) -> None:
    (own / "ours.toml").write_text('base = "gitea"\n')
    bench.nuget("push")
    done = bench.run("rotate", "push", "--api")
    assert done.status == 2
    assert "makes no keys through an API" in done.err
    new(bench, HEX40, "write", "--glob", "contoso/*")
    done = bench.run("rotate", "ci", "--api")
    assert "not known where the API of ours is" in done.err


def test_a_value_that_could_not_be_saved_is_copied_or_saved_again(
    bench: Bench, gitlab: GitLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, tries = Vault.rotate, iter(range(4))

    def full(vault: Vault, *args: object, **named: object) -> object:
        if next(tries, None) is not None:
            raise StorageError("The disk is full.")
        return whole(vault, *args, **named)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(Vault, "rotate", full)
    done = bench.ok("rotate", "ci", answers=["", "s", "c", "s"])
    assert "could not be saved. The disk is full." in done.err
    assert gitlab.alive == [bench.secret_of("ci")]
    assert [copy.reveal() for copy in bench.clipboard.copies] == gitlab.alive
    assert gitlab.alive[0] not in seen(done)


def test_giving_up_on_such_a_value_ends_with_6(
    bench: Bench, gitlab: GitLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> object:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(Vault, "rotate", full)
    assert bench.run("rotate", "ci", "--api", answers=["q"]).status == 6
    assert gitlab.alive != [TOKEN]


def test_everything_due_is_rotated_alone_and_what_is_not_is_said(
    bench: Bench, gitlab: GitLab
) -> None:
    bench.nuget("push")
    bench.later(days=27)
    gitlab.today += timedelta(days=27)
    gitlab.tokens[TOKEN].expires = gitlab.today + timedelta(days=3)
    done = bench.run("rotate", "--all-due", "--api")
    assert done.status == 1
    assert gitlab.alive == [bench.secret_of("ci")]
    assert "nuget.org makes no keys through an API" in done.err


def test_a_key_that_ends_its_former_ones_itself_needs_no_hand(bench: Bench, own: Path) -> None:
    hexpm = Hex()
    hexpm.add(HEX32, "ci", "api:write")
    with loopback(hexpm.answer) as server:
        knows(own, "hex", server.url + hex_server.API)
        new(bench, HEX32, "write", "--glob", "contoso", "--expires", "30d")
        bench.ok("rotate", "ci", "--api")
    assert list(hexpm.keys) == [bench.secret_of("ci")]
    assert bench.vault().find("ci").retire is None


def test_a_hostile_server_gets_nothing_through_to_the_terminal(bench: Bench, own: Path) -> None:
    hostile = "\x1b]0;gone\x07\N{RIGHT-TO-LEFT OVERRIDE}\x9b2J"
    token = {"id": 1, "name": hostile, "scopes": [hostile], "expires_at": hostile, "active": True}

    def answer(call: Call) -> Reply:
        return Reply(200, token) if call.method == "GET" else Reply(400, {"message": hostile})

    with loopback(answer) as server:
        knows(own, "gitlab-pat", server.url + gitlab_server.API)
        new(bench, TOKEN, "api", "--glob", "contoso/*")
        asked, refused = bench.run("show", "ci", "--ask"), bench.run("rotate", "ci", "--api")
    assert (asked.status, refused.status) == (1, 7)
    told = asked.out + asked.err + refused.err
    assert [char for char in hostile if not char.isprintable() and char in told] == []


def test_where_no_api_ends_the_old_value_that_is_said(bench: Bench, own: Path) -> None:
    gems = RubyGems()
    with loopback(gems.answer) as server:
        knows(own, "rubygems", server.url)
        new(bench, GEM, "push", "--glob", "contoso", "--expires", "30d")
        done = bench.ok("rotate", "ci", answers=["", USER, rubygems_server.PASSWORD, "y"])
    assert list(gems.keys) == [bench.secret_of("ci")]
    assert "ours ends no key through its API: do it on its page." in done.err
    assert bench.vault().find("ci").retire is None


def test_a_registry_is_told_about(bench: Bench, own: Path, gitlab: GitLab) -> None:
    told = bench.ok("registries", "ours").out
    assert "makes the new value, and takes the key alone" in told
    assert "rotated by hand, on its page" in bench.ok("registries", "nuget.org").out
    assert "its address is not known" in bench.ok("registries", "Gitea").out
    checked = bench.ok("registries", str(own / "ours.toml")).out
    assert "may be sent to http://127.0.0.1:" in checked
    assert gitlab.alive == [TOKEN]


def test_from_cron_through_every_place_with_a_real_process(
    bench: Bench, gitlab: GitLab, tmp_path: Path
) -> None:
    written = [tmp_path / "runner.env", tmp_path / "other"]
    for file in written:
        command = f"dd of={file} status=none"
        bench.ok("place", "add", "ci", "--where", str(file), "--kind", "file", "--command", command)
    password = tmp_path / "password"
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": os.environ["XDG_CONFIG_HOME"],
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "KEYFOB_VAULT": str(bench.path),
        "KEYFOB_PASSWORD_FILE": str(password),
    }
    assert password.read_text() == PASSWORD + "\n"
    gitlab.today = gitlab_server.GitLab().today  # the process has the machine's own clock
    gitlab.tokens[TOKEN].expires = gitlab.today + timedelta(days=2)
    ran = subprocess.run(
        [sys.executable, "-m", "tui", "rotate", "ci", "--api", "--run-commands"],
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,  # no terminal
        check=False,
        timeout=100,
    )
    assert ran.returncode == 0, ran.stderr
    (alive,) = gitlab.alive
    assert [file.read_text() for file in written] == [alive, alive]
    assert "ci: every place has the present secret" in ran.stderr
    assert alive not in ran.stdout + ran.stderr
    assert gitlab.families_ended == 0


def test_json_says_that_an_answer_is_owed(bench: Bench, gitlab: GitLab) -> None:
    vault = bench.vault()
    vault.asks(vault.find("ci").id, revision=1)
    assert '"asked": "2026-11-22T12:00:00Z"' in bench.ok("show", "ci", "--json").out
    assert gitlab.alive == [TOKEN]
    out = io.StringIO()
    done = bench.ok("rotate", "ci", answers=[""], stdout=out)
    assert "was asked for a new value before" in done.err
    assert '"asked": null' in bench.ok("show", "ci", "--json").out
