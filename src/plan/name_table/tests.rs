use super::*;

#[test]
fn names_are_found_where_they_were_put() {
    let mut names = NameTable::default();
    assert_eq!((names.len(), names.find("a.com")), (0, None));
    let name = |n: usize| format!("shop-{n}.example.com");
    for n in 0..5000 {
        assert_eq!(names.place(&name(n)), n);
        assert_eq!(names.place(&name(n / 2)), n / 2);
    }
    assert_eq!(names.place(""), 5000);
    assert_eq!(
        (names.len(), names.name(5000), names.name(9999)),
        (5001, "", "")
    );
    for n in 0..5000 {
        assert_eq!(names.find(&name(n)), Some(n));
        assert_eq!(names.name(n), name(n));
    }
    assert_eq!(names.find("shop-5000.example.com"), None);
}
