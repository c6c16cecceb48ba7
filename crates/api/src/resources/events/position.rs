//! From where a reader goes on: an event's id, which says how far each log was seen, as `lon:1042,mad:77`.

use acopio_ledger::ids::{Positions, Seq};
use acopio_ledger::names::NodeName;

use crate::problem::Problem;

/// Reads an event's id. A plain number is a position of the node's own log, as ids were when there was no other: of all
/// other logs, what comes after `known` is meant then.
///
/// # Errors
///
/// When the text is none.
pub(super) fn read(text: &str, node: &NodeName, known: &Positions) -> Result<Positions, Problem> {
    let wrong =
        || Problem::parameter("last_event_id", text, "must be the id of an event, as lon:1042,mad:77");
    if text.is_empty() {
        return Err(wrong());
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().map_err(|_| wrong());
    }
    let mut positions = known.clone();
    positions.set(node, Seq(text.parse().map_err(|_| wrong())?));
    Ok(positions)
}

/// Whether a reader can go on from there: not when they have seen more of the node's own log than there is, or none of
/// the logs that are known here. Copies of other logs may lag behind what was seen elsewhere.
pub(super) fn is_known(asked: &Positions, node: &NodeName, known: &Positions) -> bool {
    let is_met = asked.is_empty() || asked.iter().any(|(node, _)| known.get(node) != Seq(0));
    is_met && asked.get(node) <= known.get(node)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn positions(text: &str) -> Positions {
        text.parse().unwrap()
    }

    #[test]
    fn ids_are_vectors_or_plain_numbers() {
        let (main, known) = (NodeName::recorded("main"), positions("main:9,north:7"));
        let read = |text| read(text, &main, &known);
        assert_eq!(read("main:1042,north:7").unwrap(), positions("main:1042,north:7"));
        assert_eq!(read("5").unwrap(), positions("main:5,north:7"));
        for text in
            ["", "main:", "main:x", "MAIN:1", "main:1,", "main:+1", "main:1,5", "99999999999999999999999"]
        {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_position_of_other_logs_or_of_the_future_is_not_known() {
        let (main, known) = (NodeName::recorded("main"), positions("main:9,north:7"));
        for (asked, is_here) in [
            ("main:9", true),
            ("main:10,north:7", false),
            ("main:3,north:99", true),
            ("north:99", true),
            ("north:2,south:5", true),
            ("south:5", false),
            ("", true),
        ] {
            assert_eq!(is_known(&positions(asked), &main, &known), is_here, "{asked}");
        }
    }
}
