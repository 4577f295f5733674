/// @file
/// Keys at compile time: the grammar (rules K1, K3) and the hash (rule K2), in constexpr.
///
///     static_assert(hp::key_hash("12345") == 13461425039964245335u);
///     static_assert(hp::check_key("model.lr").ok());
///     static_assert(hp::check_key("model lr").at == 5);
#ifndef HYPERPARAMETER_KEY_H
#define HYPERPARAMETER_KEY_H

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hyperparameter {

/// What is wrong with a key.
enum class KeyFault : unsigned char {
    none,
    empty,           ///< it has no segment at all
    empty_segment,   ///< two dots in a row, or one at an end
    white_space,     ///< a character with the Unicode property White_Space
    control,         ///< a character of the category Cc
    banned,          ///< one of = " ' , ; ( ) [ ] { } < > # $ & | ! ? * ^ ` and the back-slash
    operator_first,  ///< + or ~, which are operators of the command line, at its start
    too_long,        ///< more than 65,535 bytes
    not_utf8,
};

/// Whether a text is a key, and the byte at which it fails.
struct KeyCheck {
    KeyFault fault = KeyFault::none;  ///< What is wrong with it.
    std::size_t at = 0;               ///< The byte from which on it is.
    /// Whether it is a key.
    constexpr bool ok() const noexcept { return fault == KeyFault::none; }
};

namespace detail {

// XXH64, from its published description: four lanes of 64 bits, then the rest by eight, four and single bytes.
struct Xxh64 {
    static constexpr std::uint64_t p1 = 0x9E3779B185EBCA87u, p2 = 0xC2B2AE3D27D4EB4Fu, p3 = 0x165667B19E3779F9u,
                                   p4 = 0x85EBCA77C2B2AE63u, p5 = 0x27D4EB2F165667C5u;

    static constexpr std::uint64_t rotate(std::uint64_t x, int by) noexcept { return (x << by) | (x >> (64 - by)); }

    static constexpr std::uint64_t bytes(std::string_view text, std::size_t at, std::size_t count) noexcept {
        std::uint64_t word = 0;
        for (std::size_t i = count; i-- > 0;) {
            word = (word << 8) | static_cast<unsigned char>(text[at + i]);
        }
        return word;
    }

    static constexpr std::uint64_t round(std::uint64_t lane, std::uint64_t word) noexcept {
        return rotate(lane + word * p2, 31) * p1;
    }

    static constexpr std::uint64_t merge(std::uint64_t hash, std::uint64_t lane) noexcept {
        return (hash ^ round(0, lane)) * p1 + p4;
    }

    static constexpr std::uint64_t hash(std::string_view text, std::uint64_t seed) noexcept {
        const std::size_t size = text.size();
        std::size_t at = 0;
        std::uint64_t hash = seed + p5;
        if (size >= 32) {
            std::uint64_t a = seed + p1 + p2, b = seed + p2, c = seed, d = seed - p1;
            for (; at + 32 <= size; at += 32) {
                a = round(a, bytes(text, at, 8));
                b = round(b, bytes(text, at + 8, 8));
                c = round(c, bytes(text, at + 16, 8));
                d = round(d, bytes(text, at + 24, 8));
            }
            hash = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
            hash = merge(merge(merge(merge(hash, a), b), c), d);
        }
        hash += size;
        for (; at + 8 <= size; at += 8) {
            hash = rotate(hash ^ round(0, bytes(text, at, 8)), 27) * p1 + p4;
        }
        if (at + 4 <= size) {
            hash = rotate(hash ^ (bytes(text, at, 4) * p1), 23) * p2 + p3;
            at += 4;
        }
        for (; at < size; ++at) {
            hash = rotate(hash ^ (bytes(text, at, 1) * p5), 11) * p1;
        }
        hash = (hash ^ (hash >> 33)) * p2;
        hash = (hash ^ (hash >> 29)) * p3;
        return hash ^ (hash >> 32);
    }
};

/// One character of UTF-8; a length of 0 where there is none.
struct Decoded {
    char32_t character = 0;
    std::size_t length = 0;
};

/// The character that begins at a byte.
constexpr Decoded decode(std::string_view text, std::size_t at) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[at + i])); };
    const char32_t first = byte(0);
    if (first < 0x80) {
        return {first, 1};
    }
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || at + length > text.size()) {
        return {};
    }
    char32_t character = first & (0x7Fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0u) != 0x80u) {
            return {};
        }
        character = (character << 6) | (byte(i) & 0x3Fu);
    }
    const bool overlong = (length == 3 && character < 0x800) || (length == 4 && character < 0x10000);
    const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
    return overlong || surrogate || character > 0x10FFFF ? Decoded{} : Decoded{character, length};
}

/// Whether a character has the Unicode property White_Space.
constexpr bool is_white_space(char32_t c) noexcept {
    return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
           c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

/// Whether a character is of the category Cc.
constexpr bool is_control(char32_t c) noexcept { return c < 0x20 || (c >= 0x7F && c <= 0x9F); }

/// Whether a character stands in no key whatever its category is.
constexpr bool is_banned(char32_t c) noexcept {
    constexpr std::string_view banned = "=\"',;()[]{}<>#$&|!?*^`\\";
    return c < 0x80 && banned.find(static_cast<char>(c)) != std::string_view::npos;
}

/// Whether a text is what the macros take bare: identifiers and digits joined by '.'. Letters of other scripts pass here,
/// and are looked at by `check_key`.
constexpr bool is_bare(std::string_view text) noexcept {
    bool start = true;
    for (const char c : text) {
        const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                          static_cast<unsigned char>(c) >= 0x80;
        if (!word && (c != '.' || start)) {
            return false;
        }
        start = c == '.';
    }
    return !start;
}

}  // namespace detail

/// The hash of a key (rule K2): XXH64 with seed 42, the same in every language.
///
///     static_assert(hp::key_hash("12345") == 13461425039964245335u);
///
/// Cost: none where it is constant; at run time about a nanosecond for each byte. Any thread.
constexpr std::uint64_t key_hash(std::string_view key) noexcept { return detail::Xxh64::hash(key, 42); }

/// Whether a text is a key (rule K1), and if not why and from which byte on.
///
///     if (const hp::KeyCheck check = hp::check_key(name); !check.ok()) std::cerr << "wrong from byte " << check.at;
///
/// Cost: none where it is constant; at run time one pass over the text. Any thread. Throws nothing.
constexpr KeyCheck check_key(std::string_view key) noexcept {
    constexpr std::size_t longest = 65'535;
    if (key.empty()) {
        return {KeyFault::empty, 0};
    }
    if (key.size() > longest) {
        return {KeyFault::too_long, longest};
    }
    if (key[0] == '+' || key[0] == '~') {
        return {KeyFault::operator_first, 0};
    }
    bool start = true;
    for (std::size_t at = 0; at < key.size();) {
        const detail::Decoded decoded = detail::decode(key, at);
        const char32_t c = decoded.character;
        if (decoded.length == 0) {
            return {KeyFault::not_utf8, at};
        }
        if (c == U'.') {
            if (start) {
                return {KeyFault::empty_segment, at};
            }
            start = true;
        } else if (detail::is_white_space(c)) {
            return {KeyFault::white_space, at};
        } else if (detail::is_control(c)) {
            return {KeyFault::control, at};
        } else if (detail::is_banned(c)) {
            return {KeyFault::banned, at};
        } else {
            start = false;
        }
        at += decoded.length;
    }
    return start ? KeyCheck{KeyFault::empty_segment, key.size() - 1} : KeyCheck{};
}

}  // namespace hyperparameter

#endif  // HYPERPARAMETER_KEY_H
