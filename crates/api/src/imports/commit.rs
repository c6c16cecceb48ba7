//! Checks and commits a file of movements.
//!
//! A commit surveys the file, creates the products it needs, posts opening stock, and then the rows in their order. Each
//! step can be interrupted: the next commit finds what was done in the ledger, and does the rest.

use acopio_contract::query::ImportById;
use acopio_ledger::command::{Amount, BeginImport, Command, MoveKind, MoveLine};
use acopio_ledger::ids::CommandId;
use acopio_ledger::names::{IdempotencyKey, Line, Sku};
use acopio_ledger::{Refusal, Submission};
use acopio_sheets::Need;
use acopio_sheets::profile::ProfileKind;

use super::halt::Halt;
use super::pass::CHUNK_ROWS;
use super::poster::Poster;
use super::record::Figures;
use super::survey::{Survey, survey};
use super::work::{Tally, Work};
use super::{product_rows, rows};

/// Why goods are there that no row brought. Scripts rely on the word.
const OPENING: &str = "opening";

/// Looks at every row and posts nothing. Every problem is listed.
///
/// # Errors
///
/// When the file cannot be read to its end, or the inventory does not answer.
pub(super) fn check(work: &Work) -> Result<Figures, Halt> {
    let mut tally = work.report()?;
    let checked = match work.profile.kind {
        ProfileKind::Movements => check_movements(work, &mut tally),
        ProfileKind::Products => product_rows::check(work, &mut tally),
    };
    if let Err(Halt::Header(problems)) = &checked {
        problems.iter().try_for_each(|problem| tally.note(problem.clone()))?;
    }
    // What was found before a failure is listed too.
    let figures = tally.finish()?;
    checked.map(|()| figures)
}

fn check_movements(work: &Work, tally: &mut Tally) -> Result<(), Halt> {
    let survey = survey(work, tally)?;
    tally.figures.products_new = survey.products().count() as u64;
    tally.figures.openings = survey.openings().count() as u64;
    survey.list_barcodes_taken(work, tally)
}

/// Posts every row that is right and was not posted before; all others are listed.
///
/// # Errors
///
/// When it has to end before the last row. What was posted stays.
pub(super) fn commit(work: &Work) -> Result<Figures, Halt> {
    match work.profile.kind {
        ProfileKind::Movements => commit_movements(work),
        ProfileKind::Products => product_rows::commit(work),
    }
}

fn commit_movements(work: &Work) -> Result<Figures, Halt> {
    let is_begun = work.link.ask(ImportById { id: work.record().id })?.is_some();
    if is_begun {
        begin(work)?;
    }
    let mut tally = Tally::quiet();
    let mut survey = survey(work, &mut tally)?;
    let mut figures = tally.finish()?;
    // A file whose rows are all known leaves no trace.
    if !is_begun && 0 < figures.planned {
        begin(work)?;
    }
    figures.products_new = create_products(work, &mut survey)?;
    figures.openings = post_openings(work, &survey)?;
    rows::post(work, survey.judge, figures)
}

/// Makes the import known to the ledger, once, whoever commits it and how often.
///
/// Commands are decided in the order in which they come, so when this is answered, all that an interrupted run may have
/// left on its way is decided, and what is read afterwards contains it.
pub(super) fn begin(work: &Work) -> Result<(), Halt> {
    let record = work.record();
    let known = work.link.ask(ImportById { id: record.id })?;
    if known.as_ref().is_some_and(|import| import.undone) {
        return Err(Halt::Refused(Refusal::ImportUndone { import: record.id.to_string() }));
    }
    let user = known.map_or(work.user(), |import| import.actor);
    let key = IdempotencyKey::recorded(&format!("import:{}:begin", record.id));
    let begin = BeginImport { id: record.id, profile: record.profile.clone(), file: record.file.clone() };
    let id = CommandId { user, key };
    let receipt = work.link.submit(&Submission {
        id,
        cause: None,
        command: Command::BeginImport(begin),
        expires: None,
        place: None,
    })?;
    receipt.refusal().cloned().map_or(Ok(()), |refusal| Err(Halt::Refused(refusal)))
}

/// Creates the products that are not known. Answers with how many.
fn create_products(work: &Work, survey: &mut Survey) -> Result<u64, Halt> {
    let decimals = work.profile.products.unit.decimals;
    let mut refused: Vec<(Sku, Refusal)> = Vec::new();
    let mut created = Vec::new();
    let skus: Vec<Sku> = survey.products().map(|product| product.sku).collect();
    let mut asked = skus.into_iter();
    let commands = survey
        .products()
        .enumerate()
        .map(|(number, product)| work.command(&format!("p{number}"), Command::CreateProduct(product)));
    work.link.submit_each(commands, |receipt| {
        let sku = asked.next().expect("there is one answer for each product");
        match receipt.refusal() {
            None => created.push(sku),
            Some(refusal) => refused.push((sku, refusal.clone())),
        }
    })?;
    let count = created.len() as u64;
    created.into_iter().for_each(|sku| survey.judge.facts.created(sku, decimals));
    for (sku, refusal) in refused {
        match refusal {
            // Somebody else was quicker.
            Refusal::SkuExists { .. } => survey.judge.facts.learn_again(&work.link, &sku)?,
            refusal => survey.judge.not_created(sku, refusal),
        }
    }
    Ok(count)
}

/// Posts the least stock with which the rows fit. Answers for how many stocks.
fn post_openings(work: &Work, survey: &Survey) -> Result<u64, Halt> {
    let exists = |need: &Need| survey.judge.facts.stockable(&need.key.sku).is_some();
    let lines: Vec<MoveLine> = survey.openings().filter(exists).map(opening_line).collect();
    let mut poster = Poster::new(work, "o");
    let mut posted = 0;
    for lines in lines.chunks(CHUNK_ROWS) {
        let outcomes = poster.post(lines.to_vec())?;
        posted += outcomes.iter().filter(|refusal| refusal.is_none()).count() as u64;
    }
    Ok(posted)
}

/// Opening stock has no source: see [`Survey::openings`].
fn opening_line(need: Need) -> MoveLine {
    MoveLine {
        kind: MoveKind::Receipt,
        warehouse: need.key.warehouse,
        sku: need.key.sku,
        amount: Amount::By(need.quantity),
        reason: Some(Line::recorded(OPENING)),
        reference: None,
        occurred_at: need.occurred_at,
        source: None,
    }
}
