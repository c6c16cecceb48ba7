//! `acopio demo`: a generated company to look around in, lifelike and always the same, with trade that goes on.

mod catalogue;
mod families;
mod many;
mod past;
mod random;
mod staff;
mod trade;
mod transfers;
mod trickle;
mod wares;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use acopio_contract::Inventory;
use acopio_ledger::names::{NodeName, Title, WarehouseCode};
use acopio_store::Faults;
use anyhow::Context;

use self::past::Past;
use super::serve::{log_to_stderr, runtime};
use super::service::{Service, Setup};
use super::{company, secrets};
use crate::failure::Result;
use crate::frame::framed;

/// The company's warehouses.
const WAREHOUSES: &[(&str, &str)] = &[("LON", "London"), ("MAD", "Madrid"), ("ROT", "Rotterdam")];
/// What is said where the company was made by an earlier start.
const FOUNDED_BEFORE: &str = "This company exists since an earlier start; its credentials were shown then.";
/// What all chance in the demo comes from; another number makes another company.
const SEED: u64 = 2026;

/// How the demo runs.
#[derive(Debug, clap::Args)]
pub(crate) struct DemoArgs {
    /// Address to listen on; port 0 picks a free one
    #[arg(long, value_name = "ADDR", env = "ACOPIO_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Folder that keeps the company; without it, all is gone at the end
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// How many products the company has
    #[arg(long, value_name = "N", default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    products: u32,
    /// How many nodes it works on: more than one meet at a hub, each with warehouses of its own
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=3))]
    nodes: u16,
    /// The program nats-server, 2.12.8 or newer, for a demo of several nodes
    #[arg(long, value_name = "PATH", env = "ACOPIO_NATS_SERVER", default_value = "nats-server")]
    nats_server: PathBuf,
}

/// Makes the company where there is none, and serves until SIGTERM or Ctrl-C.
///
/// # Errors
///
/// When a service cannot be started, or fails.
pub(crate) fn run(args: &DemoArgs) -> Result<()> {
    log_to_stderr("info,async_nats=warn");
    let scratch =
        tempfile::Builder::new().prefix("acopio-demo-").tempdir().context("cannot make a folder")?;
    let data = args.data.clone().unwrap_or_else(|| scratch.path().to_owned());
    match args.nodes {
        1 => runtime()?.block_on(alone(args, data)),
        nodes => runtime()?.block_on(many::run(args, &data, nodes)),
    }
}

/// One node with all warehouses.
async fn alone(args: &DemoArgs, data: PathBuf) -> Result<()> {
    let past = Past::default();
    let service = Service::open(Setup {
        node: NodeName::recorded("main"),
        data,
        listen: args.listen,
        tls: None,
        insecure_http: false,
        faults: Faults::default(),
        clock: past.clock(),
        joins: false,
    })?;
    let inventory = service.inventory();
    if company::is_founded(&*inventory).await? {
        println!("{FOUNDED_BEFORE}");
    } else {
        let people = found(&inventory, secrets::random()?, args.products as usize, &past).await?;
        print!("{}", credentials(&[service.address()?], &people));
    }
    let trickle = tokio::spawn(trickle::run(inventory, None));
    let served = service.run().await;
    trickle.abort();
    served
}

/// Somebody who can log in to the demo.
struct Person {
    username: &'static str,
    role: &'static str,
    password: String,
}

/// Founds the company and lets it trade for four weeks.
async fn found(
    inventory: &Arc<dyn Inventory>,
    company: [u8; 16],
    products: usize,
    past: &Past,
) -> Result<Vec<Person>> {
    past.go_to(trade::began(wares::now()));
    let password = secrets::password()?;
    company::found(&**inventory, company, staff::ADMIN, &password).await?;
    let admin = Person { username: staff::ADMIN, role: "administrator", password };
    let code = |code| WarehouseCode::recorded(code);
    let named: Vec<_> = WAREHOUSES.iter().map(|(key, name)| (code(key), Title::recorded(name))).collect();
    company::add_warehouses(&**inventory, &named).await?;
    let (mut people, actor) = staff::hire(&**inventory).await?;
    people.insert(0, admin);
    wares::fill(inventory, actor, products, SEED, past).await?;
    Ok(people)
}

/// What there is to see, and who may: the address of each node.
fn credentials(addresses: &[SocketAddr], people: &[Person]) -> String {
    let first = addresses[0];
    let mut lines =
        vec![format!("A demo company of {} warehouses is ready: http://{first}", WAREHOUSES.len())];
    lines.extend(addresses[1..].iter().map(|address| format!("  another of its nodes: http://{address}")));
    lines.push(String::new());
    lines.extend(people.iter().map(|person| {
        let Person { username, role, password } = person;
        format!("  {username:<8} {password}   {role}")
    }));
    lines.extend([
        String::new(),
        "The passwords are shown once and stored nowhere. To begin:".to_owned(),
        format!("  acopio login --server http://{first} --username {}", staff::ADMIN),
    ]);
    framed(&lines)
}
