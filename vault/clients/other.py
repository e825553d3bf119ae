"""Any other program: the user names the key and the variable it goes into."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from vault.clients.base import Equipment, Invocation
from vault.errors import ValueRefusedError
from vault.keys.secret import Secret
from vault.text import safe

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TAKEN = re.compile(
    r"(PATH|HOME|IFS|SHELL|KEYFOB_.*|LD_.*|DYLD_.*|PYTHON.*|NODE_OPTIONS)", re.IGNORECASE
)


def may_hold_a_key(name: str) -> bool:
    """Whether a variable of this name is one a key may be put into: not one that programs obey."""
    return _NAME.fullmatch(name) is not None and _TAKEN.fullmatch(name) is None


class Other:
    """A program keyfob knows nothing of, which gets the key in variables the user names.

    Attributes:
        variables: Their names.
    """

    name = "other"

    def __init__(self, variables: Sequence[str]) -> None:
        """Check the names.

        Raises:
            ValueRefusedError: There is none, or one that no key belongs in.
        """
        if not variables:
            raise ValueRefusedError(
                "keyfob does not know this command, and no variable is named for the key.",
                "Is it spelled right? If so, name the variable that takes the key: "
                "keyfob run --key NAME --env VARIABLE -- ...",
            )
        for each in variables:
            if not may_hold_a_key(each):
                raise ValueRefusedError(
                    f"{safe(each, 60)!r} is no variable for a key.",
                    "Name the one the client reads its key from, e.g. HEX_API_KEY.",
                )
        self.variables = tuple(dict.fromkeys(variables))

    def read(
        self,
        command: Sequence[str],
        directory: Path,
        environ: Mapping[str, str],  # noqa: ARG002 - nothing is known of the program
    ) -> Invocation | None:
        """The command as it is: what it will do is known to its user alone."""
        return Invocation(self.name, tuple(command), None, (), None, None, directory)

    def equip(
        self,
        invocation: Invocation,
        secret: Secret,
        environ: Mapping[str, str],  # noqa: ARG002 - it is only added to
        room: Path,  # noqa: ARG002 - no file is needed
        *,
        allow_argv: bool = False,  # noqa: ARG002 - nor argv
    ) -> Equipment:
        """See `Client.equip`."""
        names = " and ".join(self.variables)
        noun = "variable" if len(self.variables) == 1 else "variables"
        given = dict.fromkeys(self.variables, secret.reveal())
        return Equipment(invocation.command, f"the {noun} {names}", given)
