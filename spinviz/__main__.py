"""``python -m spinviz`` is the command ``spinviz``."""

import sys

from spinviz.cli import main

if __name__ == "__main__":
    sys.exit(main())
