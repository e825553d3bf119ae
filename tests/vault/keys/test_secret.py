from __future__ import annotations

import copy
import json
import logging
import pickle
import pprint
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass

import msgspec
import pytest

from vault.keys.secret import Secret

VALUE = "made-up-value-4711"


@dataclass
class Holder:
    secret: Secret
    label: str = "ci"


@pytest.fixture
def secret() -> Secret:
    return Secret(VALUE)


SHOWN: dict[str, Callable[[Secret], str]] = {
    "repr": repr,
    "str": str,
    "f-string": lambda s: f"{s}",
    "f-string with width": lambda s: f"{s:>40}",
    "f-string with conversion": lambda s: f"{s!r} {s!s} {s!a}",
    "percent": lambda s: "%s %r %a" % (s, s, s),  # noqa: UP031 - this is what is being tested
    "format": "{0} {0!r:^60}".format,
    "in a list": lambda s: repr([s, {"key": s}]),
    "in a dataclass": lambda s: repr(Holder(s)),
    "pprint": lambda s: pprint.pformat(Holder(s)),
    "its attributes": lambda s: " ".join(
        str(getattr(s, name)) for name in dir(s) if name[0] != "_"
    ),
}


@pytest.mark.parametrize("way", SHOWN)
def test_no_way_of_showing_it_shows_it(way: str, secret: Secret) -> None:
    text = SHOWN[way](secret)
    assert VALUE not in text
    if way != "its attributes":
        assert "hidden" in text


TAKEN: dict[str, Callable[[Secret], object]] = {
    "pickle": pickle.dumps,
    "pickle in a dataclass": lambda s: pickle.dumps(Holder(s)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "asdict": lambda s: asdict(Holder(s)),
    "json": json.dumps,
    "msgspec": msgspec.json.encode,
    "bytes": lambda s: b"".join([s]),  # type: ignore[list-item]
    "unpacking": lambda s: [*s],  # type: ignore[misc]
    "hash": hash,
    "concatenation": lambda s: "key=" + s,  # type: ignore[operator]
}


@pytest.mark.parametrize("way", TAKEN)
def test_no_way_of_taking_it_along_works(way: str, secret: Secret) -> None:
    with pytest.raises(TypeError) as refused:
        TAKEN[way](secret)
    assert VALUE not in str(refused.value)


def test_a_traceback_with_local_variables_does_not_show_it(secret: Secret) -> None:
    def fail(held: Secret) -> None:
        holder = Holder(held)
        raise RuntimeError(f"no luck with {holder}")

    with pytest.raises(RuntimeError) as raised:
        fail(secret)
    trace = traceback.TracebackException.from_exception(raised.value, capture_locals=True)
    assert VALUE not in "".join(trace.format())
    assert "Secret(hidden)" in "".join(trace.format())


def test_a_log_line_does_not_show_it(secret: Secret, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("keyfob").warning("copying %s as %r", secret, secret)
    assert "Secret(hidden)" in caplog.text
    assert VALUE not in caplog.text


def test_it_is_given_out_only_when_asked(secret: Secret) -> None:
    assert secret.reveal() == VALUE
    assert secret.reveal_bytes() == VALUE.encode()
    assert len(secret) == len(VALUE)


def test_equal_secrets_are_equal_and_a_text_never_is(secret: Secret) -> None:
    assert secret == Secret(VALUE.encode())
    assert secret != Secret(VALUE[:-1])
    assert secret != VALUE


def test_wiping_empties_the_buffer_in_place(secret: Secret) -> None:
    buffer = secret._buffer
    with secret as same:
        assert same is secret
    assert not secret
    assert buffer == b""
    assert secret.reveal() == ""


def test_it_is_wiped_even_when_its_use_fails(secret: Secret) -> None:
    with pytest.raises(ValueError), secret:
        raise ValueError
    assert len(secret) == 0


def test_wiping_does_not_touch_the_callers_own_bytes() -> None:
    given = bytearray(b"made-up")
    Secret(given).wipe()
    assert given == b"made-up"
