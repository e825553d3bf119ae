"""From the first question to a key in the vault."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from textual.widgets import Input, Static

from tests.tui.conftest import NOW, AppMaker, MovableClock
from tests.tui.driving import OTHER_V4, V4, V5, add, dialog, fits, hoard
from tui.widgets.check import CheckList
from tui.widgets.fields import SecretField
from tui.wizard.screen import Created
from vault.errors import StorageError
from vault.keys.grant import Grant
from vault.keys.key import Draft
from vault.vault import Vault


async def test_a_pasted_nuget_key_ends_in_the_vault(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with dialog(app) as it:
        await it.press("enter")
        await it.pilot.press(*"build")
        await it.press("enter", "enter")
        await it.press("up", "space", "enter")
        await it.pilot.press(*"Contoso.*")
        await it.press("enter")
        assert "▌ 30 days until Tue 22 Dec 2026" in it.flat
        await it.press("enter")
        outcome = "build may push new packages and new versions, for packages matching Contoso.*"
        said = str(it.app.screen.query_one("#outcome", Static).content)
        assert said == f"{outcome} on nuget.org, as ada, until Tue 22 Dec 2026."
        await it.press("enter")
        await it.fill("SecretField", V4)
        assert "✓ This is a nuget.org key (v4)." in it.flat
        assert len(hoard(app, V4)) == 1
        await it.press("enter")
        [created] = it.results
        assert isinstance(created, Created)
        key = it.vault.find("build")
        assert key == created.key
        assert (key.registry, key.owner, key.format) == ("nuget.org", "ada", "nuget v4")
        assert [(grant.action, grant.glob.text) for grant in key.grants] == [("push", "Contoso.*")]
        assert (key.lifetime.created, key.lifetime.duration) == (NOW, timedelta(days=30))
        with it.vault.secret(key.id) as secret:
            assert secret.reveal() == V4
        assert hoard(app, V4) == []
        assert V4 not in app.clipboard


async def test_the_secret_is_never_drawn(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with dialog(app) as it:
        await it.go("Secret")
        await it.fill("SecretField", V4)
        assert V4[:5] not in it.text
        assert V4[-4:] not in it.text
        assert "••••" in it.text


async def test_back_keeps_every_answer_and_is_never_blocked(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.press("enter")
        await it.fill("#name", "kept")
        await it.go("Secret")
        for label in ("Review", "Lifetime", "Packages", "Scope", "Owner", "Name", "Registry"):
            await it.press("escape")
            assert it.step == label
        await it.press("enter")
        assert it.app.screen.query_one("#name", Input).value == "kept"
        await it.go("Packages")
        assert it.app.screen.query_one("#globs", Input).value == "Contoso.*"
        await it.fill("#globs", "no good?")
        await it.press("enter")
        assert it.step == "Packages"
        assert "✗" in it.text
        await it.press("escape")
        assert it.step == "Scope"


async def test_what_was_typed_without_enter_is_still_there(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Packages")
        await it.fill("#globs", "Contoso.* half")
        await it.press("escape", "enter")
        assert it.app.screen.query_one("#globs", Input).value == "Contoso.* half"
        await it.fill("#globs", "no good?")
        await it.press("ctrl+2", "ctrl+5")
        assert it.app.screen.query_one("#globs", Input).value == "no good?"
        assert [glob.text for glob in it.wizard.answers.globs] == ["Contoso.*", "half"]


async def test_another_length_or_date(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.click("own feed")
        await it.go("Lifetime")
        await it.press("end", "up", "enter", "enter")
        assert (it.step, "✗ No length is given." in it.flat) == ("Lifetime", True)
        await it.pilot.press(*"12d")
        await it.settle()
        assert "Until Fri 4 Dec 2026." in it.flat
        await it.press("enter", "escape")
        assert it.app.screen.query_one("#length", Input).value == "12d"
        await it.fill("#length", "2020-01-01")
        await it.press("enter")
        assert "✗ The key would end before it begins." in it.flat
        await it.fill("#length", "2027-01-31")
        await it.press("enter")
        assert "until Sun 31 Jan 2027" in it.flat


async def test_escape_from_a_step_reached_from_the_review_returns_there(
    make_app: AppMaker,
) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Review")
        await it.press("home", "down", "enter", "escape")
        assert it.step == "Review"


async def test_escape_on_the_first_step_asks_only_if_something_was_typed(
    make_app: AppMaker,
) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.press("escape")
        assert it.results == [None]
    async with dialog(make_app(demo=True)) as it:
        await it.press("enter")
        await it.fill("#name", "typed")
        await it.press("escape", "escape")
        assert it.results == []
        assert "esc again leaves" in it.flat
        await it.press("escape")
        assert it.results == [None]


async def test_next_is_blocked_by_what_is_wrong_and_says_so_at_once_afterwards(
    make_app: AppMaker,
) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.press("enter")
        await it.fill("#name", "RELEASE-BOT")
        assert "'release-bot' exists already" in it.flat
        await it.press("enter")
        assert it.step == "Name"
        await it.fill("#name", "bad\x1bname")
        assert "✗ Character 4 of the name (U+001B) cannot be shown." in it.flat
        await it.fill("#name", "good")
        assert "✗" not in it.text
        await it.press("enter")
        await it.fill("#owner", "  ")
        await it.press("enter")
        assert (it.step, "✗ The owner is empty." in it.flat) == ("Owner", True)
        await it.fill("#owner", "contoso")
        await it.press("enter", "space", "enter")
        assert (it.step, "✗ Tick at least one" in it.flat) == ("Scope", True)
        await it.press("space", "enter", "enter")
        assert (it.step, "✗ No package is named." in it.flat) == ("Packages", True)


async def test_enter_on_an_empty_name_takes_the_suggestion(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.press("enter")
        assert "Enter on an empty field takes nuget-ada-1." in it.flat
        await it.press("enter")
        assert it.wizard.answers.name == "nuget-ada-1"


async def test_an_owner_that_is_proposed_gives_way_to_what_is_typed(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.press("enter", "enter", *"new")
        assert it.app.screen.query_one("#owner", Input).value == "new"
        await it.press("enter", "escape", *"er")
        assert it.app.screen.query_one("#owner", Input).value == "newer"


async def test_the_last_used_registry_and_owner_are_proposed(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        assert it.wizard.answers.profile.id == "nuget.org"
        await it.go("Owner")
        assert it.app.screen.query_one("#owner", Input).value == "ada"
        await it.press("down")
        assert it.app.screen.query_one("#owner", Input).value == "contoso"


async def test_the_least_that_can_publish_is_ticked(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Scope")
        checks = it.app.screen.query_one(CheckList)
        assert checks.ticked == ("push-version",)
        await it.press("up", "space")
        assert checks.ticked == ("push",)
        await it.press("end", "space")
        assert set(checks.ticked) == {"push", "unlist"}


async def test_nothing_is_ticked_where_what_publishes_may_do_far_more(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.press(*"gitlab", "enter", "enter")
        await it.fill("#owner", "ada")
        await it.press("enter")
        assert it.step == "Scope"
        checks = it.app.screen.query_one(CheckList)
        assert checks.ticked == ()
        await it.press("enter")
        assert it.step == "Scope"
        assert "Tick at least one" in it.flat
        await it.press("space", "enter")
        assert it.step == "Packages"
        assert it.wizard.answers.actions == ("api",)


async def test_a_long_action_is_wrapped_and_not_cut_off(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.press(*"npm", "enter", "enter")
        await it.fill("#owner", "ada")
        await it.press("enter")
        assert it.step == "Scope"
        assert "▌ (•) Publish, unpublish, deprecate and ▌ change owners" in it.flat


async def test_a_review_row_leads_to_its_step_and_back(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Review")
        await it.press("home", "down", "enter")
        assert it.step == "Name"
        await it.fill("#name", "renamed")
        await it.press("enter")
        assert it.step == "Review"
        assert "renamed may push" in it.flat


async def test_a_key_that_exists_already_counts_from_the_day_it_was_made(
    make_app: AppMaker,
) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Lifetime")
        assert "30 days until Tue 22 Dec 2026" in it.flat
        await it.press("ctrl+t")
        await it.fill("#made", "2026-11-12")
        assert "30 days until Sat 12 Dec 2026" in it.flat
        assert "Made on Thu 12 Nov 2026." in it.flat
        assert fits(it.app.screen) == []
        await it.press("enter")
        assert it.step == "Review"
        assert "until Sat 12 Dec 2026. It was made on Thu 12 Nov 2026." in it.flat
        assert fits(it.app.screen) == []
        await it.press("enter")
        assert "Paste the key that you have" in it.flat
        assert "Glob Pattern" not in it.text
        await it.press("enter")
        assert "✗ Paste the key first." in it.flat
        await it.fill("SecretField", V4)
        await it.press("enter")
        life = it.results[0].key.lifetime
        assert life.created == datetime(2026, 11, 12, tzinfo=UTC)
        assert life.duration == timedelta(days=30)


async def test_a_key_of_longer_ago_may_have_the_length_of_then(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Lifetime")
        assert "another length" not in it.flat
        await it.press("ctrl+t")
        await it.fill("#made", "2026-08-01")
        it.app.screen.query_one("#lengths").focus()
        await it.press("end", "enter", *"80d", "enter")
        assert "until Tue 20 Oct 2026" in it.flat


async def test_a_day_to_come_is_no_day_a_key_was_made_on(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Lifetime")
        await it.press("ctrl+t")
        await it.fill("#made", "2027-01-01")
        await it.press("enter")
        assert "✗ The key cannot have been created then." in it.flat
        await it.press("ctrl+t", "enter")
        assert it.step == "Review"
        assert it.wizard.answers.made is None


async def test_another_registry_asks_again_what_it_does_not_know(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Review")
        await it.press("home", "enter")
        assert it.step == "Registry"
        await it.click("crates.io")
        assert it.step == "Scope"
        assert it.wizard.answers.name
        await it.press("enter")
        assert it.step == "Packages"
        await it.fill("#globs", "contoso-*")
        await it.press("enter")
        assert it.step == "Lifetime"
        await it.press("enter")
        assert it.step == "Review"


async def test_a_finished_step_is_reached_from_the_rail(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Lifetime")
        await it.press("shift+tab", "home", "down", "enter")
        assert it.step == "Name"
        await it.press("ctrl+5")
        assert it.step == "Packages"
        await it.press("ctrl+8")
        assert it.step == "Packages"


async def test_a_v5_key_brings_its_own_dates(make_app: AppMaker, clock: MovableClock) -> None:
    clock.time = datetime(2024, 12, 5, 13, 35, tzinfo=UTC)
    async with dialog(make_app(demo=True)) as it:
        await it.go("Secret")
        await it.fill("SecretField", V5)
        assert "✓ Its own end is taken over: Thu 5 Dec 2024" in it.flat
        await it.press("enter")
        life = it.results[0].key.lifetime
        assert life.created == datetime(2024, 12, 5, 13, 30, tzinfo=UTC)
        assert life.duration == timedelta(minutes=15)


async def test_a_secret_held_already_is_pointed_out_and_kept_on_a_second_enter(
    make_app: AppMaker,
) -> None:
    async with dialog(make_app(demo=True)) as it:
        with it.vault.secret(it.vault.find("release-bot").id) as secret:
            same = secret.reveal()
        await it.go("Secret")
        await it.fill("SecretField", same)
        assert "! release-bot holds this very key already." in it.flat
        await it.press("enter")
        assert it.results == []
        assert "Enter again keeps it twice." in it.flat
        await it.press("enter")
        assert it.results[0].key.name == "nuget-ada-1"


async def test_an_unknown_format_is_advice_and_no_refusal(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Secret")
        await it.press("enter")
        assert "✗ Paste the key first." in it.flat
        await it.fill("SecretField", "  something-else  ")
        assert "! keyfob does not know this format." in it.flat
        assert "Spaces around it were left out" in it.flat
        await it.press("enter", "enter")
        with it.vault.secret(it.results[0].key.id) as secret:
            assert secret.reveal() == "something-else"


async def test_an_own_feed_gets_a_generated_secret(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.click("own feed")
        await it.go("Secret")
        assert "keyfob makes the secret" in it.text
        await it.press("enter")
        key = it.results[0].key
        assert key.format == "keyfob secret"
        assert key.lifetime.duration == timedelta(days=90)
        with it.vault.secret(key.id) as secret:
            assert secret.reveal().startswith("kfob_")


async def test_an_own_feed_takes_a_pasted_secret_too(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.click("own feed")
        await it.go("Secret")
        await it.fill("SecretField", "from-the-feed")
        await it.press("enter")
        with it.vault.secret(it.results[0].key.id) as secret:
            assert secret.reveal() == "from-the-feed"


async def test_a_failed_save_says_why_and_enter_tries_again(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with dialog(app) as it:
        await it.go("Secret")
        await it.fill("SecretField", V4)
        store, replace = app.home._store, app.home._store.replace

        def full(*_: object, **__: object) -> None:
            raise StorageError("The disk is full.", "Make room.")

        store.replace = full  # type: ignore[method-assign]
        await it.press("enter")
        assert "✗ The disk is full. Make room." in it.flat
        assert "The key is held, unsaved: enter saves it" in it.flat
        assert it.app.screen.query_one(SecretField).value == ""
        store.replace = replace  # type: ignore[method-assign]
        await it.press("enter")
        with it.vault.secret(it.results[0].key.id) as secret:
            assert secret.reveal() == V4


async def test_a_name_taken_meanwhile_is_said_inline(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Secret")
        await it.fill("SecretField", V4)
        vault: Vault = it.vault
        _add_another(vault, "nuget-ada-1")
        await it.press("enter")
        assert "'nuget-ada-1' exists already" in it.flat
        await it.press("escape")
        assert it.step == "Review"


def _add_another(vault: Vault, name: str) -> None:
    model = vault.find("release-bot")
    draft = Draft(name, model.registry, model.owner, model.grants, model.lifetime)
    add(vault, draft, OTHER_V4)


async def test_the_mouse_alone_makes_a_key(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.click("own feed")
        await it.click("enter next")
        await it.click("enter next")
        await it.click("Unlist, relist or delete")
        await it.click("enter next")
        await it.click("Contoso.Core")
        assert it.app.screen.query_one("#globs", Input).value == "Contoso.Core"
        await it.click("enter next")
        await it.click("30 days")
        await it.click("Make the key")
        await it.click("enter save")
        key = it.results[0].key
        assert [grant.glob.text for grant in key.grants] == ["Contoso.Core", "Contoso.Core"]
        assert set(key.actions) == {"push-version", "unlist"}
        assert key.grants[0] == Grant("push-version", key.globs[0])


async def test_the_mouse_goes_back_and_leaves(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Owner")
        await it.click("esc back")
        assert it.step == "Name"
        await it.click("Registry nuget.org")
        assert it.step == "Registry"
        await it.click("esc cancel")
        assert it.results == [None]
