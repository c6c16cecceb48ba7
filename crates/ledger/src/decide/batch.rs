//! Decides many movements: each by itself, or all or nothing.

use std::collections::BTreeMap;

use super::{Desk, movement, owned};
use crate::books::{Books, Source};
use crate::command::Moves;
use crate::entry::{BatchRefused, Body};
use crate::refusal::Refusal;

pub(super) fn decide<S: Source>(desk: &mut Desk<'_, S>, moves: &Moves) {
    if moves.atomic && 1 < moves.lines.len() {
        return all_or_nothing(desk, moves);
    }
    for line in &moves.lines {
        let decision = movement::line(desk.books, &desk.now(), line);
        if decision.is_err() {
            desk.place = owned(desk.books, &line.warehouse);
        }
        desk.settle(decision);
    }
}

/// Tries the lines one upon the other in books of their own, so that demand on the same stock adds up, and lays these
/// upon the real ones only if no line was refused.
fn all_or_nothing<S: Source>(desk: &mut Desk<'_, S>, moves: &Moves) {
    let mut refusals = several_warehouses(moves);
    let (bodies, changes) = {
        let mut trial_books = Books::over(&*desk.books);
        let mut trial = Desk {
            books: &mut trial_books,
            now: desk.now.clone(),
            actor: desk.actor,
            cause: desk.cause.clone(),
            place: None,
            bodies: Vec::new(),
        };
        for (index, line) in moves.lines.iter().enumerate() {
            match movement::line(trial.books, &trial.now(), line) {
                Ok(bodies) => trial.settle(Ok(bodies)),
                Err(refusal) => {
                    refusals.entry(index as u32).or_insert(refusal);
                }
            }
        }
        (trial.bodies, trial_books.take_changes())
    };
    if refusals.is_empty() {
        desk.books.absorb(changes);
        desk.bodies = bodies;
    } else {
        let (lines, refusals) = (moves.lines.len() as u32, refusals.into_iter().collect());
        let warehouse = owned(desk.books, &moves.lines[0].warehouse);
        desk.settle(Ok(vec![Body::BatchRefused(BatchRefused { lines, refusals, warehouse })]));
    }
}

fn several_warehouses(moves: &Moves) -> BTreeMap<u32, Refusal> {
    let first = &moves.lines[0].warehouse;
    let others = moves.lines.iter().enumerate().filter(|(_, line)| line.warehouse != *first);
    let refusal = |other| Refusal::SeveralWarehouses { first: first.clone(), other };
    others.map(|(index, line)| (index as u32, refusal(line.warehouse.clone()))).collect()
}
