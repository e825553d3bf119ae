from __future__ import annotations

import pytest

from tests.vault.cli.bench import V4, Bench
from vault.clipboard import Receipt
from vault.errors import ClipboardError
from vault.keys.secret import Secret


def copied(bench: Bench) -> list[str]:
    return [secret.reveal() for secret in bench.clipboard.copies]


def test_the_secret_reaches_the_clipboard_and_nothing_else(bench: Bench) -> None:
    bench.nuget("contoso-push")
    done = bench.ok("copy", "contoso-push")
    assert copied(bench) == [V4]
    assert bench.clipboard.times == [30]
    assert done.out == ""
    assert done.err == "contoso-push: copied in memory; it is cleared in 30 seconds.\n"


def test_the_beginning_of_a_name_will_do(bench: Bench) -> None:
    bench.nuget("contoso-push")
    bench.ok("copy", "cont")
    assert copied(bench) == [V4]


def test_the_time_comes_from_the_settings_or_the_option(bench: Bench) -> None:
    bench.nuget("ci")
    (bench.home / "config").mkdir()
    (bench.home / "config" / "settings.json").write_text('{"clear_clipboard_after": 12}')
    bench.ok("copy", "ci")
    bench.ok("copy", "ci", "--for", "60")
    assert bench.clipboard.times == [12, 60]


@pytest.mark.parametrize("seconds", ["0", "-5", "nan", "1e9", "soon"])
def test_a_time_that_is_none_is_refused(bench: Bench, seconds: str) -> None:
    bench.nuget("ci")
    assert bench.run("copy", "ci", f"--for={seconds}").status == 2
    assert copied(bench) == []


def test_the_use_is_remembered(bench: Bench) -> None:
    bench.nuget("ci")
    bench.later(days=1)
    bench.ok("copy", "ci")
    assert bench.vault().find("ci").copied == bench.now


def test_failing_to_remember_is_a_note(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.nuget("ci")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("vault.store.file.write_new", full)
    done = bench.ok("copy", "ci")
    assert copied(bench) == [V4]
    assert "That it was handed out is not recorded" in done.err


def test_a_key_that_ends_soon_is_copied_with_a_warning(bench: Bench) -> None:
    bench.nuget("ci")
    bench.later(days=28)
    assert "ci expires in 2 days." in bench.ok("copy", "ci").err


def test_an_expired_key_is_refused_unless_forced(bench: Bench) -> None:
    bench.nuget("ci")
    bench.later(days=33)
    done = bench.run("copy", "ci")
    assert done.status == 1
    assert "ci expired 3 days ago, so it was not copied." in done.err
    assert copied(bench) == []
    assert "ci expired 3 days ago." in bench.ok("copy", "ci", "--force").err
    assert copied(bench) == [V4]


def test_a_revoked_key_is_refused_unless_forced(bench: Bench) -> None:
    bench.nuget("ci")
    bench.ok("revoke", "ci")
    assert bench.run("copy", "ci").status == 1
    bench.ok("copy", "ci", "--force")
    assert copied(bench) == [V4]


def test_a_way_that_cannot_clear_promises_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(_: Secret, __: float) -> Receipt:
        return Receipt(
            "terminal", confirmed=False, clears_itself=False, sentence="Sent to the terminal"
        )

    bench.nuget("ci")
    monkeypatch.setattr(bench.clipboard, "copy", send)
    assert bench.ok("copy", "ci").err == "ci: sent to the terminal.\n"


def test_without_a_clipboard_it_says_so(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Secret, __: float) -> Receipt:
        raise ClipboardError("Nothing was copied.", "Install xclip.")

    bench.nuget("ci")
    monkeypatch.setattr(bench.clipboard, "copy", fail)
    done = bench.run("copy", "ci")
    assert done.status == 6
    assert done.err == "keyfob: Nothing was copied.\nInstall xclip.\n"
    assert bench.vault().find("ci").copied is None
