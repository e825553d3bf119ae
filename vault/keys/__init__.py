"""The domain: keys, globs, grants, lifetimes. Pure: no files, no cryptography."""
