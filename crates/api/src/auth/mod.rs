//! Who is asking, and whether they may: tokens, passwords, sessions, and the guard through which every handler goes.
//!
//! What each role may do is decided in `acopio_contract::access` and, for reading, in [`reads`]; nowhere else.

pub(crate) mod cookie;
mod done;
mod identity;
mod limiter;
mod not_done;
pub(crate) mod passwords;
mod reads;
mod session;
mod token;

pub(crate) use done::{Done, etag, json, tagged};
pub(crate) use identity::{Identities, Identity, now};
pub(crate) use limiter::LoginLimits;
pub(crate) use not_done::{LaterBody, NotDone};
pub(crate) use reads::is_seen;
pub(crate) use session::{AnySession, Session};
pub(crate) use token::{Claims, Signer};
