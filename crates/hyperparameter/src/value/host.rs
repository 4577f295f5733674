//! Host objects: any Python object, any Rust `Any + Send + Sync`, any C++ pointer with a deleter (rule V1).

use std::any::{Any, type_name};
use std::ffi::c_void;
use std::fmt;
use std::ptr::NonNull;
use std::sync::Arc;

use super::{Item, Value};

/// Whether a value can be read into by a longer key (rules K5, K6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// No elements.
    Scalar,
    /// Elements by index.
    List,
    /// Members by name.
    Map,
}

/// The members of a dictionary in order; `None` for a key that is no string.
pub type Members = Vec<(Option<String>, Item)>;

/// What the store must be able to do with an object it does not know.
///
/// A table of functions rather than a trait object: one thin pointer fits C and C++ as it is, and a binding tells its
/// own objects from others by the table's address, which is one compare on the way of a read.
#[derive(Debug)]
pub struct HostVTable {
    /// One more owner of the object.
    pub retain: unsafe fn(*mut c_void),
    /// One owner less; the last one drops the object. May be called on any thread.
    pub release: unsafe fn(*mut c_void),
    /// The name of the object's type, for messages.
    pub type_name: unsafe fn(*mut c_void) -> String,
    /// The object as a person would write it, for messages.
    pub repr: unsafe fn(*mut c_void) -> String,
    /// Whether the object can be read into.
    pub shape: unsafe fn(*mut c_void) -> Shape,
    /// The object as a plain value, for a reader in another language; `None` where there is none.
    pub view: unsafe fn(*mut c_void) -> Option<Value>,
    /// The members of a dictionary (rule K5), `None` for a key that is no string; `None` for anything else.
    pub members: unsafe fn(*mut c_void) -> Option<Members>,
    /// The element named by one segment of a key (rule K6).
    pub element: unsafe fn(*mut c_void, &str) -> Option<Value>,
    /// The number of elements of a list-like object.
    pub list_len: unsafe fn(*mut c_void) -> Option<usize>,
    /// A copy in which the element at the path is another (rule K6), or a sentence that says why not.
    pub with_element: unsafe fn(*mut c_void, &[&str], &Value) -> Result<Value, String>,
}

/// One owner of a host object.
pub struct Host {
    pointer: NonNull<c_void>,
    table: &'static HostVTable,
}

// SAFETY: `retain` and `release` may be called from any thread (stated in the table), and the object behind the
// pointer is reached only through the table or by the binding that made it, which knows its own rules.
unsafe impl Send for Host {}
// SAFETY: as above.
unsafe impl Sync for Host {}

impl Host {
    /// Takes over one owner of the object.
    ///
    /// # Safety
    /// `pointer` is valid for every function of `table` until `release` was called as often as `retain` and once more.
    #[must_use]
    pub unsafe fn from_owned(pointer: NonNull<c_void>, table: &'static HostVTable) -> Self {
        Self { pointer, table }
    }

    /// The object, if it belongs to the binding that owns `table`.
    #[must_use]
    #[inline]
    pub fn pointer(&self, table: &'static HostVTable) -> Option<NonNull<c_void>> {
        std::ptr::eq(self.table, table).then_some(self.pointer)
    }

    /// A Rust object.
    pub fn new<T: Any + Send + Sync>(value: T) -> Self {
        Self::shared(Arc::new(value))
    }

    /// A Rust object that others hold too.
    pub fn shared<T: Any + Send + Sync>(value: Arc<T>) -> Self {
        let any: Arc<dyn Any + Send + Sync> = value;
        let boxed = Arc::new(RustObject { any, name: type_name::<T>() });
        let pointer = Arc::into_raw(boxed).cast_mut().cast();
        // SAFETY: `into_raw` gives a non-null pointer that owns one count, and RUST works on such pointers.
        unsafe { Self::from_owned(NonNull::new_unchecked(pointer), &RUST) }
    }

    /// The Rust object behind this handle, if it is one and of this type.
    #[must_use]
    pub fn downcast<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        let pointer = self.pointer(&RUST)?;
        // SAFETY: the table is RUST, so the pointer came from `Arc<RustObject>` and is alive while `self` is.
        let object = unsafe { pointer.cast::<RustObject>().as_ref() };
        object.any.clone().downcast::<T>().ok()
    }

    /// Whether both are the same object.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        self.pointer == other.pointer && std::ptr::eq(self.table, other.table)
    }

    /// The name of the object's type.
    #[must_use]
    pub fn type_name(&self) -> String {
        // SAFETY: the pointer is valid for the table's functions while `self` owns it; so in all the calls below.
        unsafe { (self.table.type_name)(self.pointer.as_ptr()) }
    }

    /// The object as a person would write it.
    #[must_use]
    pub fn repr(&self) -> String {
        // SAFETY: see `type_name`.
        unsafe { (self.table.repr)(self.pointer.as_ptr()) }
    }

    /// Whether the object can be read into.
    #[must_use]
    pub fn shape(&self) -> Shape {
        // SAFETY: see `type_name`.
        unsafe { (self.table.shape)(self.pointer.as_ptr()) }
    }

    /// The object as a plain value.
    #[must_use]
    pub fn view(&self) -> Option<Value> {
        // SAFETY: see `type_name`.
        unsafe { (self.table.view)(self.pointer.as_ptr()) }
    }

    /// The members of a dictionary (rule K5).
    #[must_use]
    pub fn members(&self) -> Option<Members> {
        // SAFETY: see `type_name`.
        unsafe { (self.table.members)(self.pointer.as_ptr()) }
    }

    pub(super) fn element(&self, segment: &str) -> Option<Value> {
        // SAFETY: see `type_name`.
        unsafe { (self.table.element)(self.pointer.as_ptr(), segment) }
    }

    pub(super) fn list_len(&self) -> Option<usize> {
        // SAFETY: see `type_name`.
        unsafe { (self.table.list_len)(self.pointer.as_ptr()) }
    }

    pub(super) fn with_element(&self, path: &[&str], value: &Value) -> Result<Value, String> {
        // SAFETY: see `type_name`.
        unsafe { (self.table.with_element)(self.pointer.as_ptr(), path, value) }
    }
}

impl Clone for Host {
    fn clone(&self) -> Self {
        // SAFETY: see `type_name`.
        unsafe { (self.table.retain)(self.pointer.as_ptr()) };
        Self { ..*self }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // SAFETY: this handle owns one count and is not used again.
        unsafe { (self.table.release)(self.pointer.as_ptr()) }
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.repr())
    }
}

struct RustObject {
    any: Arc<dyn Any + Send + Sync>,
    name: &'static str,
}

/// # Safety
/// The pointer was made by [`Host::new`].
unsafe fn rust_name(pointer: *mut c_void) -> &'static str {
    // SAFETY: promised by the caller.
    unsafe { (*pointer.cast::<RustObject>()).name }
}

static RUST: HostVTable = HostVTable {
    // SAFETY: called only with pointers made by `Host::new`, which are `Arc<RustObject>`; so in all the calls below.
    retain: |p| unsafe { Arc::increment_strong_count(p.cast_const().cast::<RustObject>()) },
    // SAFETY: see `retain`.
    release: |p| unsafe { Arc::decrement_strong_count(p.cast_const().cast::<RustObject>()) },
    // SAFETY: see `retain`.
    type_name: |p| unsafe { rust_name(p) }.to_owned(),
    // SAFETY: see `retain`.
    repr: |p| format!("<{}>", unsafe { rust_name(p) }),
    shape: |_| Shape::Scalar,
    view: |_| None,
    members: |_| None,
    element: |_, _| None,
    list_len: |_| None,
    // SAFETY: see `retain`.
    with_element: |p, _, _| Err(format!("a {} cannot be written into", unsafe { rust_name(p) })),
};
