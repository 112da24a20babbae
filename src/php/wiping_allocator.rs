//! Memory that the extension gives back is wiped first.
//!
//! The key is in the buffers of reqwest, hyper, h2 and rustls as long as a request takes. They are
//! not ours to wipe, but their memory comes from here.

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);
