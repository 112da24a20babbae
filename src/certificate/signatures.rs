//! Remembers which signatures are good, so that those of authorities, which are the same in
//! thousands of chains, are verified once.
//!
//! Only this is remembered: that this key has made this signature over these octets. It is true for
//! ever and whoever asks. Everything else is looked at anew in each chain: dates, names, purposes,
//! lengths of paths, roots. So nothing is accepted that would be refused without this.

use std::collections::VecDeque;
use std::sync::Mutex;

use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm};

/// Signatures that are remembered. Of the authorities that sites have, a few dozen are in use.
const MOST: usize = 64;
/// Octets of one at most. An intermediate certificate has 1,000 to 2,000.
const LONGEST: usize = 8192;

/// Signatures that have been found good; the last ones.
#[derive(Debug)]
pub(super) struct GoodSignatures(Mutex<VecDeque<[Box<[u8]>; PARTS]>>);

/// What makes one: the signature, its algorithm and that of the key, the key, what is signed.
type Parts<'a> = [&'a [u8]; PARTS];
const PARTS: usize = 5;

impl GoodSignatures {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(VecDeque::new()))
    }

    /// `algorithm`, which verifies only what is not known yet; but the signature over `own`, the
    /// signed part of a server's own certificate, each time.
    pub(super) fn knowing<'a>(
        &'a self,
        own: &'a [u8],
        algorithm: &'a dyn SignatureVerificationAlgorithm,
    ) -> Knowing<'a> {
        Knowing {
            good: self,
            own,
            algorithm,
        }
    }

    // A process that was forked while another thread was in here never gets the lock.

    fn has(&self, asked: Parts<'_>) -> bool {
        let is_it = |known: &[Box<[u8]>; PARTS]| known.iter().map(|part| &**part).eq(asked);
        self.0.try_lock().is_ok_and(|good| good.iter().any(is_it))
    }

    fn keep(&self, parts: Parts<'_>) {
        if parts.iter().map(|part| part.len()).sum::<usize>() > LONGEST {
            return;
        }
        if let Ok(mut good) = self.0.try_lock() {
            if good.len() >= MOST {
                good.pop_front();
            }
            good.push_back(parts.map(Box::from));
        }
    }
}

/// See [`GoodSignatures::knowing`].
#[derive(Debug)]
pub(super) struct Knowing<'a> {
    good: &'a GoodSignatures,
    own: &'a [u8],
    algorithm: &'a dyn SignatureVerificationAlgorithm,
}

impl SignatureVerificationAlgorithm for Knowing<'_> {
    fn verify_signature(
        &self,
        key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let verify = || self.algorithm.verify_signature(key, message, signature);
        if message == self.own {
            return verify();
        }
        let algorithms = [self.signature_alg_id(), self.public_key_alg_id()];
        let [made_by, key_of] = &algorithms;
        let parts = [signature, made_by, key_of, key, message];
        if !self.good.has(parts) {
            verify()?;
            self.good.keep(parts);
        }
        Ok(())
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.algorithm.public_key_alg_id()
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.algorithm.signature_alg_id()
    }
}

#[cfg(test)]
mod tests;
