//! Many names, each once, in little memory: no allocation for each of them.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

/// Names in one text. Those of a long list are found by a table with open addressing, which takes
/// six to twelve bytes for each.
#[derive(Debug, Clone, Default)]
pub(super) struct NameTable {
    text: String,
    /// Where each name ends in `text`.
    ends: Vec<usize>,
    /// Places in `ends`, from 1; 0: free. As many as a power of two, at most three quarters of them
    /// taken.
    slots: Vec<u32>,
    hasher: RandomState,
}

/// Of the first table.
const FEWEST_SLOTS: usize = 16;

impl NameTable {
    /// How many names there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The name at a place; empty where there is none.
    pub(super) fn name(&self, place: usize) -> &str {
        let start = match place.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or_default(),
            None => 0,
        };
        let end = self.ends.get(place).copied().unwrap_or_default();
        self.text.get(start..end).unwrap_or_default()
    }

    /// Where a name is.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        let slot = self.slot(name)?;
        let taken = self.slots.get(slot).copied().unwrap_or_default();
        (taken as usize).checked_sub(1)
    }

    /// Where a name is, or is from now on.
    pub(super) fn place(&mut self, name: &str) -> usize {
        if (self.len() + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        if let Some(place) = self.find(name) {
            return place;
        }
        let place = self.len();
        self.text.push_str(name);
        self.ends.push(self.text.len());
        self.take_slot(place);
        place
    }

    fn grow(&mut self) {
        self.slots = vec![0; (self.slots.len() * 2).max(FEWEST_SLOTS)];
        for place in 0..self.len() {
            self.take_slot(place);
        }
    }

    fn take_slot(&mut self, place: usize) {
        let slot = self.slot(self.name(place));
        if let Some(slot) = slot.and_then(|slot| self.slots.get_mut(slot)) {
            // Four thousand million names do not fit into an answer of Closte's.
            *slot = u32::try_from(place + 1).unwrap_or(u32::MAX);
        }
    }

    /// The slot of a name, or the free one where it belongs.
    fn slot(&self, name: &str) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the lower bits are what is wanted"
        )]
        let mut slot = self.hasher.hash_one(name) as usize & mask;
        loop {
            match self.slots.get(slot)? {
                0 => return Some(slot),
                taken if self.name(*taken as usize - 1) == name => return Some(slot),
                _ => slot = (slot + 1) & mask,
            }
        }
    }
}

#[cfg(test)]
mod tests;
