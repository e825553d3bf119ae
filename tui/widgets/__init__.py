"""Widgets: they own their behaviour and post messages; screens compose them."""
