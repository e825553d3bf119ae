"""The agent: a process that holds one vault open for a stated time, and lends from it.

It tells of keys, hands out one secret at a time and records that use, and makes the commands ready
that `keyfob run` starts. It never gives the vault key and never changes a key, whoever asks.
"""
