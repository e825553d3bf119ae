from __future__ import annotations

import os
import sys
import threading

import pytest

from vault.running import relay as relay_module
from vault.running.relay import Relay

MUCH = 160_000  # more than one pipe holds, less than two do


@pytest.mark.skipif(sys.platform == "win32", reason="Windows' pipes hold less")
def test_a_reader_who_is_slow_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_module, "_GRACE", 0.01)
    reader, target = os.pipe()
    relay = Relay(target, lambda *_: None)
    child = os.dup(relay.child_end)
    relay.start()
    view = memoryview(b"x" * MUCH)
    while view:
        view = view[os.write(child, view) :]
    os.close(child)  # the child has ended and nobody has read a byte
    finishing = threading.Thread(target=relay.finish, daemon=True)
    finishing.start()
    finishing.join(0.3)
    assert finishing.is_alive()
    seen = 0
    while seen < MUCH:
        seen += len(os.read(reader, MUCH))
    finishing.join(30)
    assert not finishing.is_alive()
    os.close(reader)
    os.close(target)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows' pipes hold less")
def test_a_daemon_that_never_stops_writing_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_module, "_GRACE", 0.01)
    monkeypatch.setattr(relay_module, "_LEFT", 1000)
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device
        relay = Relay(nowhere.fileno(), lambda *_: None)
        child = os.dup(relay.child_end)
        relay.start()
        over = threading.Event()

        def daemon() -> None:
            while not over.is_set():
                os.write(child, b"y" * 500)
            os.close(child)

        writing = threading.Thread(target=daemon, daemon=True)
        writing.start()
        finishing = threading.Thread(target=relay.finish, daemon=True)
        finishing.start()
        finishing.join(30)
        assert not finishing.is_alive()
        over.set()
        writing.join(30)
        relay.finish()
