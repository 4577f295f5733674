//! The look-up from frame to frame, and how frames are laid together so that it stays short.

use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

use super::{Base, Frame, Head, NOTHING, unlikely};
use crate::key::Key;
use crate::scope::deep::Deep;
use crate::scope::table::{ROW, Slot, Table};

/// How many frames a read may look through before the next scope lays them together.
const DEEP: u32 = 8;
/// Only tables up to this size are laid together on entering: entering a scope of 100,000 keys stays below 1 µs.
const FLAT: usize = 512;
/// A look-up that needs no more steps than this is not worth laying frames together for.
const FEW: u32 = 2;
/// After how many walks it is asked whether they were worth laying the frames together, and how many are for each entry:
/// about as many as lose what that costs, at 5 ns each (for seven scopes of one key it takes 12,000 instructions).
const OFTEN: u32 = 256;
const OFTEN_PER_ENTRY: usize = 32;
/// In the place of a count: this frame was laid together from others, and is not again.
const LAID: u32 = u32::MAX;

/// A look-up has walked far, and was one of many.
#[derive(Debug)]
pub(crate) struct Often;

impl Frame {
    /// [`Frame::find`] from the next frame on.
    #[inline(always)]
    pub(in crate::scope) fn find_outside(&self, key: Key) -> Option<&Slot> {
        self.walk(key).unwrap_or_else(|Often| self.walk_less(key))
    }

    /// [`Frame::find_outside`]. Where that often walks far, the frames are to be laid together, by [`Frame::walk_less`]: an
    /// `Err` and not a call, for which the caller would save registers.
    #[inline(always)]
    pub(in crate::scope) fn walk(&self, key: Key) -> Result<Option<&Slot>, Often> {
        let bit = key.bit();
        'walk: {
            if self.head.mask & bit == 0 {
                break 'walk;
            }
            // SAFETY: the mask has the bit.
            let mut frame = unsafe { self.next_unchecked() };
            // Before its own mask: that of a root has the snapshot's bits, and there is no frame after it.
            if frame.head.mask & bit == 0 {
                break 'walk;
            }
            if frame.head.own_mask & bit == 0 {
                if frame.counts_a_walk() {
                    return Err(Often);
                }
                // SAFETY: as above.
                frame = unsafe { frame.next_with(bit) };
            }
            loop {
                // SAFETY: the table of this view is owned by `frame`, which has bits and so is no root; `self` keeps it
                // alive.
                if let Some(slot) = unsafe { frame.head.view.get(key) } {
                    return Ok(Some(slot));
                }
                unlikely();
                // SAFETY: as above.
                frame = unsafe { frame.next_unchecked() };
                if frame.head.mask & bit == 0 {
                    break 'walk;
                }
                if frame.head.own_mask & bit == 0 {
                    // SAFETY: as above.
                    frame = unsafe { frame.next_with(bit) };
                }
            }
        }
        let base = self.base();
        // SAFETY: the table of this view is owned by the base, which `self` keeps alive.
        Ok(if base.mask & bit == 0 { None } else { unsafe { base.view.get(key) } })
    }

    /// Counts a look-up from the frame before this one that goes further than this; whether it is time to ask if that is
    /// worth laying frames together for.
    ///
    /// No addition in one step, which would be dear: a count that two threads make one of is only late.
    #[inline(always)]
    fn counts_a_walk(&self) -> bool {
        if self.walk <= FEW {
            return false;
        }
        let walks = self.walks.load(Ordering::Relaxed);
        if walks == LAID {
            return false;
        }
        self.walks.store(walks + 1, Ordering::Relaxed);
        walks % OFTEN == OFTEN - 1
    }

    /// [`Frame::walk`], from now on with the frames from the next one on laid together, where they were walked so often that
    /// it is worth that: under eight scopes a read takes 55 instructions then, 90 before, and seven loads less that wait
    /// for each other.
    #[cold]
    #[inline(never)]
    pub(in crate::scope) fn walk_less(&self, key: Key) -> Option<&Slot> {
        loop {
            if let Some(next) = self.next() {
                let walks = next.walks.load(Ordering::Relaxed) as usize;
                let entries: usize = next.chain().map(|frame| frame.own.len()).sum();
                let laid = next.deep.get().or_else(|| {
                    if next.own.len() > FLAT {
                        // It would only be copied.
                        next.walks.store(LAID, Ordering::Relaxed);
                        return None;
                    }
                    (walks >= OFTEN_PER_ENTRY * entries.min(FLAT)).then(|| next.flattened())
                });
                // It speaks of the same keys, so that the masks of this frame, by which others walk over it, stay right.
                if let Some(laid) = laid.filter(|laid| laid.head.mask == next.head.mask) {
                    self.next.store(ptr::from_ref(laid).cast_mut(), Ordering::Release);
                }
            }
            if let Ok(found) = self.walk(key) {
                return found;
            }
        }
    }

    /// The first frame after this one that itself sets a key with this bit. A mask is the own mask and that of the next
    /// frame (`new`), so that there is one, and three instructions for each step lead to it (five with the mask tested too).
    ///
    /// # Safety
    /// `mask` has the bit, and `own_mask` has not.
    #[inline(always)]
    unsafe fn next_with(&self, bit: u64) -> &Self {
        let mut frame = self;
        loop {
            // SAFETY: promised by the caller, and true of each frame that is passed over.
            frame = unsafe { frame.next_unchecked() };
            if frame.head.own_mask & bit != 0 {
                return frame;
            }
        }
    }

    /// This frame with the small tables of its look-up laid together, geometrically: a chain of n scopes is looked
    /// through in 8 + log n steps. Laid once and kept, so that entering scopes again and again at one depth costs what
    /// it costs at any other (measured before: 1.8 to 3.4 µs at every eighth depth instead of 0.6).
    #[cold]
    fn flattened(&self) -> &Self {
        self.deep.get().unwrap_or_else(|| self.deep.set(self.laid_together()))
    }

    fn laid_together(&self) -> Box<Self> {
        let mut table = Arc::new(self.looked().over(&Table::new(Vec::new()), true));
        let mut next = self.next();
        let mut steps = 1;
        while let Some(frame) = next.filter(|frame| frame.head.mask != 0) {
            let below = frame.looked();
            let small = steps < DEEP && below.len() <= ROW * 8;
            if !(small || below.len() < 8 * table.len()) || below.len().max(table.len()) > FLAT {
                break;
            }
            table = Arc::new(table.over(below, true));
            next = frame.next();
            steps += 1;
        }
        let below = next.filter(|next| next.head.mask != 0);
        let walk = 1 + below.map_or(0, |next| next.walk);
        // Made from what is in the table, and not copied: a look-up runs on where it expects a bit.
        let outer = below.map_or(0, |next| next.head.mask);
        let mask = table.mask | outer;
        let further = outer | self.base().mask;
        // What comes after is kept alive by `self`, which owns this.
        Box::new(Self {
            head: Head { own_mask: table.mask, view: table.view(), further, mask, ..self.head },
            next: AtomicPtr::new(next.map_or(ptr::null_mut(), |next| ptr::from_ref(next).cast_mut())),
            walks: AtomicU32::new(LAID),
            walk,
            own: table,
            deep: Deep::new(),
            prev: None,
            captured: None,
            root: None,
            ..*self
        })
    }

    /// What was laid together of the keys that are looked for from this frame on.
    pub(in crate::scope) fn laid(&self) -> Option<&Table> {
        self.deep.get().map(|laid| &*laid.own)
    }
}

/// What a frame sees below itself.
pub(super) struct Below {
    pub(super) next: *const Frame,
    pub(super) base: *const Base,
    /// The bits of the keys that are set there, up to the base.
    pub(super) mask: u64,
    pub(super) lists: u64,
    /// Frames to look through, the new one included.
    pub(super) walk: u32,
}

impl Below {
    /// What is below an `empty` scope.
    #[cold]
    pub(super) fn none() -> Self {
        Self { next: ptr::null(), base: Arc::as_ptr(&NOTHING), mask: 0, lists: 0, walk: 1 }
    }

    #[inline(always)]
    pub(super) fn looking_on_to(below: &Frame) -> Self {
        if below.head.own_mask == 0 || below.walk == 0 {
            // A frame that sets nothing is not worth a step of the walk, but may be where it ends.
            let next = below.next.load(Ordering::Acquire).cast_const();
            return Self {
                next: if next.is_null() { ptr::from_ref(below) } else { next },
                base: below.base,
                mask: below.head.mask,
                lists: below.head.lists,
                walk: below.walk.max(1),
            };
        }
        let next = match below.deep.get() {
            Some(laid) => laid,
            None if below.walk >= DEEP => below.flattened(),
            None => below,
        };
        let walk = next.walk + 1;
        Self { next, base: below.base, mask: next.head.mask, lists: below.head.lists, walk }
    }
}
