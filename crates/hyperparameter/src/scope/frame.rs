//! Frames: the immutable links of a scope stack, and the look-up along them.
//!
//! A read tests one mask, walks the few frames that may hold the key, and falls to the base. Measured on the machine of
//! `benches/README.md`: see there for the figures; every field order and raw pointer here is paid for by them.

use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use super::deep::Deep;
use super::table::{Slot, Table, View};
use super::{frozen, pinned};
use crate::key::Key;
use crate::value::Value;

mod walk;

use walk::Below;
pub(crate) use walk::Often;

/// What a frame is to its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    /// No scope: the frozen snapshot alone.
    Root,
    /// What was written outside every scope (rule S2).
    Base,
    /// A scope.
    Scope,
    /// A call, from its first write on (rule S5).
    Call,
    /// A scope that hides everything outside it (rule S6).
    Empty,
    /// An entered capture: what it shows replaces what was seen (rule T3).
    Capture,
}

/// A frozen snapshot, or nothing at all.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Base {
    view: View,
    mask: u64,
    pub(super) version: u64,
    pub(super) table: Arc<Table>,
}

impl Base {
    pub(super) fn new(table: Arc<Table>, version: u64) -> Arc<Self> {
        Arc::new(Self { view: table.view(), mask: table.mask, version, table })
    }
}

/// The base of an `empty` scope.
static NOTHING: LazyLock<Arc<Base>> = LazyLock::new(|| Base::new(Arc::new(Table::new(Vec::new())), 0));

/// What nearly every read needs of a frame, and no more.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(super) struct Head {
    /// `lists`, or all bits where this frame follows the newest snapshot: with the pinned bits this is the one test, of a
    /// key's own bit and those of its prefixes, by which an ordinary read knows that it is one (it was three tests, 4
    /// instructions more). It may say no where the exact tests say yes, never the other way round.
    guard: u64,
    /// Bits of the keys of `view`.
    own_mask: u64,
    /// What this frame sets; at a root frame, what the snapshot does.
    view: View,
    /// Bits of the keys set in the frames that are looked through after this one, or in the base: with `own_mask` a miss is
    /// two tests, and one of a key whose bit a large scope has but not the key ends here as well (a scope of 1,000 keys
    /// has every bit: with those of this frame among these, such a miss was two calls and 45 instructions more).
    further: u64,
    /// The version of the snapshot that this frame follows, 0 where it follows none: only outside every scope (rule T2).
    version: u64,
    /// Bits of the keys visible here that hold a list, those of the base included.
    pub(super) lists: u64,
    /// Bits of the keys set in this frame or in those that are looked through after it, up to the base: but at a root,
    /// where it is 0, `own_mask` and the mask of the next frame.
    mask: u64,
}

/// Whether all this is laid out as `cpp/include/hyperparameter/layout.h` says.
#[cfg(feature = "host-table")]
pub(super) const FITS: bool = {
    use std::mem::offset_of;
    offset_of!(Head, guard) == 0
        && offset_of!(Head, own_mask) == 8
        && offset_of!(Head, view) == 16
        && offset_of!(Head, further) == 32
        && offset_of!(Head, version) == 40
        && offset_of!(Head, lists) == 48
        && offset_of!(Head, mask) == 56
        && offset_of!(Frame, head) == 0
        && offset_of!(Frame, next) == 64
        && offset_of!(Frame, base) == 72
        && offset_of!(Frame, walks) == 80
        && offset_of!(Frame, walk) == 84
        && offset_of!(Base, view) == 0
        && offset_of!(Base, mask) == 16
};

/// In the place of a frame where a thread has none yet: its guard, and for C++ its lists, stop every read, and its version is always behind, so
/// that no read needs a test for null.
pub(super) static NO_FRAME: Head =
    Head { guard: u64::MAX, own_mask: 0, view: View::NOTHING, further: 0, version: u64::MAX, lists: u64::MAX, mask: 0 };

/// A link of a scope stack.
#[derive(Debug)]
#[repr(C)]
pub struct Frame {
    pub(super) head: Head,
    /// The next frame of the look-up: kept alive by `prev` or by `captured`. Null only where `mask` is 0: a look-up ends
    /// at a frame without bits, and so needs no test for null. It changes once at most, to what that frame and those
    /// after it are laid together to ([`Frame::walked`]).
    next: AtomicPtr<Frame>,
    /// The base of the look-up: kept alive by this frame's `root` or by that of a frame before.
    base: *const Base,
    /// How often a look-up from a frame before this one went further than here; `LAID` where this one is laid together.
    walks: AtomicU32,
    /// Frames to look through from here; 0 at a root.
    walk: u32,
    pub(super) kind: Kind,
    /// Rule V5: 0 follows the process's default, 1 is lenient, 2 strict.
    pub(super) strict: u8,
    /// What this link itself says of that, in the same numbers.
    pub(super) own_strict: u8,
    /// The entry into the scope that this link belongs to; all links of one entry share it.
    pub(super) serial: u64,
    /// The scope object that was entered, 0 if there is none.
    pub(super) owner: u64,
    /// What this link itself sets.
    pub(super) own: Arc<Table>,
    /// This frame as scopes above it look through it, where the chain had grown deep or was often walked.
    deep: Deep<Frame>,
    /// The state before: what leaving goes back to.
    pub(super) prev: Option<Arc<Frame>>,
    captured: Option<Arc<Frame>>,
    root: Option<Arc<Base>>,
}

// SAFETY: the raw pointers point to frames and bases that this frame keeps alive, and all of them are immutable.
unsafe impl Send for Frame {}
// SAFETY: as above.
unsafe impl Sync for Frame {}

pub(super) fn next_serial() -> u64 {
    SERIAL.fetch_add(1, Ordering::Relaxed) + 1
}

/// The newest serial: a scope whose serial is not above it was opened before this moment.
pub(super) fn newest_serial() -> u64 {
    SERIAL.load(Ordering::Relaxed)
}

/// From 1 on, before any scope: 0 is no mark of a call (rule S5), and no scope has the serial that marks one.
static SERIAL: AtomicU64 = AtomicU64::new(1);

/// What a new link says of itself.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) kind: Kind,
    pub(super) serial: u64,
    pub(super) owner: u64,
    /// What this link itself says of strictness; 0 says nothing.
    pub(super) strict: u8,
    pub(super) own: Arc<Table>,
    pub(super) captured: Option<Arc<Frame>>,
}

/// What the first look of a read says.
pub(crate) enum Peek<'a> {
    /// The key has no value here, and was read before.
    Missing,
    /// A value of the kind asked for, which was read before: there is nothing to convert and nothing to note.
    Again(&'a Value),
    /// The slot of the key: its value may need a conversion, or be read for the first time.
    At(&'a Slot),
    /// At most an ordinary value, and not of the innermost frame.
    Outside,
    /// Another look must be taken.
    Unsure,
}

impl Head {
    /// Whether this key, read here, is at most an ordinary value: no pin or list has a say, and no newer snapshot. `false`
    /// says only that the exact tests must be made.
    #[inline(always)]
    pub(super) fn is_surely_plain(&self, key: Key) -> bool {
        (pinned::bits() | self.guard) & key.line() == 0
    }

    /// The whole of a read where it is a miss, or finds a value of the kind asked for that was read before: 11 and 19
    /// instructions in a scope. All else is one call away, so that this is small enough to be laid straight into a
    /// caller's loop (with the rest of the look-up in it, it was a call of its own, of 16 and 26).
    #[inline(always)]
    pub(super) fn peek(&self, key: Key, code: u8) -> Peek<'_> {
        if !self.is_surely_plain(key) {
            unlikely();
            // Outside every scope, over the newest snapshot: 10 instructions more than inside one, against 24 with a call.
            if self.version != frozen::version() || !self.is_plain(key) {
                return Peek::Unsure;
            }
        }
        let bit = key.bit();
        if self.own_mask & bit != 0 {
            // SAFETY: the table of this view is owned by this frame, or by its base, and has the bit.
            if let Some(slot) = unsafe { self.view.first(key) } {
                return slot.read_again(code).map_or(Peek::At(slot), Peek::Again);
            }
            if self.view.is_hashed() {
                return Peek::Unsure;
            }
        }
        if self.further & bit != 0 {
            return Peek::Outside;
        }
        if key.was_read() { Peek::Missing } else { Peek::Unsure }
    }

    /// Whether neither pin nor list has a say in what this key reads as.
    #[inline(always)]
    pub(super) fn is_plain(&self, key: Key) -> bool {
        (pinned::bits() & key.line()) | (self.lists & key.prefixes()) == 0
    }

    /// Whether this follows the snapshot and the snapshot has moved on.
    #[inline(always)]
    pub(super) fn is_behind(&self) -> bool {
        // Inside a scope, where most reads are, the newest version is not even loaded.
        self.version != 0 && self.version != frozen::version()
    }
}

/// Tells the compiler that this is not the common way, so that the common one is laid out straight.
#[cold]
#[inline]
pub(super) fn unlikely() {}

impl Frame {
    /// The state outside every scope, over a snapshot.
    pub(super) fn root(base: Arc<Base>) -> Self {
        let empty = NOTHING.table.clone();
        Self {
            // The snapshot stands in the place of what this frame sets: a read outside every scope finds it at the
            // first look. It is no part of `mask`, nor of `own`: whoever looks on from a scope finds it in the base.
            head: Head {
                guard: u64::MAX,
                own_mask: base.mask,
                view: base.view,
                further: 0,
                version: base.version,
                lists: base.table.lists,
                mask: 0,
            },
            next: AtomicPtr::new(ptr::null_mut()),
            base: Arc::as_ptr(&base),
            walks: AtomicU32::new(0),
            walk: 0,
            kind: Kind::Root,
            strict: 0,
            own_strict: 0,
            serial: 0,
            owner: 0,
            own: empty,
            deep: Deep::new(),
            prev: None,
            captured: None,
            root: Some(base),
        }
    }

    /// A link on top of `prev`, made where it will stand: a frame is too large to be moved for nothing.
    #[inline]
    pub(super) fn on(prev: Arc<Self>, link: Link) -> Arc<Self> {
        let place = super::spare::frame();
        // SAFETY: nobody else knows of the place yet, and it is filled before it is called a frame. A panic in between
        // leaves it unfilled and frees it as such.
        unsafe {
            Arc::as_ptr(&place).cast_mut().write(std::mem::MaybeUninit::new(Self::new(prev, link)));
            place.assume_init()
        }
    }

    /// A link on top of `prev`.
    #[inline(always)]
    pub(super) fn new(prev: Arc<Self>, link: Link) -> Self {
        let Link { kind, serial, owner, strict, own, captured } = link;
        // All that follows from other frames is known before the frame is made, in one piece and in its place: made first
        // and then changed, it was copied from the stack, and what it had not got yet was dropped (90 instructions).
        let below = match (kind, &captured) {
            (Kind::Empty, _) => Below::none(),
            (Kind::Capture, Some(seen)) => Below::looking_on_to(seen),
            _ => Below::looking_on_to(&prev),
        };
        // SAFETY: see `base`; that of `NOTHING` stays.
        let base = unsafe { &*below.base };
        let lists = own.lists | below.lists;
        let (guard, version) = if kind == Kind::Base { (u64::MAX, base.version) } else { (lists, 0) };
        Self {
            head: Head {
                guard,
                own_mask: own.mask,
                view: own.view(),
                further: below.mask | base.mask,
                version,
                lists,
                mask: own.mask | below.mask,
            },
            next: AtomicPtr::new(below.next.cast_mut()),
            base,
            walks: AtomicU32::new(0),
            walk: below.walk,
            kind,
            strict: if strict == 0 { prev.strict } else { strict },
            own_strict: strict,
            serial,
            owner,
            own,
            deep: Deep::new(),
            prev: Some(prev),
            captured,
            root: None,
        }
    }

    /// This frame over another base: what a write outside every scope becomes when the snapshot moves.
    pub(super) fn rebased(&self, base: Arc<Base>) -> Self {
        let mut lists = self.own.lists | base.table.lists;
        for frame in self.chain() {
            lists |= frame.own.lists;
        }
        let below = self.next().map_or(0, |next| next.head.mask);
        let (guard, version) = if self.kind == Kind::Base { (u64::MAX, base.version) } else { (lists, 0) };
        Self {
            head: Head { guard, version, lists, further: below | base.mask, ..self.head },
            next: AtomicPtr::new(self.next.load(Ordering::Acquire)),
            walks: AtomicU32::new(0),
            base: Arc::as_ptr(&base),
            own: self.own.clone(),
            deep: Deep::new(),
            prev: self.prev.clone(),
            captured: self.captured.clone(),
            root: Some(base),
            ..*self
        }
    }

    /// The next frame of the look-up; `None` only where `mask` is 0.
    #[inline(always)]
    fn next(&self) -> Option<&Self> {
        // SAFETY: see `next`. What was laid together was whole before it stood there.
        unsafe { self.next.load(Ordering::Acquire).as_ref() }
    }

    /// [`Frame::next`] without a test for null.
    ///
    /// # Safety
    /// `mask` is not 0.
    #[inline(always)]
    unsafe fn next_unchecked(&self) -> &Self {
        // SAFETY: promised by the caller.
        unsafe { &*self.next.load(Ordering::Acquire) }
    }

    /// The table that a look-up sees here.
    pub(super) fn looked(&self) -> &Table {
        &self.own
    }

    /// The frames of the look-up, from this one on.
    pub(super) fn chain(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |frame| frame.next().filter(|next| next.head.mask != 0))
    }

    pub(super) fn base(&self) -> &Base {
        // SAFETY: see `base`.
        unsafe { &*self.base }
    }

    /// The snapshot that this state outside every scope is over.
    pub(super) fn root_base(&self) -> Arc<Base> {
        let owned = self.entered().find_map(|frame| frame.root.as_ref().filter(|base| Arc::as_ptr(base) == self.base));
        owned.cloned().unwrap_or_else(|| Base::new(self.base_table().clone(), self.base().version))
    }

    /// What this link says of itself, to be laid on another state.
    pub(super) fn link(&self) -> Link {
        Link {
            kind: self.kind,
            serial: self.serial,
            owner: self.owner,
            strict: self.own_strict,
            own: self.own.clone(),
            captured: self.captured.clone(),
        }
    }

    pub(super) fn captured(&self) -> Option<&Self> {
        self.captured.as_deref()
    }

    pub(super) fn base_table(&self) -> &Arc<Table> {
        &self.base().table
    }

    /// Whether nothing but its table and what was laid together of it goes with this frame.
    #[inline]
    pub(super) fn is_single(&self) -> bool {
        self.prev.is_none() && self.captured.is_none() && self.root.is_none()
    }

    /// What was laid together of this frame, so that it goes.
    #[inline]
    pub(super) fn take_deep(&mut self) -> Option<Box<Self>> {
        self.deep.take()
    }

    /// Whether this frame follows the snapshot and the snapshot has moved on.
    #[inline(always)]
    pub(super) fn is_behind(&self) -> bool {
        self.head.is_behind()
    }

    /// Whether a scope may say something of the keys with these bits, or hold a list at one of these prefixes.
    #[inline]
    pub(super) fn may_hold(&self, bits: u64, prefixes: u64) -> bool {
        (self.head.mask & bits) | (self.head.lists & prefixes) != 0
    }

    /// The bits of the keys that a scope or the base may say something of.
    #[inline]
    pub(super) fn held(&self) -> u64 {
        self.head.own_mask | self.head.further
    }

    /// The version of the base if it may say something of the keys with these bits.
    #[inline]
    pub(super) fn base_may_hold(&self, bits: u64) -> Option<u64> {
        let base = self.base();
        (base.mask & bits != 0).then_some(base.version)
    }

    /// What is said of a key by the innermost frame that says something, else by the base.
    #[inline]
    pub(super) fn find(&self, key: Key) -> Option<&Slot> {
        self.find_inline(key)
    }

    /// [`Frame::find`] as a part of its caller: the whole of a read, at best two mask tests, a compare and two loads.
    #[inline(always)]
    pub(super) fn find_inline(&self, key: Key) -> Option<&Slot> {
        let bit = key.bit();
        // The innermost frame first: most values that are set at all are found there.
        if self.head.own_mask & bit != 0 {
            // SAFETY: the table of this view is owned by this frame, or by its base.
            if let Some(slot) = unsafe { self.head.view.get(key) } {
                return Some(slot);
            }
            unlikely();
        }
        if self.head.further & bit == 0 {
            return None;
        }
        self.find_outside(key)
    }

    /// The frames as they were entered, from this one outward.
    pub(super) fn entered(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |frame| frame.prev.as_deref())
    }
}

impl Drop for Frame {
    #[inline]
    fn drop(&mut self) {
        if self.prev.is_some() || self.captured.is_some() {
            self.let_go();
        }
    }
}

impl Frame {
    /// Lets go of the frames before this one.
    #[cold]
    #[inline(never)]
    fn let_go(&mut self) {
        // Ten thousand scopes end in a loop, and captures in captures too: the compiler's own drop would recurse.
        let mut captured: Vec<Arc<Self>> = self.captured.take().into_iter().collect();
        let mut prev = self.prev.take().or_else(|| captured.pop());
        while let Some(frame) = prev {
            if let Some(mut frame) = Arc::into_inner(frame) {
                captured.extend(frame.captured.take());
                captured.extend(frame.prev.take());
            }
            prev = captured.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::scope::deep::Deep;

    #[test]
    fn the_first_value_stays_and_the_second_is_dropped() {
        let (first, second) = (Arc::new(1), Arc::new(2));
        let deep = Deep::new();
        assert!(deep.get().is_none());
        assert_eq!(**deep.set(Box::new(first.clone())), 1);
        assert_eq!(**deep.set(Box::new(second.clone())), 1);
        assert_eq!(deep.get().map(|value| **value), Some(1));
        assert_eq!((Arc::strong_count(&first), Arc::strong_count(&second)), (2, 1));
        drop(deep);
        assert_eq!(Arc::strong_count(&first), 1);
    }
}
