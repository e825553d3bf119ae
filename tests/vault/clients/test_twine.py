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

UPLOAD = "twine upload dist/*"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    wheel(tmp_path / "dist", "contoso-core")
    sdist(tmp_path / "dist", "contoso-core")
    return tmp_path


@pytest.mark.parametrize(
    "line",
    [
        UPLOAD,
        "python -m twine --no-color upload --skip-existing --verb dist/*",
        "uvx twine upload -c comment --sign-with gpg2 -- dist/*.whl",
        "twine upload dist/contoso_core-1.0.tar.gz",
    ],
)
def test_what_an_upload_asks_for(project: Path, line: str) -> None:
    assert asked(line, project) == ["publish contoso-core 1.0"]


def test_signatures_and_attestations_go_with_their_packages(project: Path) -> None:
    written(project / "dist/contoso_core-1.0.tar.gz.asc", "")
    written(project / "dist/contoso_core-1.0.tar.gz.publish.attestation", "")
    assert asked(UPLOAD, project) == ["publish contoso-core 1.0"]


def test_two_projects_in_one_command_are_both_asked_for(project: Path) -> None:
    wheel(project / "dist", "other")
    assert set(asked(UPLOAD, project)) == {"publish contoso-core 1.0", "publish other 1.0"}


PYPIRC = """[distutils]
index-servers = pypi
  own
[own]
repository = https://own.example/legacy/
username = alice
password = made-up
"""


@pytest.mark.parametrize(
    ("options", "environ", "expected"),
    [
        ("", {}, (None, "pypi")),
        ("-r testpypi", {}, (None, "testpypi")),
        ("-rtestpypi", {}, (None, "testpypi")),
        ("--repository own", {}, ("https://own.example/legacy/", None)),
        ("--repository-url https://x.example", {}, ("https://x.example", None)),
        ("-r pypi", {"TWINE_REPOSITORY": "own"}, (None, "pypi")),
        ("", {"TWINE_REPOSITORY": "own"}, ("https://own.example/legacy/", None)),
        ("-r own", {"TWINE_REPOSITORY_URL": "https://x.example"}, ("https://x.example", None)),
    ],
)
def test_where_it_goes(
    project: Path,
    options: str,
    environ: dict[str, str],
    expected: tuple[str | None, str | None],
) -> None:
    written(project / ".pypirc", PYPIRC)
    assert goes(f"{UPLOAD} {options}", project, {"HOME": str(project), **environ}) == expected


def test_a_configuration_may_send_pypi_elsewhere(project: Path) -> None:
    config = written(project / "rc", "[pypi]\nrepository = https://x.example/\n")
    assert goes(f"{UPLOAD} --config-file {config}", project) == ("https://x.example/", None)


@pytest.mark.parametrize("line", ["twine check dist/*", "twine --help", "twine upload -h"])
def test_other_commands_need_no_key(tmp_path: Path, line: str) -> None:
    assert known(line, tmp_path).wanted == ()


@pytest.mark.parametrize("line", ["twine", "twine plugin x"])
def test_a_command_nobody_knows_is_none_of_it(tmp_path: Path, line: str) -> None:
    assert read(line, tmp_path) is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("twine upload", "names no package"),
        ("twine upload missing/*", "There is no file missing/*"),
        (f"{UPLOAD} -p made-up", "already has a password"),
        (f"{UPLOAD} --pass=made-up", "already has a password"),
        (f"{UPLOAD} --repo x", "several options that begin with --repo"),
        (f"{UPLOAD} -r --skip-existing", "needs a value for -r"),
        (f"{UPLOAD} -r unknown", "gives no address for unknown"),
        (f"{UPLOAD} --repository-url x.example", "is no address"),
        (f"{UPLOAD} --repository-url https://u:made-up@x.example", "user name or password"),
        (f"{UPLOAD} --new", "does not know the option --new"),
        ("twine upload -- -r", "There is no file -r"),
        ("twine register dist/*", "no longer served"),
    ],
)
def test_what_is_refused(project: Path, line: str, said: str) -> None:
    sentence = refused(line, project)
    assert said in sentence
    assert "made-up" not in sentence


def test_a_configuration_that_is_broken_is_refused_without_quoting_it(project: Path) -> None:
    written(project / ".pypirc", "password = made-up\n")
    sentence = refused(UPLOAD, project, {"HOME": str(project)})
    assert "cannot be read" in sentence
    assert "made-up" not in sentence


def test_the_key_goes_in_by_environment(project: Path, tmp_path: Path) -> None:
    environ = {**NOWHERE, "TWINE_PASSWORD": "old", "TWINE_USERNAME": "alice"}
    assert equipped(UPLOAD, project, tmp_path, environ).environ == {
        "TWINE_USERNAME": "__token__",
        "TWINE_PASSWORD": SECRET,
        "TWINE_NON_INTERACTIVE": "1",
    }


@pytest.mark.parametrize(
    ("options", "environ", "user"),
    [
        ("-r own", {}, "alice"),
        ("-r own", {"TWINE_USERNAME": "bob"}, "bob"),
        ("--repository-url https://own.example", {}, "__token__"),
    ],
)
def test_a_server_that_knows_users_is_told_the_configured_one(
    project: Path, tmp_path: Path, options: str, environ: dict[str, str], user: str
) -> None:
    written(project / ".pypirc", PYPIRC)
    found = equipped(f"{UPLOAD} {options}", project, tmp_path, {"HOME": str(project), **environ})
    assert found.environ["TWINE_USERNAME"] == user


def test_a_section_that_twine_passes_over_is_refused(tmp_path: Path) -> None:
    wheel(tmp_path, "tool")
    section = "[pypi]\nrepository = https://own.example/\n"
    written(tmp_path / ".pypirc", f"[distutils]\nindex-servers =\n    other\n{section}")
    environ = {**NOWHERE, "HOME": str(tmp_path)}
    line = "twine upload tool-1.0-py3-none-any.whl"
    assert "does not list pypi" in refused(line, tmp_path, environ)
    written(tmp_path / ".pypirc", f"[distutils]\nindex-servers =\n    pypi\n{section}")
    assert goes(line, tmp_path, environ) == ("https://own.example/", None)
