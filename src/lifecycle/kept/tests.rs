use std::time::Duration;

use tokio::time::Instant;

use super::Kept;

#[test]
fn nothing_is_used_for_longer_than_it_lasts() {
    let now = Instant::now();
    let kept = Kept::until(now + Duration::from_secs(60), "the list");
    assert_eq!(kept.at(now), Some(&"the list"));
    assert_eq!(
        kept.at(now + Duration::from_millis(59_999)),
        Some(&"the list")
    );
    assert_eq!(kept.at(now + Duration::from_secs(60)), None);
    assert_eq!(Kept::<&str>::default().at(now), None);
}
