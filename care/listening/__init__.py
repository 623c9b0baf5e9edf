"""Listening: saved queries, matched against every message that comes in."""
