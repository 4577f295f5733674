//! What scopes that ended on this thread leave to the next ones: the place of a frame, and the tables of blocks that set
//! computed values, each with the places of its entries.
//!
//! Memory only: a value is gone when its scope ends. Measured in instructions (`benches/instructions/`): a prepared scope,
//! entered and left, 412 before and 280 with the place of its frame kept (195 by now); a block of one computed value 1,079
//! and 473 (354), of eight 5,300 and 1,334 (1,303), with its table kept as well: malloc and free took a third of them, and laying out the
//! same table again and again another.

use std::cell::Cell;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Arc;

use super::frame::Frame;
use super::sole::is_sole;
use super::table::Table;
use crate::key::Key;
use crate::value::Item;

/// For so many blocks a thread keeps a table: two whose places meet take turns, which costs what it does without.
const BLOCKS: usize = 16;

/// Plain cells without a destructor: that makes each one load. [`END`] frees what is in them when the thread ends.
struct Kept {
    /// The place of a frame, owned; or null.
    frame: Cell<*const MaybeUninit<Frame>>,
    /// Tables that nobody else holds, owned; or null.
    tables: [Cell<*const Table>; BLOCKS],
}

thread_local! {
    static KEPT: Kept = const {
        Kept { frame: Cell::new(ptr::null()), tables: [const { Cell::new(ptr::null()) }; BLOCKS] }
    };
    static END: End = const { End };
}

struct End;

impl Drop for End {
    fn drop(&mut self) {
        KEPT.with(|kept| {
            free(kept.frame.replace(ptr::null()));
            kept.tables.iter().for_each(|table| free(table.replace(ptr::null())));
        });
    }
}

fn free<T>(kept: *const T) {
    if !kept.is_null() {
        // SAFETY: what is kept came from `Arc::into_raw`, and was taken out of its cell by the caller.
        drop(unsafe { Arc::from_raw(kept) });
    }
}

/// Keeps what is to be freed when the thread ends.
fn keep<T>(cell: &Cell<*const T>, value: Arc<T>) {
    let old = cell.replace(Arc::into_raw(value));
    if old.is_null() {
        // Registers the destructor; where the thread is already ending, a little memory is leaked.
        let _ = END.try_with(|_| ());
    }
    free(old);
}

/// The place for a frame.
#[inline]
pub(super) fn frame() -> Arc<MaybeUninit<Frame>> {
    let kept = KEPT.with(|kept| kept.frame.replace(ptr::null()));
    // SAFETY: what is kept came from `Arc::into_raw`.
    if kept.is_null() { Arc::new_uninit() } else { unsafe { Arc::from_raw(kept) } }
}

/// Drops a frame that was left, and keeps what can be used again where nobody else holds it.
#[inline]
pub(super) fn drop_frame(frame: Arc<Frame>) {
    if !is_sole(&frame) || !frame.is_single() {
        return drop(frame);
    }
    let place = Arc::into_raw(frame).cast_mut();
    // SAFETY: this was the only count, and of frames no weak ones are made: nobody else can get at it. All of it that must
    // be dropped is taken out of it here or, says `is_single`, not there; so it is only memory from here on.
    let (own, deep, place) =
        unsafe { (ptr::read(&raw const (*place).own), (*place).take_deep(), Arc::from_raw(place.cast_const().cast())) };
    KEPT.with(|kept| keep(&kept.frame, place));
    // Values may run code of their own when they go.
    drop(deep);
    drop_table(own);
}

#[inline]
fn drop_table(mut table: Arc<Table>) {
    if table.block().is_null() {
        return drop(table);
    }
    if Arc::get_mut(&mut table).is_some_and(Table::clear) {
        KEPT.with(|kept| keep(place_of(kept, table.block()), table));
    }
}

fn place_of(kept: &Kept, block: *const ()) -> &Cell<*const Table> {
    // Call sites are statics of 128 bytes and less, next to each other.
    &kept.tables[(block as usize >> 6) % BLOCKS]
}

/// The table that this block left here, without values; `None` where there is none for so many keys, or where one of them may
/// be an element of a list (`lists` has the bits of those visible).
#[inline]
pub(super) fn emptied(block: *const (), lists: u64, count: usize) -> Option<Emptied> {
    KEPT.with(|kept| {
        let cell = place_of(kept, block);
        // SAFETY: null, or a table that the cell owns.
        let table = unsafe { cell.get().as_ref() }?;
        if !ptr::eq(table.block(), block) || table.ancestors & lists != 0 || table.len() != count {
            return None;
        }
        // SAFETY: what is kept came from `Arc::into_raw`.
        Some(Emptied(unsafe { Arc::from_raw(cell.replace(ptr::null())) }))
    })
}

/// A table that nobody else holds, nor its entries, and that has no values yet.
pub(super) struct Emptied(Arc<Table>);

impl Emptied {
    #[inline]
    pub(super) fn put(&mut self, key: Key, item: Item) {
        // SAFETY: this is the only count: `Table::clear` said so before the table was kept.
        unsafe { (*Arc::as_ptr(&self.0).cast_mut()).refill(key, item) };
    }

    /// The table, with the values that were put into it.
    #[inline]
    pub(super) fn done(self) -> Arc<Table> {
        self.0
    }
}
