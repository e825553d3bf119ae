from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator

import pytest

if sys.platform == "win32":
    pytest.skip("Windows relays otherwise", allow_module_level=True)

from vault.running import relay as relay_module
from vault.running.relay import Relay, pass_on

MUCH = 160_000  # more than one pipe holds, less than two do


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_module, "_GRACE", 0.01)


@pytest.fixture
def woken() -> Iterator[int]:
    """What a signal would write to; none comes."""
    reader, writer = os.pipe()
    yield reader
    os.close(reader)
    os.close(writer)


def passing(relay: Relay, woken: int) -> threading.Thread:
    """A thread that passes on what a child left that has ended."""
    os.close(relay.child_end)
    thread = threading.Thread(target=pass_on, args=([relay], woken, lambda: True), daemon=True)
    thread.start()
    return thread


def test_a_reader_who_is_slow_loses_nothing(woken: int) -> None:
    reader, target = os.pipe()
    relay = Relay(target, lambda *_: None)
    child = os.dup(relay.child_end)
    thread = passing(relay, woken)
    writing = threading.Thread(target=written, args=(child, b"x" * MUCH), daemon=True)
    writing.start()
    thread.join(0.3)
    assert thread.is_alive()
    seen = 0
    while seen < MUCH:
        seen += len(os.read(reader, MUCH))
    thread.join(30)
    assert not thread.is_alive()
    writing.join(30)
    os.close(reader)
    os.close(target)


def written(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
    os.close(descriptor)


def test_a_daemon_that_never_stops_writing_holds_nobody_up(
    woken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "_LEFT", 1000)
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device
        relay = Relay(nowhere.fileno(), lambda *_: None)
        child = os.dup(relay.child_end)
        stopped: list[OSError] = []

        def daemon() -> None:
            try:
                while True:
                    os.write(child, b"y" * 500)
            except OSError as error:
                stopped.append(error)
            os.close(child)

        writing = threading.Thread(target=daemon, daemon=True)
        writing.start()
        thread = passing(relay, woken)
        thread.join(30)
        assert not thread.is_alive()
        writing.join(30)
        assert stopped


def test_a_reader_who_leaves_closes_the_child_s_stream(woken: int) -> None:
    reader, target = os.pipe()
    os.close(reader)
    relay = Relay(target, lambda *_: None)
    child = os.dup(relay.child_end)
    os.write(child, b"x")
    thread = passing(relay, woken)
    thread.join(30)
    assert not thread.is_alive()
    with pytest.raises(BrokenPipeError):
        os.write(child, b"x")
    os.close(child)
    os.close(target)
