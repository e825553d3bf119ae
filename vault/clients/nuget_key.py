"""How NuGet's two clients take a key: from a variable, or in their command."""

from __future__ import annotations

from vault.clients.base import Equipment
from vault.errors import ValueRefusedError
from vault.keys.secret import Secret


def key_given() -> ValueRefusedError:
    """The command has a key in it already."""
    return ValueRefusedError(
        "The command already has a key in it, where every process of this machine can read it.",
        "Leave it out: keyfob puts its own in, out of sight.",
    )


def in_environment(command: tuple[str, ...], secret: Secret, since: str) -> Equipment:
    """The key in the variables that NuGet reads since 7.6; for symbols it is the same one."""
    variables = ("NUGET_API_KEY", "NUGET_SYMBOL_API_KEY")
    return Equipment(
        command,
        f"the variable NUGET_API_KEY, which {since} and later read",
        dict.fromkeys(variables, secret.reveal()),
    )


def in_argv(
    command: tuple[str, ...], option: str, secret: Secret, why: str, *, allow: bool
) -> Equipment:
    """The key in the command itself, for a client that takes it in no other way.

    Raises:
        ValueRefusedError: That was not allowed.
    """
    if not allow:
        raise ValueRefusedError(
            f"{why}, so that every process of this machine could read the key while it runs.",
            "Get NuGet 7.6 or .NET SDK 10.0.300, or say --allow-argv if that is no matter here.",
        )
    return Equipment(
        (*command, option, secret.reveal()),
        "the command itself, where every process of this machine can read it",
        unset=("NUGET_API_KEY", "NUGET_SYMBOL_API_KEY"),
    )
