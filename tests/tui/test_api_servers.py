"""The app against small servers that behave as GitLab and Gitea are documented to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from tests.servers.gitea import API as GITEA_API
from tests.servers.gitea import OTP, PASSWORD, USER, Gitea
from tests.servers.gitlab import API as GITLAB_API
from tests.servers.gitlab import GitLab
from tests.servers.loopback import Call, Reply, loopback
from tests.tui.conftest import NOW, AppMaker
from tests.tui.conftest import PASSWORD as VAULTS
from tests.tui.driving import Driver, secret_of, the_key
from tests.vault.apis.own import own_api, own_profile
from tui.app import KeyfobApp
from tui.screens.keys import Keys
from vault.home import Home
from vault.keys.grant import grants_for
from vault.keys.key import Draft
from vault.keys.lifetime import Lifetime
from vault.keys.secret import Secret

OLD = "glpat-MadeUpCanary00000001"
HEX40 = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c"
KEYS = {"gitlab-pat": (OLD, "api"), "gitea": (HEX40, "write")}
"""The value of each registry's key, and what it may do."""


@pytest.fixture
def app(make_app: AppMaker, home: Home) -> KeyfobApp:
    made = make_app()
    made.vault, _ = home.create(VAULTS)
    return made


@asynccontextmanager
async def at(
    app: KeyfobApp, base: str, address: str, patch: pytest.MonkeyPatch
) -> AsyncIterator[Driver]:
    """The app with one key of a server of one's own, about to be rotated."""
    secret, action = KEYS[base]
    profile = own_profile(base, address)
    patch.setattr("vault.apis.api_of", lambda _: own_api(base, address))
    globs = profile.parse_globs(["contoso/*"])
    life = Lifetime(NOW, NOW + timedelta(days=30))
    assert app.vault is not None
    draft = Draft("ci", base, USER, grants_for((action,), globs), life)
    app.vault.add(draft, Secret(secret))
    async with app.run_test(size=(80, 24)) as pilot:
        it = Driver(app, pilot)
        app.show(Keys())
        await it.until("ci")
        await pilot.press("r")
        await it.until("Paste it by hand")
        yield it


async def test_gitlab_gives_the_next_value_for_one_key_press(
    app: KeyfobApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    gitlab = GitLab(today=NOW.date())
    gitlab.add(OLD)
    with loopback(gitlab.answer) as server:
        address = server.url + GITLAB_API
        async with at(app, "gitlab-pat", address, monkeypatch) as it:
            await it.pilot.press("enter")
            await it.until("Expires")
    assert gitlab.alive == [secret_of(app)]
    assert the_key(app).retire is None


async def test_an_answer_that_breaks_off_is_said_and_the_spent_value_ends_no_family(
    app: KeyfobApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    gitlab = GitLab(today=NOW.date())
    gitlab.add(OLD)

    def lost(call: Call) -> Reply:
        reply = gitlab.answer(call)
        return Reply(0) if call.method == "POST" else reply

    with loopback(lost) as server:
        address = server.url + GITLAB_API
        async with at(app, "gitlab-pat", address, monkeypatch) as it:
            await it.pilot.press("enter")
            await it.until("did not say what came of it")
            await it.pilot.press("end", "enter")
            await it.until("The new one is lost.")
            assert len(server.asked("POST")) == 1
    assert gitlab.families_ended == 0
    assert secret_of(app) == OLD


async def test_gitea_takes_the_login_with_a_code_and_ends_the_old_token(
    app: KeyfobApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    gitea = Gitea(otp=OTP)
    old = gitea.add("ci", HEX40, "write:package")
    with loopback(gitea.answer) as server:
        async with at(app, "gitea", server.url + GITEA_API, monkeypatch) as it:
            await it.pilot.press("up", "enter", *PASSWORD, "enter")
            await it.until("One-time code")
            await it.pilot.press(*OTP, "enter")
            await it.until("Where ci is installed")
            assert len(gitea.tokens) == 2
            assert secret_of(app) in [value for _, value, _ in gitea.tokens.values()]
            await it.pilot.press("enter")
            await it.until("to end it: what still uses it stops working.")
            await it.pilot.press(*PASSWORD, "enter")
            await it.until("One-time code")
            await it.pilot.press(*OTP, "enter")
            await it.until("The old value is gone.")
    assert old not in gitea.tokens
    assert [value for _, value, _ in gitea.tokens.values()] == [secret_of(app)]
    assert the_key(app).retire is None
