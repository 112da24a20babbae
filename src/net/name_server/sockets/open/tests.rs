use std::collections::HashSet;

use super::{MOST_ASKED, random_ids};

#[test]
fn no_identifier_of_a_socket_comes_twice() {
    // Of so many sockets, some thirty would have one twice.
    for _ in 0..1000 {
        let ids = random_ids().unwrap();
        let distinct: HashSet<u16> = ids.iter().copied().collect();
        assert_eq!((ids.len(), distinct.len()), (MOST_ASKED, MOST_ASKED));
    }
}
