//! The anchors by themselves, so that a report tells what machine it was made on.

use anyhow::Result;

use crate::context::Context;
use crate::figure::{Anchor, Figure};

pub(super) fn run(context: &mut Context) -> Result<Vec<Figure>> {
    let every = context.anchors.every()?;
    let (measured, skipped): (Vec<Anchor>, Vec<Anchor>) =
        every.into_iter().partition(|anchor| anchor.value.is_ok());
    for anchor in skipped {
        crate::progress::say(&anchor.to_string());
    }
    Ok(measured.into_iter().filter_map(|anchor| Some(Figure::new(anchor.name, anchor.value.ok()?))).collect())
}
