//! What can happen in one step of a world, and how often.

use std::time::Duration;

use acopio_fabric::Faults;
use acopio_ledger::ids::Seq;
use tokio::time::sleep;

use crate::site::Site;
use crate::world::World;
use crate::{check, work};

/// How far clocks go wrong: an hour, and three hours, either way.
const SKEWS_MS: [i64; 5] = [0, 3_600_000, -3_600_000, 10_800_000, -10_800_000];

/// One step: something happens, and some time passes.
pub(crate) async fn step(world: &mut World) {
    world.go_on();
    let site = world.chance.below(world.sites.len());
    match world.chance.below(1_000) {
        0..=594 => work::command(world, site),
        595..=599 => wipe(world, site).await,
        600..=679 => work::burst(world, site),
        680..=719 => work::repeat(world, site),
        720..=759 => crash(world, site),
        760..=799 => start(world, site),
        800..=839 => cut(world, site),
        840..=889 => mend(world, site),
        890..=919 => disturb(world),
        920..=939 => lose(world, site),
        940..=959 => skew(world, site),
        960..=979 => work::hand_over(world, site),
        980..=991 => work::take_over(world, site),
        _ => work::set_durability(world, site),
    }
    let pause = match world.chance.below(10) {
        0 => 20_000,
        1..=3 => 1_500,
        _ => 40,
    };
    sleep(Duration::from_millis(1 + world.chance.draw() % pause)).await;
}

fn crash(world: &mut World, site: usize) {
    if world.sites[site].node.is_some() {
        world.say(|| format!("{} crashes", world.sites[site].name));
        world.sites[site].crash();
        world.counts.crashes += 1;
    }
}

/// A disk is lost, if all that anybody was told stands elsewhere too: what is to be kept by one disk alone is lost with it.
/// No two at a time.
async fn wipe(world: &mut World, site: usize) {
    let (name, lost) = (world.sites[site].name.clone(), &world.sites[site]);
    let head = check::positions(lost).get(&name);
    let mut others = world.sites.iter().filter(|other| other.name != name);
    let is_copied = others.any(|other| check::positions(other).get(&name) == head);
    let has_notes = ["taking", "outbox"]
        .iter()
        .any(|kind| !lost.reader().notes(kind, "", 1).expect("memory can be read").is_empty());
    let is_lost = |site: &Site| {
        check::positions(site).get(&site.name) == Seq(0)
            || !site.reader().notes("recovery", "", 1).expect("memory can be read").is_empty()
    };
    if is_copied && !has_notes && !world.sites.iter().any(is_lost) {
        world.say(|| format!("{name} loses its disk"));
        world.sites[site].wipe();
        world.counts.wipes += 1;
    }
}

fn start(world: &mut World, site: usize) {
    let hub = world.hub.clone();
    if world.sites[site].node.is_none() {
        world.say(|| format!("{} starts", world.sites[site].name));
        world.sites[site].start(&hub);
    }
}

fn cut(world: &mut World, site: usize) {
    world.say(|| format!("{} is cut off", world.sites[site].name));
    world.hub.cut(&world.sites[site].name);
    world.counts.cuts += 1;
}

fn mend(world: &mut World, site: usize) {
    world.say(|| format!("{} is connected", world.sites[site].name));
    world.hub.mend(&world.sites[site].name);
}

/// Messages are lost, repeated, late and out of order from now on, or all is well again.
fn disturb(world: &mut World) {
    let mut rate = |most: u64| (world.chance.draw() % (most + 1)) as u32;
    let (drop, duplicate, reorder, delay, silence) = (rate(120), rate(120), rate(120), rate(200), rate(80));
    let is_calm = world.chance.strikes(300);
    let seed = world.chance.draw();
    let faults = if is_calm {
        Faults { seed, ..Faults::default() }
    } else {
        Faults {
            seed,
            drop_per_mille: drop,
            duplicate_per_mille: duplicate,
            reorder_per_mille: reorder,
            delay_per_mille: delay,
            delay_max: Duration::from_millis(900),
            silence_per_mille: silence,
        }
    };
    world.say(|| format!("the hub: {faults:?}"));
    world.hub.disturb(faults);
}

/// The hub loses something of what it holds, or everything.
fn lose(world: &mut World, site: usize) {
    let name = world.sites[site].name.clone();
    match world.chance.below(4) {
        0 => {
            world.say(|| "the hub loses everything".to_owned());
            world.hub.forget_everything();
        }
        1 => {
            world.say(|| format!("the hub loses the log of {name}"));
            world.hub.forget_log(&name);
        }
        _ => {
            let frames = 1 + world.chance.below(5);
            world.say(|| format!("the hub loses the last {frames} frames of {name}"));
            world.hub.forget_tail(&name, frames);
        }
    }
}

fn skew(world: &mut World, site: usize) {
    let ms = *world.chance.pick(&SKEWS_MS);
    world.say(|| format!("the clock of {} is {ms} ms off", world.sites[site].name));
    world.sites[site].skew(ms);
}
