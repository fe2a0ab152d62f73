"""`python -m livetui` is the same as `livetui`."""

from livetui.cli import main

raise SystemExit(main())
