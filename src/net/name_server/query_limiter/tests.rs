use std::net::{Ipv4Addr, SocketAddr};

use super::{MOST_FRESH, MOST_SERVERS, QueryLimiter};

fn server(number: usize) -> SocketAddr {
    let number = u32::try_from(number).unwrap();
    (Ipv4Addr::from(0x0a00_0000 + number), 53).into()
}

#[test]
fn each_server_of_each_client_has_its_own() {
    let (one, other) = (QueryLimiter::default(), QueryLimiter::default());
    let all = u32::try_from(MOST_FRESH).unwrap();
    let taken = one.of(server(1)).try_acquire_many_owned(all).unwrap();
    assert!(one.of(server(1)).try_acquire().is_err());
    assert!(one.of(server(2)).try_acquire().is_ok());
    assert!(other.of(server(1)).try_acquire().is_ok());
    drop(taken);
    assert!(one.of(server(1)).try_acquire().is_ok());
}

#[test]
fn those_that_nobody_has_make_room() {
    let limiter = QueryLimiter::default();
    let taken = limiter.of(server(0)).try_acquire_owned().unwrap();
    for number in 1..=MOST_SERVERS {
        limiter.of(server(number));
    }
    assert_eq!(limiter.0.lock().unwrap().len(), 2);
    assert_eq!(limiter.of(server(0)).available_permits(), MOST_FRESH - 1);
    drop(taken);
}
