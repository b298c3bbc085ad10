"""What is recorded of a fit while it runs, without changing its result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable


class Watch:
    """Records something of every estimator of one kind that is fitted while the context lasts.

    seconds : the time that recording took. recorded : by estimator, since searches and transformed targets fit clones
    of the one that was given; what belongs to a clone goes with it.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self.recorded: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()

    def start(self) -> None:
        """Begin to record."""
        raise NotImplementedError

    def stop(self) -> None:
        """Leave everything as it was."""
        raise NotImplementedError


class MethodWatch(Watch):
    """Wraps a method of the estimator's class, for all instances, from start to stop."""

    def __init__(self, estimator: Any, method: str) -> None:
        super().__init__()
        self._method = method
        self._owner = next(kind for kind in type(estimator).__mro__ if method in vars(kind))
        self._original = vars(self._owner)[method]

    def wrapper(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """The method that stands in for the original one."""
        raise NotImplementedError

    def start(self) -> None:
        setattr(self._owner, self._method, self.wrapper(self._original))

    def stop(self) -> None:
        setattr(self._owner, self._method, self._original)
