/// @file
/// Durations as parameters.
///
///     GET_PARAM(http.timeout, 250ms)         // "250ms", "1.5s", or a number of seconds
#ifndef HYPERPARAMETER_DURATIONS_H
#define HYPERPARAMETER_DURATIONS_H

#include <hyperparameter/scalars.h>

#include <chrono>

namespace hyperparameter {
inline namespace HYPERPARAMETER_ABI_NAMESPACE {

namespace detail {

// The seconds that a text with a unit spells: "250ms", "1.5 s", "2min".
inline bool spelled_seconds(std::string_view text, double &seconds) {
    while (!text.empty() && text.back() == ' ') {
        text.remove_suffix(1);
    }
    std::size_t unit = text.size();
    while (unit > 0 && text[unit - 1] >= 'a' && text[unit - 1] <= 'z') {
        --unit;
    }
    struct Unit {
        std::string_view name;
        double seconds;
    };
    constexpr Unit units[] = {{"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}};
    for (const Unit &known : units) {
        if (text.substr(unit) != known.name) {
            continue;
        }
        std::string why;
        const std::string number(text.substr(0, unit));
        if (number.empty() || !raise_item(string_value(number), seconds, why)) {
            return false;
        }
        // 250 / 1000 is the double nearest to .25; 250 * 1e-3 need not be.
        seconds = known.seconds < 1 ? seconds / std::round(1 / known.seconds) : seconds * known.seconds;
        return true;
    }
    return false;
}

}  // namespace detail

/// A duration is written as seconds, as Python's timeouts are, and read from seconds or from text with a unit: ns, us, ms, s,
/// min, h, d. A fraction that the duration cannot hold is an error, not cut off.
template <class Rep, class Period>
struct ParamTraits<std::chrono::duration<Rep, Period>> : detail::Plain {
    using Duration = std::chrono::duration<Rep, Period>;
    static constexpr std::uint32_t ask = ask::any;
    static std::string name() { return "duration"; }
    static hp_value lower(const Duration &value, Arena &arena) {
        const auto whole = std::chrono::duration_cast<std::chrono::duration<std::int64_t>>(value);
        if (whole == value) {
            return ParamTraits<std::int64_t>::lower(whole.count(), arena);
        }
        return ParamTraits<double>::lower(std::chrono::duration<double>(value).count(), arena);
    }
    static bool raise(const hp_value &value, Duration &out, std::string &why) {
        double seconds = 0;
        if (value.kind == HP_KIND_INT) {
            seconds = static_cast<double>(value.data.integer);
        } else if (value.kind == HP_KIND_FLOAT) {
            seconds = value.data.number;
        } else if ((value.kind != HP_KIND_STR && value.kind != HP_KIND_TEXT) ||
                   !detail::spelled_seconds(detail::string_of(value), seconds)) {
            why = "it is neither a number of seconds nor text with a unit (ns, us, ms, s, min, h, d), as in 250ms";
            return false;
        }
        const double count = seconds * static_cast<double>(Period::den) / static_cast<double>(Period::num);
        if constexpr (std::is_floating_point_v<Rep>) {
            out = Duration(static_cast<Rep>(count));
            return true;
        } else {
            // Seconds in binary are not exact: 0.001 s is one millisecond all the same.
            const double whole = std::round(count);
            if (!(std::fabs(whole) < 9.2e18) || !ParamTraits<Rep>::fits(static_cast<std::int64_t>(whole)) ||
                std::fabs(count - whole) > 1e-6 * std::fmax(1.0, std::fabs(whole) * 1e-6)) {
                why = "it is no whole number of this duration's units, or too long";
                return false;
            }
            out = Duration(static_cast<Rep>(whole));
            return true;
        }
    }
};

}  // namespace HYPERPARAMETER_ABI_NAMESPACE
}  // namespace hyperparameter

#endif  // HYPERPARAMETER_DURATIONS_H
