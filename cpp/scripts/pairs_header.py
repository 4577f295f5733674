#!/usr/bin/env python3
"""Writes include/hyperparameter/pairs.h: the macros that take the arguments of WITH_PARAMS apart.

cpp/scripts/pairs_header.py           # writes the header
cpp/scripts/pairs_header.py --check   # exit status 1 where it is not what would be written
"""

from __future__ import annotations

import sys
from pathlib import Path

HEADER = Path(__file__).resolve().parents[1] / "include/hyperparameter/pairs.h"

# The most pairs that one WITH_PARAMS takes.
PAIRS = 64

HEAD = f"""\
// Written by cpp/scripts/pairs_header.py: the parts of WITH_PARAMS, of which it takes up to {PAIRS} pairs.
//
// Each step takes a key and a value off and hands the rest on with `, ##__VA_ARGS__`, whose arguments neither g++ nor
// clang++ expands on the way: so a key arrives as it is spelled, whatever macros its words are (`os.linux`, `a.NULL`).
#ifndef HYPERPARAMETER_PAIRS_H
#define HYPERPARAMETER_PAIRS_H

// Of that comma, an extension, both compilers warn under -Wpedantic.
#if defined(__GNUC__)
#pragma GCC system_header
#endif

"""


def written() -> str:
    most = 2 * PAIRS
    words = [("MANY" if n > most else str(n) if n and n % 2 == 0 else "ODD") for n in range(2 * most + 1)]
    names = ", ".join(f"a{n}" for n in range(1, 2 * most + 1))
    out = [HEAD]
    out.append(f"#define HYPERPARAMETER_COUNTED_(none, {names}, word, ...) word\n")
    # In the place where the arguments push it: 8 for four pairs, or what is wrong with them.
    pushed = ", ".join(reversed(words))
    out.append(
        f"#define HYPERPARAMETER_PAIR_COUNT_(none, ...) HYPERPARAMETER_COUNTED_(none, ##__VA_ARGS__, {pushed}, ~)\n"
    )
    out.append("#define HYPERPARAMETER_EACH_ODD_(op, ...) op##ODD_\n")
    out.append("#define HYPERPARAMETER_EACH_MANY_(op, ...) op##MANY_\n")
    out.append("#define HYPERPARAMETER_EACH_2_(op, key, value) op(#key, value)\n")
    for n in range(4, most + 1, 2):
        out.append(
            f"#define HYPERPARAMETER_EACH_{n}_(op, key, value, ...) "
            f"op(#key, value) HYPERPARAMETER_EACH_{n - 2}_(op, ##__VA_ARGS__)\n"
        )
    # The same for names one by one: the members of a struct, the values of an enum.
    singles = ", ".join(str(n) for n in range(PAIRS, 0, -1))
    names = ", ".join(f"a{n}" for n in range(1, PAIRS + 1))
    out.append(f"\n#define HYPERPARAMETER_NTH_({names}, n, ...) n\n")
    out.append(
        "#define HYPERPARAMETER_JOIN_(a, b) HYPERPARAMETER_JOIN2_(a, b)\n#define HYPERPARAMETER_JOIN2_(a, b) a##b\n"
    )
    out.append(
        f"#define HYPERPARAMETER_LIST_(op, ...) HYPERPARAMETER_JOIN_(HYPERPARAMETER_LIST_, HYPERPARAMETER_NTH_(__VA_ARGS__, {singles}, ~))(op, __VA_ARGS__)\n"
    )
    out.append("#define HYPERPARAMETER_LIST_1(op, a) op(a)\n")
    for n in range(2, PAIRS + 1):
        out.append(f"#define HYPERPARAMETER_LIST_{n}(op, a, ...) op(a) HYPERPARAMETER_LIST_{n - 1}(op, __VA_ARGS__)\n")
    out.append("\n#endif  // HYPERPARAMETER_PAIRS_H\n")
    return "".join(out)


def main() -> int:
    text = written()
    if "--check" in sys.argv[1:]:
        if HEADER.read_text(encoding="utf-8") == text:
            return 0
        print("pairs.h is not what pairs_header.py writes: run cpp/scripts/pairs_header.py", file=sys.stderr)
        return 1
    HEADER.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
