//! Rule K4: every key that was set or declared has one small dense id, for the life of the process.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
#[cfg(feature = "config")]
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use std::sync::{LazyLock, PoisonError, RwLock};
use std::{fmt, ptr};

use hyperparameter_key::prefixes;

use super::{hash, validate};
use crate::error::{Error, Result};

/// A key that was set, declared or read by a call site: one word, compared by address.
#[derive(Clone, Copy)]
pub struct Key(&'static Info);

#[repr(C)]
struct Info {
    /// The bit of this key in every mask: the ids of a small program never share one.
    bit: u64,
    /// The bits of all proper prefixes: a list held there can be read into (rule K6).
    prefixes: u64,
    /// Both.
    line: u64,
    id: u32,
    /// Whether anything read this key.
    read: AtomicBool,
    name: &'static str,
    parent: Option<Key>,
    /// The keys one segment longer, each leading to the next: only added to, under the lock of the names.
    first_child: AtomicPtr<Info>,
    last_child: AtomicPtr<Info>,
    next: AtomicPtr<Info>,
    /// The host's key of this name, once it was asked for.
    #[cfg(feature = "host")]
    hosted: AtomicPtr<()>,
}

/// In the place of a key that a call site has not made yet: no slot holds it and nothing read it, so that no look at it
/// finds or misses anything, and a read needs no test for null (5 instructions of 36).
static NO_KEY: Info = Info {
    bit: u64::MAX,
    prefixes: u64::MAX,
    line: u64::MAX,
    id: 0,
    read: AtomicBool::new(false),
    name: "",
    parent: None,
    first_child: AtomicPtr::new(ptr::null_mut()),
    last_child: AtomicPtr::new(ptr::null_mut()),
    next: AtomicPtr::new(ptr::null_mut()),
    #[cfg(feature = "host")]
    hosted: AtomicPtr::new(ptr::null_mut()),
};

/// Whether keys are laid out as `cpp/include/hyperparameter/layout.h` says.
#[cfg(feature = "host-table")]
pub(crate) const fn layout_fits() -> bool {
    use std::mem::offset_of;
    offset_of!(Info, bit) == 0
        && offset_of!(Info, prefixes) == 8
        && offset_of!(Info, line) == 16
        && offset_of!(Info, id) == 24
        && offset_of!(Info, read) == 28
}

/// The hash is XXH64 already: hashing it again would cost for nothing.
#[derive(Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {
        unreachable!("only u64 keys are hashed here")
    }
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[derive(Default)]
struct Names {
    by_hash: HashMap<u64, Key, BuildHasherDefault<Same>>,
    in_order: Vec<Key>,
}

static NAMES: LazyLock<RwLock<Names>> = LazyLock::new(RwLock::default);

/// The key of this name if it is known. Never makes one: a million different misses leave memory as it was.
///
/// # Errors
/// `InvalidKey` for a name that is none; `HashCollision` where a different known key has the same hash.
pub fn lookup(name: &str) -> Result<Option<Key>> {
    lookup_hashed(name, hash(name))
}

fn lookup_hashed(name: &str, hash: u64) -> Result<Option<Key>> {
    let found = NAMES.read().unwrap_or_else(PoisonError::into_inner).by_hash.get(&hash).copied();
    match found {
        Some(key) if key.name() == name => Ok(Some(key)),
        other => {
            validate(name)?;
            other.map_or(Ok(None), |key| Err(Error::collision(name, key.name(), hash)))
        }
    }
}

/// The key of this name, made at its first use together with its prefixes.
///
/// # Errors
/// `InvalidKey` (rule K3) or `HashCollision` (rule K4).
///
/// ```
/// use hyperparameter::key::intern;
/// assert_eq!(intern("model.lr").unwrap(), intern("model.lr").unwrap());
/// assert_eq!(intern("model.lr").unwrap().name(), "model.lr");
/// ```
pub fn intern(name: &str) -> Result<Key> {
    intern_hashed(name, hash(name))
}

/// The same where the hash is known: a macro computed it when the program was compiled.
pub(crate) fn intern_hashed(name: &str, hash: u64) -> Result<Key> {
    if let Some(key) = lookup_hashed(name, hash)? {
        return Ok(key);
    }
    let prefixes = prefixes(name);
    let mut names = NAMES.write().unwrap_or_else(PoisonError::into_inner);
    names.check(name, &prefixes)?;
    names.make(name, &prefixes)
}

impl Names {
    /// A collision anywhere on the way refuses the whole name, before any part of it is made.
    fn check(&self, name: &str, prefixes: &[(usize, u64)]) -> Result<()> {
        for &(end, hash) in prefixes.iter().rev() {
            let part = &name[..end];
            match self.by_hash.get(&hash) {
                // A known prefix has known prefixes.
                Some(key) if key.name() == part => return Ok(()),
                Some(key) => return Err(Error::collision(part, key.name(), hash)),
                None => {}
            }
        }
        Ok(())
    }

    fn make(&mut self, name: &str, prefixes: &[(usize, u64)]) -> Result<Key> {
        // One copy of the whole name serves all its prefixes: a key of 32,000 segments would else need a gigabyte.
        let mut whole: Option<&'static str> = None;
        let mut parent: Option<Key> = None;
        for &(end, hash) in prefixes {
            if let Some(&key) = self.by_hash.get(&hash) {
                parent = Some(key);
                continue;
            }
            let whole = *whole.get_or_insert_with(|| String::leak(name.to_owned()));
            let key = self.add(&whole[..end], hash, parent, |info| Box::leak(Box::new(info)))?;
            parent = Some(key);
        }
        parent.ok_or_else(|| Error::invalid_key(name, Some(0), "a key has at least one segment", ""))
    }

    /// Adds a key that is not there yet.
    fn add(
        &mut self,
        name: &'static str,
        hash: u64,
        parent: Option<Key>,
        keep: impl FnOnce(Info) -> &'static Info,
    ) -> Result<Key> {
        let id = u32::try_from(self.in_order.len())
            .map_err(|_| Error::invalid_key(name, None, "there are 4,294,967,295 keys already", "reuse names"))?;
        let (bit, prefixes) = (1 << (id % 64), parent.map_or(0, Key::line));
        let key = Key(keep(Info {
            bit,
            prefixes,
            line: bit | prefixes,
            id,
            read: AtomicBool::new(false),
            name,
            parent,
            first_child: AtomicPtr::default(),
            last_child: AtomicPtr::default(),
            next: AtomicPtr::default(),
            #[cfg(feature = "host")]
            hosted: AtomicPtr::default(),
        }));
        if let Some(parent) = parent {
            let child = ptr::from_ref(key.0).cast_mut();
            // SAFETY: the last child is a key, and keys live for ever.
            match unsafe { parent.0.last_child.swap(child, Ordering::Relaxed).as_ref() } {
                Some(last) => last.next.store(child, Ordering::Release),
                None => parent.0.first_child.store(child, Ordering::Release),
            }
        }
        self.by_hash.insert(hash, key);
        self.in_order.push(key);
        Ok(key)
    }
}

/// Makes many keys at once: the names are locked for as long as this is held, and keys and their names are laid out in a
/// row.
#[cfg(feature = "config")]
pub(crate) struct Interning {
    names: std::sync::RwLockWriteGuard<'static, Names>,
    /// Room for names that is not used yet.
    text: &'static mut [u8],
    /// Room for keys that is not used yet.
    infos: &'static mut [MaybeUninit<Info>],
}

/// One allocation for so many keys: each of its own would take 16 bytes more of 80.
#[cfg(feature = "config")]
const KEYS_AT_ONCE: usize = 256;

#[cfg(feature = "config")]
impl Interning {
    /// About so many keys will be made.
    pub(crate) fn new(count: usize) -> Self {
        let mut names = NAMES.write().unwrap_or_else(PoisonError::into_inner);
        names.by_hash.reserve(count);
        names.in_order.reserve(count);
        Self { names, text: &mut [], infos: &mut [] }
    }

    /// The key of this name, whose last segment follows the name of `parent`. The name is known to be a key.
    ///
    /// # Errors
    /// `HashCollision` (rule K4).
    pub(crate) fn child(&mut self, parent: Option<Key>, name: &str) -> Result<Key> {
        let hash = hash(name);
        match self.names.by_hash.get(&hash) {
            Some(key) if key.name() == name => return Ok(*key),
            Some(key) => return Err(Error::collision(name, key.name(), hash)),
            None => {}
        }
        let name = self.name(name);
        let Self { names, infos, .. } = self;
        names.add(name, hash, parent, |info| {
            if infos.is_empty() {
                *infos = Box::leak(Box::new_uninit_slice(KEYS_AT_ONCE));
            }
            match std::mem::take(infos).split_first_mut() {
                Some((first, rest)) => {
                    *infos = rest;
                    first.write(info)
                }
                None => Box::leak(Box::new(info)),
            }
        })
    }

    /// A copy of a name that lives for ever.
    fn name(&mut self, name: &str) -> &'static str {
        const CHUNK: usize = 1 << 16;
        if self.text.len() < name.len() {
            self.text = vec![0; CHUNK.max(name.len())].leak();
        }
        let (copy, rest) = std::mem::take(&mut self.text).split_at_mut(name.len());
        self.text = rest;
        copy.copy_from_slice(name.as_bytes());
        std::str::from_utf8(copy).unwrap_or_default()
    }
}

/// Every known key, in the order in which they became known.
#[must_use]
pub fn all() -> Vec<Key> {
    NAMES.read().unwrap_or_else(PoisonError::into_inner).in_order.clone()
}

/// How many keys are known.
#[must_use]
pub fn count() -> usize {
    NAMES.read().unwrap_or_else(PoisonError::into_inner).in_order.len()
}

impl Key {
    /// The dotted name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// The dense id.
    #[must_use]
    #[inline]
    pub fn id(self) -> u32 {
        self.0.id
    }

    /// The hash of rule K2.
    #[must_use]
    pub fn hash(self) -> u64 {
        hash(self.0.name)
    }

    /// This key's bit in the masks of frames.
    #[must_use]
    #[inline]
    pub fn bit(self) -> u64 {
        self.0.bit
    }

    /// The bits of this key's proper prefixes.
    #[must_use]
    #[inline]
    pub fn prefixes(self) -> u64 {
        self.0.prefixes
    }

    /// The bits of this key and of its proper prefixes.
    #[must_use]
    #[inline]
    pub fn line(self) -> u64 {
        self.0.line
    }

    /// The key one segment shorter.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        self.0.parent
    }

    /// The last segment.
    #[must_use]
    pub fn segment(self) -> &'static str {
        self.0.parent.map_or(self.0.name, |parent| &self.0.name[parent.name().len() + 1..])
    }

    /// The known keys one segment longer, in the order in which they became known.
    #[must_use]
    pub fn children(self) -> Vec<Self> {
        let mut children = Vec::new();
        let mut at = &self.0.first_child;
        // SAFETY: what is stored there is null or a key, and keys live for ever.
        while let Some(info) = unsafe { at.load(Ordering::Acquire).as_ref() } {
            children.push(Self(info));
            at = &info.next;
        }
        children
    }

    /// Calls `visit` for every known key below this one, parents before children.
    pub fn descend(self, visit: &mut dyn FnMut(Self)) {
        let mut waiting = self.children();
        waiting.reverse();
        while let Some(key) = waiting.pop() {
            visit(key);
            waiting.extend(key.children().into_iter().rev());
        }
    }

    /// Whether this key stands below `other`.
    #[must_use]
    pub fn is_below(self, other: Self) -> bool {
        let (mine, theirs) = (self.0.name, other.0.name);
        mine.len() > theirs.len() && mine.as_bytes()[theirs.len()] == b'.' && mine.starts_with(theirs)
    }

    /// Notes that something read this key. Tested before it is stored: readers do not slow each other.
    #[inline]
    pub fn mark_read(self) {
        if !self.0.read.load(Ordering::Relaxed) {
            self.0.read.store(true, Ordering::Relaxed);
        }
    }

    /// Whether anything read this key.
    #[must_use]
    #[inline]
    pub fn was_read(self) -> bool {
        self.0.read.load(Ordering::Relaxed)
    }

    /// Where the host's key of this name is kept.
    #[cfg(feature = "host")]
    #[inline]
    pub(crate) fn hosted(self) -> &'static AtomicPtr<()> {
        &self.0.hosted
    }

    /// This key as a raw pointer, for a binding that keeps it in a field of its own.
    #[must_use]
    pub fn into_raw(self) -> *const () {
        ptr::from_ref(self.0).cast()
    }

    /// In the place of such a pointer where there is no key yet.
    pub(crate) const fn no_raw() -> *const () {
        (&raw const NO_KEY).cast()
    }

    /// Whether this stands for no key.
    #[inline(always)]
    pub(crate) fn is_none(self) -> bool {
        ptr::eq(self.into_raw(), Self::no_raw())
    }

    /// The key behind a pointer that [`Key::into_raw`] gave.
    ///
    /// # Safety
    /// The pointer came from [`Key::into_raw`].
    #[must_use]
    #[inline]
    pub unsafe fn from_raw(pointer: *const ()) -> Self {
        // SAFETY: promised by the caller; keys live for the life of the process.
        Self(unsafe { &*pointer.cast::<Info>() })
    }
}

impl PartialEq for Key {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self.0, other.0)
    }
}
impl Eq for Key {}

impl std::hash::Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u32(self.0.id);
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name)
    }
}
