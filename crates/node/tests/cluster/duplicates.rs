//! A node hands out a duplicate of its database, and another begins with it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use acopio_contract::Inventory;
use acopio_ledger::Command;
use acopio_ledger::command::MoveKind::{Issue, Receipt};
use acopio_ledger::command::{NameWarehouse, SetDurability};
use acopio_ledger::ids::{Incarnation, LogId};
use acopio_ledger::names::{NodeName, Title, WarehouseCode};
use acopio_ledger::records::Durability;
use acopio_node::{ClusterOptions, NoDuplicate, Node, rebuild, verify};
use acopio_store::{OpenOptions, Reader, SqliteStore, Store, database_file};

use crate::world::{World, cups, options, until};

fn log(name: &str) -> LogId {
    LogId { node: NodeName::recorded(name), incarnation: Incarnation(1) }
}

fn open(file: &Path, name: &str) -> SqliteStore {
    SqliteStore::open(file, log(name), OpenOptions::default()).unwrap()
}

/// A company with a node on a disk that lends, with a warehouse and ten cups.
struct Lending {
    world: World,
    lender: Arc<Node>,
    folder: tempfile::TempDir,
}

impl Lending {
    async fn new() -> Lending {
        let (mut world, folder) = (World::new(&["lon"]).await, tempfile::tempdir().unwrap());
        let lender = world.alone(Box::new(open(&database_file(folder.path()), "rot")));
        let duplicates = Some(folder.path().join("duplicates"));
        lender
            .join(
                Arc::new(world.hub.join(NodeName::recorded("rot"))),
                ClusterOptions { duplicates, ..options(false) },
            )
            .unwrap();
        let fill = lender.fill().unwrap();
        until("filled", async || fill.borrow().is_done()).await;
        let (code, name) = (WarehouseCode::recorded("ROT"), Title::recorded("Rotterdam"));
        let named = Command::CreateWarehouse(NameWarehouse { code, name, expected: None });
        for command in [named, cups(Receipt, "ROT", 10)] {
            let submission = world.submission(command);
            assert_eq!(lender.submit(submission).await.unwrap().refusal(), None);
        }
        // The founder is no lender: whoever is heard must be the other.
        world.crash(0);
        Lending { world, lender, folder }
    }

    fn is_tidy(&self) -> bool {
        !self.folder.path().join("duplicates").join("duplicate.db").exists()
    }

    /// A newcomer gets a duplicate; answers whose it is, and the file.
    async fn get(&self, name: &str) -> (Result<NodeName, NoDuplicate>, PathBuf) {
        let file = self.folder.path().join(format!("{name}.db"));
        let newcomer =
            self.world.alone(Box::new(open(&self.folder.path().join(format!("{name}-empty.db")), name)));
        let (fabric, own) = (self.world.hub.join(NodeName::recorded(name)), log(name));
        let prove = move |file: &Path| -> Result<Arc<dyn Reader>, String> {
            SqliteStore::adopt(file, &own).map_err(|error| error.to_string())?;
            let (_, reader) = SqliteStore::open_to_read(file, 2).map_err(|error| error.to_string())?;
            let report = verify(&*reader.audit().unwrap(), &mut |_| {}).map_err(|error| error.to_string())?;
            report.fault.map_or(Ok(reader), Err)
        };
        (newcomer.get_duplicate(&fabric, &options(false), &file, prove).await, file)
    }
}

#[tokio::test(start_paused = true)]
async fn a_duplicate_is_proved_and_goes_on_and_can_be_made_anew() {
    let lending = Lending::new().await;
    let (from, file) = lending.get("par").await;
    assert_eq!(from, Ok(NodeName::recorded("rot")));
    until("tidy", async || lending.is_tidy()).await;
    let mut store = open(&file, "par");
    let lent =
        SqliteStore::open_to_read(&database_file(lending.folder.path()), 1).unwrap().1.heads().unwrap();
    let here = store.heads();
    assert!(lent.iter().all(|(node, head)| here.get(node) == Some(head)), "{here:?}");
    rebuild(&mut store, &mut |_| {}).unwrap();
    let report = verify(&*store.reader().audit().unwrap(), &mut |_| {}).unwrap();
    assert_eq!(report.fault, None);
}

#[tokio::test(start_paused = true)]
async fn what_the_hub_has_not_confirmed_of_replicated_warehouses_is_not_handed_out() {
    let mut lending = Lending::new().await;
    let replicated =
        SetDurability { warehouse: WarehouseCode::recorded("ROT"), durability: Durability::Replicated };
    let submission = lending.world.submission(Command::SetDurability(replicated));
    assert_eq!(lending.lender.submit(submission).await.unwrap().refusal(), None);
    lending.world.hub.set_replicas(1);
    let submission = lending.world.submission(cups(Issue, "ROT", 1));
    assert!(lending.lender.submit(submission).await.is_err(), "it is in doubt");
    let (refused, _) = lending.get("par").await;
    assert!(refused.unwrap_err().to_string().contains("the hub does not confirm"));
    assert!(lending.is_tidy());
    lending.world.hub.set_replicas(3);
    let (again, _) = lending.get("bcn").await;
    assert!(again.unwrap_err().to_string().contains("the hub does not confirm"), "not again so soon");
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    let (from, _) = lending.get("nyc").await;
    assert_eq!(from, Ok(NodeName::recorded("rot")));
}
