"""The command line: how words become parameters. ``hyperparameter.launch`` lives in :mod:`hyperparameter.cli.launch`."""
