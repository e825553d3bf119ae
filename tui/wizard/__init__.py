"""The wizard that creates a key, step by step."""
