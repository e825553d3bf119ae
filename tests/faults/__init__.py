"""What can go wrong around a vault, made to go wrong: `python -m tests.faults --report`."""
