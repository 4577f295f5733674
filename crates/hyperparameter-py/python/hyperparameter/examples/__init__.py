"""Programs to try: ``python -m hyperparameter.examples.quickstart``."""
