"""Holds: what a conversation or a user has said is kept, whatever else would remove it."""
