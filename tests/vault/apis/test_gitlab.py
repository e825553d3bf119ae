from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.servers.gitlab import API, GitLab
from tests.servers.loopback import Call, Loopback, Reply, loopback
from tests.vault.apis.own import CANARY, key_for, own_api, own_profile
from vault.apis.base import ApiError, ApiUnsureError, Facts, Login, Renewed
from vault.keys.secret import Secret

SECOND = "made-up-canary-second-91ab"


@pytest.fixture
def gitlab() -> GitLab:
    found = GitLab()
    found.add(CANARY, "api", "read_repository")
    return found


@pytest.fixture
def server(gitlab: GitLab) -> Iterator[Loopback]:
    with loopback(gitlab.answer) as found:
        yield found


def renew(
    server: Loopback, value: str = CANARY, *, base: str = "gitlab-pat", owner: str = "alice"
) -> Renewed:
    profile = own_profile(base, server.url + API)
    key = key_for(profile, "api", globs=("contoso/*",), owner=owner)
    expires = datetime.now(UTC) + timedelta(days=30)
    return own_api(base, server.url + API).renew(key, Secret(value), Login(), expires)


def test_a_token_tells_about_itself(server: Loopback, gitlab: GitLab) -> None:
    facts = own_api("gitlab-pat", server.url + API).inspect(Secret(CANARY))
    assert facts.name == "ci"
    assert facts.scopes == ("api", "read_repository")
    assert facts.active
    ends = gitlab.tokens[CANARY].expires
    assert facts.expires == datetime(ends.year, ends.month, ends.day, tzinfo=UTC)


def test_a_dead_token_is_told_from_a_refusal(server: Loopback) -> None:
    api = own_api("gitlab-pat", server.url + API)
    assert api.inspect(Secret("made-up-other")) == Facts("", active=False)
    with pytest.raises(ApiError, match="nothing at this address"):
        own_api("gitlab-pat", server.url).inspect(Secret(CANARY))


def test_the_new_value_ends_the_old_one_on_the_day_asked_for(
    server: Loopback, gitlab: GitLab
) -> None:
    renewed = renew(server)
    assert gitlab.alive == [renewed.secret.reveal()]
    assert renewed.ends_old
    day = (datetime.now(UTC) + timedelta(days=30)).date()
    assert renewed.expires == datetime(day.year, day.month, day.day, tzinfo=UTC)
    (asked,) = server.asked("POST")
    assert asked.json == {"expires_at": day.isoformat()}
    assert renewed.secret.reveal() not in repr(renewed)


def test_a_value_that_was_rotated_is_never_used_to_rotate(server: Loopback, gitlab: GitLab) -> None:
    first = renew(server).secret.reveal()
    with pytest.raises(ApiError, match="works no more"):
        renew(server)
    assert gitlab.families_ended == 0
    assert gitlab.alive == [first], "somebody's new value lives on"
    assert len(server.asked("POST")) == 1


def test_the_tests_own_server_does_end_a_family(gitlab: GitLab) -> None:
    def rotate(value: str) -> Reply:
        path = f"{API}/personal_access_tokens/self/rotate"
        return gitlab.answer(Call("POST", path, {}, {"private-token": value}, b""))

    fresh = rotate(CANARY).body["token"]
    assert rotate(CANARY).status == 401
    assert gitlab.families_ended == 1
    assert fresh not in gitlab.alive


def test_a_token_without_the_scope_is_refused_and_lives_on(gitlab: GitLab) -> None:
    gitlab.tokens[CANARY].scopes = ["read_repository"]
    with loopback(gitlab.answer) as server, pytest.raises(ApiError, match="insufficient_scope"):
        renew(server)
    assert gitlab.alive == [CANARY]


def test_without_an_end_nothing_is_asked(server: Loopback) -> None:
    profile = own_profile("gitlab-pat", server.url + API)
    key = key_for(profile, "api", globs=("contoso/*",))
    with pytest.raises(ApiError, match="a week"):
        own_api("gitlab-pat", server.url + API).renew(key, Secret(CANARY), Login(), None)
    assert server.asked("POST") == []


@pytest.mark.parametrize(
    ("at", "paths"),
    [
        ("/projects/contoso%2Ftool/access_tokens", ["projects"]),
        ("/groups/contoso%2Ftool/access_tokens", ["projects", "groups"]),
    ],
)
def test_a_projects_token_rotates_at_its_project_or_its_group(
    server: Loopback, gitlab: GitLab, at: str, paths: list[str]
) -> None:
    gitlab.at = (at,)
    renewed = renew(server, base="gitlab-project", owner="contoso/tool")
    assert gitlab.alive == [renewed.secret.reveal()]
    assert [call.path.split("/")[3] for call in server.asked("POST")] == paths
    assert gitlab.families_ended == 0


@pytest.mark.parametrize(
    "lost",
    [
        Reply(0),
        Reply(500),
        Reply(200, b"<html>", "text/html"),
        Reply(200, b"{"),
        Reply(200, {"id": 7, "token": None}),
        Reply(200, [1]),
    ],
)
def test_no_answer_to_a_rotation_is_unsure_and_never_asked_again(
    gitlab: GitLab, lost: Reply
) -> None:
    def answer(call: Call) -> Reply:
        found = gitlab.answer(call)
        return lost if call.method == "POST" else found

    with loopback(answer) as server, pytest.raises(ApiUnsureError):
        renew(server)
    assert len(server.asked("POST")) == 1
    assert gitlab.families_ended == 0


def test_what_is_no_gitlab_gets_no_request_to_rotate() -> None:
    with loopback(lambda _: Reply(200, {"hello": "world"})) as server:
        with pytest.raises(ApiError, match="not as GitLab does"):
            renew(server)
        assert server.asked("POST") == []
