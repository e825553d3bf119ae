from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.vault.artifacts.making import tar_gz
from tests.vault.clients.making import (
    NOWHERE,
    SECRET,
    asked,
    equipped,
    goes,
    known,
    read,
    refused,
    tgz,
    written,
)
from vault.errors import ValueRefusedError

HOST = "https://npm.example"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    written(folder / "package.json", '{"name": "@contoso/core", "version": "1.0.0"}')
    return folder


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("npm publish", ["publish @contoso/core 1.0.0"]),
        ("npm publish .", ["publish @contoso/core 1.0.0"]),
        (
            "npm --silent publish --access public --tag next --otp 123456",
            ["publish @contoso/core 1.0.0"],
        ),
        ("npx npm publish --provenance true ./", ["publish @contoso/core 1.0.0"]),
        ("npm publish plain-1.0.0.tgz", ["publish plain 1.0.0"]),
        ("npm publish --dry-run false", ["publish @contoso/core 1.0.0"]),
        ("npm unpublish @contoso/core@1.0.0", ["unlist @contoso/core 1.0.0"]),
        ("npm unpublish plain --force", ["unlist plain"]),
        ("npm unpublish", ["unlist @contoso/core"]),
        ("npm deprecate plain@<2 'use contoso'", ["deprecate plain <2"]),
        ("npm undeprecate plain", ["deprecate plain"]),
        ("npm dist-tag add plain@1.0.0 beta", ["publish plain 1.0.0"]),
        ("npm dist-tag rm plain beta", ["publish plain"]),
        ("npm owner add bob plain", ["change the owners of plain"]),
        ("npm owner rm bob", ["change the owners of @contoso/core"]),
        ("npm dist-tag ls plain", []),
        ("npm owner ls plain", []),
        ("npm publish --dry-run", []),
        ("npm publish --help", []),
        ("npm install --unknown x", []),
        ("npm ci", []),
        ("npm", []),
    ],
)
def test_what_a_command_asks_for(project: Path, line: str, expected: list[str]) -> None:
    tgz(project, "plain")
    assert asked(line, project) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("-w one", ["publish one 1.0.0"]),
        ("--workspace=packages/two -w one", ["publish one 1.0.0", "publish two 1.0.0"]),
        ("--workspaces", ["publish one 1.0.0", "publish two 1.0.0"]),
    ],
)
def test_workspaces_are_all_asked_for(tmp_path: Path, options: str, expected: list[str]) -> None:
    written(tmp_path / "package.json", '{"workspaces": ["./packages/*"]}')
    for name in ("one", "two"):
        manifest = f'{{"name": "{name}", "version": "1.0.0"}}'
        written(tmp_path / f"packages/{name}/package.json", manifest)
    written(tmp_path / "packages/own/package.json", '{"name": "own", "private": true}')
    assert asked(f"npm publish {options}", tmp_path) == expected
    assert "No workspace" in refused("npm publish -w three", tmp_path)


@pytest.mark.parametrize(
    ("npmrc", "options", "environ", "expected"),
    [
        ("", "", {}, (None, "npm")),
        ("", f"--registry {HOST}", {}, (HOST, None)),
        ("", f"--reg={HOST}/", {}, (f"{HOST}/", None)),
        (f"registry={HOST}/a/", "", {}, (f"{HOST}/a/", None)),
        (f"@contoso:registry={HOST}/scope/", f"--registry {HOST}", {}, (f"{HOST}/scope/", None)),
        (f"@other:registry={HOST}/scope/", "", {}, (None, "npm")),
        (f"@other:registry={HOST}/scope/", "--scope other", {}, (f"{HOST}/scope/", None)),
        (f"registry={HOST}/a/", "", {"npm_config_registry": f"{HOST}/b/"}, (f"{HOST}/b/", None)),
        (f"registry={HOST}/a/", f"--@contoso:registry={HOST}/c/", {}, (f"{HOST}/c/", None)),
        ("registry=${WHERE}", "", {"WHERE": f"{HOST}/d/"}, (f"{HOST}/d/", None)),
    ],
)
def test_where_it_goes(
    project: Path,
    npmrc: str,
    options: str,
    environ: dict[str, str],
    expected: tuple[str | None, str | None],
) -> None:
    written(project / ".npmrc", npmrc)
    assert goes(f"npm publish {options}", project, {**NOWHERE, **environ}) == expected


def test_the_project_counts_before_the_user(project: Path, tmp_path: Path) -> None:
    environ = {**NOWHERE, "HOME": str(tmp_path)}
    written(tmp_path / ".npmrc", f"registry={HOST}/user/")
    assert goes("npm publish", project, environ) == (f"{HOST}/user/", None)
    written(project / ".npmrc", f"registry={HOST}/project/")
    assert goes("npm publish", project, environ) == (f"{HOST}/project/", None)


@pytest.mark.parametrize("key", ["registry", "@contoso:registry"])
def test_publish_config_counts_before_all_files(project: Path, key: str) -> None:
    config = f'{{"{key}": "{HOST}/own/"}}'
    written(
        project / "package.json",
        f'{{"name": "@contoso/core", "version": "1.0.0", "publishConfig": {config}}}',
    )
    written(project / ".npmrc", f"registry={HOST}/project/")
    assert goes("npm publish", project) == (f"{HOST}/own/", None)
    expected = f"{HOST}/own/" if "@" in key else HOST
    assert goes(f"npm publish --registry {HOST}", project) == (expected, None)


def test_publish_config_inside_a_built_package_counts_too(project: Path) -> None:
    manifest = (
        f'{{"name": "plain", "version": "1.0.0", "publishConfig": {{"registry": "{HOST}/own/"}}}}'
    )
    (project / "plain-1.0.0.tgz").write_bytes(tar_gz({"package/package.json": manifest}))
    assert goes("npm publish plain-1.0.0.tgz", project) == (f"{HOST}/own/", None)


@pytest.mark.parametrize("line", ["npm run release", "npm exec x", "npm stage", "npm pub"])
def test_a_command_nobody_knows_is_none_of_it(project: Path, line: str) -> None:
    assert read(line, project) is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("npm login", "npm login manages"),
        ("npm logout", "npm logout manages"),
        ("npm token create", "npm token manages"),
        ("npm publish folder", "would be fetched from elsewhere"),
        ("npm publish owner/repository", "would be fetched from elsewhere"),
        ("npm publish ./a ./b", "one folder or .tgz"),
        ("npm publish ./missing.tgz", "There is no file ./missing.tgz"),
        ("npm publish --//npm.example/:_authToken=made-up", "does not know the option"),
        ("npm publish --userconfig x", "does not know the option --userconfig"),
        ("npm publish --prefix ..", "does not know the option --prefix"),
        ("npm publish -registry https://x.example", "does not know the option -registry"),
        ("npm publish --registry", "needs a value"),
        ("npm publish --registry --dry-run", "needs a value"),
        ("npm publish --registry x.example", "is no address"),
        ("npm publish --registry https://u:made-up@x.example", "user name or password"),
        ("npm deprecate", "which package"),
        ("npm dist-tag add", "which package"),
        ("npm unpublish -w one", "which package"),
    ],
)
def test_what_is_refused(project: Path, line: str, said: str) -> None:
    sentence = refused(line, project)
    assert said in sentence
    assert "made-up" not in sentence


def test_the_key_goes_in_by_a_private_file_that_names_a_variable(
    project: Path, tmp_path: Path
) -> None:
    kept = [
        "fund=false",
        "; a comment",
        "//other.example/:_authToken=theirs",
        "@x:registry=https://x.example",
    ]
    gone = ["//npm.example/:_authToken=old", "//npm.example/a/:_password=old", "_auth=old"]
    written(tmp_path / ".npmrc", "\n".join([*kept, *gone]))
    environ = {**NOWHERE, "HOME": str(tmp_path), "npm_config_//npm.example/:_authToken": "old"}
    room = tmp_path / "room"
    room.mkdir()
    found = equipped(f"npm publish --registry {HOST}", project, room, environ)
    path = room / "npmrc"
    assert found.environ == {"KEYFOB_NPM_TOKEN": SECRET, "npm_config_userconfig": str(path)}
    assert found.unset == ("npm_config_//npm.example/:_authToken",)
    own = "//npm.example/:_authToken=${KEYFOB_NPM_TOKEN}"
    assert path.read_text().splitlines() == [*kept, own]
    if os.name != "nt":
        assert path.stat().st_mode & 0o777 == 0o600


def test_the_users_file_may_be_elsewhere(project: Path, tmp_path: Path) -> None:
    mine = written(tmp_path / "mine", "fund=false\n")
    environ = {**NOWHERE, "NPM_CONFIG_USERCONFIG": str(mine)}
    found = equipped(f"npm publish --registry {HOST}", project, tmp_path, environ)
    assert (tmp_path / "npmrc").read_text().startswith("fund=false\n")
    assert found.unset == ("NPM_CONFIG_USERCONFIG",)


def test_a_variable_the_project_names_is_given_the_key(project: Path, tmp_path: Path) -> None:
    written(project / ".npmrc", "//npm.example/:_authToken=${NODE_AUTH_TOKEN}\n")
    environ = {**NOWHERE, "NODE_AUTH_TOKEN": "old"}
    found = equipped(f"npm publish --registry {HOST}", project, tmp_path, environ)
    assert found.environ["NODE_AUTH_TOKEN"] == SECRET


@pytest.mark.parametrize(
    "line",
    [
        "//npm.example/:_authToken=made-up",
        "//npm.example/:_auth=${A}",
        "//npm.example/:_authToken=${PATH}",
        "_authToken=${A}",
    ],
)
def test_a_credential_of_the_projects_own_is_refused(
    project: Path, tmp_path: Path, line: str
) -> None:
    written(project / ".npmrc", line)
    with pytest.raises(ValueRefusedError, match="holds a credential") as caught:
        equipped(f"npm publish --registry {HOST}", project, tmp_path)
    assert "made-up" not in caught.value.message


def test_where_npm_goes_by_default_must_be_known(project: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueRefusedError, match="cannot see which registry"):
        equipped("npm publish", project, tmp_path)


def test_what_needs_no_key_names_no_registry(project: Path) -> None:
    assert known("npm ci", project).registry is None


def test_the_default_registry_by_its_address_is_npm(project: Path, tmp_path: Path) -> None:
    program = written(tmp_path / "npm/bin/npm", "")
    program.chmod(0o755)
    written(
        tmp_path / "npm/node_modules/npm-registry-fetch/lib/default-opts.js",
        f"module.exports = {{ registry: '{HOST}/' }}",
    )
    environ = {**NOWHERE, "PATH": str(program.parent)}
    line = f"npm publish --registry {HOST}"
    assert goes(line, project, environ) == (None, "npm")
    equipped(line, project, tmp_path, environ)
    assert "//npm.example/:_authToken" in (tmp_path / "npmrc").read_text()


@pytest.mark.parametrize(
    "setting",
    [
        *("strict-ssl=false", "cafile = mine.pem", "ca[]=x", "strict-ssl[]=false"),
        *('"strict-ssl"=false', "'strict-ssl' = false", "strict-ssl=null", "strict-ssl;x=false"),
        *('"strict\\u002dssl"=false', "strict-ssl#=false", "strict-ssl=false ; it's ours"),
        *("strict-ssl=false\n[x]\nstrict-ssl=true", "strict-ssl=false\nx\x85strict-ssl=true"),
    ],
)
def test_a_project_says_nothing_of_certificates(project: Path, setting: str) -> None:
    written(project / ".npmrc", f"strict-ssl=true\n{setting}\n")
    assert "another server could pass for the registry" in refused("npm publish", project)
    written(project / ".npmrc", "strict-ssl=true\n")
    assert asked("npm publish", project) == ["publish @contoso/core 1.0.0"]


def test_nor_does_its_manifest(project: Path) -> None:
    manifest = '{"name": "a", "version": "1.0.0", "publishConfig": {"strict-ssl": false}}'
    written(project / "package.json", manifest)
    assert "another server could pass for the registry" in refused("npm publish", project)
