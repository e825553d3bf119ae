"""Registries' APIs: what keyfob can have a registry do for a key, without its page."""
