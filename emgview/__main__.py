"""``python -m emgview``."""

from emgview.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
