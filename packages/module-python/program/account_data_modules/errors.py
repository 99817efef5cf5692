"""What modules meet as errors, by the names of `synapse.module_api.errors`."""

from __future__ import annotations

from typing import Iterable


class ConfigError(Exception):
    """A module's `parse_config` refuses its configuration; `path` leads to what is wrong in it."""

    def __init__(self, msg: str, path: Iterable[str] | None = None) -> None:
        super().__init__(msg)
        self.msg = msg
        self.path = path


class SynapseError(Exception):
    """An error with an HTTP status and a Matrix error code."""

    def __init__(self, code: int, msg: str, errcode: str = "M_UNKNOWN") -> None:
        super().__init__(f"{code}: {msg}")
        self.code = code
        self.msg = msg
        self.errcode = errcode


class Unsupported(AttributeError):
    """The module uses a part of Synapse's module API that is about something else than account data."""
