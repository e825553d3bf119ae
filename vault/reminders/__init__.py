"""Telling of what falls due where people are: prompt, CI, calendar, desktop.

Every file here is small and imports little: `keyfob check` runs at every prompt.
"""
