"""`python -m secondwind` does what the `secondwind` command does."""

import sys

from secondwind.cli import main

if __name__ == "__main__":
    sys.exit(main())
