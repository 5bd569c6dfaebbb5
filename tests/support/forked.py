"""Homes whose commands run in children of one process that has loaded the program: the same, without the loading.

Each child is forked from a process that has opened no store and read no key, so it begins as a process of its own does.
What has to be a program started in earnest (a server, a sequencer that runs on) is still started as one.
"""

from dataclasses import dataclass, field

from tests.support.cli import Home, Ran
from tests.support.loaded import Parent


@dataclass
class ForkedHome(Home):
    """A home, reached by commands that start in no time; `close` it when it is no longer needed."""

    _parent: Parent | None = field(default=None, init=False, repr=False)

    def python(self, *words: str, text: str = "") -> Ran:
        """Run ``-m aboveboard ...`` or ``-c ...`` in a child, with *text* on its standard input."""
        environment = self.environment
        if self._parent is None:
            self._parent = Parent(environment, program=True)
        return Ran(*self._parent.run(words, environment, self.folder, text))

    def close(self) -> None:
        """End the process the children come from."""
        if self._parent is not None:
            self._parent.close()
            self._parent = None
