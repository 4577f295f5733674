// The encodings of values in the vectors, and what it means that a value is the expected one.
#pragma once

#include <hyperparameter.h>
#include <nlohmann/json.hpp>

#include <cinttypes>
#include <map>
#include <string>

namespace conformance {

using Json = nlohmann::ordered_json;

struct Skip {
    std::string why;
};
struct Differs {
    std::string why;
};

[[noreturn]] inline void differs(const std::string &what, const Json &got, const Json &expected) {
    throw Differs{what + ": got " + got.dump().substr(0, 300) + ", expected " + expected.dump().substr(0, 300)};
}

inline std::string string_of(const Json &json) {
    if (json.is_string()) {
        return json.get<std::string>();
    }
    if (json.is_object() && json.contains("$repeat")) {
        const Json &parts = json["$repeat"];
        std::string text = parts[0].get<std::string>();
        for (std::size_t at = 0; at < parts[2].get<std::size_t>(); ++at) {
            text += parts[1].get<std::string>();
        }
        return text + parts[3].get<std::string>();
    }
    throw Skip{"no string: " + json.dump()};
}

// An object without a language of its own, told apart by its label.
struct Opaque {
    std::string label;
};

// A value in the encoding of the vectors: what is compared. Text is the literal it spells.
inline Json canonical(const hp_value &value) {
    switch (value.kind) {
        case HP_KIND_NULL: return nullptr;
        case HP_KIND_BOOL: return value.data.integer != 0;
        case HP_KIND_INT: return value.data.integer;
        case HP_KIND_FLOAT: {
            // The bits: -0.0 is not 0.0, and nan is nan.
            std::uint64_t bits;
            std::memcpy(&bits, &value.data.number, sizeof bits);
            return {{"$float", value.data.number != value.data.number ? std::string("nan") : std::to_string(bits)}};
        }
        case HP_KIND_STR: return std::string(hp::detail::string_of(value));
        case HP_KIND_BIG: {
            std::string bytes;
            for (std::size_t at = 0; at < value.len; ++at) {
                bytes += std::to_string(value.data.bytes[at]) + ",";
            }
            return {{"$int", bytes}};
        }
        case HP_KIND_TEXT: {
            const hp_table &store = hp::detail::table();
            hp::detail::Owned literal(store);
            std::string why;
            hp::detail::checked(
                store, store.convert(&value, hp::ask::any, &literal.value, &literal.owner, hp::detail::append, &why));
            return canonical(literal.value);
        }
        case HP_KIND_LIST: {
            Json list = Json::array();
            for (std::size_t at = 0; at < value.len; ++at) {
                list.push_back(canonical(value.data.items[at]));
            }
            return list;
        }
        case HP_KIND_MAP: {
            // By name: the order of a map does not count.
            std::map<std::string, Json> members;
            for (std::size_t at = 0; at < value.len; ++at) {
                const hp_member &member = value.data.members[at];
                members[hp::detail::owned(member.name)] = canonical(member.value);
            }
            Json map = Json::object();
            for (auto &[name, member] : members) {
                map[name] = std::move(member);
            }
            return map;
        }
        case HP_KIND_FOREIGN: {
            std::string why;
            std::shared_ptr<Opaque> object;
            if (!hp::ParamTraits<std::shared_ptr<Opaque>>::raise(value, object, why)) {
                throw Differs{why};
            }
            return {{"$host", object->label}};
        }
        default: throw Differs{"a value of kind " + std::to_string(value.kind)};
    }
}

// The values of one case: its labels are shared.
class Objects {
  public:
    // What the encoding means, in an arena of this.
    hp_value value(const Json &json) {
        using hp::ParamTraits;
        if (json.is_null()) {
            return hp_null();
        }
        if (json.is_boolean()) {
            return hp_bool(json.get<bool>());
        }
        if (json.is_number()) {
            return hp_int(json.get<std::int64_t>());
        }
        if (json.is_string()) {
            return hp::detail::string_value(arena_.text(json.get<std::string>()));
        }
        if (json.is_array()) {
            return list(json);
        }
        if (json.size() != 1 || json.begin().key().rfind('$', 0) != 0) {
            std::vector<std::pair<std::string, const Json *>> pairs;
            for (const auto &[name, of] : json.items()) {
                pairs.emplace_back(name, &of);
            }
            return map(pairs);
        }
        const std::string name = json.begin().key();
        const Json &of = json.begin().value();
        if (name == "$float") {
            // Unlike `std::stod` this gives a number that is smaller than the least normal one.
            return hp_float(std::strtod(of.get<std::string>().c_str(), nullptr));
        }
        if (name == "$int") {
            return big(of.get<std::string>());
        }
        if (name == "$text") {
            return hp::detail::string_value(arena_.text(string_of(of)), HP_KIND_TEXT);
        }
        if (name == "$repeat") {
            return hp::detail::string_value(arena_.text(string_of(json)));
        }
        if (name == "$pairs") {
            std::vector<std::pair<std::string, const Json *>> pairs;
            for (const Json &pair : of) {
                pairs.emplace_back(string_of(pair[0]), &pair[1]);
            }
            return map(pairs);
        }
        if (name == "$nest") {
            hp_value inner = value(of[2]);
            for (int at = 0; at < of[1].get<int>(); ++at) {
                hp_member *member = arena_.members(1);
                *member = {hp::detail::raw(arena_.text(of[0].get<std::string>())), inner};
                inner = hp_null();
                inner.kind = HP_KIND_MAP;
                inner.data.members = member;
                inner.len = 1;
            }
            return inner;
        }
        if (name == "$host") {
            auto &object = hosts_[of.dump()];
            if (object == nullptr) {
                object = std::make_shared<Opaque>(Opaque{of.dump()});
            }
            return ParamTraits<std::shared_ptr<Opaque>>::lower(object, arena_);
        }
        if (name == "$same" || name == "$other") {
            // A container of C++ is a copy: which object it is cannot be told.
            return value(of[1]);
        }
        throw Skip{"encoding " + name};
    }

    // What is expected, to be compared with what was read.
    Json expected(const Json &json) { return canonical(value(json)); }

    void check(const std::string &what, const Json &got, const Json &json) {
        const Json wanted = expected(json);
        if (got != wanted) {
            differs(what, got, wanted);
        }
    }

  private:
    hp_value list(const Json &json) {
        hp_value made = hp_null();
        made.kind = HP_KIND_LIST;
        made.len = json.size();
        hp_value *to = arena_.values(json.size());
        made.data.items = to;
        for (const Json &item : json) {
            *to++ = value(item);
        }
        return made;
    }
    hp_value map(const std::vector<std::pair<std::string, const Json *>> &pairs) {
        hp_value made = hp_null();
        made.kind = HP_KIND_MAP;
        made.len = pairs.size();
        hp_member *to = arena_.members(pairs.size());
        made.data.members = to;
        for (const auto &[name, of] : pairs) {
            *to++ = {hp::detail::raw(arena_.text(name)), value(*of)};
        }
        return made;
    }
    // A decimal integer of any size, as bytes in two's complement.
    hp_value big(const std::string &decimal) {
        const bool negative = decimal[0] == '-';
        std::vector<unsigned char> bytes{0};
        for (const char digit : decimal.substr(negative ? 1 : 0)) {
            unsigned carry = static_cast<unsigned>(digit - '0');
            for (unsigned char &byte : bytes) {
                carry += 10u * byte;
                byte = static_cast<unsigned char>(carry & 0xffu);
                carry >>= 8;
            }
            if (carry != 0) {
                bytes.push_back(static_cast<unsigned char>(carry));
            }
        }
        bytes.push_back(0);
        if (negative) {
            unsigned carry = 1;
            for (unsigned char &byte : bytes) {
                carry += static_cast<unsigned char>(~byte);
                byte = static_cast<unsigned char>(carry & 0xffu);
                carry >>= 8;
            }
        }
        // The shortest form, as the store writes it.
        while (bytes.size() > 1 && ((bytes.back() == 0 && bytes[bytes.size() - 2] < 0x80) ||
                                    (bytes.back() == 0xff && bytes[bytes.size() - 2] >= 0x80))) {
            bytes.pop_back();
        }
        return hp::detail::string_value(arena_.text(std::string(bytes.begin(), bytes.end())), HP_KIND_BIG);
    }

    hp::Arena arena_;
    std::map<std::string, std::shared_ptr<Opaque>> hosts_;
};

// A value as it is in the store, asked for as one of the store's own types.
template <std::uint32_t Ask>
struct Any {
    Json json;
};

}  // namespace conformance

template <std::uint32_t Ask>
struct hyperparameter::ParamTraits<conformance::Any<Ask>> : hyperparameter::detail::Plain {
    static constexpr std::uint32_t ask = Ask;
    // With no type asked null is a value like others.
    static constexpr bool holds_null = Ask == hyperparameter::ask::any;
    static std::string name() {
        return Ask == hyperparameter::ask::list ? "list" : Ask == hyperparameter::ask::map ? "map" : "number";
    }
    static hp_value lower(const conformance::Any<Ask> &, Arena &) { return hp_null(); }
    static bool raise(const hp_value &value, conformance::Any<Ask> &out, std::string &) {
        out.json = conformance::canonical(value);
        return true;
    }
};
