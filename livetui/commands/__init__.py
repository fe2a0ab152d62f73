"""Floor 5: what each subcommand does: `add_arguments(parser)` and `run(args) -> exit code` in each module."""
