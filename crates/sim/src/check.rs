//! What acopio promises, checked on a world that has come to rest.

use std::collections::{BTreeMap, BTreeSet};

use acopio_ledger::ids::{CommandId, EntryId, Positions, Seq};
use acopio_ledger::names::NodeName;
use acopio_ledger::records::{Balance, StockKey};
use acopio_ledger::{Body, Record, Source, codec};

use crate::digest;
use crate::history::{Told, outcome};
use crate::site::Site;
use crate::world::World;

/// How many bytes of a log are read at a time.
const READ_BYTES: usize = 1 << 20;

type Check = Result<(), String>;

/// How far a site has folded each log.
pub(crate) fn positions(site: &Site) -> Positions {
    let heads = site.reader().heads().expect("memory can be read");
    heads.into_iter().map(|(node, log)| (node, log.head.seq)).collect()
}

/// Checks all promises.
pub(crate) async fn all(world: &mut World) -> Check {
    for site in &world.sites {
        proved(site)?;
        never_negative(site)?;
    }
    equal_views(world)?;
    let outcomes = outcomes(&world.sites[0])?;
    if world.verbose {
        say_owners(&world.sites[0])?;
    }
    world.counts.entries += positions(&world.sites[0]).iter().map(|(_, seq)| seq.0).sum::<u64>();
    let voids = voids(&world.sites[0])?;
    world.counts.voids += voids.len() as u64;
    what_was_told_is_true(world, &outcomes, &voids)?;
    same_answer_for_ever(world, &outcomes, &voids).await
}

/// Records that a taking by force has made void, in the words of outcomes: what was told of these holds no more, which
/// is what whoever takes by force accepts.
fn voids(site: &Site) -> Result<BTreeSet<String>, String> {
    let disk = site.disk();
    let is_void = |record: &Record| {
        record.entries.iter().any(|entry| {
            let warehouse = entry.body.warehouse(disk).and_then(|code| disk.warehouse(&code));
            let (node, seq) = (&record.first.node, record.first.seq);
            warehouse.is_some_and(|warehouse| warehouse.is_void(node, entry.epoch, seq))
        })
    };
    let mut voids = BTreeSet::new();
    each_record(site, &mut |record| {
        if is_void(&record) {
            voids.insert(record.first.to_string());
        }
    })?;
    Ok(voids)
}

/// Whether what was told is about a record that is void.
fn is_void(told: &str, voids: &BTreeSet<String>) -> bool {
    told.split_once(' ').is_some_and(|(record, _)| voids.contains(record))
}

/// Promises 4 and 7: every log is whole, and every view is what the logs come to.
fn proved(site: &Site) -> Check {
    let reader = site.reader();
    let audit = reader.audit().map_err(|error| error.to_string())?;
    let report = acopio_node::verify(&*audit, &mut |_| {}).map_err(|error| error.to_string())?;
    report.fault.map_or(Ok(()), |fault| Err(format!("{}: {fault}", site.name)))
}

/// Promise 1: no balance is impossible.
fn never_negative(site: &Site) -> Check {
    let reader = site.reader();
    let audit = reader.audit().map_err(|error| error.to_string())?;
    let mut found = None;
    let mut look = |key: &StockKey, balance: &Balance, _: Option<&NodeName>| {
        if !balance.is_sound() {
            found = Some(format!("{}: {} in {}: {balance:?}", site.name, key.sku, key.warehouse));
        }
        found.is_none()
    };
    audit.each_balance(&mut look).map_err(|error| error.to_string())?;
    found.map_or(Ok(()), Err)
}

/// All nodes say the same.
fn equal_views(world: &World) -> Check {
    let first = digest::of(&*world.sites[0].reader())?;
    for site in &world.sites[1..] {
        let other = digest::of(&*site.reader())?;
        if let Some(difference) = first.difference(&other) {
            return Err(format!("{} and {} differ: {difference}", world.sites[0].name, site.name));
        }
    }
    Ok(())
}

/// What every command in the logs has led to. Promise 3: each once, but for records that are void.
fn outcomes(site: &Site) -> Result<BTreeMap<CommandId, Vec<EntryId>>, String> {
    let mut outcomes: BTreeMap<CommandId, Vec<EntryId>> = BTreeMap::new();
    each_record(site, &mut |record| outcomes.entry(record.command).or_default().push(record.first))?;
    Ok(outcomes)
}

/// Says which warehouse was handed over and taken, where in the logs.
fn say_owners(site: &Site) -> Check {
    each_record(site, &mut |record| {
        for (index, entry) in record.entries.iter().enumerate() {
            if matches!(entry.body, Body::WarehouseHandedOver(_) | Body::WarehouseTaken(_)) {
                let (id, stamp, key) = (record.id(index), record.stamp(index), &record.command.key);
                eprintln!("- {id} at {stamp:?} by {key}, epoch {}: {:?}", entry.epoch.0, entry.body);
            }
        }
    })
}

/// Every record of every log.
fn each_record(site: &Site, visit: &mut dyn FnMut(Record)) -> Check {
    let reader = site.reader();
    for (node, _) in positions(site).iter() {
        let mut after = Seq(0);
        loop {
            let frames = reader.frames(node, after, READ_BYTES).map_err(|error| error.to_string())?;
            if frames.is_empty() {
                break;
            }
            for frame in frames {
                let (_, records) = codec::decode_frame(&frame.bytes).map_err(|error| error.to_string())?;
                for record in records {
                    after = Seq(record.first.seq.0 + record.entries.len() as u64 - 1);
                    visit(record);
                }
            }
        }
    }
    Ok(())
}

/// Promise 2: whatever anybody was told is in the logs; and nobody was told two things.
fn what_was_told_is_true(
    world: &mut World,
    outcomes: &BTreeMap<CommandId, Vec<EntryId>>,
    voids: &BTreeSet<String>,
) -> Check {
    let told = world.history.all();
    for (command, answers) in told.iter() {
        let key = &command.key;
        let decided: Vec<&String> = answers
            .iter()
            .filter_map(|told| match told {
                Told::Decided(outcome) => Some(outcome).filter(|outcome| !is_void(outcome, voids)),
                Told::Accepted => None,
            })
            .collect();
        if let Some(other) = decided.iter().find(|other| **other != decided[0]) {
            return Err(format!("{key} was told {} and {other}", decided[0]));
        }
        let records = outcomes.get(command).map(Vec::as_slice).unwrap_or_default();
        if records.is_empty() {
            return Err(format!("{key} was told {:?} and stands in no log", answers[0]));
        }
    }
    for (command, records) in outcomes {
        let counting: Vec<_> = records.iter().filter(|record| !voids.contains(&record.to_string())).collect();
        if 1 < counting.len() {
            return Err(format!("{} was done more than once: {counting:?}", command.key));
        }
    }
    Ok(())
}

/// Promise 3: whoever asks again gets the first answer, at every node.
async fn same_answer_for_ever(
    world: &mut World,
    outcomes: &BTreeMap<CommandId, Vec<EntryId>>,
    voids: &BTreeSet<String>,
) -> Check {
    use acopio_contract::Inventory;
    let sent = std::mem::take(&mut world.sent);
    let mut first: BTreeMap<CommandId, String> = BTreeMap::new();
    for submission in sent.iter().filter(|submission| outcomes.contains_key(&submission.id)) {
        for site in &world.sites {
            let node = site.node.as_ref().expect("all run in a healed world");
            let answer = node.submit(submission.clone()).await;
            let answer = answer.map_err(|error| format!("{} asked again: {error}", submission.id.key))?;
            let told = outcome(&answer);
            let known = first.entry(submission.id.clone()).or_insert_with(|| told.clone());
            if *known != told {
                return Err(format!("{} is told {known}, and {told} at {}", submission.id.key, site.name));
            }
            let before = world.history.all().get(&submission.id).cloned().unwrap_or_default();
            world.counts.decided += u64::from(answer.refusal().is_none());
            world.counts.refused += u64::from(answer.refusal().is_some());
            let contradicts = |told_before: &Told| matches!(told_before, Told::Decided(before) if *before != told && !is_void(before, voids));
            if before.iter().any(contradicts) {
                return Err(format!("{} was told {before:?}, and now {told}", submission.id.key));
            }
        }
    }
    Ok(())
}
