"""Rotation through an API: no new value is lost, and no spent one is used to ask."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.servers.gitea import API as GITEA
from tests.servers.gitea import PASSWORD as GITEA_PASSWORD
from tests.servers.gitea import USER, Gitea
from tests.servers.gitlab import API, GitLab
from tests.servers.loopback import Call, Loopback, Reply, loopback
from tests.vault.apis.own import CANARY, own_api, own_profile
from vault.apis.base import (
    ApiError,
    ApiUnreachableError,
    ApiUnsupportedError,
    ApiUnsureError,
    Login,
    RegistryApi,
)
from vault.errors import StorageError, ValueRefusedError
from vault.keys.grant import grants_for
from vault.keys.key import Draft, Key
from vault.keys.lifetime import Lifetime
from vault.keys.secret import Secret
from vault.registries.loader import load
from vault.registries.profile import Profile
from vault.rotation.by_api import UnsavedError, renew, renewal, retirable, retire
from vault.sealing.kdf import CHEAPEST
from vault.store.memory import MemoryStore
from vault.vault import Vault

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
MONTH = timedelta(days=30)


class Shelf(MemoryStore):
    """A store that cannot be saved to from some save on."""

    saves_left = 99

    def replace(self, data: bytes, *, keep_backup: bool = True) -> None:
        if not self.saves_left:
            raise StorageError("The disk is full.")
        self.saves_left -= 1
        super().replace(data, keep_backup=keep_backup)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def vault(shelf: Shelf) -> Vault:
    return Vault.create(shelf, "made-up password", cost=CHEAPEST, clock=lambda: NOW)[0]


@pytest.fixture
def gitlab() -> GitLab:
    found = GitLab(today=NOW.date())
    found.add(CANARY, "api")
    return found


@pytest.fixture
def server(gitlab: GitLab) -> Iterator[Loopback]:
    with loopback(gitlab.answer) as found:
        yield found


def added(vault: Vault, profile: Profile, *actions: str, owner: str = USER) -> Key:
    grants = grants_for(actions or ("api",), profile.parse_globs(["contoso/*"]))
    draft = Draft("ci", profile.id, owner, grants, Lifetime(NOW, NOW + MONTH))
    return vault.add(draft, Secret(CANARY))


def turned(
    vault: Vault,
    key: Key,
    profile: Profile,
    api: RegistryApi,
    login: Login | None = None,
    *,
    said: list[str] | None = None,
) -> Key:
    expires = renewal(vault.key(key.id), profile, NOW).expires
    return renew(
        vault,
        key.id,
        api,
        login or Login(),
        profile=profile,
        expires=expires,
        why="due",
        tell=(said if said is not None else list[str]()).append,
        clock=lambda: NOW,
    )


def at_gitlab(vault: Vault, server: Loopback) -> tuple[Key, Profile, RegistryApi]:
    profile = own_profile("gitlab-pat", server.url + API)
    return added(vault, profile), profile, own_api("gitlab-pat", server.url + API)


def test_the_new_value_is_in_the_vault_with_its_end_and_the_reason(
    vault: Vault, server: Loopback, gitlab: GitLab
) -> None:
    key, profile, api = at_gitlab(vault, server)
    said: list[str] = []
    new = turned(vault, key, profile, api, said=said)
    with vault.secret(key.id) as secret:
        assert gitlab.alive == [secret.reveal()]
    assert new.revision == 2
    assert new.lifetime == Lifetime(NOW, datetime(2026, 12, 22, tzinfo=UTC))
    assert (new.history[-1].why, new.retire, new.asked) == ("due", None, None)
    assert new.format == "gitlab token"
    assert said == []


@pytest.mark.parametrize(("typed", "begun"), [(40, NOW), (3600, NOW + timedelta(hours=1))])
def test_a_login_takes_nothing_off_the_length_of_a_life(
    vault: Vault, typed: int, begun: datetime
) -> None:
    gitea = Gitea()
    gitea.add("ci", CANARY, "write:package")
    with loopback(gitea.answer) as server:
        profile = own_profile("gitea", server.url + GITEA)
        key = added(vault, profile, "write")
        new = renew(
            vault,
            key.id,
            own_api("gitea", server.url + GITEA),
            Login(USER, Secret(GITEA_PASSWORD)),
            profile=profile,
            expires=renewal(key, profile, NOW).expires,
            clock=lambda: NOW + timedelta(seconds=typed),
        )
    assert new.lifetime == Lifetime(begun, NOW + MONTH)


def test_an_absurd_end_loses_no_value(vault: Vault, gitlab: GitLab) -> None:
    def first_day(call: Call) -> Reply:
        reply = gitlab.answer(call)
        known = call.method == "POST" and reply.status == 200
        return Reply(200, reply.body | {"expires_at": "0001-01-01"}) if known else reply

    with loopback(first_day) as server:
        new = turned(vault, *at_gitlab(vault, server))
    with vault.secret(new.id) as secret:
        assert gitlab.alive == [secret.reveal()]


def test_a_life_by_the_day_does_not_shrink_with_each_rotation() -> None:
    made = Lifetime(NOW, datetime(2026, 12, 22, tzinfo=UTC))  # 30 days were asked for at 21:30
    for hour in (21, 1, 13):
        time = datetime(2026, 12, 20, hour, tzinfo=UTC)
        made = renewal(Key("0", "ci", "ours", "", (), made), load("gitlab-pat"), time)
        assert made.expires == datetime(2027, 1, 19, tzinfo=UTC)


def test_more_than_the_vault_knows_of_is_said(
    vault: Vault, server: Loopback, gitlab: GitLab
) -> None:
    gitlab.tokens[CANARY].scopes = ["api", "sudo", "read_registry"]
    key, profile, api = at_gitlab(vault, server)
    said: list[str] = []
    turned(vault, key, profile, api, said=said)
    assert said == ["ours says that ci may also: read-registry, sudo."]


def test_a_vault_that_cannot_be_saved_asks_nobody(
    vault: Vault, shelf: Shelf, server: Loopback, gitlab: GitLab
) -> None:
    key, profile, api = at_gitlab(vault, server)
    shelf.saves_left = 0
    with pytest.raises(StorageError, match="disk is full"):
        turned(vault, key, profile, api)
    assert server.calls == []
    assert gitlab.alive == [CANARY]


def test_a_new_value_that_cannot_be_saved_is_in_the_error_and_saved_later(
    vault: Vault, shelf: Shelf, server: Loopback, gitlab: GitLab
) -> None:
    key, profile, api = at_gitlab(vault, server)
    shelf.saves_left = 1
    with pytest.raises(UnsavedError) as caught:
        turned(vault, key, profile, api)
    error = caught.value
    assert gitlab.alive == [error.secret.reveal()]
    told = "".join(traceback.format_exception(error)) + repr(error) + error.hint
    assert gitlab.alive[0] not in told
    assert vault.key(key.id).asked == NOW
    with pytest.raises(StorageError):
        error.save()
    shelf.saves_left = 9
    assert error.save().revision == 2
    with vault.secret(key.id) as secret:
        assert gitlab.alive == [secret.reveal()]
    assert vault.key(key.id).asked is None


def test_a_save_that_fails_once_is_tried_again(
    vault: Vault, server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, profile, api = at_gitlab(vault, server)
    rotate, tries = vault.rotate, iter([StorageError("busy"), KeyboardInterrupt()])

    def failing(*args: object, **named: object) -> Key:
        error = next(tries, None)
        if error is not None:
            raise error
        return rotate(*args, **named)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(vault, "rotate", failing)
    assert turned(vault, key, profile, api).revision == 2


@pytest.mark.parametrize("lost", [Reply(0), Reply(502), Reply(200, b"<html>", "text/html")])
def test_a_lost_answer_is_remembered_and_the_spent_value_never_asks_again(
    vault: Vault, gitlab: GitLab, lost: Reply
) -> None:
    def answer(call: Call) -> Reply:
        found = gitlab.answer(call)
        return lost if call.method == "POST" else found

    with loopback(answer) as server:
        key, profile, api = at_gitlab(vault, server)
        with pytest.raises(ApiUnsureError) as caught:
            turned(vault, key, profile, api)
        assert "keyfob show ci --ask" in caught.value.hint
        assert vault.key(key.id).asked == NOW
        with pytest.raises(ApiError, match="works no more") as again:
            turned(vault, key, profile, api)
        assert "keyfob rotate ci --by-hand" in again.value.hint
        assert len(server.asked("POST")) == 1
    assert gitlab.families_ended == 0
    assert len(gitlab.alive) == 1, "the value that nobody holds was not ended"
    assert vault.rotate(key.id, Secret("made by hand")).asked is None


def test_a_lost_answer_that_never_was_one_is_found_out(vault: Vault, gitlab: GitLab) -> None:
    lost = [Reply(0)]

    def answer(call: Call) -> Reply:
        if call.method == "POST" and lost:
            return lost.pop()  # before GitLab did anything
        return gitlab.answer(call)

    with loopback(answer) as server:
        key, profile, api = at_gitlab(vault, server)
        with pytest.raises(ApiUnsureError):
            turned(vault, key, profile, api)
        assert turned(vault, key, profile, api).revision == 2
    assert gitlab.families_ended == 0


def test_whatever_ended_keyfob_meanwhile_the_question_is_remembered(
    vault: Vault, gitlab: GitLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    with loopback(gitlab.answer) as server:
        key, profile, api = at_gitlab(vault, server)

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(api, "renew", killed)
            with pytest.raises(KeyboardInterrupt):
                turned(vault, key, profile, api)
        assert vault.key(key.id).asked == NOW
        assert turned(vault, key, profile, api).asked is None


def test_a_refusal_leaves_the_key_as_it_was(vault: Vault, gitlab: GitLab) -> None:
    gitlab.tokens[CANARY].scopes = ["read_api"]
    with loopback(gitlab.answer) as server:
        key, profile, api = at_gitlab(vault, server)
        with pytest.raises(ApiError, match="insufficient_scope"):
            turned(vault, key, profile, api)
    with pytest.raises(ApiUnreachableError):
        turned(vault, key, profile, api)
    assert vault.key(key.id) == key


def test_two_that_rotate_at_once_ask_once(vault: Vault, server: Loopback) -> None:
    key = at_gitlab(vault, server)[0]
    vault.asks(key.id, revision=1)
    with pytest.raises(ValueRefusedError, match="asked for a new value before"):
        vault.asks(key.id, revision=1)


def test_an_old_value_that_lives_on_is_ended_by_the_api(vault: Vault) -> None:
    gitea = Gitea()
    gitea.add("ci", CANARY, "write:package")
    with loopback(gitea.answer) as server:
        profile = own_profile("gitea", server.url + GITEA)
        api = own_api("gitea", server.url + GITEA)
        key = added(vault, profile, "write")
        who = Login(password=Secret(GITEA_PASSWORD))
        new = turned(vault, key, profile, api, who)
        assert (new.retire, new.former) == (NOW, ("1",))
        assert new.lifetime.expires == NOW + MONTH, "Gitea ends nothing: it is a reminder"
        newer = turned(vault, key, profile, api, who)
        assert newer.former == ("1", "2")
        assert retirable(newer, api)
        done = retire(vault, key.id, api, who)
    assert (done.retire, done.former) == (None, ())
    assert sorted(gitea.tokens) == [3]
    with vault.secret(key.id) as secret:
        assert gitea.tokens[3][1] == secret.reveal()


def test_what_the_api_cannot_name_stays_to_be_ended_by_hand(vault: Vault) -> None:
    gitea = Gitea()
    gitea.add("ci", CANARY)
    with loopback(gitea.answer) as server:
        profile = own_profile("gitea", server.url + GITEA)
        api = own_api("gitea", server.url + GITEA)
        key = added(vault, profile, "write")
        by_hand = vault.rotate(key.id, Secret("made-up-by-hand-0001"), retire=True)
        assert not retirable(by_hand, api)
        with pytest.raises(ApiUnsupportedError):
            retire(vault, key.id, api, Login())
        gitea.add("ci by hand", "made-up-by-hand-0001")
        who = Login(password=Secret(GITEA_PASSWORD))
        assert turned(vault, key, profile, api, who).former == ("", "2")
        left = retire(vault, key.id, api, who)
    assert (left.retire is not None, left.former) == (True, ("",))
    assert sorted(gitea.tokens) == [1, 3]


def test_a_lost_answer_of_a_registry_that_ends_nothing_is_no_debt(vault: Vault) -> None:
    gitea = Gitea()
    lost = [Reply(0)]

    def answer(call: Call) -> Reply:
        found = gitea.answer(call)
        return lost.pop() if call.method == "POST" and lost else found

    with loopback(answer) as server:
        profile = own_profile("gitea", server.url + GITEA)
        api = own_api("gitea", server.url + GITEA)
        key = added(vault, profile, "write")
        who = Login(password=Secret(GITEA_PASSWORD))
        with pytest.raises(ApiUnsureError) as caught:
            turned(vault, key, profile, api, who)
        assert "still works" in caught.value.hint
        assert vault.key(key.id).asked is None
        assert turned(vault, key, profile, api, who).revision == 2


@pytest.mark.parametrize(
    ("registry", "length", "days"),
    [
        ("gitlab-pat", timedelta(days=30), 29.104),
        ("gitlab-pat", timedelta(days=29, hours=2.5), 29.104),
        ("gitlab-pat", timedelta(days=400), 364.104),
        ("gitlab-pat", None, 29.104),
        ("npm", timedelta(days=400), 90),
        ("npm", timedelta(days=7), 7),
        ("hex", None, None),
    ],
)
def test_what_is_asked_for_is_the_old_length_as_far_as_it_is_given(
    registry: str, length: timedelta | None, days: float | None
) -> None:
    profile = load(registry)
    old = NOW - timedelta(days=5)
    lifetime = Lifetime(old, None if length is None else old + length)
    key = Key("0" * 32, "ci", registry, "alice", (), lifetime)
    asked = renewal(key, profile, NOW).duration
    assert days == (None if asked is None else pytest.approx(asked / timedelta(days=1), abs=0.001))
