"""The parts of :mod:`hyperparameter.tool.static`: names, what they stand for, functions and classes, and the walk."""
