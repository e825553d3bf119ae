"""What is wrong with keys and vault, each finding with its fix. Judges; changes nothing."""
