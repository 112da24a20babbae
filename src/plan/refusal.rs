//! Keeps a plan from removing what a list that was cut short lacks. Pure.

use std::fmt;

/// The most domains that a plan may remove or forget.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MaxRemovals {
    /// At most this many.
    Count(usize),
    /// At most this share, 0 to 1, of the domains at Closte.
    Share(f64),
}

impl Default for MaxRemovals {
    fn default() -> Self {
        Self::Share(0.3)
    }
}

impl MaxRemovals {
    /// A share between 0 and 1; `None` for any other number.
    #[must_use]
    pub fn share(share: f64) -> Option<Self> {
        (0.0..=1.0).contains(&share).then_some(Self::Share(share))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "lists of domains are far shorter than 2^52"
    )]
    fn allows(self, removals: usize, remote: usize) -> bool {
        match self {
            Self::Count(count) => removals <= count,
            // The small term makes up for the rounding of 0.3 in binary.
            Self::Share(share) => removals as f64 <= share * remote as f64 + 1e-9,
        }
    }
}

impl fmt::Display for MaxRemovals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::Share(share) => {
                let percent = format!("{:.1}", share * 100.0);
                write!(f, "{} %", percent.strip_suffix(".0").unwrap_or(&percent))
            }
        }
    }
}

/// Why a plan removes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// A stable word: `nothing-at-closte`, `nothing-wanted`, `too-many-forgotten` or `too-many`.
    pub reason: &'static str,
    /// The same in a sentence.
    pub message: String,
    /// How many domains would be removed or forgotten.
    pub removals: usize,
    /// How many domains Closte has.
    pub remote: usize,
    /// How many domains are owned.
    pub owned: usize,
    /// The limit, for people.
    pub limit: String,
}

/// How many domains there are.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sizes {
    pub(super) wanted: usize,
    pub(super) remote: usize,
    pub(super) owned: usize,
    /// Owned, not wanted, and not at Closte.
    pub(super) forgotten: usize,
}

/// Why `removals` domains are not removed, if they are not.
pub(super) fn refusal(
    removals: usize,
    sizes: &Sizes,
    max_removals: MaxRemovals,
) -> Option<Refusal> {
    let Sizes {
        wanted,
        remote,
        owned,
        forgotten,
    } = *sizes;
    let refused = |reason, removals, message| {
        Some(Refusal {
            reason,
            message,
            removals,
            remote,
            owned,
            limit: max_removals.to_string(),
        })
    };
    if remote == 0 && owned > 0 {
        return refused(
            "nothing-at-closte",
            removals + forgotten,
            format!(
                "Closte reports no domain at all, although {} of this network should be there. Nothing is removed \
                 because of that. Check that the key belongs to this network's application, then try again.",
                domains(owned)
            ),
        );
    }
    if wanted == 0 && removals > 0 {
        return refused(
            "nothing-wanted",
            removals,
            format!(
                "No site of this network uses a domain, so all {removals} that it has at Closte would be removed. \
                 Probably the network's sites could not be read. If that is right, use the option `force`."
            ),
        );
    }
    if forgotten > 0 && !max_removals.allows(removals + forgotten, remote) {
        return refused(
            "too-many-forgotten",
            removals + forgotten,
            format!(
                "{} of this network would be removed from Closte or from the list, and Closte reports {remote}: more \
                 than the limit of {max_removals}. If the list at Closte is complete, use the option `force`.",
                domains(removals + forgotten)
            ),
        );
    }
    if !max_removals.allows(removals, remote) {
        return refused(
            "too-many",
            removals,
            format!(
                "{removals} of {} at Closte would be removed, more than the limit of {max_removals}. If that is \
                 right, use the option `force`.",
                domains(remote)
            ),
        );
    }
    None
}

fn domains(count: usize) -> String {
    if count == 1 {
        "1 domain".to_owned()
    } else {
        format!("{count} domains")
    }
}
