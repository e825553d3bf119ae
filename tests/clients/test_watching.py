"""What the tests of the clients rely on: a key that shows is seen wherever it shows."""

from __future__ import annotations

import pytest

from tests.clients.user import User

SECRET = "made-up-secret-0c6f2b91"
VARIABLE = "CONTOSO_KEY"


@pytest.mark.parametrize(
    ("script", "place"),
    [
        (f'sh -c "sleep 0.3; :" "${VARIABLE}"', "arguments"),
        (f'echo "${VARIABLE}"', "output"),
        (f'echo "${VARIABLE}" >&2', "output"),
        (f'printf "alice:%s" "${VARIABLE}" | base64 -w 0 > left', "left"),
        (f'printf %s "${VARIABLE}" > "$TMPDIR/left"', "left"),
    ],
)
def test_a_key_that_a_program_shows_is_seen(user: User, script: str, place: str) -> None:
    user.add("feed", SECRET)
    ran = user.run("sh", "-c", script, options=["--env", VARIABLE, "--key", "feed"])
    assert ran.status == 0, ran.said
    assert [trace.rpartition("/")[2] for trace in user.traces(ran, SECRET)] == [place]


def test_a_program_that_shows_nothing_leaves_no_trace(user: User) -> None:
    user.add("feed", SECRET)
    script = f'test -n "${VARIABLE}" && sleep 0.3 && exit 7'
    ran = user.run("sh", "-c", script, options=["--env", VARIABLE, "--key", "feed"])
    assert (ran.status, ran.started("sleep", "0.3")) == (7, True)
    assert user.traces(ran, SECRET) == []
