"""The sealed bytes on disk: read, replaced atomically, locked and backed up. Knows no keys."""
