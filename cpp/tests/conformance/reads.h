// Reads by the types of the vectors, on both ways of C++: by a call site, which walks, and by a name made at run time.
#pragma once

#include "values.h"

namespace conformance {

enum class Door { site, name };

// Reads by a type of the vectors, as its name or its one-member map is written there; nothing where there is no value. Skips a
// type that is not in the table of reads.cpp.
std::optional<Json> read(Door door, const std::string &name, const Json &type);

// The type that a default asks for: its own, static one.
inline Json type_of_default(const Json &value) {
    if (value.is_boolean()) return "bool";
    if (value.is_number()) return "int";
    if (value.is_string()) return "string";
    if (value.is_array()) return "list";
    if (value.is_object() && value.size() == 1) {
        const std::string name = value.begin().key();
        if (name == "$float") return "float";
        if (name == "$repeat") return "string";
        if (name.rfind('$', 0) == 0 && name != "$pairs") return nullptr;
    }
    if (value.is_object()) return "map";
    return nullptr;
}

}  // namespace conformance
