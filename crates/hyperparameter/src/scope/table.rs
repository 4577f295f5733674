//! A table of entries by key, found by id in one step at any size. Built once, then only read.

use std::ptr::NonNull;
use std::sync::{Arc, LazyLock};

use super::entry::Entry;
use super::frame::unlikely;
use crate::key::Key;
use crate::value::{Item, Value};

/// What a table says of one key.
#[derive(Clone, Debug)]
#[repr(C)]
pub(crate) struct Slot {
    pub(super) key: Key,
    /// The entry; `None` where the key is deleted (rule S7).
    pub(super) entry: Option<Arc<Entry>>,
    /// `PLAIN`, or what a read must look at: one compare instead of two loads. Not an `enum`, so that an empty cell is
    /// one whose key is null, and comparing keys is enough.
    tag: u8,
    /// Whether it stood further out than a list of this table that it could be an element of (rule K6): the list is read
    /// into before this is, unless something further in took the list's place. 0 or 1, and not a `bool`: an empty cell
    /// would be one with neither, and not one whose key is null.
    below_list: u8,
}

/// An entry that is no dictionary.
const PLAIN: u8 = 0;
/// Deleted, or a dictionary.
const OTHER: u8 = 1;
/// A dictionary whose leaves may have been set or deleted by another write in this same table (rule K5).
const MIXED: u8 = 2;

impl Slot {
    pub(super) fn new(key: Key, entry: Arc<Entry>) -> Self {
        let tag = if entry.is_dictionary() { OTHER } else { PLAIN };
        Self { key, entry: Some(entry), tag, below_list: 0 }
    }

    pub(super) fn deleted(key: Key) -> Self {
        Self { key, entry: None, tag: OTHER, below_list: 0 }
    }

    /// The entry, if it is no dictionary: what an ordinary read wants to know.
    #[inline]
    pub(crate) fn plain(&self) -> Option<&Arc<Entry>> {
        if self.tag == PLAIN {
            debug_assert!(self.entry.is_some());
            // SAFETY: only `new` makes a plain slot, with an entry, and no slot changes but its tag, to `MIXED`.
            return Some(unsafe { self.entry.as_ref().unwrap_unchecked() });
        }
        None
    }

    /// The value, where it is of the kind with this [`Value::code`] and was read before: no key is deleted, no dictionary
    /// and no text where there is one.
    #[inline(always)]
    pub(crate) fn read_again(&self, code: u8) -> Option<&Value> {
        self.entry.as_ref()?.read_again(code)
    }

    /// As [`Entry::converted_again`].
    #[inline(always)]
    pub(crate) fn converted_again(&self, token: usize, code: u8) -> Option<&Value> {
        self.entry.as_ref()?.converted_again(token, code)
    }

    /// Whether the key is deleted here.
    pub(crate) fn is_deleted(&self) -> bool {
        self.entry.is_none()
    }

    /// Whether the leaves of this dictionary may have been set or deleted by another write in the same table (rule K5).
    pub(super) fn mixed(&self) -> bool {
        self.tag == MIXED
    }

    fn dictionary(&self) -> bool {
        self.entry.as_ref().is_some_and(|entry| entry.is_dictionary())
    }

    /// See `below_list`.
    pub(super) fn is_below_list(&self) -> bool {
        self.below_list != 0
    }

    pub(super) fn container(&self) -> bool {
        self.entry.as_ref().is_some_and(|entry| entry.is_container())
    }
}

/// Whether slots and views are laid out as `cpp/include/hyperparameter/layout.h` says.
#[cfg(feature = "host-table")]
pub(super) const FITS: bool = {
    use std::mem::offset_of;
    size_of::<Slot>() == 24
        && offset_of!(Slot, key) == 0
        && offset_of!(Slot, entry) == 8
        && offset_of!(Slot, tag) == 16
        && size_of::<View>() == 16
        && offset_of!(View, cells) == 0
        && offset_of!(View, low) == 8
        && offset_of!(View, probes) == 12
};

type Cell = Option<Slot>;

/// The part of a table that a read needs, copied into the frame: it saves two loads on the way to the cell.
///
/// One key, eight and a million are found by the same five instructions, with no branch on the layout: the cell at the
/// low bits of the id. Where all keys of a table differ in these bits, as keys made in one go do, that is the only cell
/// to look at; in other tables `probes` sends what is not there on to a hash. (Measured against a row, a dense table and
/// a hash that a read had to tell apart: a hit among 1,000 keys took 19 instructions more than one in a scope of one.)
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(super) struct View {
    cells: *const Cell,
    /// The bits of an id that are its place in a table where each key has its own; 0 in the others.
    low: u32,
    /// 0, or by how much a multiplicative hash of the id is shifted in a table of 2^(32 - probes) cells.
    probes: u32,
}

/// The table of a scope that sets nothing.
pub(super) fn nothing() -> Arc<Table> {
    static NOTHING: LazyLock<Arc<Table>> = LazyLock::new(|| Arc::new(Table::new(Vec::new())));
    NOTHING.clone()
}

/// A table of up to this many entries is small: it is laid together with others without counting what that costs.
pub(super) const ROW: usize = 8;

#[derive(Debug)]
pub(super) struct Table {
    /// The cells, owned. Not a `Box`: moving one says that no other pointer into it is used, and views are (Miri).
    cells: NonNull<[Cell]>,
    view: View,
    len: usize,
    /// The bits of all keys here.
    pub(super) mask: u64,
    /// The bits of the keys that hold something to be read into (rule K6).
    pub(super) lists: u64,
    /// The bits of the ancestors of all keys here (rule K5).
    pub(super) ancestors: u64,
    /// What names the block whose table this is, if it is one that sets single values: only such a table is kept (`spare`).
    block: *const (),
}

// SAFETY: a view only points; whoever follows it keeps the table alive, and a table never changes once it was built.
unsafe impl Send for View {}
// SAFETY: as above.
unsafe impl Sync for View {}

const PHI: u32 = 0x9E37_79B1;

impl View {
    /// Of no table: its mask has no bits, so nothing is looked for in it.
    pub(super) const NOTHING: Self = Self { cells: std::ptr::null(), low: 0, probes: 0 };

    /// Whether a key that is not at the first place to look at may be at another.
    #[inline(always)]
    pub(super) fn is_hashed(&self) -> bool {
        self.probes != 0
    }

    /// The slot of a key if it is at the first place to look at.
    ///
    /// # Safety
    /// As for `get`.
    #[inline(always)]
    pub(super) unsafe fn first<'a>(&self, key: Key) -> Option<&'a Slot> {
        // SAFETY: there are `low + 1` cells or, in a hash table, where `low` is 0, at least one; alive for `'a`.
        unsafe { holding(self.cells.add((key.id() & self.low) as usize), key) }
    }

    /// # Safety
    /// The table of this view is alive for `'a`, and its mask has the bit of `key`: then it has at least one cell.
    #[inline(always)]
    pub(super) unsafe fn get<'a>(&self, key: Key) -> Option<&'a Slot> {
        // SAFETY: every index stays inside the cells: of a hash table there are 2^(32 - probes), at least half of them
        // empty, so that probing ends.
        unsafe {
            if let Some(slot) = self.first(key) {
                return Some(slot);
            }
            if self.probes == 0 {
                return None;
            }
            unlikely();
            let last = u32::MAX >> self.probes;
            let mut at = key.id().wrapping_mul(PHI) >> self.probes;
            loop {
                let cell = self.cells.add(at as usize);
                if let Some(slot) = holding(cell, key) {
                    return Some(slot);
                }
                (*cell).as_ref()?;
                at = (at + 1) & last;
            }
        }
    }
}

/// The slot in this cell if it is that of `key`.
///
/// # Safety
/// The cell is alive for `'a`.
#[inline(always)]
unsafe fn holding<'a>(cell: *const Cell, key: Key) -> Option<&'a Slot> {
    const {
        assert!(size_of::<Cell>() == size_of::<Slot>(), "an empty cell is one whose key is null");
        // SAFETY: zeroes are the cell without a slot, or this does not compile.
        let zeroes: Cell = unsafe { std::mem::transmute([0u8; size_of::<Cell>()]) };
        assert!(zeroes.is_none(), "an empty cell is one whose key is null, and not one with some other field's niche");
        std::mem::forget(zeroes);
    }
    // SAFETY: a cell is a slot, or one whose key, its first field, is null; no other field is looked at before.
    unsafe { if *cell.cast::<*const ()>() == key.into_raw() { Some(&*cell.cast::<Slot>()) } else { None } }
}

// SAFETY: the cells are owned, hold values that are Send and Sync, and do not change once the table was built.
unsafe impl Send for Table {}
// SAFETY: as above.
unsafe impl Sync for Table {}

impl Drop for Table {
    fn drop(&mut self) {
        // SAFETY: leaked from a box in `new`, and owned by this table alone.
        drop(unsafe { Box::from_raw(self.cells.as_ptr()) });
    }
}

fn vacant(size: usize) -> Box<[Cell]> {
    let mut cells: Vec<Cell> = Vec::new();
    cells.resize_with(size, || None);
    cells.into_boxed_slice()
}

/// The least number of cells, a power of two and at most eight for each key, by which all ids leave different
/// remainders. `None` where there is none.
fn direct(keys: &(impl ExactSizeIterator<Item = Key> + Clone)) -> Option<usize> {
    if keys.len() <= 1 {
        return Some(1);
    }
    let mut size = keys.len().next_power_of_two();
    while size <= keys.len() * 8 {
        let (mut few, mut many) = ([0u64; 2], Vec::new());
        let taken: &mut [u64] = if size <= 128 {
            &mut few
        } else {
            many.resize(size / 64, 0);
            &mut many
        };
        let own = |key: Key| {
            let at = key.id() as usize & (size - 1);
            let (word, bit) = (at / 64, 1 << (at % 64));
            let free = taken[word] & bit == 0;
            taken[word] |= bit;
            free
        };
        if keys.clone().all(own) {
            return Some(size);
        }
        size *= 2;
    }
    None
}

impl Table {
    /// A table of these slots; no two have the same key.
    pub(super) fn new(slots: Vec<Slot>) -> Self {
        let size = direct(&slots.iter().map(|slot| slot.key));
        Self::filled(size, slots.into_iter())
    }

    /// A table of these entries; no two have the same key.
    #[cfg(feature = "config")]
    pub(super) fn of_unique(entries: &[(Key, Arc<Entry>)]) -> Self {
        let size = direct(&entries.iter().map(|(key, _)| *key));
        Self::filled(size, entries.iter().map(|(key, entry)| Slot::new(*key, entry.clone())))
    }

    fn filled(size: Option<usize>, slots: impl ExactSizeIterator<Item = Slot>) -> Self {
        let len = slots.len();
        let (mut mask, mut lists, mut ancestors) = (0, 0, 0);
        let slots = slots.inspect(|slot| {
            mask |= slot.key.bit();
            ancestors |= slot.key.prefixes();
            if slot.container() {
                lists |= slot.key.bit();
            }
        });
        let (cells, low, probes) = match size {
            Some(1) => (slots.map(Some).collect(), 0, 0),
            Some(size) => {
                let mut cells = vacant(size);
                for slot in slots {
                    let at = slot.key.id() as usize & (size - 1);
                    cells[at] = Some(slot);
                }
                (cells, size as u32 - 1, 0)
            }
            None => {
                let size = (len * 2).next_power_of_two();
                let shift = 32 - size.trailing_zeros();
                let mut cells = vacant(size);
                for slot in slots {
                    let mut at = (slot.key.id().wrapping_mul(PHI) >> shift) as usize;
                    while cells[at].is_some() {
                        at = (at + 1) & (size - 1);
                    }
                    cells[at] = Some(slot);
                }
                (cells, 0, shift)
            }
        };
        let cells = NonNull::from(Box::leak(cells));
        let view = View { cells: cells.as_ptr().cast(), low, probes };
        Self { cells, view, len, mask, lists, ancestors, block: std::ptr::null() }
    }

    /// A table of these slots, of which the later of two with one key wins.
    pub(super) fn of(slots: Vec<Slot>) -> Self {
        // A few are compared with each other: a map of them took 2,500 of the 8,900 instructions of a block that sets 8.
        let alone = |at: usize| slots[..at].iter().all(|other| other.key != slots[at].key);
        if slots.len() <= 2 * ROW && (0..slots.len()).all(alone) {
            return Self::new(slots).mixed();
        }
        let mut places = std::collections::HashMap::with_capacity(slots.len());
        let mut kept: Vec<Slot> = Vec::with_capacity(slots.len());
        for slot in slots {
            match places.entry(slot.key) {
                std::collections::hash_map::Entry::Occupied(at) => kept[*at.get()] = slot,
                std::collections::hash_map::Entry::Vacant(at) => {
                    at.insert(kept.len());
                    kept.push(slot);
                }
            }
        }
        Self::new(kept).mixed()
    }

    /// Marks the dictionaries here below which another write set or deleted a key.
    fn mixed(mut self) -> Self {
        let dictionaries = self.slots().filter(|slot| slot.dictionary()).fold(0, |bits, slot| bits | slot.key.bit());
        if dictionaries & self.ancestors == 0 {
            return self;
        }
        let mut touched = std::collections::HashSet::new();
        for slot in self.slots().filter(|slot| slot.key.prefixes() & dictionaries != 0) {
            let mut at = slot.key;
            while let Some(parent) = at.parent() {
                at = parent;
                let Some(above) = self.get(parent).and_then(|above| above.entry.as_ref()) else { continue };
                let same = slot.entry.as_ref().is_some_and(|entry| entry.stamp() == above.stamp());
                if above.is_dictionary() && !same {
                    touched.insert(parent);
                }
            }
        }
        // SAFETY: this table owns its cells, and nobody has a view of it yet that is read through meanwhile.
        for slot in unsafe { self.cells.as_mut() }.iter_mut().flatten() {
            if touched.contains(&slot.key) {
                slot.tag = MIXED;
            }
        }
        self
    }

    pub(super) fn view(&self) -> View {
        self.view
    }

    /// This table as that of a block, whose entries are no lists or dictionaries.
    pub(super) fn of_block(mut self, block: *const ()) -> Self {
        self.block = block;
        self
    }

    /// See the field.
    #[inline]
    pub(super) fn block(&self) -> *const () {
        self.block
    }

    /// Takes all values out of a table of a block. `false` where someone else holds an entry: it cannot be filled again.
    #[inline]
    pub(super) fn clear(&mut self) -> bool {
        // SAFETY: this table owns its cells, and is borrowed alone.
        let slots = unsafe { self.cells.as_mut() }.iter_mut().flatten();
        let mut sole = true;
        for slot in slots {
            match slot.entry.as_mut().and_then(Arc::get_mut) {
                Some(entry) => entry.clear(),
                None => sole = false,
            }
        }
        sole
    }

    /// Puts a value in the place of one that [`Table::clear`] took out.
    ///
    /// # Safety
    /// It returned `true`, and nobody was given the table since.
    #[inline]
    pub(super) unsafe fn refill(&mut self, key: Key, item: Item) {
        // SAFETY: a table that has keys has a cell wherever its view leads, and is borrowed alone.
        let slot = if self.mask & key.bit() == 0 { None } else { unsafe { self.view.get(key) } };
        if let Some(entry) = slot.and_then(|slot| slot.entry.as_ref()) {
            // SAFETY: this is the only count, promises the caller.
            unsafe { (*Arc::as_ptr(entry).cast_mut()).refill(item) };
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(super) fn get(&self, key: Key) -> Option<&Slot> {
        // SAFETY: the view is of this table, which the result borrows.
        if self.mask & key.bit() == 0 { None } else { unsafe { self.view.get(key) } }
    }

    pub(super) fn slots(&self) -> impl Iterator<Item = &Slot> {
        // SAFETY: this table owns its cells, and they do not change while it is borrowed.
        unsafe { self.cells.as_ref() }.iter().flatten()
    }

    /// What is said of a key here, unless a list of this table is read into instead.
    pub(super) fn get_seen(&self, key: Key) -> Option<&Slot> {
        self.get(key).filter(|slot| !(slot.is_below_list() && self.hides(key)))
    }

    /// Whether something here is read into by `key` (rule K6).
    fn hides(&self, key: Key) -> bool {
        let mut at = key;
        while let Some(parent) = at.parent() {
            if self.get(parent).is_some_and(Slot::container) {
                return true;
            }
            at = parent;
        }
        false
    }

    /// One table that reads as `self` before `lower`.
    ///
    /// What a list of `self` hides in `lower` is marked, so that in one table a key without a mark that stands beside a
    /// list always is the later of the two. `deletions` says whether there is anything further down to hide.
    pub(super) fn over(&self, lower: &Self, deletions: bool) -> Self {
        let mut slots: Vec<Slot> = Vec::with_capacity(self.len + lower.len);
        slots.extend(self.slots().cloned());
        slots.extend(lower.slots().filter(|slot| self.mask & slot.key.bit() == 0 || self.get(slot.key).is_none()).map(
            |slot| {
                let below_list =
                    slot.is_below_list() || (self.lists & slot.key.prefixes() != 0 && self.hides(slot.key));
                Slot { below_list: below_list.into(), ..slot.clone() }
            },
        ));
        let table = Self::new(slots).mixed();
        if deletions || table.slots().all(|slot| slot.entry.is_some()) {
            return table;
        }
        Self::new(table.slots().filter(|slot| slot.entry.is_some()).cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::intern;
    use crate::scope::Source;

    fn slot(name: &str) -> Slot {
        Slot::new(intern(name).unwrap(), Arc::new(Entry::plain(1i64.into(), Source::Unknown, 0)))
    }

    fn finds_all(table: &Table, names: &[String]) {
        for name in names {
            let key = intern(name).unwrap();
            assert_eq!(table.get(key).map(|slot| slot.key), Some(key));
        }
        assert!(table.get(intern("table.absent").unwrap()).is_none());
    }

    #[test]
    fn a_table_of_neighbours_and_a_sparse_one_both_find_their_keys() {
        // Miri runs the same tables, smaller.
        let (many, sparse) = if cfg!(miri) { (30, 200) } else { (300, 2000) };
        for count in [0, 1, 8, 9, many] {
            let names: Vec<String> = (0..count).map(|i| format!("table.dense.{count}.k{i}")).collect();
            finds_all(&Table::new(names.iter().map(|n| slot(n)).collect()), &names);
        }
        let names: Vec<String> = (0..sparse).map(|i| format!("table.sparse.k{i}")).collect();
        let all: Vec<Slot> = names.iter().map(|n| slot(n)).collect();
        let some: Vec<String> = names.iter().step_by(19).cloned().collect();
        let table = Table::new(all.into_iter().step_by(19).collect());
        finds_all(&table, &some);
        assert!(table.get(intern("table.sparse.k1").unwrap()).is_none());
    }

    #[test]
    fn the_later_of_two_slots_with_one_key_wins() {
        let (first, second) = (slot("table.twice"), slot("table.twice"));
        let wanted = second.entry.clone().unwrap();
        let table = Table::of(vec![first, slot("table.other"), second]);
        assert_eq!(table.len(), 2);
        let found = table.get(intern("table.twice").unwrap()).unwrap();
        assert!(Arc::ptr_eq(found.entry.as_ref().unwrap(), &wanted));
    }
}
