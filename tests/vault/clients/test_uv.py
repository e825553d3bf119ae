from __future__ import annotations

from pathlib import Path

import pytest

from tests.vault.clients.making import (
    NOWHERE,
    SECRET,
    asked,
    equipped,
    goes,
    known,
    read,
    refused,
    sdist,
    wheel,
    written,
)

INDEX = """[[tool.uv.index]]
name = "own"
url = "https://own.example/simple/"
publish-url = "https://own.example/upload/"
[[tool.uv.index]]
name = "readonly"
url = "https://own.example/simple/"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    wheel(tmp_path / "dist", "contoso-core")
    sdist(tmp_path / "dist", "contoso-core")
    written(tmp_path / "dist/.gitignore", "*")
    written(tmp_path / "dist/notes.txt", "")
    return tmp_path


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("uv publish", ["publish contoso-core 1.0"]),
        ("uv --quiet publish --no-progress", ["publish contoso-core 1.0"]),
        ("uv --directory .. publish x/dist/*.whl -q", ["publish contoso-core 1.0"]),
        ("uv publish **/*.whl", ["publish contoso-core 1.0"]),
        ("uv publish dist/*.whl other/*", ["publish contoso-core 1.0", "publish other 1.0"]),
    ],
)
def test_what_a_command_asks_for(project: Path, line: str, expected: list[str]) -> None:
    wheel(project / "other", "other")
    if "**" in line:
        expected = [*expected, "publish other 1.0"]
    assert asked(line.replace("x/dist", f"{project.name}/dist"), project) == expected


@pytest.mark.parametrize(
    ("options", "environ", "expected"),
    [
        ("", {}, (None, "pypi")),
        ("--publish-url https://x.example", {}, ("https://x.example", None)),
        ("--index own", {}, ("https://own.example/upload/", None)),
        ("", {"UV_PUBLISH_INDEX": "own"}, ("https://own.example/upload/", None)),
        ("", {"UV_PUBLISH_URL": "https://x.example"}, ("https://x.example", None)),
        (
            "--publish-url=https://y.example",
            {"UV_PUBLISH_INDEX": "own"},
            ("https://y.example", None),
        ),
    ],
)
def test_where_it_goes(
    project: Path,
    options: str,
    environ: dict[str, str],
    expected: tuple[str | None, str | None],
) -> None:
    written(project / "pyproject.toml", INDEX)
    assert goes(f"uv publish {options}", project, {**NOWHERE, **environ}) == expected


@pytest.mark.parametrize("file", ["pyproject.toml", "uv.toml", "home/uv/uv.toml"])
def test_a_configuration_may_say_where(project: Path, file: str) -> None:
    table = "[tool.uv]\n" if file == "pyproject.toml" else ""
    written(project / file, f'{table}publish-url = "https://x.example/"\n')
    environ = {**NOWHERE, "XDG_CONFIG_HOME": str(project / "home")}
    assert goes("uv publish", project, environ) == ("https://x.example/", None)
    assert goes("uv publish --no-config", project, environ) == (None, "pypi")


def test_uv_goes_where_keyfob_looked(project: Path, tmp_path: Path) -> None:
    written(project / "uv.toml", 'publish-url = "https://x.example/"\n')
    found = equipped("uv publish", project, tmp_path)
    assert found.environ["UV_PUBLISH_URL"] == "https://x.example/"


def test_an_index_at_two_addresses_is_refused(project: Path) -> None:
    written(project / "pyproject.toml", INDEX)
    written(project.parent / "pyproject.toml", INDEX.replace("own.example", "other.example"))
    assert "several addresses for the index own" in refused("uv publish --index own", project)


@pytest.mark.parametrize(
    "line", ["uv", "uv build", "uv pip list", "uv publish --dry-run", "uv -V sync"]
)
def test_other_commands_need_no_key(project: Path, line: str) -> None:
    assert known(line, project).wanted == ()


@pytest.mark.parametrize("line", ["uv new-verb", "uv tool install x", "uv run release.py"])
def test_a_command_nobody_knows_is_none_of_it(tmp_path: Path, line: str) -> None:
    assert read(line, tmp_path) is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("uv publish -t made-up", "already has a key"),
        ("uv publish -tmade-up", "already has a key"),
        ("uv publish --password=made-up", "already has a key"),
        ("uv publish missing/*", "There is no file missing/*"),
        ("uv publish dist/notes.txt", "names no package of Python"),
        ("uv publish --index unknown", "gives a publish-url for the index unknown"),
        ("uv publish --index readonly", "gives a publish-url for the index readonly"),
        ("uv publish --publish-url dist", "is no address"),
        ("uv publish --publish-url https://u:made-up@x.example", "user name or password"),
        ("uv publish --publish", "does not know the option --publish"),
        ("uv publish --config-file missing.toml", "missing.toml cannot be read"),
    ],
)
def test_what_is_refused(project: Path, line: str, said: str) -> None:
    written(project / "pyproject.toml", INDEX)
    sentence = refused(line, project)
    assert said in sentence
    assert "made-up" not in sentence


def test_the_key_goes_in_by_environment(project: Path, tmp_path: Path) -> None:
    found = equipped("uv publish", project, tmp_path)
    assert found.environ == {"UV_PUBLISH_TOKEN": SECRET}
    assert set(found.unset) == {"UV_PUBLISH_USERNAME", "UV_PUBLISH_PASSWORD"}


@pytest.mark.parametrize(
    ("options", "environ"), [("-u alice", {}), ("", {"UV_PUBLISH_USERNAME": "alice"})]
)
def test_with_a_user_name_it_is_a_password(
    project: Path, tmp_path: Path, options: str, environ: dict[str, str]
) -> None:
    found = equipped(f"uv publish {options}", project, tmp_path, {**NOWHERE, **environ})
    assert found.environ == {"UV_PUBLISH_USERNAME": "alice", "UV_PUBLISH_PASSWORD": SECRET}
    assert found.unset == ("UV_PUBLISH_TOKEN",)


@pytest.mark.parametrize(
    ("hosts", "options", "said"),
    [
        (["x.example:8443"], "--publish-url https://x.example/", True),
        (["https://X.example"], "--publish-url https://x.example/", True),
        (["*"], "", True),
        (["upload.pypi.invalid"], "", True),
        (["y.example"], "--publish-url https://x.example/", False),
        (["y.example"], "", False),
    ],
)
def test_a_server_whose_certificate_nobody_checks_gets_no_key(
    project: Path, hosts: list[str], options: str, *, said: bool
) -> None:
    written(project / "pyproject.toml", f"[tool.uv]\nallow-insecure-host = {hosts}\n")
    line = f"uv publish {options}"
    if said:
        assert "certificate" in refused(line, project)
    else:
        assert known(line, project).wanted
