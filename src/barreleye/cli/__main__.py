"""``python -m barreleye.cli`` is the ``barreleye`` command."""

from . import main

if __name__ == "__main__":
    main()
