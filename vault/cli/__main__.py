"""`python -m vault.cli VERB ...`: the command line without the app."""

from vault.cli import main

raise SystemExit(main())
