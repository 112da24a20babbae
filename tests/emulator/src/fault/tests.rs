use super::*;

fn fault(json: &str) -> Fault {
    serde_json::from_str(json).unwrap()
}

fn struck(faults: &mut Faults, path: &str, times: usize) -> Vec<bool> {
    let request = RequestInfo {
        path,
        key: "key1",
        domain: "",
    };
    (0..times)
        .map(|_| faults.decide(&request).fault.is_some())
        .collect()
}

#[test]
fn nth_counts_only_the_requests_that_match() {
    let mut faults = Faults::new(1);
    faults.list = vec![fault(
        r#"{"kind":"500","path":"/adddomainalias","nth":[2]}"#,
    )];
    assert_eq!(struck(&mut faults, "/getdomains", 3), [false; 3]);
    assert_eq!(
        struck(&mut faults, "/adddomainalias", 3),
        [false, true, false]
    );
}

#[test]
fn a_rate_is_the_same_for_the_same_seed() {
    let run = |seed| {
        let mut faults = Faults::new(seed);
        faults.list = vec![fault(r#"{"kind":"html","rate":0.3}"#)];
        struck(&mut faults, "/", 1000)
    };
    assert_eq!(run(7), run(7));
    assert_ne!(run(7), run(8));
    let hits = run(7).iter().filter(|hit| **hit).count();
    assert!((230..370).contains(&hits), "{hits}");
}

#[test]
fn times_ends_a_fault() {
    let mut faults = Faults::new(1);
    faults.list = vec![fault(r#"{"kind":"reject","times":2}"#)];
    assert_eq!(struck(&mut faults, "/", 4), [true, true, false, false]);
}

#[test]
fn an_unknown_kind_or_field_is_refused_with_the_names() {
    let error = serde_json::from_str::<Fault>(r#"{"kind":"explode"}"#).unwrap_err();
    assert!(error.to_string().contains("reset-after"), "{error}");
    assert!(serde_json::from_str::<Fault>(r#"{"kind":"500","nht":[1]}"#).is_err());
}

#[test]
fn latency_adds_to_another_fault() {
    let mut faults = Faults::new(1);
    faults.list = vec![
        fault(r#"{"kind":"latency","ms":40}"#),
        fault(r#"{"kind":"500","ms":2}"#),
    ];
    let decision = faults.decide(&RequestInfo {
        path: "/",
        key: "key1",
        domain: "",
    });
    assert_eq!(decision.delay_ms, 42);
    assert_eq!(decision.fault.map(|f| f.kind), Some(Kind::Status(500)));
}
