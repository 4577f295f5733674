#!/usr/bin/env python3
"""Writes include/hyperparameter/c.h from the core's abi.rs, the one place where the interface is written down.

cpp/scripts/c_header.py           # writes the header
cpp/scripts/c_header.py --check   # exit status 1 where it is not what would be written
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "crates/hyperparameter/src/host/abi.rs"
HEADER = ROOT / "cpp/include/hyperparameter/c.h"

SCALARS = {
    "u8": "uint8_t",
    "u32": "uint32_t",
    "u64": "uint64_t",
    "i64": "int64_t",
    "f64": "double",
    "usize": "size_t",
    "c_void": "void",
    "std::ffi::c_char": "char",
    "Status": "int32_t",
}
# Words that are no names in C or C++.
RENAMED = {"default": "default_value", "int": "integer", "float": "number"}
MODULES = {"error": "HP_ERROR_", "kind": "HP_KIND_", "special": "HP_SCOPE_", "input": "HP_INPUT_"}

HEAD = """\
/**
 * @file
 * hyperparameter: scoped, named parameters, from C.
 *
 * This file is written by cpp/scripts/c_header.py from crates/hyperparameter/src/host/abi.rs.
 *
 *     const hp_table *hp = hyperparameter_store();
 *     const hp_key *lr;
 *     double value;
 *     if (!hp || hp->intern(hp_string("train.lr"), &lr) != HP_OK) return 1;
 *     if (hp->read_float(NULL, lr, &value) != HP_OK) value = 0.1;
 *
 * Everything is a function of one table: of the store of the process's host, such as Python, where there is one, else of
 * this library's own. The table is only ever added to: `size` says which fields are there, and only a change that cannot
 * be made so moves `abi`.
 *
 * For every function of the table:
 *
 * - It may be called on any thread. None waits for the interpreter's lock of a host but `leave`, and what must look into
 *   an object of the host's language.
 * - Nothing is thrown and nothing unwinds out of it. What can fail returns a status; after HP_FAILED, `last_error` has the
 *   error, on the same thread, until the next call.
 * - Pointers that go in are borrowed for the call. What `out` is given is written only where the call returns HP_OK.
 * - A `state` that is null is what the calling thread sees now.
 */
#ifndef HYPERPARAMETER_C_H
#define HYPERPARAMETER_C_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif
"""

FOOT = """\
/** The table of the store that this library uses. The first call chooses it, for the life of the process; NULL where there
 * is a host whose table cannot be used. The library owns it, for ever. */
const hp_table *hyperparameter_store(void);
/** Why `hyperparameter_store` gives NULL, for ever; NULL where it does not. */
const char *hyperparameter_why_no_store(void);
/** Uses the table of a host's capsule, before anything else: NULL, or why it cannot be used, for ever. */
const char *hyperparameter_adopt(const hp_table *table);
/** The version of this library, for ever. */
const char *hyperparameter_version(void);

/** A text that ends with a zero byte, borrowed. */
static inline hp_str hp_string(const char *text) {
    hp_str str;
    str.data = (const uint8_t *)text;
    str.len = strlen(text);
    return str;
}

/** Null. */
static inline hp_value hp_null(void) {
    hp_value value;
    memset(&value, 0, sizeof value);
    return value;
}
/** A truth value. */
static inline hp_value hp_bool(int truth) {
    hp_value value = hp_null();
    value.kind = HP_KIND_BOOL;
    value.data.integer = truth != 0;
    return value;
}
/** An integer. */
static inline hp_value hp_int(int64_t integer) {
    hp_value value = hp_null();
    value.kind = HP_KIND_INT;
    value.data.integer = integer;
    return value;
}
/** A float. */
static inline hp_value hp_float(double number) {
    hp_value value = hp_null();
    value.kind = HP_KIND_FLOAT;
    value.data.number = number;
    return value;
}
/** A string of `len` bytes of UTF-8, borrowed. */
static inline hp_value hp_strn(const char *text, size_t len) {
    hp_value value = hp_null();
    value.kind = HP_KIND_STR;
    value.data.bytes = (const uint8_t *)text;
    value.len = len;
    return value;
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* HYPERPARAMETER_C_H */
"""


def c_name(rust: str) -> str:
    """`RawKey` is `hp_key`."""
    rust = {"HostTable": "Table"}.get(rust, rust)
    bare = rust.removeprefix("Raw")
    return "hp_" + re.sub(r"(?<!^)(?=[A-Z])", "_", bare).lower()


def split(text: str) -> list[str]:
    """The parts between commas that stand in no brackets."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text):
        depth += (char in "(<") - (char in ")>" and text[at - 1] != "-")
        if char == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def declared(rust: str, name: str) -> str:
    """A C declaration of `name` with a Rust type."""
    rust = rust.strip()
    for prefix, const in (("*const ", "const "), ("*mut ", "")):
        if rust.startswith(prefix):
            inner = rust.removeprefix(prefix)
            if inner.startswith("*const "):
                return declared(inner, f"const *{name}" if const else f"*{name}")
            if inner.startswith("*"):
                return declared(inner, f"*{name}")
            return f"{const}{declared(inner, '*' + name)}"
    if match := re.fullmatch(r"Option<(\w+)>", rust):
        return declared(match[1], name)
    if match := re.fullmatch(r"unsafe extern \"C\" fn\((.*)\)(?: -> (.*))?", rust):
        given = ", ".join(argument(part) for part in split(match[1])) or "void"
        return declared(match[2] or "c_void", f"(*{name})({given})")
    base = SCALARS.get(rust) or c_name(rust.removeprefix("super::abi::"))
    return f"{base} {name}".rstrip()


def argument(rust: str) -> str:
    return declared(rust, "").replace("* ", "*").rstrip()


def comment(lines: list[str], indent: str) -> str:
    if not lines:
        return ""
    text = "\n".join(lines)
    text = re.sub(r"\[`(?:[\w:]+::)?(\w+)`\]", lambda m: f"`{m[1]}`", text).replace("[`", "`").replace("`]", "`")
    text = text.replace("`data.int`", "`data.integer`").replace("`data.float`", "`data.number`")
    for word in ("FAILED", "MISSING", "OTHER", "OK"):
        text = text.replace(f"`{word}`", f"HP_{word}")
    body = ("\n" + indent + " * ").join(text.split("\n")).replace(" * \n", " *\n")
    return f"{indent}/** {body} */\n"


def written(source: str) -> str:
    out = [HEAD]
    source = source[source.index("pub const ABI") - 200 :]
    structs: dict[str, str] = {}
    opaque: list[str] = []
    types: dict[str, str] = {}
    constants: list[str] = []
    docs: list[str] = []
    module = ""
    inside: tuple[str, str, list[str], list[str]] | None = None
    lines = iter(source.split("\n"))
    for line in lines:
        text = line.strip()
        # A declaration may be broken over lines.
        if inside and text.startswith("pub ") and text.endswith(":"):
            text = text + " " + next(lines).strip()
        if inside and " fn(" in text and text.count("(") != text.count(")"):
            while text.count("(") != text.count(")") or not text.endswith(","):
                text = text + " " + next(lines).strip()
            text = text.replace("( ", "(").replace(", )", ")")
        if text.startswith("impl ") and not inside:
            docs = []
            continue
        if text.startswith("///"):
            docs.append(text[3:].removeprefix(" "))
        elif match := re.fullmatch(r"pub mod (\w+) \{", text):
            module, docs = match[1], []
            constants.append("")
        elif match := re.fullmatch(r"pub const (\w+): (u32|Status) = (-?\d+);", text):
            prefix = MODULES.get(module, "HP_")
            constants.append(comment(docs, "").rstrip("\n"))
            number = f"({match[3]})" if match[3].startswith("-") else match[3]
            constants.append(f"#define {prefix}{match[1]} {number}")
            docs = []
        elif match := re.fullmatch(r"pub type (\w+) = (.*);", text):
            if not match[1].startswith(("Find", "Status")):
                types[match[1]] = comment(docs, "") + f"typedef {declared(match[2], c_name(match[1]))};\n"
            docs = []
        elif match := re.fullmatch(r"pub (struct|union) (\w+) \{", text):
            if match[2].startswith("$"):
                continue
            inside = (match[1], match[2], docs, [])
            docs = []
        elif (match := re.fullmatch(r"(?:pub )?(\w+): (.*),", text)) and inside and not text.startswith("_opaque"):
            name = RENAMED.get(match[1], match[1])
            inside[3].append(comment(docs, "    ") + f"    {declared(match[2], name)};\n")
            docs = []
        elif text == "}" and inside:
            keyword, name, about, fields = inside
            if fields:
                structs[name] = comment(about, "") + f"{keyword} {c_name(name)} {{\n{''.join(fields)}}};\n"
            else:
                opaque.append(comment(about, "") + f"typedef struct {c_name(name)} {c_name(name)};\n")
            inside, docs = None, []
        elif text == "}" and module:
            module, docs = "", []
        elif match := re.fullmatch(r"Raw(Line|Scope|Snapshot|Pins|Block)", text):
            opaque.append(comment(docs, "") + f"typedef struct {c_name(text)} {c_name(text)};\n")
            docs = []
        elif not text.startswith(("#[", "_opaque", "//")):
            docs = []
    out.append("\n".join(line for line in constants) + "\n\n")
    out.extend(opaque)
    order = ["RawStr", "RawData", "RawValue", "RawMember", "ForeignTable", "RawForeign", "RawSource", "RawPair"]
    order += [name for name in structs if name not in order and name != "HostTable"] + ["HostTable"]
    for name in order:
        keyword = structs[name].split("{")[0].split()[-2]
        out.append(f"/** See the {keyword}. */\ntypedef {keyword} {c_name(name)} {c_name(name)};\n")
    out.append("\n")
    out.append(structs["RawStr"] + "\n")
    out.extend(text + "\n" for text in types.values())
    out.extend(structs[name] + "\n" for name in order if name != "RawStr")
    out.append(FOOT)
    written_down = "".join(structs.values())
    for field in re.findall(r"^    pub (\w+):", source, re.M):
        if not re.search(rf"\b{RENAMED.get(field, field)}\b", written_down):
            raise SystemExit(f"c_header.py has lost the field {field} of abi.rs")
    return re.sub(r"\n{3,}", "\n\n", "".join(out))


def main() -> int:
    text = written(SOURCE.read_text(encoding="utf-8"))
    if "--check" in sys.argv[1:]:
        if HEADER.read_text(encoding="utf-8") == text:
            return 0
        print(
            f"{HEADER.relative_to(ROOT)} is not what {SOURCE.relative_to(ROOT)} says: run cpp/scripts/c_header.py",
            file=sys.stderr,
        )
        return 1
    HEADER.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
