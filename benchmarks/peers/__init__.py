"""What Yinfeng is measured against: one file a peer, each at its best settings.

The packages lie in a folder of their own (``make bench`` installs them there), so that an installed
Yinfeng never imports them by accident: pyarrow alone would load pandas wherever it finds it.
"""

import sys
from pathlib import Path

FOLDER = Path(sys.prefix) / "peers"

if FOLDER.is_dir() and str(FOLDER) not in sys.path:
    sys.path.append(str(FOLDER))
