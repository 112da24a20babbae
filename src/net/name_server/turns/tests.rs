use std::net::{Ipv4Addr, SocketAddr};

use super::{MOST_FRESH, MOST_SERVERS, Turns};

fn server(number: usize) -> SocketAddr {
    let number = u32::try_from(number).unwrap();
    (Ipv4Addr::from(0x0a00_0000 + number), 53).into()
}

#[test]
fn each_server_of_each_client_has_its_own() {
    let (one, other) = (Turns::default(), Turns::default());
    let all = u32::try_from(MOST_FRESH).unwrap();
    let taken = one.to(server(1)).try_acquire_many_owned(all).unwrap();
    assert!(one.to(server(1)).try_acquire().is_err());
    assert!(one.to(server(2)).try_acquire().is_ok());
    assert!(other.to(server(1)).try_acquire().is_ok());
    drop(taken);
    assert!(one.to(server(1)).try_acquire().is_ok());
}

#[test]
fn those_that_nobody_has_make_room() {
    let turns = Turns::default();
    let taken = turns.to(server(0)).try_acquire_owned().unwrap();
    for number in 1..=MOST_SERVERS {
        turns.to(server(number));
    }
    assert_eq!(turns.0.lock().unwrap().len(), 2);
    assert_eq!(turns.to(server(0)).available_permits(), MOST_FRESH - 1);
    drop(taken);
}
