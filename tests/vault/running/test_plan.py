from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vault.clients.base import Invocation, Wanted
from vault.errors import ValueRefusedError
from vault.keys.glob import Glob
from vault.keys.grant import Grant
from vault.keys.key import Key
from vault.keys.lifetime import Lifetime
from vault.keys.request import Ask
from vault.registries.loader import load
from vault.running.plan import MayNotError, Plan, make_plan

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NUGET = "https://api.nuget.org/v3/index.json"
FEED = "https://feed.contoso.invalid/v3/index.json"


def key(name: str, glob: str = "Contoso.*", registry: str = "nuget.org", days: int = 20) -> Key:
    matching = load(registry).matching
    action = load(registry).offered[0].id
    return Key(
        id=name,
        name=name,
        registry=registry,
        owner="contoso",
        grants=(Grant(action, Glob(glob, matching)),),
        lifetime=Lifetime(NOW - timedelta(days=5), NOW + timedelta(days=days)),
    )


def push(*ids: str, address: str | None = NUGET, registry: str | None = None) -> Invocation:
    wanted = tuple(Wanted(Ask.PUBLISH, one, "1.0", source=f"{one}.nupkg") for one in ids)
    return Invocation("dotnet nuget", ("dotnet",), "nuget", wanted, address, registry, Path())


def plan(
    invocation: Invocation, *keys: Key, registry: str | None = None, named: Key | None = None
) -> Plan:
    return make_plan(
        invocation, keys, NOW, registry=registry, named=named, host_of=lambda _name: None
    )


def test_the_narrowest_key_of_that_registry_is_taken() -> None:
    wide, narrow, elsewhere = key("wide", "*"), key("narrow"), key("feed", registry="own-feed")
    assert plan(push("Contoso.Core"), wide, elsewhere, narrow).key == narrow


def test_one_key_must_cover_every_artifact() -> None:
    core, web, both = key("core", "Contoso.Core"), key("web", "Contoso.Web"), key("both", "*")
    assert plan(push("Contoso.Core", "Contoso.Web"), core, web, both).key == both
    with pytest.raises(
        MayNotError, match=r"No one key covers Contoso\.Core and Contoso\.Web"
    ) as no:
        plan(push("Contoso.Core", "Contoso.Web"), core, web)
    assert no.value.exit_code == 1
    assert "one by one" in no.value.hint


def test_a_refusal_names_the_nearest_key_the_reason_and_the_fix() -> None:
    with pytest.raises(MayNotError, match=r"needs a \. after Contoso") as no:
        plan(push("Contoso"), key("far", "Fabrikam.*"), key("near", "Contoso.*"))
    assert "near comes nearest" in no.value.hint
    assert "keyfob which push Contoso" in no.value.hint


def test_an_expired_key_is_refused_before_the_client_starts() -> None:
    with pytest.raises(MayNotError, match="old expired 1 day ago") as no:
        plan(push("Contoso.Core"), key("old", days=-1))
    assert no.value.hint == "Give it a new secret: keyfob rotate old"


def test_no_key_for_the_registry() -> None:
    with pytest.raises(MayNotError, match=r"There is no key for nuget\.org"):
        plan(push("Contoso.Core"), key("feed", registry="own-feed"))


def test_a_server_nobody_knows_gets_no_key_unless_one_is_named() -> None:
    feed, nuget = key("feed", registry="own-feed"), key("nuget", "*")
    with pytest.raises(ValueRefusedError, match="No registry keyfob knows is at"):
        plan(push("Contoso.Core", address=FEED), feed, nuget)
    assert plan(push("Contoso.Core", address=FEED), feed, named=feed).key == feed


def test_a_registrys_key_goes_to_an_unknown_server_only_if_both_are_said() -> None:
    nuget = key("nuget", "*")
    with pytest.raises(ValueRefusedError, match=r"does not know at") as no:
        plan(push("Contoso.Core", address=FEED), nuget, named=nuget)
    assert "--registry nuget.org" in no.value.hint
    told = plan(push("Contoso.Core", address=FEED), nuget, named=nuget, registry="nuget.org")
    assert told.key == nuget


def test_a_known_server_gets_no_other_registrys_key() -> None:
    feed = key("feed", registry="own-feed")
    with pytest.raises(MayNotError, match="feed is a key for own-feed, and this goes to nuget"):
        plan(push("Contoso.Core"), feed, named=feed)
    with pytest.raises(ValueRefusedError, match=r"goes to nuget\.org, not to own-feed"):
        plan(push("Contoso.Core"), feed, registry="own-feed")


def test_a_named_key_that_may_not_is_refused() -> None:
    far = key("far", "Fabrikam.*")
    with pytest.raises(MayNotError, match=r"far does not cover Contoso\.Core"):
        plan(push("Contoso.Core"), far, key("wide", "*"), named=far)


def test_a_command_of_which_nothing_is_known_takes_a_named_live_key() -> None:
    unknown = Invocation("other", ("mix",), None, (), None, None, Path())
    feed = key("feed", registry="own-feed")
    assert plan(unknown, feed, named=feed).key == feed
    with pytest.raises(ValueRefusedError, match="which registry"):
        plan(unknown, feed)
    old = key("old", registry="own-feed", days=-1)
    with pytest.raises(MayNotError, match="old expired"):
        plan(unknown, old, named=old)


def test_a_key_that_may_only_if_the_id_exists_is_taken_and_that_is_said() -> None:
    versions = key("versions")
    versions = Key(
        id="v",
        name="v",
        registry="nuget.org",
        owner="contoso",
        grants=(Grant("push-version", Glob("Contoso.*")),),
        lifetime=versions.lifetime,
    )
    assert not plan(push("Contoso.Core"), versions).sure


def test_a_host_of_other_things_gets_no_key_for_packages() -> None:
    crate = Wanted(Ask.PUBLISH, "contoso-core", "1.0")
    index = "https://github.com/contoso/index"
    invocation = Invocation("cargo", ("cargo",), "cargo", (crate,), index, None, Path())
    repositories = key("repositories", "*", "github-fine-grained")
    with pytest.raises(ValueRefusedError, match=r"No registry keyfob knows is at https://github"):
        plan(invocation, repositories)
    with pytest.raises(ValueRefusedError, match="which keyfob does not know at"):
        plan(invocation, repositories, named=repositories)


def test_a_mirror_that_is_configured_for_downloads_gets_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    (tmp_path / ".npmrc").write_text("registry=https://mirror.invalid/npm/\n")
    (tmp_path / "pip.conf").write_text("[global]\nindex-url = https://mirror.invalid/simple\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    for kind, registry, address in (
        ("npm", "npm", "https://mirror.invalid/npm/"),
        ("python", "pypi", "https://mirror.invalid/legacy/"),
    ):
        wanted = (Wanted(Ask.PUBLISH, "contoso", "1.0"),)
        invocation = Invocation("x", ("x",), kind, wanted, address, None, tmp_path)  # type: ignore[arg-type]
        with pytest.raises(ValueRefusedError, match=r"No registry keyfob knows is at"):
            make_plan(invocation, [key("own", "*", registry)], NOW)


def test_the_hint_asks_about_what_was_wanted() -> None:
    wanted = (Wanted(Ask.UNLIST, "Contoso.Core", "1.0"),)
    invocation = Invocation("nuget", ("nuget",), "nuget", wanted, NUGET, None, Path())
    with pytest.raises(MayNotError) as no:
        plan(invocation, key("push"))
    assert no.value.hint.endswith("keyfob which unlist Contoso.Core")


GITLAB = "https://gitlab.com/api/v4/projects/7/packages/nuget/index.json"


def test_a_key_of_any_registry_at_the_address_may_be_taken() -> None:
    deploy = key("deploy", "contoso.core", registry="gitlab-deploy")
    project = key("project", "contoso/*", registry="gitlab-project")
    personal = key("personal", "*", registry="gitlab-pat")
    keys = (personal, project, deploy, key("nuget", "*"))
    made = plan(push("contoso.core", address=GITLAB), *keys)
    assert (made.key, made.profile.id) == (deploy, "gitlab-deploy")
    assert plan(push("contoso.core", address=GITLAB), *keys, registry="gitlab-pat").key == personal
    assert plan(push("contoso.core", address=GITLAB), *keys, named=deploy).key == deploy
    with pytest.raises(MayNotError, match="project does not cover"):
        plan(push("contoso.core", address=GITLAB), *keys, named=project)
    with pytest.raises(MayNotError, match="is a key for nuget"):
        plan(push("contoso.core", address=GITLAB), *keys, named=keys[-1])
