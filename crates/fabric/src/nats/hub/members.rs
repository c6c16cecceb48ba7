//! The members of a hub of three: which there are, and which one this is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use acopio_ledger::names::NodeName;

use super::HubError;

/// How many servers a hub has that survives the loss of one. Each of them keeps a copy of everything.
pub(super) const MEMBERS: usize = 3;

/// How many servers keep a copy of everything, where there is one or where there are members.
pub(in super::super) fn replicas(has_members: bool) -> usize {
    if has_members { MEMBERS } else { 1 }
}

/// One server's place among the three of a hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    name: NodeName,
    /// Where the servers reach each other, as `host:6222`.
    routes: BTreeMap<NodeName, String>,
    secret_file: Option<PathBuf>,
}

impl Membership {
    /// The member `name` of those in `routes`, with the addresses at which the servers reach each other. What the three
    /// have in common is in `secret_file`; without one it lies in the member's own folder, and is made there if needed.
    ///
    /// # Errors
    ///
    /// There are not three, this one is not among them, or an address is none.
    pub fn new(
        name: NodeName,
        routes: BTreeMap<NodeName, String>,
        secret_file: Option<PathBuf>,
    ) -> Result<Membership, HubError> {
        let wrong = |reason: String| Err(HubError::Members { reason });
        if routes.len() != MEMBERS {
            return wrong(format!("a hub has one server or {MEMBERS}, and {} are named", routes.len()));
        }
        if !routes.contains_key(&name) {
            return wrong(format!("{name} is not among them"));
        }
        if let Some(address) = routes.values().find(|address| port(address).is_none()) {
            return wrong(format!("an address is a host and a port, as in 10.0.0.1:6222, and not {address}"));
        }
        if routes.values().collect::<BTreeSet<_>>().len() != MEMBERS {
            return wrong("two of them have the same address".into());
        }
        Ok(Membership { name, routes, secret_file })
    }

    pub(super) fn name(&self) -> &NodeName {
        &self.name
    }

    pub(super) fn secret_file(&self) -> Option<&PathBuf> {
        self.secret_file.as_ref()
    }

    /// The port at which the other servers reach this one.
    pub(super) fn port(&self) -> u16 {
        port(&self.routes[&self.name]).expect("it was checked")
    }

    /// The addresses of the servers, each as `host:port`.
    pub(super) fn addresses(&self) -> impl Iterator<Item = &str> {
        self.routes.values().map(String::as_str)
    }

    /// What must be the same as long as the server keeps what it has, in one line.
    pub(super) fn shape(&self) -> String {
        let names: Vec<&str> = self.routes.keys().map(NodeName::as_str).collect();
        format!("{} of {}", self.name, names.join(","))
    }
}

/// The port of an address that is safe in the server's configuration.
fn port(address: &str) -> Option<u16> {
    let (host, port) = address.rsplit_once(':')?;
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    let is_host = !host.is_empty() && host.bytes().all(is_safe);
    port.parse().ok().filter(|port| is_host && *port != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three(addresses: [&str; 3]) -> Result<Membership, HubError> {
        let names = ["h1", "h2", "h3"].map(|name| NodeName::new(name).unwrap());
        let routes = names.iter().cloned().zip(addresses.map(str::to_owned)).collect();
        Membership::new(names[0].clone(), routes, None)
    }

    #[test]
    fn members_are_three_with_an_address_each() {
        let membership = three(["10.0.0.1:6222", "[::1]:6223", "h3.example.com:6222"]).unwrap();
        assert_eq!((membership.port(), membership.shape().as_str()), (6222, "h1 of h1,h2,h3"));
        for wrong in ["", "h2", "h2:", ":6222", "h2:0", "h2:70000", "a@h2:6222", "h2\":6222", "10.0.0.1:6222"]
        {
            assert!(three(["10.0.0.1:6222", wrong, "h3:6222"]).is_err(), "{wrong}");
        }
        let one = BTreeMap::from([(NodeName::new("h1").unwrap(), "h1:6222".to_owned())]);
        assert!(Membership::new(NodeName::new("h1").unwrap(), one, None).is_err());
        let other = NodeName::new("h4").unwrap();
        assert!(Membership::new(other, membership.routes, None).is_err());
    }
}
