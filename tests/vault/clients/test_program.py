from __future__ import annotations

import pytest

from vault.clients.program import program_of


@pytest.mark.parametrize(
    ("command", "name", "words"),
    [
        ("twine upload x", "twine", "upload x"),
        ("/usr/local/bin/twine upload", "twine", "upload"),
        (r"C:\tools\NuGet.EXE push", "nuget", "push"),
        ("nuget-5.8.0.exe push", "nuget", "push"),
        ("npm.cmd publish", "npm", "publish"),
        ("python -m twine upload", "twine", "upload"),
        ("/opt/v/bin/python3.12 -I -u -m twine upload", "twine", "upload"),
        ("py -3.12 -m twine upload", "twine", "upload"),
        ("uvx twine@7 upload", "twine", "upload"),
        ("uv tool run twine upload", "twine", "upload"),
        ("uv run python -m twine upload", "twine", "upload"),
        ("pipx run twine upload", "twine", "upload"),
        ("npx npm@latest publish", "npm", "publish"),
        ("npm exec -- npm publish", "npm", "publish"),
        ("mono tools/nuget.exe push x", "nuget", "push x"),
        ("bundle exec gem push x", "gem", "push x"),
        ("uv publish", "uv", "publish"),
        ("npm publish", "npm", "publish"),
    ],
)
def test_the_program_behind_a_command(command: str, name: str, words: str) -> None:
    found = program_of(command.split(" "))
    assert found is not None
    assert (found.name, " ".join(found.words)) == (name, words)


@pytest.mark.parametrize(
    "command",
    [
        "uvx --from evil twine upload",  # which program that starts is the option's to say
        "uv run --with evil twine upload",
        "python -c pass -m twine",
        "python -X dev -m twine upload",
        "twine-upload x",
        "sudo twine upload",
    ],
)
def test_a_starter_with_options_is_not_seen_through(command: str) -> None:
    found = program_of(command.split())
    assert found is None or found.name != "twine"


@pytest.mark.parametrize("command", [[], [""], ["uvx"] * 9])
def test_no_command_is_no_program(command: list[str]) -> None:
    assert program_of(command) is None
