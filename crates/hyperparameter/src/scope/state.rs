//! A thread's (or task's) whole state: one pointer to its innermost frame.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::call::began;
use super::dictionary::flatten;
use super::entry::ALONE;
use super::frame::{Frame, Kind, Link, next_serial};
use super::sole::is_sole;
use super::table::{ROW, Slot, Table};
use super::{Entry, Item, Source, frozen, pinned, spare};
use crate::error::{Error, Result};
use crate::key::Key;
use crate::report;
use crate::value::Value;

/// What a thread or task sees. Cloning it is a reference count, and is what a capture is (rule T3).
#[derive(Clone, Debug)]
pub struct State(pub(super) Arc<Frame>);

static STRICT: AtomicBool = AtomicBool::new(false);

/// Sets whether a value that does not convert is an error where no scope says otherwise (rule V5).
pub fn set_default_strict(strict: bool) {
    STRICT.store(strict, Ordering::Relaxed);
}

/// Whether a value that does not convert is an error where no scope says otherwise.
#[must_use]
pub fn default_strict() -> bool {
    STRICT.load(Ordering::Relaxed)
}

static STRICT_OUTSIDE: AtomicBool = AtomicBool::new(false);

/// Sets whether this process is a program that was started from a command line: such a program is strict about values
/// from its command line, its environment and its files, wherever they are read (rule V5). Gives back the former setting.
pub fn set_strict_outside(strict: bool) -> bool {
    STRICT_OUTSIDE.swap(strict, Ordering::Relaxed)
}

/// One place where a key may have a value, innermost first.
#[derive(Clone, Debug)]
pub struct Level {
    /// What kind of place it is.
    pub kind: LevelKind,
    /// The entry there; `None` where the key is deleted.
    pub entry: Option<Arc<Entry>>,
}

/// The kinds of places that hold values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LevelKind {
    /// Pinned overrides.
    Pinned,
    /// A scope, or what was written outside every scope.
    Scope,
    /// The frozen snapshot.
    Frozen,
}

impl State {
    /// The state of a thread that is in no scope: the newest snapshot.
    #[must_use]
    pub fn fresh() -> Self {
        Self(frozen::newest())
    }

    /// Whether this state is outside every scope and the snapshot has moved on.
    #[must_use]
    #[inline]
    pub fn is_behind(&self) -> bool {
        self.0.is_behind()
    }

    /// This state over the newest snapshot, if it is outside every scope (rule T2).
    #[must_use]
    pub fn caught_up(&self) -> Self {
        if !self.is_behind() {
            return self.clone();
        }
        let newest = frozen::newest();
        if self.0.kind == Kind::Root {
            return Self(newest);
        }
        let base = newest.root_base();
        Self(Arc::new(self.0.rebased(base)))
    }

    /// Whether both are the same state.
    #[must_use]
    #[inline]
    pub fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Whether nothing was entered or written here.
    #[must_use]
    pub fn is_outside(&self) -> bool {
        matches!(self.0.kind, Kind::Root | Kind::Base)
    }

    /// Whether a value that does not convert is an error here (rule V5).
    #[must_use]
    pub fn is_strict(&self) -> bool {
        match self.0.strict {
            0 => default_strict(),
            strict => strict == 2,
        }
    }

    /// Whether it is an error here that a value from this source does not convert (rule V5).
    #[must_use]
    pub fn is_strict_about(&self, source: &Source) -> bool {
        self.is_strict() || (source.is_external() && STRICT_OUTSIDE.load(Ordering::Relaxed))
    }

    /// The serial of the innermost scope.
    #[must_use]
    pub fn serial(&self) -> u64 {
        self.0.serial
    }

    fn push(self, kind: Kind, owner: u64, strict: Option<bool>, own: Arc<Table>, captured: Option<Arc<Frame>>) -> Self {
        let strict = strict.map_or(0, |strict| 1 + u8::from(strict));
        let link = Link { kind, serial: next_serial(), owner, strict, own, captured };
        Self(Frame::on(self.0, link))
    }

    /// Enters a scope that holds nothing yet. `owner` names the scope object, 0 for none.
    #[must_use]
    pub fn enter_new(self, owner: u64) -> Self {
        self.push(Kind::Scope, owner, None, super::table::nothing(), None)
    }

    pub(super) fn enter_table(self, owner: u64, table: Arc<Table>) -> Self {
        self.push(Kind::Scope, owner, None, table, None)
    }

    /// Enters a scope that hides everything outside it (rule S6).
    #[must_use]
    pub fn enter_empty(self, owner: u64) -> Self {
        self.push(Kind::Empty, owner, None, super::table::nothing(), None)
    }

    /// Enters a stretch that is strict, or is not (rule V5).
    #[must_use]
    pub fn enter_strict(self, owner: u64, strict: bool) -> Self {
        self.push(Kind::Scope, owner, Some(strict), super::table::nothing(), None)
    }

    /// Enters a captured state, which replaces what is seen (rule T3).
    #[must_use]
    pub fn enter_capture(self, owner: u64, captured: &Self) -> Self {
        // The captured state's strictness is part of what is seen.
        let strict = if captured.0.strict == 0 { 1 + u8::from(default_strict()) } else { captured.0.strict };
        let link = Link {
            kind: Kind::Capture,
            serial: next_serial(),
            owner,
            strict,
            own: super::table::nothing(),
            captured: Some(captured.0.clone()),
        };
        Self(Arc::new(Frame::new(self.0, link)))
    }

    /// Opens the scope of a call at once: what a generator or coroutine has for its whole run (rule S8).
    #[must_use]
    pub fn enter_call(self) -> Self {
        self.push(Kind::Call, 0, None, super::table::nothing(), None)
    }

    /// The serial of the innermost entry of this scope object, if it is open here.
    #[must_use]
    pub fn find_owner(&self, owner: u64) -> Option<u64> {
        self.0.entered().find(|frame| frame.owner == owner).map(|frame| frame.serial)
    }

    /// Whether the entry with this serial is open here.
    #[must_use]
    pub fn is_open(&self, serial: u64) -> bool {
        self.0.entered().any(|frame| frame.serial == serial)
    }

    /// Ends one entry into a scope (rule S4): what it set is gone, scopes opened after it keep their values. Says
    /// whether there was such an entry; where there was none, nothing changes.
    #[must_use]
    pub fn leave(self, serial: u64) -> (Self, bool) {
        self.leave_with(serial, |_| false)
    }

    /// As `leave`; the scopes directly inside it whose object, says `ended`, was ended elsewhere go with it (rule S8).
    #[must_use]
    pub fn leave_with(self, serial: u64, mut ended: impl FnMut(u64) -> bool) -> (Self, bool) {
        if self.0.serial == serial && serial != 0 {
            let mut state = self.0;
            while state.serial == serial {
                match pop(&state) {
                    Some(prev) => spare::drop_frame(std::mem::replace(&mut state, prev)),
                    None => return (Self::fresh(), true),
                }
            }
            return (Self(state), true);
        }
        let mut above: Vec<&Frame> = Vec::new();
        let mut found = None;
        for frame in self.0.entered() {
            if frame.serial == serial && serial != 0 {
                found = frame.prev.as_ref();
            } else if found.is_some() {
                break;
            } else {
                above.push(frame);
            }
        }
        let Some(below) = found else { return (self, false) };
        let mut state = below.clone();
        let mut above = above.into_iter().rev().peekable();
        while let Some(gone) = above.next_if(|frame| frame.owner != 0 && ended(frame.owner)).map(|frame| frame.serial) {
            while above.next_if(|frame| frame.serial == gone).is_some() {}
        }
        for frame in above {
            state = Arc::new(Frame::new(state, frame.link()));
        }
        (Self(state), true)
    }

    /// The state before the innermost scope, taken out of its frame, where that is all there is to its ending: it is
    /// this very scope, of one link, and nobody else holds it. What is left of `self` is only to be dropped.
    #[inline]
    pub(super) fn take_below(&mut self, serial: u64) -> Option<Self> {
        let frame = &self.0;
        let last = frame.serial == serial && frame.prev.as_ref().is_some_and(|prev| prev.serial != serial);
        if last && Arc::strong_count(frame) == 1 { pop(frame).map(Self) } else { None }
    }

    /// Drops what [`State::take_below`] left.
    #[inline]
    pub(super) fn drop_left(self) {
        spare::drop_frame(self.0);
    }

    /// The scope that a write goes to, opened if it is not: inside a call, scopes from before it are not written (S5);
    /// outside every scope it is the base scope (S2).
    fn target(&self) -> Link {
        let top = &self.0;
        let began = began();
        let (kind, serial, owner) = if began != 0 && top.serial <= began {
            (Kind::Call, next_serial(), 0)
        } else {
            match top.kind {
                Kind::Root => (Kind::Base, next_serial(), 0),
                Kind::Base => (Kind::Base, top.serial, top.owner),
                Kind::Call => (Kind::Call, top.serial, top.owner),
                _ => (Kind::Scope, top.serial, top.owner),
            }
        };
        let strict = if serial == top.serial { top.own_strict } else { 0 };
        Link { kind, serial, owner, strict, own: super::table::nothing(), captured: None }
    }

    /// Writes a link of the current scope. Links of one scope are merged geometrically: 10,000 writes are not 10,000
    /// copies, and a read looks through a few of them.
    fn write(&self, slots: Vec<Slot>) -> Self {
        let mut link = self.target();
        let mut own = Table::of(slots);
        let mut below = &self.0;
        loop {
            let mergeable = below.serial == link.serial && !matches!(below.kind, Kind::Empty | Kind::Capture);
            let small = below.own.len() < ROW || below.own.len() < 8 * own.len();
            let full = own.len() >= ROW || below.own.len() + own.len() <= ROW;
            let Some(prev) = &below.prev else { break };
            if !(mergeable && small && full) {
                break;
            }
            own = own.over(&below.own, true);
            below = prev;
        }
        link.own = Arc::new(own);
        let frame = Frame::new(below.clone(), link);
        // The base scope lies over the newest snapshot, whatever the frames below it were made over.
        if frame.kind == Kind::Base && !std::ptr::eq(frame.base(), self.0.base()) {
            return Self(Arc::new(frame.rebased(self.0.root_base())));
        }
        Self(Arc::new(frame))
    }

    /// Writes a value to the current scope (rules S2, K5, K6). The state itself is not changed: what is seen with the
    /// value in it is returned.
    ///
    /// # Errors
    /// `InvalidKey` for an index out of range, `Config` for a dictionary that cannot be laid out.
    pub fn set(&self, key: Key, item: Item, source: &Source) -> Result<Self> {
        if let Some((list, item)) = self.as_element(key, &item)? {
            return self.set_flat(list, item, source);
        }
        self.set_flat(key, item, source)
    }

    fn set_flat(&self, key: Key, item: Item, source: &Source) -> Result<Self> {
        self.set_entries(&flatten(key, item, source)?)
    }

    /// Writes entries that were laid out before, resolving elements left to right (rule K6).
    pub(super) fn set_entries(&self, entries: &[(Key, Arc<Entry>)]) -> Result<Self> {
        let lists = entries.iter().fold(
            self.0.head.lists,
            |bits, (key, entry)| {
                if entry.is_container() { bits | key.bit() } else { bits }
            },
        );
        if entries.iter().all(|(key, _)| key.prefixes() & lists == 0) {
            return Ok(self.write(entries.iter().map(|(key, entry)| Slot::new(*key, entry.clone())).collect()));
        }
        let slots = |entries: &[(Key, Arc<Entry>)]| {
            entries.iter().map(|(key, entry)| Slot::new(*key, entry.clone())).collect::<Vec<_>>()
        };
        let mut state = self.clone();
        // What one value was laid out to is written at once: a dictionary and its leaves stand in one table.
        for laid_out in entries.chunk_by(|(_, a), (_, b)| a.stamp() == b.stamp() && a.stamp() != ALONE) {
            let Some((key, entry)) = laid_out.first() else { continue };
            state = match state.as_element(*key, entry.item())? {
                Some((list, item)) => state.write(slots(&flatten(list, item, entry.source())?)),
                None => state.write(slots(laid_out)),
            };
        }
        Ok(state)
    }

    /// If `key` names an element of a list visible here: the list's key, and the list with that element replaced.
    fn as_element(&self, key: Key, item: &Item) -> Result<Option<(Key, Item)>> {
        if self.0.head.lists & key.prefixes() == 0 {
            return Ok(None);
        }
        let mut at = key;
        while let Some(list) = at.parent() {
            at = list;
            let slot = self.0.find(list);
            let Some(entry) = slot.and_then(|slot| slot.entry.as_ref()).filter(|entry| entry.is_container()) else {
                continue;
            };
            let path: Vec<&str> = key.name()[list.name().len() + 1..].split('.').collect();
            let whole =
                entry.object().map_or_else(|| Cow::Borrowed(entry.value()), |h| Cow::Owned(Value::Host(h.clone())));
            let value = match (&*whole, &item.host) {
                (Value::Host(_), Some(host)) => Value::Host(host.clone()),
                _ => item.value.clone(),
            };
            let value = whole.with_element(&path, &value).map_err(|reason| {
                let help = format!("'{}' holds a list: write one of its elements, or the list itself", list.name());
                Error::invalid_key(key.name(), None, reason, &help)
            })?;
            return Ok(Some((list, Item { value, host: None })));
        }
        Ok(None)
    }

    /// Deletes a key in the current scope, and every key visible under it (rule S7).
    ///
    /// # Errors
    /// `MissingParameter` for a key that is not visible, `InvalidKey` for an element of a list.
    pub fn delete(&self, key: Key) -> Result<Self> {
        let mut slots = Vec::new();
        let mut pinned = false;
        let mut note = |key: Key, element: bool| {
            if !element && self.0.find(key).is_some_and(|slot| slot.entry.is_some()) {
                slots.push(Slot::deleted(key));
            }
            pinned |= pinned::table().is_some_and(|table| table.get(key).is_some());
        };
        note(key, self.is_element(key));
        // A key that a list hides goes with the list: it would come to light else.
        key.descend(&mut |key| note(key, false));
        if slots.is_empty() && !pinned {
            if self.is_element(key) {
                let help = "write the list without it instead";
                return Err(Error::invalid_key(key.name(), None, "an element of a list cannot be deleted", help));
            }
            return Err(Error::missing(key.name(), report::near(self, key.name())));
        }
        Ok(if slots.is_empty() { self.clone() } else { self.write(slots) })
    }

    /// Removes what the current scope itself set (rule S7).
    #[must_use]
    pub fn clear(&self) -> Self {
        let target = self.target();
        if target.serial != self.0.serial {
            // Nothing was written by this call, or outside every scope.
            return self.clone();
        }
        let mut last = &self.0;
        while let Some(prev) = last.prev.as_ref().filter(|prev| prev.serial == target.serial) {
            last = prev;
        }
        let Some(prev) = &last.prev else { return self.clone() };
        if last.kind == Kind::Base {
            return Self(prev.clone()).caught_up();
        }
        let link = Link { own: super::table::nothing(), ..last.link() };
        Self(Arc::new(Frame::new(prev.clone(), link)))
    }

    /// Every place that has something to say of `key`, innermost first: what `explain` shows.
    #[must_use]
    pub fn levels(&self, key: Key) -> Vec<Level> {
        let level = |kind: LevelKind, slot: &Slot| Level { kind, entry: slot.entry.clone() };
        let mut levels = Vec::new();
        levels.extend(pinned::table().and_then(|table| table.get(key)).map(|slot| level(LevelKind::Pinned, slot)));
        let mut at = Some(&*self.0);
        while let Some(frame) = at {
            levels.extend(frame.own.get_seen(key).map(|slot| level(LevelKind::Scope, slot)));
            at = match frame.kind {
                Kind::Empty => return levels,
                Kind::Capture => frame.captured(),
                _ => frame.prev.as_deref(),
            };
        }
        levels.extend(self.0.base_table().get_seen(key).map(|slot| level(LevelKind::Frozen, slot)));
        levels
    }

    /// Whether a scope, a list, a pin or the snapshot may have a say in keys whose own bits and prefixes are these. One
    /// test; `false` is sure, `true` is to be asked again of [`State::may_hold`] and [`State::base_may_hold`].
    #[inline(always)]
    #[must_use]
    pub fn may_concern(&self, lines: u64) -> bool {
        (self.0.held() | self.0.head.lists | pinned::bits()) & lines != 0
    }

    /// Whether a call must look for the keys with these bits and prefixes: a scope, a list or a pin may hold one.
    #[inline]
    #[must_use]
    pub fn may_hold(&self, bits: u64, prefixes: u64) -> bool {
        self.0.may_hold(bits, prefixes) || pinned::bits() & (bits | prefixes) != 0
    }

    /// The bits of all keys that may have a value here, and of those that may hold a list: a caller with many keys skips
    /// the others by them.
    #[inline]
    #[must_use]
    pub fn held(&self) -> (u64, u64) {
        let pins = pinned::bits();
        (self.0.held() | pins, self.0.head.lists | pins)
    }

    /// The version of the snapshot below if it may hold one of the keys with these bits. A caller may remember the
    /// version under which [`State::base_holds`] said no to all of them.
    #[inline]
    #[must_use]
    pub fn base_may_hold(&self, bits: u64) -> Option<u64> {
        self.0.base_may_hold(bits)
    }

    /// Whether the snapshot below says something of this very key.
    #[must_use]
    pub fn base_holds(&self, key: Key) -> bool {
        self.0.base_table().get(key).is_some()
    }

    /// Calls `visit` for the entries that nobody holds but this very handle on the state: no other handle or frame, no
    /// scope object, no snapshot. A host's garbage collector may look through these, and through no others: they would be
    /// in use elsewhere. Stops where `visit` says `false`.
    pub fn visit_unshared(&self, visit: &mut dyn FnMut(&Entry) -> bool) {
        let mut at = Some(&self.0);
        // Frames that were laid together hold the entries once more, for this handle alone as well.
        let mut laid: Vec<&Table> = Vec::new();
        while let Some(frame) = at.filter(|frame| Arc::strong_count(frame) == 1) {
            laid.extend(frame.laid());
            let holders = |slot: &Slot, entry: &Arc<Entry>| {
                let same = |other: &Slot| other.entry.as_ref().is_some_and(|other| Arc::ptr_eq(other, entry));
                1 + laid.iter().filter(|table| table.get(slot.key).is_some_and(same)).count()
            };
            if Arc::strong_count(&frame.own) == 1 {
                for slot in frame.own.slots() {
                    let unshared = |entry: &&Arc<Entry>| Arc::strong_count(entry) == holders(slot, entry);
                    if slot.entry.as_ref().filter(unshared).is_some_and(|entry| !visit(entry)) {
                        return;
                    }
                }
            }
            at = frame.prev.as_ref();
        }
    }

    /// The state behind a pointer that [`State::into_raw`] gave.
    ///
    /// # Safety
    /// The pointer came from [`State::into_raw`] and is used for this once.
    #[must_use]
    pub unsafe fn from_raw(pointer: *const Frame) -> Self {
        // SAFETY: promised by the caller.
        Self(unsafe { Arc::from_raw(pointer) })
    }

    /// This state as a pointer that owns it.
    #[must_use]
    pub fn into_raw(self) -> *const Frame {
        Arc::into_raw(self.0)
    }

    /// The innermost frame, for a read.
    #[must_use]
    #[inline]
    pub fn frame(&self) -> &Frame {
        &self.0
    }
}

/// The state before, taken out of the frame where nobody else holds it: its reference count is not touched then.
///
/// Such a frame is only to be dropped then.
fn pop(frame: &Arc<Frame>) -> Option<Arc<Frame>> {
    if !is_sole(frame) {
        return frame.prev.clone();
    }
    // SAFETY: this is the only count, and of frames no weak ones are made: nobody else can get at it. (`Arc::try_unwrap`
    // would move the frame out.)
    unsafe { (*Arc::as_ptr(frame).cast_mut()).prev.take() }
}
