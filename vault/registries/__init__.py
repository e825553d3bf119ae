"""What keyfob knows of each registry: a TOML file per registry, and one loader.

`loader.load` and `loader.known` give `profile.Profile` objects. A new registry is a new file; code
is touched only for a new way of matching ids or a new key format, each of which has a name.
"""
