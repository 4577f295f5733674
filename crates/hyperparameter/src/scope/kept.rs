//! Results that are made once, by whoever comes first, and read without a lock.

use std::ptr;

use super::sync::{AtomicPtr, Ordering};

/// How many are kept: an entry is converted to one type for each that is asked for, and in all programs seen these are few.
const MOST: usize = 8;

/// A list that is only added to.
#[derive(Debug)]
pub(super) struct Kept<R> {
    pub(super) head: AtomicPtr<Node<R>>,
}

#[derive(Debug)]
pub(super) struct Node<R> {
    token: usize,
    /// What the result says of itself in one byte.
    code: u8,
    result: R,
    next: *mut Self,
}

// SAFETY: nodes are published whole, never changed, and freed by the list's only owner.
unsafe impl<R: Send + Sync> Send for Node<R> {}
// SAFETY: as above.
unsafe impl<R: Send + Sync> Sync for Node<R> {}

impl<R> Kept<R> {
    /// The one that was added last, where it has this token and this code.
    #[inline(always)]
    pub(super) fn last(&self, token: usize, code: u8) -> Option<&R> {
        // SAFETY: nodes are published whole with Release, never changed, and freed only with the list.
        let node = unsafe { self.head.load(Ordering::Acquire).as_ref() }?;
        (node.code == code && node.token == token).then_some(&node.result)
    }

    #[inline]
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &R)> {
        // SAFETY: as in `last`.
        let first = unsafe { self.head.load(Ordering::Acquire).as_ref() };
        // SAFETY: as in `last`.
        std::iter::successors(first, |node| unsafe { node.next.as_ref() }).map(|node| (node.token, &node.result))
    }

    #[inline]
    pub(super) fn get(&self, token: usize) -> Option<&R> {
        self.iter().find(|(known, _)| *known == token).map(|(_, result)| result)
    }

    /// Keeps a result, whose code is given; the result back where there is no room.
    pub(super) fn add(&self, token: usize, code: u8, result: R) -> Result<&R, R> {
        let node = Box::into_raw(Box::new(Node { token, code, result, next: ptr::null_mut() }));
        let mut head = self.head.load(Ordering::Acquire);
        loop {
            // SAFETY: `node` is ours until the exchange succeeds; of the others see `last`.
            unsafe {
                (*node).next = head;
                if std::iter::successors(head.as_ref(), |node| node.next.as_ref()).count() >= MOST {
                    return Err(Box::from_raw(node).result);
                }
            }
            match self.head.compare_exchange_weak(head, node, Ordering::AcqRel, Ordering::Acquire) {
                // Two threads may each add the same result once: both are right, and the list stays short.
                // SAFETY: published, and alive as long as `self`.
                Ok(_) => return Ok(unsafe { &(*node).result }),
                Err(now) => head = now,
            }
        }
    }

    /// Takes all of them away.
    #[inline]
    pub(super) fn clear(&mut self) {
        // Nobody else can get at the list meanwhile.
        let mut at = self.head.load(Ordering::Relaxed);
        if at.is_null() {
            return;
        }
        self.head.store(ptr::null_mut(), Ordering::Relaxed);
        while !at.is_null() {
            // SAFETY: every node was boxed by `add` and is owned by this list alone.
            let node = unsafe { Box::from_raw(at) };
            at = node.next;
        }
    }
}

impl<R> Drop for Kept<R> {
    fn drop(&mut self) {
        self.clear();
    }
}
