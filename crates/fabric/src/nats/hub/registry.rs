//! Who may come in: the nodes that have joined, kept in one file; where there are three servers, each has a copy.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use acopio_ledger::names::NodeName;
use serde::{Deserialize, Serialize};

use super::super::credentials::write_secret;
use super::super::join::{Answer, Request, Welcome};

/// More nodes than one hub should serve; a limit for whoever holds the token.
const NODES_MAX: usize = 1_000;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Registry {
    /// Rises with every change: of two copies the higher one is the newer.
    #[serde(default)]
    version: u64,
    company: Option<[u8; 16]>,
    founder: Option<NodeName>,
    /// The public key of each node.
    pub(super) nodes: BTreeMap<NodeName, String>,
    /// Nodes that may come in once with another key, and never found the company again.
    #[serde(default)]
    replaced: BTreeMap<NodeName, Replaced>,
}

/// How far the replacing of a node's machine has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Replaced {
    /// It may come in with another key.
    Expected,
    /// It has.
    Done,
}

impl Registry {
    pub(super) fn load(file: &Path) -> io::Result<Registry> {
        match fs::read(file) {
            Ok(bytes) => {
                let mut registry: Registry = serde_json::from_slice(&bytes)?;
                // Those of hubs that did not count yet are newer than none.
                registry.version = registry.version.max(u64::from(registry.company.is_some()));
                Ok(registry)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Registry::default()),
            Err(error) => Err(error),
        }
    }

    /// Whether another one has seen less than this one.
    pub(super) fn is_newer_than(&self, other: &Registry) -> bool {
        other.version < self.version
    }

    /// Whether another one is of the same company, as far as either has one.
    pub(super) fn is_of_the_company_of(&self, other: &Registry) -> bool {
        self.company.is_none() || other.company.is_none() || self.company == other.company
    }

    /// Counts what was changed in it.
    pub(super) fn changed(self) -> Registry {
        Registry { version: self.version + 1, ..self }
    }

    pub(super) fn save(&self, file: &Path) -> io::Result<()> {
        write_secret(file, &serde_json::to_vec_pretty(self)?)
    }

    /// Lets a node in, or says why not. A new company has the id `fresh`; so many servers keep a copy of each log.
    pub(super) fn admit(&mut self, request: &Request, fresh: [u8; 16], replicas: usize) -> Answer {
        if nkeys::KeyPair::from_public_key(&request.key).is_err() || !request.key.starts_with('U') {
            return Answer::Refused { reason: "the key is not a node's public key".into() };
        }
        if let (Some(ours), Some(theirs)) = (self.company, request.company)
            && ours != theirs
        {
            return Answer::Refused { reason: "the hub serves another company".into() };
        }
        let node = &request.node;
        match self.nodes.get(node) {
            Some(key) if *key != request.key && self.replaced.get(node) == Some(&Replaced::Expected) => {
                self.nodes.insert(node.clone(), request.key.clone());
                self.replaced.insert(node.clone(), Replaced::Done);
            }
            Some(key) if *key != request.key => {
                let reason = format!("there is a node {node} with another key: choose another name");
                return Answer::Refused { reason };
            }
            Some(_) => {}
            None if NODES_MAX <= self.nodes.len() => {
                return Answer::Refused { reason: format!("there are {NODES_MAX} nodes already") };
            }
            None => {
                self.nodes.insert(node.clone(), request.key.clone());
            }
        }
        let company = *self.company.get_or_insert(request.company.unwrap_or(fresh));
        let founder = self.founder.get_or_insert_with(|| node.clone());
        let is_replacement = self.replaced.contains_key(node);
        let is_founder = founder == node && !is_replacement;
        Answer::Welcome(Welcome { company, is_founder, is_replacement, replicas })
    }

    /// Shuts a node out. Should its name come back, it is known to have a log.
    pub(super) fn expel(&mut self, node: &NodeName) -> Answer {
        if self.nodes.remove(node).is_some() {
            self.replaced.insert(node.clone(), Replaced::Done);
        }
        Answer::Noted
    }

    /// Lets a node come in once with another key.
    pub(super) fn readmit(&mut self, node: &NodeName) -> Answer {
        if !self.nodes.contains_key(node) {
            return Answer::Refused { reason: format!("there is no node {node}") };
        }
        self.replaced.insert(node.clone(), Replaced::Expected);
        Answer::Noted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(node: &str, key: &nkeys::KeyPair, company: Option<[u8; 16]>) -> Request {
        Request { node: NodeName::new(node).unwrap(), key: key.public_key(), company }
    }

    #[test]
    fn names_and_companies_are_held_apart() {
        let mut registry = Registry::default();
        let (a, b) = (nkeys::KeyPair::new_user(), nkeys::KeyPair::new_user());
        let welcome = |is_founder| {
            let is_replacement = false;
            Answer::Welcome(Welcome { company: [1; 16], is_founder, is_replacement, replicas: 1 })
        };
        assert_eq!(registry.admit(&request("a", &a, None), [1; 16], 1), welcome(true));
        assert_eq!(registry.admit(&request("a", &a, None), [2; 16], 1), welcome(true));
        assert_eq!(registry.admit(&request("b", &b, Some([1; 16])), [2; 16], 1), welcome(false));
        let refused = |answer| matches!(answer, Answer::Refused { .. });
        assert!(refused(registry.admit(&request("a", &b, None), [2; 16], 1)));
        assert!(refused(registry.admit(&request("c", &b, Some([9; 16])), [2; 16], 1)));
        let broken = Request { key: "U\"}".into(), ..request("d", &b, None) };
        assert!(refused(registry.admit(&broken, [2; 16], 1)));
        assert_eq!(registry.nodes.len(), 2);
    }

    #[test]
    fn a_replaced_node_comes_in_once_with_another_key_and_founds_nothing() {
        let mut registry = Registry::default();
        let [old, new, other] = [(); 3].map(|()| nkeys::KeyPair::new_user());
        let name = NodeName::new("a").unwrap();
        assert!(matches!(registry.readmit(&name), Answer::Refused { .. }), "nobody knows it");
        registry.admit(&request("a", &old, None), [1; 16], 1);
        assert!(matches!(registry.admit(&request("a", &new, None), [2; 16], 1), Answer::Refused { .. }));
        assert_eq!(registry.readmit(&name), Answer::Noted);
        let welcome = Answer::Welcome(Welcome {
            company: [1; 16],
            is_founder: false,
            is_replacement: true,
            replicas: 1,
        });
        assert_eq!(registry.admit(&request("a", &new, None), [2; 16], 1), welcome);
        assert_eq!(registry.admit(&request("a", &new, None), [2; 16], 1), welcome, "the answer may be lost");
        for key in [&old, &other] {
            assert!(matches!(registry.admit(&request("a", key, None), [2; 16], 1), Answer::Refused { .. }));
        }
        assert_eq!(registry.nodes[&name], new.public_key());
        assert_eq!(registry.expel(&name), Answer::Noted);
        assert!(registry.nodes.is_empty());
        assert_eq!(registry.admit(&request("a", &other, None), [2; 16], 1), welcome, "it may join again");
    }
}
