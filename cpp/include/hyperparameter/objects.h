/// @file
/// Objects of C++ as parameters: the very object is read back.
///
///     auto guard = WITH_PARAMS(engine, std::make_shared<Engine>());
///     std::shared_ptr<Engine> engine = GET_PARAM(engine, std::shared_ptr<Engine>());
///     hp::set("handle", hp::object(handle_open(), &handle_close));       // a raw pointer with its deleter
#ifndef HYPERPARAMETER_OBJECTS_H
#define HYPERPARAMETER_OBJECTS_H

#include <hyperparameter/traits.h>

#include <typeinfo>

namespace hyperparameter {
inline namespace HYPERPARAMETER_ABI_NAMESPACE {

namespace detail {

// An object of C++ in the store: any `std::shared_ptr`, counted once more for each value that holds it.
template <class T>
struct Object {
    std::atomic<std::size_t> owners{1};
    std::shared_ptr<T> object;

    static Object *of(void *pointer) noexcept { return static_cast<Object *>(pointer); }
    static void retain(void *pointer) noexcept { of(pointer)->owners.fetch_add(1, std::memory_order_relaxed); }
    static void release(void *pointer) noexcept {
        if (of(pointer)->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            delete of(pointer);
        }
    }
    static void type_name(void *, hp_say say, void *to) { say(to, raw(name())); }
    static void repr(void *, hp_say say, void *to) { say(to, raw("<" + name() + ">")); }
    static std::string name() {
#if defined(__GXX_RTTI) || defined(_CPPRTTI)
        return typeid(T).name();
#else
        return "object";
#endif
    }
    static inline const hp_foreign_table functions{sizeof(hp_foreign_table), 0, &retain, &release, &type_name, &repr};
};

}  // namespace detail

/// An object: the very object is read back by code that asks for the same type.
template <class T>
struct ParamTraits<std::shared_ptr<T>> : detail::Plain {
    static constexpr std::uint32_t ask = ask::any;
    static constexpr bool holds_null = true;
    static std::string name() { return "shared_ptr to " + detail::Object<T>::name(); }
    static hp_value lower(const std::shared_ptr<T> &value, Arena &arena) {
        using Object = detail::Object<T>;
        if (value == nullptr) {
            return detail::scalar(HP_KIND_NULL);
        }
        auto *object = new Object();
        object->object = value;
        // The store counts its own; this count goes with the arena.
        arena.keep(std::shared_ptr<void>(object, &Object::release));
        hp_foreign *foreign = arena.foreign();
        *foreign = {object, &Object::functions};
        hp_value lowered = detail::scalar(HP_KIND_FOREIGN);
        lowered.data.foreign = foreign;
        return lowered;
    }
    static bool raise(const hp_value &value, std::shared_ptr<T> &out, std::string &why) {
        if (value.kind == HP_KIND_NULL) {
            out = nullptr;
            return true;
        }
        if (value.kind != HP_KIND_FOREIGN || value.data.foreign->table != &detail::Object<T>::functions) {
            why = "it is no object of this type";
            return false;
        }
        out = detail::Object<T>::of(value.data.foreign->pointer)->object;
        return true;
    }
};

/// An object with a deleter, to be stored: `hp::object(engine, &engine_free)`.
template <class T, class Deleter>
std::shared_ptr<T> object(T *pointer, Deleter deleter) {
    return std::shared_ptr<T>(pointer, std::move(deleter));
}

}  // namespace HYPERPARAMETER_ABI_NAMESPACE
}  // namespace hyperparameter

#endif  // HYPERPARAMETER_OBJECTS_H
