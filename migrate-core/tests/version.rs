//! The order of versions.

use migrate_core::migration::Version;
use proptest::prelude::*;
use std::cmp::Ordering;
use std::hash::{DefaultHasher, Hash, Hasher};

fn version(text: &str) -> Version {
    Version::new(text)
}

fn hash(version: &Version) -> u64 {
    let mut hasher = DefaultHasher::new();
    version.hash(&mut hasher);
    hasher.finish()
}

#[test]
fn versions_are_compared_number_by_number() {
    for (smaller, larger) in [
        ("9", "10"),
        ("1", "1.1"),
        ("20260315_001", "20260315_002"),
        ("20260315_9", "20260315_010"),
        ("2019-03-22-170700", "20190322170700"),
        ("0", "1"),
        ("18446744073709551615", "18446744073709551616"),
        ("", "0"),
        ("abc", "abd"),
        // Times are in the order of time, however they are written.
        ("20170830000000", "2017-08-31-230457"),
        ("2017-08-31-230457", "20180101000000"),
        ("20250409154352", "20250625"),
        ("20250625", "20250625000001"),
        ("20250625", "20250625000000"),
        ("1000", "20250625"),
        // Also where a digit was forgotten.
        ("2020-11-30-190800", "2020-12-7-190800"),
        ("2020-12-7-190800", "2020-12-15-000000"),
        ("2022-03-08-120000", "2022-03-09-07000"),
        ("2022-03-09-07000", "2022-03-10-010000"),
        ("2023-05-23-1715", "2023-05-24-000000"),
        ("2024_01_15_999", "2024_01_16_1000"),
        ("2024.1.9.1", "2024.1.100.1"),
    ] {
        assert!(version(smaller) < version(larger), "{smaller} {larger}");
    }
    for (one, same) in [("001", "1"), ("1_2", "1-2"), ("1.02", "01_2"), ("0", "000")] {
        assert_eq!(version(one), version(same));
        assert_eq!(hash(&version(one)), hash(&version(same)));
    }
}

#[test]
fn what_a_user_means() {
    for (text, meant) in [
        ("1_2", "01-2"),
        ("2", "002"),
        // A history may have rows of other tools.
        ("abc2", "abc2"),
    ] {
        assert!(version(meant).is_meant_by(text), "{text} {meant}");
    }
    for (text, other) in [
        ("2x", "2"),
        ("abc2", "2"),
        ("2_", "2"),
        (" 2", "2"),
        ("", "0"),
    ] {
        assert!(!version(other).is_meant_by(text), "{text} {other}");
    }
}

/// Short ones, so that many are equal, and times in all their forms.
const VERSION: &str =
    "[0-2_.-]{0,5}|[a-b]{0,2}|20(11-0[12]-01-00000[01]|110[12]01|110[12]0100(00(0[01])?)?)(_[01])?";

proptest! {
    #[test]
    fn the_order_is_total_and_agrees_with_equality_and_hash(
        a in VERSION, b in VERSION, c in VERSION,
    ) {
        let (a, b, c) = (version(&a), version(&b), version(&c));
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        prop_assert_eq!(a == b, a.cmp(&b) == Ordering::Equal);
        if a == b {
            prop_assert_eq!(hash(&a), hash(&b));
            prop_assert_eq!(a.cmp(&c), b.cmp(&c));
        }
        if a <= b && b <= c {
            prop_assert!(a <= c);
        }
    }
}
