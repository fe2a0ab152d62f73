"""Floor 5: what each subcommand does. Each module has `add_arguments(parser)` and `run(args) -> exit code`."""
