"""What clients call by themselves when they need a key: one file per protocol.

Each answers what its protocol asks and no more. Where the vault is locked and nobody can be asked,
or no key may do it, the client gets its protocol's own refusal with a sentence; nothing hangs.
"""
