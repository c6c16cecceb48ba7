//! Tokens: who, which session, issued by which node, until when; signed with the node's key. No grants inside.

use acopio_ledger::ids::{Millis, SessionId, UserId};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

/// Stands before every payload that is signed, so that the key can never be made to sign something else.
const DOMAIN: &[u8] = b"acopio token v1\0";

/// Longer texts are no tokens of ours.
const TOKEN_BYTES_MAX: usize = 1_024;

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// The session that it stands for.
    #[serde(rename = "s")]
    pub(crate) session: SessionId,
    /// Whose it is.
    #[serde(rename = "u")]
    pub(crate) user: UserId,
    /// The node that issued and signed it.
    #[serde(rename = "n")]
    pub(crate) node: String,
    /// When it ends by itself.
    #[serde(rename = "e")]
    pub(crate) expires: Millis,
}

/// A token's parts, not yet proved.
pub(crate) struct Unproved {
    pub(crate) claims: Claims,
    payload: Vec<u8>,
    signature: Signature,
}

/// The node's own key.
pub(crate) struct Signer {
    key: SigningKey,
}

impl Signer {
    /// A signer with a private key.
    pub(crate) fn new(key: &[u8; 32]) -> Signer {
        Signer { key: SigningKey::from_bytes(key) }
    }

    /// The key by which others prove what this one signed.
    pub(crate) fn public_key(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    /// The token of claims; the same claims give the same token.
    pub(crate) fn sign(&self, claims: &Claims) -> String {
        let payload = serde_json::to_vec(claims).expect("claims have string keys only");
        let signature = self.key.sign(&[DOMAIN, &payload].concat());
        format!("{}.{}", URL_SAFE_NO_PAD.encode(payload), URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
}

/// Takes a token apart; nothing when it has not the form of one.
pub(crate) fn take_apart(token: &str) -> Option<Unproved> {
    if TOKEN_BYTES_MAX < token.len() {
        return None;
    }
    let (payload, signature) = token.split_once('.')?;
    let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let claims = serde_json::from_slice(&payload).ok()?;
    Some(Unproved { claims, payload, signature: Signature::from_slice(&signature).ok()? })
}

impl Unproved {
    /// Whether the holder of the key has signed it.
    pub(crate) fn is_signed_by(&self, public_key: &[u8; 32]) -> bool {
        let message = [DOMAIN, &self.payload].concat();
        VerifyingKey::from_bytes(public_key)
            .is_ok_and(|key| key.verify_strict(&message, &self.signature).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Claims {
        Claims {
            session: SessionId([1; 16]),
            user: UserId([2; 16]),
            node: "main".to_owned(),
            expires: Millis(1_000),
        }
    }

    #[test]
    fn a_token_is_proved_by_its_issuers_key_only() {
        let (ours, foreign) = (Signer::new(&[7; 32]), Signer::new(&[8; 32]));
        let token = ours.sign(&claims());
        let unproved = take_apart(&token).unwrap();
        assert_eq!(unproved.claims, claims());
        assert!(unproved.is_signed_by(&ours.public_key()));
        assert!(!unproved.is_signed_by(&foreign.public_key()));
    }

    #[test]
    fn an_altered_token_proves_nothing() {
        let signer = Signer::new(&[7; 32]);
        let token = signer.sign(&claims());
        let (_, signature) = token.split_once('.').unwrap();
        let altered = Claims { expires: Millis(i64::MAX), ..claims() };
        let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&altered).unwrap());
        let forged = take_apart(&format!("{payload}.{signature}")).unwrap();
        assert!(!forged.is_signed_by(&signer.public_key()));
        for text in ["", ".", "a.b", &token[1..], &"x".repeat(2_000)] {
            let proved = take_apart(text).is_some_and(|part| part.is_signed_by(&signer.public_key()));
            assert!(!proved, "{text}");
        }
    }
}
