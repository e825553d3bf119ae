"""Every key with its secret in one file: what it says, how age encrypts it, how it is written.

FORMAT.md beside this describes the file. Nothing here asks or prints.
"""
