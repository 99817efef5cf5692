"""Read-only JSON, as the account data manager gives it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


class FrozenDict(Mapping[str, Any]):
    """A mapping that can't be changed. Equal to a dict with the same members, and hashable where those are."""

    __slots__ = ("_members",)

    def __init__(self, members: Mapping[str, Any]) -> None:
        object.__setattr__(self, "_members", dict(members))

    def __getitem__(self, key: str) -> Any:
        return self._members[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __hash__(self) -> int:
        return hash(frozenset(self._members.items()))

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("It is frozen.")

    def __repr__(self) -> str:
        return f"FrozenDict({self._members!r})"


def freeze(value: Any) -> Any:
    """Objects become mappings that can't be changed, lists tuples."""
    if isinstance(value, dict):
        return FrozenDict({key: freeze(member) for key, member in value.items()})
    if isinstance(value, (list, tuple)):
        return tuple(freeze(member) for member in value)
    return value
