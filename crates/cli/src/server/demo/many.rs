//! The demo on several nodes: a hub, and a node for each warehouse.
//!
//! The company begins on one node, as companies do, and hands its warehouses over to the others when they have joined.

use std::net::SocketAddr;
use std::path::Path;

use acopio_contract::Inventory;
use acopio_fabric::nats::{Hub, HubOptions};
use acopio_ledger::Command;
use acopio_ledger::command::HandOverWarehouse;
use acopio_ledger::names::{NodeName, WarehouseCode};
use acopio_node::Clock;
use acopio_store::Faults;
use anyhow::Context;
use tokio::task::JoinSet;

use super::past::Past;
use super::{DemoArgs, FOUNDED_BEFORE, WAREHOUSES, credentials, found, trickle};
use crate::failure::Result;
use crate::server::company;
use crate::server::joining::JoinArgs;
use crate::server::service::{Service, Setup};

/// Runs hub and nodes until SIGTERM or Ctrl-C.
///
/// # Errors
///
/// When one of them cannot be started, or fails.
pub(super) async fn run(args: &DemoArgs, data: &Path, nodes: u16) -> Result<()> {
    let hub = Hub::start(HubOptions {
        data: data.join("hub"),
        listen: "127.0.0.1:0".to_owned(),
        server: args.nats_server.clone(),
        tls: None,
        ca: None,
        membership: None,
    });
    let hub = hub.await.context("cannot run a hub: a demo of several nodes needs the program nats-server")?;
    let token = data.join("hub/join-token");
    let (mut services, mut addresses, mut people) = (Vec::new(), Vec::new(), None);
    let past = Past::default();
    for index in 0..nodes {
        let mut service = open(args, data, index, past.clock())?;
        let address = service.address()?;
        let joining = JoinArgs::at(hub.address(), token.clone(), format!("http://{address}"));
        let joined = service.join(&joining).await?;
        let inventory = service.inventory();
        if let Some(joined) = joined
            && !company::is_founded(&*inventory).await?
        {
            people = Some(found(&inventory, joined.company, args.products as usize, &past).await?);
        }
        services.push(service);
        addresses.push(address);
    }
    match people {
        Some(people) => {
            hand_over(&*services[0].inventory(), nodes).await?;
            print!("{}", credentials(&addresses, &people));
        }
        None => println!("{FOUNDED_BEFORE}"),
    }
    let served = serve(services, nodes).await;
    hub.stop().await;
    served
}

fn open(args: &DemoArgs, data: &Path, index: u16, clock: Clock) -> Result<Service> {
    let node = node_of(usize::from(index));
    let port = if args.listen.port() == 0 { 0 } else { args.listen.port() + index };
    Service::open(Setup {
        data: data.join(node.as_str()),
        node,
        listen: SocketAddr::new(args.listen.ip(), port),
        tls: None,
        insecure_http: false,
        faults: Faults::default(),
        clock,
        joins: true,
    })
}

/// A node is called like the warehouse that is its own.
fn node_of(index: usize) -> NodeName {
    NodeName::recorded(&WAREHOUSES[index].0.to_lowercase())
}

/// The warehouses of one of so many nodes.
fn warehouses_of(index: usize, nodes: u16) -> Vec<WarehouseCode> {
    let own = WAREHOUSES.iter().enumerate().filter(|(place, _)| place % usize::from(nodes) == index);
    own.map(|(_, (code, _))| WarehouseCode::recorded(code)).collect()
}

/// The first node, where the company began, gives each other one its warehouses.
async fn hand_over(inventory: &dyn Inventory, nodes: u16) -> Result<()> {
    for index in 1..usize::from(nodes) {
        for warehouse in warehouses_of(index, nodes) {
            let key = format!("demo-hand-over-{warehouse}");
            let command = Command::HandOver(HandOverWarehouse { warehouse, to: node_of(index) });
            company::submit(inventory, company::THE_NODE, &key, command).await?;
        }
    }
    Ok(())
}

/// Serves all nodes; each trades in its own warehouses.
async fn serve(services: Vec<Service>, nodes: u16) -> Result<()> {
    let mut trade = JoinSet::new();
    let mut serving = JoinSet::new();
    for (index, service) in services.into_iter().enumerate() {
        trade.spawn(trickle::run(service.inventory(), Some(warehouses_of(index, nodes))));
        serving.spawn(service.run());
    }
    while let Some(served) = serving.join_next().await {
        served.context("a node has failed")??;
    }
    Ok(())
}
