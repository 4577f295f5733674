"""Raw reads. Run by its test, so that the run time records them."""

import hyperparameter as hp
from hyperparameter import param_scope
from hyperparameter import param_scope as ps

KEY = "reads.by_name"


def read(ps=ps):
    pass


def everything():
    param_scope.reads.bar | 1
    ps.reads.call(2.5)
    hp.param_scope.reads.text | "x"
    ps.reads.list[0].size | 10
    ps.reads.dictionary | {"a": 1, "b": {"c": "d"}}
    (ps.reads.lines | None)
    ps.reads.chained(
        3,
    )
    node = ps.reads.node
    node.leaf | 4
    with ps({"reads.other": 1}) as scope:
        scope.reads.scoped | 5
    [ps.reads.comprehension | 6 for _ in range(1)]
    (lambda: ps.reads.function | 7)()
    both = (ps.reads.left | 1) + (ps.reads.right | 2)
    ps.reads.nested(ps.reads.inside | 8)
    ps.reads.keys | 9
    return both


class Reader:
    def method(self):
        return ps.reads.__private | 1


def all_of_it():
    everything()
    Reader().method()
