"""The guard: a small process that holds one secret on the clipboard and takes it away again.

It is started by `vault.clipboard.launch` as a package of its own, on the standard library alone
(`python -I -S`), so that it is ready in milliseconds: hence nothing in here imports keyfob, and
imports among its files are relative. It talks like this:

- stdin: one line of JSON, an `Order`; then `length` bytes, the secret. Nothing else carries it.
- stdout: one line of JSON, a `Reply`. Nothing is ever written to stderr.

Then it waits until the time is over, or, if `held`, until its stdin ends: the program at the other
end cleared, locked, quit or was killed. SIGTERM, SIGHUP and SIGINT end it early too.
"""
