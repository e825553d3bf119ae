"""Finding keys that lie in files: `scan` over a directory, `keys_in` over bytes.

What is found is held as a `Secret` and never part of a message.
"""
