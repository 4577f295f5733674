"""``python -m hyperparameter`` is the ``hp`` command."""

import sys

from hyperparameter.tool import main

if __name__ == "__main__":
    sys.exit(main())
