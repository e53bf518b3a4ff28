//! What domains are made of.

use super::object::{Domain, Kind};
use super::types::{Base, Type};
use super::{Catalog, Found};

impl Catalog {
    /// The domains that a type is made of, each of the next one, and the type that the last one is made of. `None` if
    /// one of them is not known: so they may even seem to be a circle.
    pub(crate) fn domains(&self, data_type: &Type) -> Option<(Vec<Domain>, Type)> {
        let (mut domains, mut keys) = (Vec::new(), Vec::new());
        let mut data_type = data_type.clone();
        while let Base::User(key) = &data_type.base
            // An array of a domain is no domain.
            && !data_type.array
        {
            let Found::Here(object) = self.find(key) else {
                return None;
            };
            let Kind::Domain(domain) = &object.kind else {
                break;
            };
            if keys.contains(key) {
                return None;
            }
            keys.push(key.clone());
            data_type = domain.data_type.clone();
            domains.push(domain.clone());
        }
        Some((domains, data_type))
    }
}
