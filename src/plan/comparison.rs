//! Gathers what is known of names, in any order, and compares it.

use std::borrow::Cow;

use super::name_table::NameTable;
use super::refusal::{MaxRemovals, Refusal, Sizes, refusal};
use crate::domain::{comparable, is_host_name};
use crate::string_enum::string_enum;

/// What a network wants, what its ledger says and what Closte has, each name once: some sixty bytes
/// for it.
///
/// Streams in the order of their names could be merged in less, but there are none: sites have
/// their names in scripts of their own, and collations have their own order.
#[derive(Debug, Clone, Default)]
pub struct Comparison {
    names: NameTable,
    facts: Vec<Facts>,
    is_partial: bool,
}

/// What is known of a name.
#[derive(Debug, Clone, Copy, Default)]
struct Facts {
    marks: u16,
    /// The caller's own number for who wants it.
    tag: i64,
    /// When Closte accepted it, as its row says; 0: it did not, or it is to go.
    accepted_at: i64,
}

/// Closte has it.
const REMOTE: u16 = 1;
/// It should be there.
const WANTED: u16 = 1 << 1;
/// It was not a host name as it was given.
const ODD: u16 = 1 << 2;
/// It is ours, whatever its row says.
const OWNED: u16 = 1 << 3;
/// It is never removed.
const PROTECTED: u16 = 1 << 4;
/// Something uses it.
const USED: u16 = 1 << 5;
/// The ledger has a row of it.
const ROW: u16 = 1 << 6;
/// Its row says that it should be there.
const PRESENT: u16 = 1 << 7;
/// Its row says that it should go.
const ABSENT: u16 = 1 << 8;
/// Its row says that a call may have reached Closte.
const LANDED: u16 = 1 << 9;
/// It is not sent before it has DNS.
const WAITING: u16 = 1 << 10;

/// What a row of the ledger says.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// Its name.
    pub domain: &'a str,
    /// What is wanted of it.
    pub wanted: RowWanted,
    /// When Closte accepted it; 0: never.
    pub accepted_at: i64,
    /// Whether a call may have reached Closte.
    pub may_have_landed: bool,
    /// Whether it is not sent before it has DNS.
    pub waits_for_dns: bool,
}

string_enum! {
    /// What a row wants of its domain.
    RowWanted {
        /// It should be there.
        Present => "present",
        /// It should go.
        Absent => "absent",
        /// Nothing: it is only known to be ours.
        Retired => "retired",
    }
}

/// The changes that leave the wanted domains at Closte. Lists are in A-label form, without
/// duplicates, in the order of the input; or they are places in a [`Comparison`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan<T = String> {
    /// Wanted, and not at Closte.
    pub add: Vec<T>,
    /// At Closte, owned, and not wanted.
    pub remove: Vec<T>,
    /// At Closte, and kept.
    pub keep: Vec<T>,
    /// At Closte, and not owned: left alone.
    pub foreign: Vec<T>,
    /// Owned and not wanted, but kept, because pruning was not requested or was refused. Also in
    /// `keep`.
    pub unwanted: Vec<T>,
    /// Wanted, but not a valid domain.
    pub invalid: Vec<T>,
    /// Why nothing is removed although pruning was requested, and nothing must be forgotten.
    pub refused: Option<Refusal>,
}

impl<T> Default for Plan<T> {
    fn default() -> Self {
        Self {
            add: Vec::new(),
            remove: Vec::new(),
            keep: Vec::new(),
            foreign: Vec::new(),
            unwanted: Vec::new(),
            invalid: Vec::new(),
            refused: None,
        }
    }
}

/// How removals are planned.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pruning {
    /// As in [`super::PlanOptions`].
    pub prune: bool,
    /// As in [`super::PlanOptions`].
    pub max_removals: MaxRemovals,
    /// As in [`super::PlanOptions`].
    pub force: bool,
}

impl Facts {
    const fn is(self, mark: u16) -> bool {
        self.marks & mark != 0
    }

    /// Whether Closte had it, nobody has said that it should go, and no call is open: where it is
    /// not at Closte, a row like this says no more than that it was ours.
    const fn is_lost(self) -> bool {
        self.accepted_at > 0 && !self.is(LANDED)
    }

    /// Whether its row says that Closte has it and should.
    const fn is_accepted(self) -> bool {
        self.is(PRESENT) && self.accepted_at > 0
    }
}

impl Comparison {
    /// Closte has this domain.
    pub fn remote(&mut self, domain: &str) {
        self.mark(domain, REMOTE);
    }

    /// Entries of Closte's list could not be read: what seems to be missing may be one of them.
    pub const fn list_is_partial(&mut self) {
        self.is_partial = true;
    }

    /// Whether each entry of Closte's list could be read.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        !self.is_partial
    }

    /// This domain should be at Closte. `tag`: the caller's own number; of a domain that is wanted
    /// more than once, the first stays.
    pub fn want(&mut self, domain: &str, tag: i64) {
        let is_odd = matches!(comparable(domain), Cow::Owned(_)) && !is_host_name(domain);
        self.change(domain, |facts| {
            if !facts.is(WANTED) {
                facts.marks |= if is_odd { WANTED | ODD } else { WANTED };
                facts.tag = tag;
            }
        });
    }

    /// Nothing is wanted any longer, until it is said anew.
    pub fn want_nothing(&mut self) {
        for facts in &mut self.facts {
            facts.marks &= !(WANTED | ODD);
            facts.tag = 0;
        }
    }

    /// Who wants this domain: its tag.
    #[must_use]
    pub fn wanted_by(&self, domain: &str) -> Option<i64> {
        let facts = self.known(domain);
        facts.is(WANTED).then_some(facts.tag)
    }

    /// This domain is never removed.
    pub fn protect(&mut self, domain: &str) {
        self.mark(domain, PROTECTED);
    }

    /// Something uses this domain, whether it is wanted at Closte or not: it is not removed.
    pub fn use_it(&mut self, domain: &str) {
        self.mark(domain, USED);
    }

    /// This domain is ours.
    pub fn own(&mut self, domain: &str) {
        self.mark(domain, OWNED);
    }

    /// The ledger has this row.
    pub fn row(&mut self, row: &Row) {
        let says = [
            (true, ROW),
            (row.wanted == RowWanted::Present, PRESENT),
            (row.wanted == RowWanted::Absent, ABSENT),
            (row.may_have_landed, LANDED),
            (row.waits_for_dns, WAITING),
        ];
        self.change(row.domain, |facts| {
            for (holds, mark) in says {
                facts.marks |= if holds { mark } else { 0 };
            }
            if row.wanted != RowWanted::Absent {
                facts.accepted_at = row.accepted_at;
            }
        });
    }

    /// Whether the ledger has a row of this domain.
    #[must_use]
    pub fn has_row(&self, domain: &str) -> bool {
        self.known(domain).is(ROW)
    }

    /// When Closte accepted this domain, as the row said that was given; 0: it did not.
    #[must_use]
    pub fn accepted_at(&self, domain: &str) -> i64 {
        self.known(domain).accepted_at
    }

    /// The name at a place of a plan.
    #[must_use]
    pub fn name(&self, place: usize) -> &str {
        self.names.name(place)
    }

    /// What a plan removes, forgets or leaves alone unless it is protected: at Closte or owned, and
    /// neither wanted nor used.
    pub fn undecided(&self) -> impl Iterator<Item = &str> {
        self.those(|comparison, facts| {
            !facts.is(WANTED | USED | PROTECTED) && (facts.is(REMOTE) || comparison.is_owned(facts))
        })
    }

    /// Wanted and at Closte, without a row that says so.
    pub fn unrecorded(&self) -> impl Iterator<Item = &str> {
        self.those(|_, facts| facts.is(REMOTE) && facts.is(WANTED) && !facts.is_accepted())
    }

    /// Rows say that they should be at Closte, and nothing wants or uses them.
    pub fn unused(&self) -> impl Iterator<Item = &str> {
        self.those(|_, facts| facts.is(PRESENT) && !facts.is(WANTED | USED))
    }

    /// Rows of what nothing wants or uses, and of which Closte has nothing.
    pub fn orphans(&self) -> impl Iterator<Item = &str> {
        self.those(|_, facts| {
            let is_nowhere = !facts.is(REMOTE | WANTED | USED) && !facts.is(LANDED);
            facts.is(ROW) && !facts.is(ABSENT) && is_nowhere
        })
    }

    /// Compares. A domain is owned that has a row, and that Closte has or has lost.
    #[must_use]
    pub fn plan(&self, pruning: Pruning) -> Plan<usize> {
        let mut plan = Plan::default();
        let mut sizes = Sizes::default();
        for (place, facts) in self.facts.iter().enumerate() {
            let is_there = facts.is(REMOTE);
            let is_owned = self.is_owned(*facts);
            let is_wanted = facts.is(WANTED) && !self.is_left_alone(*facts);
            // What something uses without a row of it is left alone as foreign.
            let is_guarded = facts.is(PROTECTED) || (is_owned && facts.is(USED));
            sizes.wanted += usize::from(is_wanted);
            sizes.remote += usize::from(is_there);
            sizes.owned += usize::from(is_owned);
            if is_there {
                if is_wanted || is_guarded {
                    plan.keep.push(place);
                } else if is_owned {
                    plan.remove.push(place);
                } else {
                    plan.foreign.push(place);
                }
            } else if is_wanted {
                if !facts.is(ODD) && is_host_name(self.name(place)) {
                    plan.add.push(place);
                } else {
                    plan.invalid.push(place);
                }
            } else if is_owned && !is_guarded {
                // A list that lacks them for a moment would make them foreign for good.
                sizes.forgotten += 1;
            }
        }
        if pruning.prune && !pruning.force {
            plan.refused = refusal(plan.remove.len(), &sizes, pruning.max_removals);
        }
        if !pruning.prune || plan.refused.is_some() {
            plan.unwanted = std::mem::take(&mut plan.remove);
            plan.keep.extend(&plan.unwanted);
        }
        plan
    }

    const fn is_owned(&self, facts: Facts) -> bool {
        facts.is(OWNED)
            || facts.is(ROW)
                && (facts.is(REMOTE) || (facts.is_lost() && !self.may_be_unread(facts)))
    }

    /// Whether it is wanted, and not to be sent now.
    const fn is_left_alone(&self, facts: Facts) -> bool {
        let is_waiting = facts.is(WAITING) || self.may_be_unread(facts);
        facts.is(ROW) && !facts.is(REMOTE) && !self.is_owned(facts) && is_waiting
    }

    /// An entry that cannot be read may be its own.
    const fn may_be_unread(&self, facts: Facts) -> bool {
        self.is_partial && facts.is_accepted() && facts.is(WANTED)
    }

    fn mark(&mut self, domain: &str, mark: u16) {
        self.change(domain, |facts| facts.marks |= mark);
    }

    fn change(&mut self, domain: &str, change: impl FnOnce(&mut Facts)) {
        let place = self.names.place(&comparable(domain));
        if place >= self.facts.len() {
            self.facts.resize(place + 1, Facts::default());
        }
        if let Some(facts) = self.facts.get_mut(place) {
            change(facts);
        }
    }

    fn known(&self, domain: &str) -> Facts {
        let place = self.names.find(&comparable(domain));
        place
            .and_then(|place| self.facts.get(place))
            .copied()
            .unwrap_or_default()
    }

    fn those(&self, are: impl Fn(&Self, Facts) -> bool) -> impl Iterator<Item = &str> {
        self.facts
            .iter()
            .enumerate()
            .filter(move |(_, facts)| are(self, **facts))
            .map(|(place, _)| self.name(place))
    }
}

#[cfg(test)]
mod tests;
