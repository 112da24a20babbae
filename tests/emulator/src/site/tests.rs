use super::*;

#[test]
fn every_shape_means_the_same_domain() {
    for at in 0..8 {
        for name in ["shop.example", "*.shop.example"] {
            let entry = Shape::Mixed.entry(name, at);
            assert_eq!(name_of(&entry).as_deref(), Some(name), "{entry}");
        }
    }
}

#[test]
fn a_wildcard_flag_is_part_of_the_name() {
    assert_eq!(
        name_of(&json!({"NAME": "A.example", "Wildcard": 1})).as_deref(),
        Some("*.a.example")
    );
    assert_eq!(name_of(&json!({"id": 3})), None);
}

#[test]
fn adding_and_removing_say_whether_it_was_there() {
    let mut domains = Domains::from(vec![json!({"host": "a.example"}), json!(1)]);
    assert!(!domains.add("a.example"));
    assert!(domains.add("b.example"));
    assert!(domains.remove("a.example"));
    assert!(!domains.remove("a.example"));
    assert_eq!(
        domains.shown(Shape::String, 0),
        [json!(1), json!("b.example")]
    );
}
