"""Runs the vectors of `conformance/` from Python: `cases` finds them, the other modules run a kind each.

Everything goes through the public package; what it does not offer stands in `adapter`, and nowhere else.
"""
