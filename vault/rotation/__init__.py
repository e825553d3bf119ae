"""Rotation as a flow of steps: what comes in which order, what is left, commands of places."""
