//! A simulated world: sites, the hub between them, chance, and what happens step by step.

use std::time::Duration;

use acopio_contract::{Inventory, Manage};
use acopio_fabric::{Faults, LocalHub};
use acopio_ledger::Submission;
use acopio_ledger::ids::Positions;
use tokio::time::{Instant, sleep};

use crate::chance::Chance;
use crate::history::{Counts, History};
use crate::site::Site;
use crate::{check, events, work};

/// The sites of every world, each with one warehouse of its own; the first founds the company.
const SITES: [&str; 3] = ["lon", "mad", "rot"];

/// How long a healed world may take to come to rest.
const REST_WITHIN: Duration = Duration::from_secs(900);

/// What a world came to.
pub(crate) enum Outcome {
    /// Everything holds.
    Sound(Counts),
    /// A promise is broken.
    Wrong(String),
    /// It does not come to rest.
    Stuck(String),
}

/// See the file's document.
pub(crate) struct World {
    pub(crate) chance: Chance,
    pub(crate) hub: LocalHub,
    pub(crate) sites: Vec<Site>,
    pub(crate) history: History,
    /// All that was sent, to be sent again.
    pub(crate) sent: Vec<Submission>,
    pub(crate) counts: Counts,
    pub(crate) next_command: u64,
    pub(crate) verbose: bool,
}

/// A world that has not begun.
pub(crate) struct Seeded {
    seed: u64,
    verbose: bool,
}

impl World {
    /// A world of a seed.
    #[expect(clippy::new_ret_no_self, reason = "it begins to exist within the runtime of its own")]
    pub(crate) fn new(seed: u64, verbose: bool) -> Seeded {
        Seeded { seed, verbose }
    }
}

impl Seeded {
    /// Lives so many steps, heals, and checks.
    pub(crate) fn live(self, steps: usize) -> Outcome {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let runtime = runtime.expect("a runtime without threads or sockets can be made");
        runtime.block_on(async move {
            let began = Instant::now();
            let sites = SITES.iter().enumerate().map(|(index, name)| Site::new(name, began, index == 0));
            let mut world = World {
                chance: Chance::new(self.seed),
                hub: LocalHub::new(),
                sites: sites.collect(),
                history: History::default(),
                sent: Vec::new(),
                counts: Counts::default(),
                next_command: 0,
                verbose: self.verbose,
            };
            if let Err(what) = world.found().await {
                return Outcome::Stuck(what);
            }
            for _ in 0..steps {
                events::step(&mut world).await;
            }
            if let Err(what) = world.heal().await {
                return Outcome::Stuck(what);
            }
            match check::all(&mut world).await {
                Ok(()) => Outcome::Sound(world.counts),
                Err(what) => Outcome::Wrong(what),
            }
        })
    }
}

impl World {
    /// Founds the company, lets the others join, and gives each its warehouse.
    async fn found(&mut self) -> Result<(), String> {
        for index in 0..self.sites.len() {
            let hub = self.hub.clone();
            self.sites[index].start(&hub);
            if index == 0 {
                work::found(self).await?;
            } else {
                let mut fill = self.node(index).expect("it was started").fill().expect("it has joined");
                let filled = tokio::time::timeout(REST_WITHIN, fill.wait_for(|fill| fill.is_done()));
                filled
                    .await
                    .map_err(|_| format!("{} was not filled", self.sites[index].name))?
                    .map_err(|error| error.to_string())?;
            }
            work::open_warehouse(self, index).await?;
        }
        Ok(())
    }

    /// The node of a site, if it runs.
    pub(crate) fn node(&self, index: usize) -> Option<std::sync::Arc<acopio_node::Node>> {
        self.sites[index].node.clone()
    }

    /// Nodes that have got their logs back go on; whether there were any.
    pub(crate) fn go_on(&mut self) -> bool {
        let (hub, mut any) = (self.hub.clone(), false);
        for index in 0..self.sites.len() {
            if self.sites[index].go_on(&hub) {
                self.say(|| format!("{} has its log back", self.sites[index].name));
                any = true;
            }
        }
        any
    }

    /// Says what happens, if somebody wants to hear it.
    pub(crate) fn say(&self, what: impl FnOnce() -> String) {
        if self.verbose {
            eprintln!("- {}", what());
        }
    }

    /// Mends everything and waits until nothing is on its way any more.
    async fn heal(&mut self) -> Result<(), String> {
        self.say(|| "heal".to_owned());
        self.hub.disturb(Faults::default());
        let hub = self.hub.clone();
        for site in &mut self.sites {
            site.skew(0);
            hub.mend(&site.name);
            if site.node.as_ref().is_some_and(|node| node.stopped().is_some()) {
                site.crash();
            }
            if site.node.is_none() {
                site.start(&hub);
            }
        }
        self.release_logs().await;
        let began = Instant::now();
        loop {
            sleep(Duration::from_secs(5)).await;
            if self.go_on() {
                self.release_logs().await;
            }
            match self.unrest().await {
                None => return Ok(()),
                Some(what) if REST_WITHIN < began.elapsed() => return Err(what),
                Some(_) => {}
            }
        }
    }

    /// Lets in what waits because a clock was too far ahead: without it, a healed world would have to wait for hours.
    async fn release_logs(&self) {
        for site in &self.sites {
            let node = site.node.as_ref().expect("all run in a healed world");
            for other in &self.sites {
                let release = Manage::ReleaseLog { node: other.name.clone() };
                node.manage(release).await.expect("nothing can refuse that");
            }
        }
    }

    /// What is still on its way, if anything.
    async fn unrest(&self) -> Option<String> {
        let positions: Vec<Positions> = self.sites.iter().map(check::positions).collect();
        if let Some(other) = positions.iter().find(|other| **other != positions[0]) {
            return Some(format!("the logs are known up to {} and up to {other}", positions[0]));
        }
        for site in &self.sites {
            let fill = site.node.as_ref().and_then(|node| node.fill());
            if fill.is_some_and(|fill| !fill.borrow().is_done()) {
                return Some(format!("{} is still getting logs", site.name));
            }
            let waiting = work::waiting(site).await;
            if !waiting.is_empty() {
                return Some(format!("{} waits: {}", site.name, waiting.join(", ")));
            }
        }
        None
    }
}
