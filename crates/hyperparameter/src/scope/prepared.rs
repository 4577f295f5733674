//! Rule S3: a scope object is prepared once and can be entered many times, by several threads at once.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::current::{self, Guard};
use super::dictionary::{flatten, members, single};
#[cfg(feature = "config")]
use super::entry::EntryKind;
use super::table::{Slot, Table};
use super::{Entry, Item, Source, State, spare};
use crate::error::{Error, Result};
use crate::key::{Key, intern, validate_text};
use crate::value::Value;

/// A scope that was prepared, but touches nothing before it is entered.
#[derive(Clone, Debug)]
pub struct Scope {
    id: u64,
    entries: Entries,
    table: Arc<Table>,
    prefixes: u64,
    /// The bits of the keys that were given a list, though a later value may have taken its place; none where no key of
    /// this scope stands below such a one.
    lists: u64,
    /// The same scope in the host's store, once it was entered there.
    #[cfg(feature = "host")]
    there: crate::host::guest::There,
}

type Pairs = [(Key, Arc<Entry>)];

/// The entries of a scope in the order in which they were written. One, as most scopes have, needs no list: in Python
/// `param_scope(a=1)` took three more allocations for the lists on the way here.
#[derive(Clone, Debug)]
enum Entries {
    One([(Key, Arc<Entry>); 1]),
    Many(Arc<[(Key, Arc<Entry>)]>),
}

/// What a scope is prepared from, in the order in which it was written.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    first: Option<(Key, Arc<Entry>)>,
    others: Vec<(Key, Arc<Entry>)>,
}

impl Builder {
    /// Room for so many entries more.
    #[cfg(feature = "config")]
    pub(crate) fn reserve(&mut self, count: usize) {
        self.others.reserve_exact(count);
    }

    /// The scope, where no key was set twice, what stands below a dictionary was set with it, and nothing below a list.
    #[cfg(feature = "config")]
    pub(crate) fn build_unique(self) -> Scope {
        self.build_with(Table::of_unique, |_| 0)
    }

    /// Adds a value under a key.
    ///
    /// # Errors
    /// `InvalidKey`, `HashCollision`, or `Config` for a dictionary that cannot be laid out.
    pub fn set(&mut self, name: &str, item: impl Into<Item>, source: &Source) -> Result<&mut Self> {
        self.set_key(intern(name)?, item.into(), source)
    }

    /// Adds a value under a key.
    ///
    /// # Errors
    /// `Config` for a dictionary that cannot be laid out.
    pub fn set_key(&mut self, key: Key, item: Item, source: &Source) -> Result<&mut Self> {
        match single(item, source) {
            Ok(entry) if self.first.is_none() && self.others.is_empty() => self.first = Some((key, entry)),
            Ok(entry) => self.others.push((key, entry)),
            Err(dictionary) => self.others.extend(flatten(key, dictionary, source)?),
        }
        Ok(self)
    }

    /// Adds `key=value` text (rule V3).
    ///
    /// # Errors
    /// `InvalidKey` where there is no `=` or the key is invalid.
    pub fn text(&mut self, pair: &str, source: &Source) -> Result<&mut Self> {
        let (key, value) = validate_text(pair)?;
        self.set(key, Value::text(value), source)
    }

    /// Adds the members of a mapping, each under its own name.
    ///
    /// # Errors
    /// `InvalidKey` for a name that is no key or a value that is no mapping.
    pub fn mapping(&mut self, item: &Item, source: &Source) -> Result<&mut Self> {
        let Some(pairs) = members(item)? else {
            let reason = format!("a {} is no mapping", item.value.kind_name());
            return Err(Error::invalid_key("", None, reason, "pass a mapping, keywords or \"key=value\" text"));
        };
        for (name, item) in pairs {
            self.set(&name, item, source)?;
        }
        Ok(self)
    }

    /// Whether nothing was added.
    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_none() && self.others.is_empty()
    }

    /// How many entries there are so far.
    #[cfg(feature = "config")]
    pub(crate) fn len(&self) -> usize {
        self.others.len()
    }

    /// Adds a value that has no entries below it.
    #[cfg(feature = "config")]
    pub(crate) fn leaf(&mut self, key: Key, value: Value, source: Source, stamp: u64) {
        self.others.push((key, Arc::new(Entry::plain(value.into(), source, stamp))));
    }

    /// The same, before the entries from `at` on.
    #[cfg(feature = "config")]
    pub(crate) fn leaf_before(&mut self, at: usize, key: Key, value: Value, source: Source, stamp: u64) {
        self.others.insert(at, (key, Arc::new(Entry::plain(value.into(), source, stamp))));
    }

    /// Adds a dictionary before its leaves, which were added from `at` on (rule K5).
    #[cfg(feature = "config")]
    pub(crate) fn dictionary_before(
        &mut self,
        at: usize,
        key: Key,
        value: Value,
        leaves: u32,
        source: Source,
        stamp: u64,
    ) {
        let entry = Entry::new(value.into(), source, stamp, EntryKind::Dictionary(leaves));
        self.others.insert(at, (key, Arc::new(entry)));
    }

    /// The scope.
    #[must_use]
    pub fn build(self) -> Scope {
        let table =
            |entries: &Pairs| Table::of(entries.iter().map(|(key, entry)| Slot::new(*key, entry.clone())).collect());
        self.build_with(table, read_into)
    }

    fn build_with(self, table: impl Fn(&Pairs) -> Table, lists: impl Fn(&Pairs) -> u64) -> Scope {
        static ID: AtomicU64 = AtomicU64::new(1);
        let entries = match self.first {
            Some(only) if self.others.is_empty() => Entries::One([only]),
            first => Entries::Many(first.into_iter().chain(self.others).collect()),
        };
        Scope {
            id: ID.fetch_add(1, Ordering::Relaxed),
            prefixes: entries.as_slice().iter().fold(0, |bits, (key, _)| bits | key.prefixes()),
            lists: lists(entries.as_slice()),
            table: Arc::new(table(entries.as_slice())),
            entries,
            #[cfg(feature = "host")]
            there: Default::default(),
        }
    }
}

/// The bits of the keys that hold something to be read into, if another of these keys reads into it (rule K6). Asked once
/// here, so that a scope of any size is entered as one frame: bits alone would nearly always meet in a large one.
fn read_into(entries: &Pairs) -> u64 {
    let containers = || entries.iter().filter(|(_, entry)| entry.is_container()).map(|(key, _)| *key);
    let bits = containers().fold(0, |bits, key| bits | key.bit());
    let below = |key: Key| key.prefixes() & bits != 0;
    if !entries.iter().any(|(key, _)| below(*key)) {
        return 0;
    }
    let containers: HashSet<Key> = containers().collect();
    let reads =
        |key: Key| std::iter::successors(key.parent(), |above| above.parent()).any(|above| containers.contains(&above));
    if entries.iter().any(|(key, _)| below(*key) && reads(*key)) { bits } else { 0 }
}

impl Entries {
    fn as_slice(&self) -> &[(Key, Arc<Entry>)] {
        match self {
            Self::One(only) => only,
            Self::Many(entries) => entries,
        }
    }
}

impl Scope {
    /// Begins to prepare a scope.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The number that names this scope object in the states where it is open.
    #[must_use]
    #[inline]
    pub fn id(&self) -> u64 {
        self.id
    }

    #[cfg(feature = "watch")]
    pub(super) fn table(&self) -> &Table {
        &self.table
    }

    /// Whether nobody else holds what this scope holds: no state in which it is open, and no copy of it. A host's
    /// garbage collector may look through it then.
    #[must_use]
    pub fn is_unshared(&self) -> bool {
        // Every copy has the table.
        Arc::strong_count(&self.table) == 1
    }

    /// What it holds, in the order in which it was written.
    #[must_use]
    pub fn entries(&self) -> &[(Key, Arc<Entry>)] {
        self.entries.as_slice()
    }

    /// The same scope in the host's store.
    #[cfg(feature = "host")]
    pub(crate) fn there(&self) -> &crate::host::guest::There {
        &self.there
    }

    /// Enters the scope. However many keys it has, this is one frame; only where one of them may be an element of a
    /// list is each written in turn (rule K6).
    ///
    /// # Errors
    /// `InvalidKey` for an index out of range of the list that is visible here.
    #[inline]
    pub fn enter(&self, state: State) -> Result<State> {
        self.enter_whole(state).or_else(|state| self.enter_written(state))
    }

    /// Enters the scope as one frame; gives the state back where its keys must be written in turn.
    #[inline]
    pub(crate) fn enter_whole(&self, state: State) -> std::result::Result<State, State> {
        if self.prefixes & (state.frame().head.lists | self.lists) != 0 {
            return Err(state);
        }
        Ok(state.enter_table(self.id, self.table.clone()))
    }

    /// Writes what this scope holds to the current scope of a state.
    pub(crate) fn write_into(&self, state: State) -> Result<State> {
        if self.entries().is_empty() { Ok(state) } else { state.set_entries(self.entries()) }
    }

    /// The entries again as what a scope is prepared from.
    pub(crate) fn to_builder(&self) -> Builder {
        Builder { first: None, others: self.entries().to_vec() }
    }

    #[cold]
    fn enter_written(&self, state: State) -> Result<State> {
        state.enter_new(self.id).set_entries(self.entries())
    }
}

/// Values that are entered once, as a block of `with_params!` does: no scope object is made, and no list of what it holds.
#[derive(Debug)]
pub(crate) struct Once {
    slots: Vec<Slot>,
    prefixes: u64,
    lists: u64,
    /// Whether all are single values.
    single: bool,
    /// Where a dictionary is among them, all of them, to be laid out.
    builder: Option<Builder>,
}

impl Once {
    /// Enters these values in the table that the same block left on this thread; the pairs back where there is none.
    #[inline]
    pub(crate) fn enter_again<const N: usize>(
        block: *const (),
        pairs: [(Key, Item); N],
    ) -> std::result::Result<Guard, [(Key, Item); N]> {
        if cfg!(feature = "host") || !pairs.iter().all(|(_, item)| item.is_single()) {
            return Err(pairs);
        }
        let Some(mut table) = spare::emptied(block, current::borrowed().0.head.lists, N) else { return Err(pairs) };
        for (key, item) in pairs {
            table.put(key, item);
        }
        Ok(Guard::enter_below(|state| state.enter_table(0, table.done())))
    }

    /// Room for so many.
    pub(crate) fn new(count: usize) -> Self {
        Self { slots: Vec::with_capacity(count), prefixes: 0, lists: 0, single: true, builder: None }
    }

    /// Adds a value.
    ///
    /// # Errors
    /// `Config` for a dictionary that cannot be laid out.
    #[inline]
    pub(crate) fn add(&mut self, key: Key, item: Item, source: &Source) -> Result<()> {
        if let Some(builder) = &mut self.builder {
            return builder.set_key(key, item, source).map(drop);
        }
        self.single &= item.is_single();
        match single(item, source) {
            Ok(entry) => {
                self.prefixes |= key.prefixes();
                self.lists |= if entry.is_container() { key.bit() } else { 0 };
                self.slots.push(Slot::new(key, entry));
                Ok(())
            }
            Err(dictionary) => self.laid_out().set_key(key, dictionary, source).map(drop),
        }
    }

    #[cold]
    fn laid_out(&mut self) -> &mut Builder {
        let slots = std::mem::take(&mut self.slots);
        let others = slots.into_iter().filter_map(|slot| Some((slot.key, slot.entry?))).collect();
        self.builder.insert(Builder { first: None, others })
    }

    /// Enters them on this thread. `block` names the block that sets them, whose table may be filled again.
    ///
    /// # Errors
    /// `InvalidKey` for an index out of range of the list that is visible here.
    #[inline]
    pub(crate) fn enter(self, block: *const ()) -> Result<Guard> {
        // A host has frames of its own.
        if cfg!(feature = "host") {
            return self.into_scope().enter_here();
        }
        match self.lay(block, current::borrowed().0.head.lists) {
            Ok(table) => Ok(Guard::enter_below(|state| state.enter_table(0, table))),
            Err(scope) => scope.enter_here(),
        }
    }

    /// Enters them on a state.
    #[cfg(feature = "host-table")]
    fn enter_on(self, state: State, block: *const ()) -> Result<State> {
        match self.lay(block, state.frame().head.lists) {
            Ok(table) => Ok(state.enter_table(0, table)),
            Err(scope) => scope.enter(state),
        }
    }

    /// As one table; a scope where a key may be an element of a list, so that each is written in turn (rule K6): `lists` has
    /// the bits of those visible.
    #[inline]
    fn lay(self, block: *const (), lists: u64) -> std::result::Result<Arc<Table>, Scope> {
        if self.builder.is_some() || self.prefixes & (lists | self.lists) != 0 {
            return Err(self.into_scope());
        }
        let table = Table::of(self.slots);
        Ok(Arc::new(if self.single { table.of_block(block) } else { table }))
    }

    fn into_scope(mut self) -> Scope {
        if self.builder.is_none() {
            self.laid_out();
        }
        self.builder.unwrap_or_default().build()
    }
}

/// The keys of a block that is entered again and again with other values, by code in another language: what a block of
/// `with_params!` has in its call sites.
#[cfg(feature = "host-table")]
#[derive(Debug)]
pub(crate) struct Block {
    keys: Box<[Key]>,
    source: Source,
}

#[cfg(feature = "host-table")]
impl Block {
    pub(crate) fn new(keys: Box<[Key]>, source: Source) -> Self {
        Self { keys, source }
    }

    /// How many values it sets.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// By its place: a block lives as long as the process.
    #[cfg(feature = "host")]
    #[inline]
    fn id(&'static self) -> *const () {
        std::ptr::from_ref(self).cast()
    }

    /// Enters it with these values, one for each key, on the thread's own state. `single` says that all are single values.
    ///
    /// # Errors
    /// What one of them is in the place of, and as [`Scope::enter`].
    #[cfg(feature = "host")]
    #[inline]
    pub(crate) fn enter_here(&'static self, items: impl Iterator<Item = Result<Item>>, single: bool) -> Result<u64> {
        // The state is moved, not counted, where there is nothing to fail once it was taken.
        if single {
            if let Some(mut table) = spare::emptied(self.id(), current::borrowed().0.head.lists, self.keys.len()) {
                for (key, item) in self.keys.iter().zip(items) {
                    table.put(*key, item?);
                }
                return Ok(Guard::enter_below(|state| state.enter_table(0, table.done())).into_serial());
            }
        }
        self.enter_first(items)
    }

    #[cfg(feature = "host")]
    #[inline(never)]
    fn enter_first(&'static self, items: impl Iterator<Item = Result<Item>>) -> Result<u64> {
        let once = self.once(items)?;
        Guard::enter(|state| once.enter_on(state, self.id())).map(Guard::into_serial)
    }

    /// Enters it on a state.
    ///
    /// # Errors
    /// As [`Block::enter_here`].
    pub(crate) fn enter_on(&'static self, state: State, items: impl Iterator<Item = Result<Item>>) -> Result<State> {
        self.once(items)?.enter_on(state, std::ptr::null())
    }

    fn once(&self, items: impl Iterator<Item = Result<Item>>) -> Result<Once> {
        let mut once = Once::new(self.keys.len());
        for (key, item) in self.keys.iter().zip(items) {
            once.add(*key, item?, &self.source)?;
        }
        Ok(once)
    }
}
