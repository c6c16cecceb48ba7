//! Taking a warehouse from a node that is gone, and what that node does when it comes back.
//!
//! The taker fences the other's log, so that nothing more comes out of it unseen, folds it to its end, and then writes
//! into its own log up to where it counts. Whatever the other has written beyond that is void.

use std::sync::Arc;
use std::time::Duration;

use acopio_contract::query::Warehouses;
use acopio_contract::{ManageError, Managed, QueryError, Receipt, SubmitError};
use acopio_fabric::FabricError;
use acopio_ledger::command::TakeWarehouse;
use acopio_ledger::ids::{CommandId, Epoch, Incarnation, LogId, Seq, UserId};
use acopio_ledger::names::{IdempotencyKey, NodeName, WarehouseCode};
use acopio_ledger::{Body, Command, Submission};
use acopio_store::Note;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::{Cluster, words};

/// How long the rest of a log may take to come once it is fenced.
const REST_WITHIN: Duration = Duration::from_secs(20);

/// How long it rests between looks for warehouses that were handed to this node.
const LOOK_PAUSE: Duration = Duration::from_millis(200);

/// How often it is looked whether a taking that waits can go on.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// How many incarnations a log may have gone on without this node's having followed it.
const INCARNATIONS_AHEAD_MAX: u32 = 64;

/// How the notes of takings are called that have begun and not ended: by warehouse.
const TAKING: &str = "taking";

/// How the notes of fences behind the own log are called: by warehouse, who put it there.
const NOTE: &str = "fenced";

/// What a fence says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct FenceSays {
    /// Which warehouse is taken.
    warehouse: WarehouseCode,
    /// By which node.
    by: NodeName,
    /// The ownership that ends with it: a later one is not meant.
    epoch: Epoch,
}

/// How far a taking has come.
enum Step {
    /// It is written, or refused.
    Ended(TakeWarehouse, Receipt),
    /// It waits for something.
    Waits(String),
}

/// What is noted of a fence.
#[derive(Debug, Serialize, Deserialize)]
struct Fenced {
    /// Who put it there.
    by: NodeName,
    /// The last ownership that is meant.
    epoch: Epoch,
}

/// A taking by force that has begun: noted, so that it comes to its end whatever happens in between. The owner before
/// decides no more once it has met the fence, so somebody must.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Taking {
    from: NodeName,
    user: UserId,
    key: String,
    is_fenced: bool,
}

impl Taking {
    fn is_of(&self, command: &CommandId) -> bool {
        self.user == command.user && self.key == command.key.as_str()
    }
}

impl Cluster {
    /// Takes a warehouse over by force. What cannot be done at once is done as soon as it can.
    pub(super) async fn take_over(
        &self,
        command: CommandId,
        warehouse: &WarehouseCode,
    ) -> Result<Managed, ManageError> {
        let deadline = Instant::now() + REST_WITHIN;
        if let Some((take, receipt)) = self.taken_before(&command, warehouse)? {
            return self.tell_taking(command, take, receipt, deadline).await;
        }
        let not_found = || ManageError::NotFound { what: "warehouse", id: warehouse.to_string() };
        let from = self.owner(warehouse)?.ok_or_else(not_found)?;
        if from == *self.name() {
            return Err(ManageError::Conflict {
                reason: format!("this node decides for {warehouse} already"),
            });
        }
        let taking = Taking { from, user: command.user, key: command.key.to_string(), is_fenced: false };
        match self.noted_taking(warehouse)? {
            Some(noted) if noted.is_of(&command) => {}
            Some(noted) => {
                let reason = format!("this node is taking {warehouse} from {} already", noted.from);
                return Err(ManageError::Conflict { reason });
            }
            None => self.note_taking(warehouse, Some(&taking)).await?,
        }
        loop {
            let seen = self.positions();
            match self.go_on_taking(warehouse).await? {
                Step::Ended(take, receipt) => {
                    return self.tell_taking(command, take, receipt, deadline).await;
                }
                Step::Waits(reason) => {
                    if timeout_at(deadline, self.core.positions.changed_from(&seen)).await.is_err() {
                        let reason = format!("{reason}: the warehouse is taken as soon as it has come");
                        return Err(ManageError::Conflict { reason });
                    }
                }
            }
        }
    }

    /// Tells of a taking as soon as that may be told: of a replicated warehouse, when a majority of the hub's machines has it.
    async fn tell_taking(
        &self,
        command: CommandId,
        take: TakeWarehouse,
        receipt: Receipt,
        deadline: Instant,
    ) -> Result<Managed, ManageError> {
        Ok(Managed::Written(self.tell(taking(command, take), receipt, deadline).await?))
    }

    /// What the same request has led to before, whoever owns the warehouse by now.
    fn taken_before(
        &self,
        command: &CommandId,
        warehouse: &WarehouseCode,
    ) -> Result<Option<(TakeWarehouse, Receipt)>, SubmitError> {
        let unreadable = |error: QueryError| SubmitError::Stopped { reason: error.to_string() };
        let Some(first) = self.core.outcome(command).map_err(unreadable)? else { return Ok(None) };
        let Some(record) = self.core.record(&first).map_err(unreadable)? else { return Ok(None) };
        let (from, cut) = match &record.entries[0].body {
            Body::WarehouseTaken(taken) if taken.code == warehouse.as_str() => {
                (NodeName::recorded(&taken.from), Seq(taken.cut))
            }
            // Which warehouse it was about, and who owned it, is not told.
            Body::Refused(_) => (self.name().clone(), Seq(0)),
            _ => return Err(SubmitError::KeyReused { key: command.key.to_string() }),
        };
        let take = TakeWarehouse { warehouse: warehouse.clone(), from, cut };
        Ok(Some((take, Receipt { record: Arc::new(record), repeated: true })))
    }

    async fn note_taking(
        &self,
        warehouse: &WarehouseCode,
        taking: Option<&Taking>,
    ) -> Result<(), SubmitError> {
        let doc = taking.map(|taking| serde_json::to_string(taking).expect("a taking has string keys only"));
        self.core.keep(vec![Note { kind: TAKING, key: warehouse.to_string(), doc }]).await
    }

    /// The taking of a warehouse that has begun here and not ended.
    fn noted_taking(&self, warehouse: &WarehouseCode) -> Result<Option<Taking>, ManageError> {
        let unreadable = |reason: String| ManageError::Conflict { reason };
        let doc =
            self.core.note(TAKING, warehouse.as_str()).map_err(|error| unreadable(error.to_string()))?;
        let read = |doc: String| serde_json::from_str(&doc).map_err(|error| unreadable(error.to_string()));
        doc.map(read).transpose()
    }

    /// Does the next steps of a taking that is noted.
    async fn go_on_taking(&self, warehouse: &WarehouseCode) -> Result<Step, ManageError> {
        let over = || ManageError::Conflict { reason: format!("nobody takes {warehouse} any more") };
        let mut taking = self.noted_taking(warehouse)?.ok_or_else(over)?;
        let cut = loop {
            let end = self.end_behind_fence(warehouse, &mut taking).await?;
            let cut = self.positions().get(&taking.from);
            if cut < end {
                let reason =
                    format!("the log of {} goes up to {end}, and only {cut} of it is here", taking.from);
                return Ok(Step::Waits(reason));
            }
            match self.handed_over_in_vain(warehouse, &taking.from)? {
                Some(owner) => taking = Taking { from: owner, is_fenced: false, ..taking },
                None => break cut,
            }
        };
        let id = CommandId { user: taking.user, key: IdempotencyKey::recorded(&taking.key) };
        let take = TakeWarehouse { warehouse: warehouse.clone(), from: taking.from, cut };
        let receipt = self.core.submit(self::taking(id, take.clone())).await?;
        self.note_taking(warehouse, None).await?;
        Ok(Step::Ended(take, receipt))
    }

    /// Fences the log of the one from whom a warehouse is taken, and answers where it ends on the fabric.
    async fn end_behind_fence(
        &self,
        warehouse: &WarehouseCode,
        taking: &mut Taking,
    ) -> Result<Seq, ManageError> {
        // What this node has handed over itself it takes back with all that stands in its log.
        if taking.from == *self.name() {
            return Ok(Seq(0));
        }
        if !taking.is_fenced {
            let epoch = self.known(warehouse)?.map_or(Epoch(0), |known| known.epoch);
            let says = FenceSays { warehouse: warehouse.clone(), by: self.name().clone(), epoch };
            self.fabric.fence(&taking.from, words::encode(&says)).await.map_err(unreachable_fabric)?;
            taking.is_fenced = true;
            self.note_taking(warehouse, Some(taking)).await?;
        }
        self.end_of_fenced(&taking.from).await
    }

    /// The owner, if it has handed the warehouse to one that is gone and had not taken it: from that owner it is taken.
    fn handed_over_in_vain(
        &self,
        warehouse: &WarehouseCode,
        to: &NodeName,
    ) -> Result<Option<NodeName>, ManageError> {
        let known = self.known(warehouse)?;
        let in_vain = known.filter(|known| known.owner != *to && known.handed_to.as_ref() == Some(to));
        Ok(in_vain.map(|known| known.owner))
    }

    /// Goes on with takings that were begun.
    async fn finish_takings(&self) {
        for (warehouse, _) in self.core.notes(TAKING).unwrap_or_default() {
            let warehouse = WarehouseCode::recorded(&warehouse);
            match self.go_on_taking(&warehouse).await {
                Ok(Step::Ended(_, receipt)) => say_taken(&warehouse, &receipt),
                Ok(Step::Waits(reason)) => tracing::debug!(%warehouse, reason, "a taking waits"),
                Err(error) => tracing::debug!(%warehouse, %error, "a taking waits"),
            }
        }
    }

    /// Where a log that is fenced ends on the fabric.
    async fn end_of_fenced(&self, from: &NodeName) -> Result<Seq, ManageError> {
        let told = self.members().get(from).map_or(1, |member| member.incarnation);
        let here = self.core.heads().unwrap_or_default().get(from).map_or(1, |log| log.incarnation.0);
        // What is told may be anything; a log goes on in few incarnations while it is followed.
        let latest = told.min(here + INCARNATIONS_AHEAD_MAX);
        let mut end = Seq(0);
        for incarnation in (1..=latest).map(Incarnation) {
            let log = LogId { node: from.clone(), incarnation };
            let extent = self.fabric.extent(&log).await.map_err(unreachable_fabric)?;
            end = end.max(extent.last);
        }
        Ok(end)
    }

    /// Takes the warehouses that other nodes have handed to this one, as soon as that is folded here.
    async fn take_what_was_handed_over(&self) {
        let warehouses = self.core.reader.warehouses(&Warehouses).unwrap_or_default();
        let mine =
            warehouses.into_iter().filter(|warehouse| warehouse.handed_to.as_ref() == Some(self.name()));
        for (code, handed) in mine.filter_map(|warehouse| Some((warehouse.code, warehouse.handed?))) {
            // A taking's identity follows from the hand-over, so that it is written once.
            let key = IdempotencyKey::recorded(&format!("take-{code}-{}-{}", handed.by, handed.seq));
            let id = CommandId { user: UserId::default(), key };
            let take = TakeWarehouse { warehouse: code.clone(), from: handed.by, cut: handed.seq };
            match self.core.submit(taking(id, take)).await {
                Ok(receipt) => say_taken(&code, &receipt),
                Err(error) => tracing::warn!(warehouse = %code, %error, "cannot take the warehouse"),
            }
        }
    }

    /// Reads the fences behind the own log: the warehouses that they name are decided about elsewhere from now on, and
    /// the log goes on behind them. Answers whether there were any.
    pub(super) async fn pass_fences(&self) -> Result<bool, String> {
        let mut are_any = false;
        for fence in self.fabric.fences().await.map_err(|error| error.to_string())? {
            match words::decode::<FenceSays>(&fence.about) {
                Ok(says) => self.is_fenced(says).await?,
                Err(reason) => tracing::warn!(reason, "a fence behind the log cannot be read: passed over"),
            }
            self.fabric.pass(&fence);
            are_any = true;
        }
        Ok(are_any)
    }

    /// Whoever has put a fence behind the log decides about the warehouse that it names.
    async fn is_fenced(&self, says: FenceSays) -> Result<(), String> {
        tracing::warn!(warehouse = %says.warehouse, by = %says.by, "the warehouse is taken over by another node");
        let FenceSays { warehouse, by, epoch } = says;
        let fenced = self.core.fence(warehouse.clone(), by.clone(), epoch).await;
        fenced.map_err(|error| error.to_string())?;
        let doc = serde_json::to_string(&Fenced { by, epoch }).expect("a fence has string keys only");
        let note = Note { kind: NOTE, key: warehouse.to_string(), doc: Some(doc) };
        self.core.keep(vec![note]).await.map_err(|error| error.to_string())
    }

    /// Heeds the fences that were read before the node's last start.
    pub(super) async fn heed_fences(&self) -> Result<(), SubmitError> {
        let unreadable = |error: QueryError| SubmitError::Stopped { reason: error.to_string() };
        for (warehouse, doc) in self.core.notes(NOTE).map_err(unreadable)? {
            if let Ok(Fenced { by, epoch }) = serde_json::from_str(&doc) {
                self.core.fence(WarehouseCode::recorded(&warehouse), by, epoch).await?;
            }
        }
        Ok(())
    }
}

/// Takes what is handed to this node, for as long as it works.
pub(super) async fn run(cluster: Arc<Cluster>) {
    cluster.until_filled().await;
    if let Err(error) = cluster.heed_fences().await {
        tracing::error!(%error, "the fences of earlier times cannot be heeded");
    }
    loop {
        let seen = cluster.positions();
        cluster.take_what_was_handed_over().await;
        cluster.finish_takings().await;
        if timeout(LOOK_AGAIN, cluster.core.positions.changed_from(&seen)).await.is_ok() {
            sleep(LOOK_PAUSE).await;
        }
    }
}

fn taking(id: CommandId, take: TakeWarehouse) -> Submission {
    Submission { id, cause: None, command: Command::Take(take), expires: None, place: None }
}

fn say_taken(warehouse: &WarehouseCode, receipt: &Receipt) {
    match receipt.refusal() {
        None => tracing::info!(%warehouse, "the warehouse is this node's now"),
        Some(refusal) => tracing::warn!(%warehouse, %refusal, "cannot take the warehouse"),
    }
}

fn unreachable_fabric(error: FabricError) -> ManageError {
    ManageError::Unreachable { reason: error.to_string() }
}
