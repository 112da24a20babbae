use super::*;
use std::net::{TcpListener, TcpStream};

#[test]
fn counts_what_is_open_and_not_what_was_closed() {
    for any in ["127.0.0.1:0", "[::1]:0"] {
        let listener = TcpListener::bind(any).unwrap();
        let peers = BTreeSet::from([listener.local_addr().unwrap()]);
        assert_eq!(open_to(&peers), 0);
        let first = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let second = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        assert_eq!(open_to(&peers), 2);
        drop(first);
        assert_eq!(open_to(&peers), 1);
        drop(second);
        assert_eq!(open_to(&peers), 0);
    }
}
