"""How the solving process ends where the machine fails it: its exit codes, known to it and to its parent.

Apart from `solving`, so that the parent, which lives on, need not load the engine.
"""

from typing import Final

OUT_OF_MEMORY: Final = 71
"""It asked for more memory than there was."""
NO_ROOM: Final = 74
"""The run's folder could not be read or written."""
KILLED: Final = -9
"""The system ended it, as it does with what takes too much memory; as Python tells of a signal."""
