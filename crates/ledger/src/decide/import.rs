//! Decides about a file's import: its beginning, and its undoing as a whole.

use super::{Decision, Now, movement, not_found};
use crate::body;
use crate::books::{Books, Source};
use crate::command::{BeginImport, Cause, UndoImport};
use crate::entry::{Body, Kind, Moved};
use crate::names::NodeName;
use crate::quantity::Quantity;
use crate::records::Import;
use crate::refusal::Refusal;

pub(super) fn begin<S: Source>(books: &Books<S>, begin: &BeginImport) -> Decision {
    let import = begin.id.to_string();
    match books.import(&begin.id) {
        Some(known) if known.undone => return Err(Refusal::ImportUndone { import }),
        Some(_) => return Err(Refusal::ImportExists { import }),
        None => {}
    }
    Ok(vec![Body::ImportBegun(body::ImportBegun {
        id: begin.id.0.to_vec(),
        profile: begin.profile.clone(),
        file: begin.file.clone(),
    })])
}

/// Takes back what an import has changed in all, by one counter-movement per stock key, or nothing of it.
pub(super) fn undo<S: Source>(
    books: &Books<S>,
    now: &Now,
    cause: &Option<Cause>,
    undo: &UndoImport,
) -> Decision {
    assert!(cause.is_none(), "an import is undone by a person");
    let import = books.import(&undo.id).ok_or_else(|| not_found("import", undo.id))?;
    if import.undone {
        return Err(Refusal::ImportUndone { import: undo.id.to_string() });
    }
    let own = &now.next.node;
    let other = import.node.iter().chain(&import.elsewhere).find(|node| *node != own);
    if let Some(node) = other {
        return Err(elsewhere(&import, node));
    }
    let mut bodies = vec![Body::ImportUndone(body::ImportUndone { id: undo.id.0.to_vec() })];
    for (key, net) in books.import_net(&import) {
        if let Some(warehouse) = books.warehouse(&key.warehouse).filter(|known| !known.is_decided_by(own)) {
            return Err(elsewhere(&import, warehouse.decider()));
        }
        if net == Quantity::ZERO {
            continue;
        }
        let balance = books.balance(&key);
        let moved = Moved {
            kind: Kind::Adjustment,
            change: -net,
            after: movement::change_on_hand(&key, &balance, -net, &now.after(bodies.len()))?,
            previous: balance.last,
            reason: undo
                .reason
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_else(|| "import undone".to_owned()),
            reference: undo.id.to_string(),
            occurred_at: None,
            undoes: None,
            source: None,
            key,
        };
        bodies.extend(movement::with_alert(books, moved));
    }
    Ok(bodies)
}

/// One node decides about the whole of an import, so it must be able to decide about all of it.
fn elsewhere(import: &Import, node: &NodeName) -> Refusal {
    Refusal::ImportElsewhere { import: import.id.to_string(), node: node.clone() }
}
