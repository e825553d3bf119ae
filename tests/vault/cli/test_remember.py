"""`keyfob unlock --remember`: a computer's keyring opens the vault."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.vault.cli.bench import PASSWORD, V4, Bench
from tests.vault.cli.unlocked import agent_of, forget_password
from tests.vault.test_oskeyring import MadeUp
from vault.errors import StorageError
from vault.oskeyring import KeyringError, OsKeyring
from vault.sealing.header import read_header
from vault.sealing.kdf import CHEAPEST
from vault.store.file import FileStore


@pytest.fixture
def session(bench: Bench) -> Iterator[Bench]:
    bench.nuget("ci")
    bench.keyring = MadeUp()
    with agent_of(bench):
        yield bench


def held(bench: Bench) -> dict[tuple[str, str], str]:
    """What the machine's keyring holds."""
    assert isinstance(bench.keyring, MadeUp)
    return bench.keyring.held


def types(bench: Bench) -> list[str]:
    return [slot["type"] for slot in read_header(bench.path.read_bytes()).slots]


def remembered(bench: Bench) -> Bench:
    """The machine, with nothing but its keyring to open the vault."""
    bench.ok("unlock", "--remember")
    bench.ok("lock")
    forget_password(bench)
    return bench


def test_afterwards_no_password_is_needed_to_read_copy_and_unlock(session: Bench) -> None:
    remembered(session)
    assert session.ok("show", "ci", "--reveal").out == V4 + "\n"
    session.ok("copy", "ci")
    session.ok("unlock")
    assert session.run("agent").status == 0


def test_verbs_that_change_keys_go_on_asking(session: Bench) -> None:
    assert remembered(session).run("revoke", "ci").status == 3


def test_the_password_still_opens_it(session: Bench) -> None:
    remembered(session)
    assert session.vault().find("ci").name == "ci"
    assert types(session) == ["password", "recovery", "keyring"]


def test_remembering_again_replaces_this_computer_s_slot_only(session: Bench) -> None:
    session.ok("unlock", "--remember")
    other, session.keyring = session.keyring, MadeUp()
    session.ok("unlock", "--remember")
    session.ok("unlock", "--remember")
    assert types(session).count("keyring") == 2
    forget_password(session)
    session.ok("lock")
    assert session.run("list").status == 0
    session.keyring = other
    assert session.run("list").status == 0


def test_what_was_forgotten_opens_nothing(session: Bench) -> None:
    session.ok("unlock", "--remember")
    kept = dict(held(session))
    assert "No keyring opens the vault any more." in session.ok("unlock", "--forget").err
    assert held(session) == {}
    held(session).update(kept)
    session.ok("lock")
    forget_password(session)
    assert session.run("list").status == 3
    backup = FileStore(session.path).backups()[0].read_bytes()
    assert [slot["type"] for slot in read_header(backup).slots] == ["password", "recovery"]


def test_forgetting_what_was_never_remembered_is_no_error(session: Bench) -> None:
    assert "No keyring opened the vault." in session.ok("unlock", "--forget").err


def test_a_new_vault_key_takes_it_away(session: Bench) -> None:
    session.ok("unlock", "--remember")
    session.vault().renew_key("another made-up one", cost=CHEAPEST)
    forget_password(session)
    assert session.run("list").status == 3


def test_a_new_password_does_not_and_says_so(session: Bench) -> None:
    session.ok("unlock", "--remember")
    session.ok("lock")
    new = session.home / "new"
    new.write_text("another made-up horse battery\n")
    new.chmod(0o600)
    told = session.ok("password", "--new-password-file", str(new)).err
    assert "keyring opens it as before; keyfob unlock --forget" in told
    forget_password(session)
    assert session.run("list").status == 0
    told = session.ok(
        "password", "--password-file", str(new), "--new-password-file", str(new), "--new-vault-key"
    ).err
    assert "keyring" not in told
    assert session.run("list").status == 3


def test_a_password_named_for_the_command_wins(session: Bench) -> None:
    session.ok("unlock", "--remember")
    session.ok("lock")
    wrong = session.home / "wrong"
    wrong.write_text("wrong\n")
    wrong.chmod(0o600)
    for verb in ("list", "unlock"):
        assert session.run(verb, "--password-file", str(wrong)).status == 3


def test_a_keyring_that_does_not_answer_is_a_note_and_the_password_is_asked_for(
    session: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    remembered(session)

    def fail(*_: object) -> None:
        raise KeyringError("The keyring does not answer in time.")

    monkeypatch.setattr(OsKeyring, "recall", fail)
    done = session.ok("list", answers=[PASSWORD])
    assert "The keyring does not answer in time." in done.err
    assert "ci" in done.out


def test_without_a_keyring_nothing_is_asked_or_changed(session: Bench) -> None:
    session.keyring = None
    before = session.path.read_bytes()
    done = session.run("unlock", "--remember", answers=[])
    assert done.status == 6
    assert "There is no keyring" in done.err
    assert session.path.read_bytes() == before


def test_if_the_vault_cannot_be_saved_the_keyring_is_as_it_was(
    session: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.ok("unlock", "--remember")
    kept = dict(held(session))

    def full(*_: object, **__: object) -> None:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(FileStore, "replace", full)
    assert session.run("unlock", "--remember").status == 6
    assert held(session) == kept
    held(session).clear()
    assert session.run("unlock", "--remember").status == 6
    assert held(session) == {}


def test_what_the_keyring_holds_is_in_no_file(session: Bench) -> None:
    session.ok("unlock", "--remember")
    (text,) = held(session).values()
    files = [path.read_bytes() for path in session.home.rglob("*") if path.is_file()]
    assert not any(text.encode() in data for data in files)
