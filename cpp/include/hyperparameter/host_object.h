/// @file
/// An object of the host's language, such as any Python object that is no plain value: C++ holds it, hands it on and puts it
/// back, and knows no more of it.
///
///     if (auto model = hp::try_get<hp::HostObject>("model")) {
///         std::cout << model->type() << '\n';                            // MyModel
///         auto guard = WITH_PARAMS(spare, *model);                       // the same object, read back in Python
///         auto *python = static_cast<PyObject *>(model->pointer());      // borrowed
///     }
#ifndef HYPERPARAMETER_HOST_OBJECT_H
#define HYPERPARAMETER_HOST_OBJECT_H

#include <hyperparameter/read.h>

namespace hyperparameter {
inline namespace HYPERPARAMETER_ABI_NAMESPACE {

/// One owner of an object of the host; empty, none. Copied, moved and destroyed on any thread. `type` and `repr` may run the
/// host's code: in Python, on a thread that holds the interpreter.
class HostObject {
  public:
    /// No object.
    HostObject() noexcept = default;
    /// One owner more of what `object` is.
    explicit HostObject(const hp_object *object) noexcept : object_(object) { retain(); }
    /// One owner more of the same object.
    HostObject(const HostObject &other) noexcept : object_(other.object_) { retain(); }
    /// Takes the object over; `other` is empty then.
    HostObject(HostObject &&other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    /// Gives up what this owned, for another object.
    HostObject &operator=(HostObject other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~HostObject() {
        if (object_ != nullptr) {
            detail::table().release_object(object_);
        }
    }

    /// An object from what the host's language knows: in Python a `PyObject *`, borrowed, on a thread that holds the
    /// interpreter. Empty where the host has no such objects.
    static HostObject of(void *pointer) {
        HostObject made;
        made.object_ = detail::table().object_of(pointer);
        return made;
    }

    /// Whether there is an object.
    explicit operator bool() const noexcept { return object_ != nullptr; }
    /// What the host's language knows: in Python a `PyObject *`, borrowed from this. Null where this is empty.
    void *pointer() const noexcept { return object_ == nullptr ? nullptr : detail::table().object_pointer(object_); }
    /// The name of its type; empty where this is.
    std::string type() const { return said(detail::table().object_type); }
    /// What a person would write for it: in Python its `repr`.
    std::string repr() const { return said(detail::table().object_repr); }

    /// The object as the functions of C know it, borrowed.
    const hp_object *native() const noexcept { return object_; }

  private:
    std::string said(std::int32_t (*say)(const hp_object *, hp_say, void *)) const {
        std::string text;
        if (object_ != nullptr) {
            detail::checked(detail::table(), say(object_, detail::append, &text));
        }
        return text;
    }
    void retain() const noexcept {
        if (object_ != nullptr) {
            detail::table().retain_object(object_);
        }
    }
    const hp_object *object_ = nullptr;
};

template <>
struct ParamTraits<HostObject> : detail::Plain {
    static constexpr std::uint32_t ask = ask::any;
    static constexpr bool holds_null = true;
    static std::string name() { return "object of the host"; }
    static hp_value lower(const HostObject &value, Arena &arena) {
        if (!value) {
            return detail::scalar(HP_KIND_NULL);
        }
        arena.keep(std::make_shared<HostObject>(value));
        hp_value lowered = detail::scalar(HP_KIND_OBJECT);
        lowered.data.object = value.native();
        return lowered;
    }
    static bool raise(const hp_value &value, HostObject &out, std::string &why) {
        if (value.kind != HP_KIND_NULL && value.kind != HP_KIND_OBJECT) {
            why = "it is a plain value and no object";
            return false;
        }
        out = value.kind == HP_KIND_NULL ? HostObject() : HostObject(value.data.object);
        return true;
    }
};

}  // namespace HYPERPARAMETER_ABI_NAMESPACE
}  // namespace hyperparameter

#endif  // HYPERPARAMETER_HOST_OBJECT_H
