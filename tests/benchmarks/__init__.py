"""keyfob's speed, measured: `python -m tests.benchmarks [NAME...]`, one line of JSON per figure."""
