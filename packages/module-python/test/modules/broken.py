"""A module for tests that can't be imported."""

raise RuntimeError("on purpose")
