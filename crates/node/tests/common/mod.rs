//! A script language for ledgers: commands in, what came of them out. The product's API is called here alone, so that a
//! refactoring leaves the scripts alone.
//!
//! ```text
//! warehouse W1                 product S7 [decimals]
//! receive|issue|return W1 S7 10        adjust W1 S7 -3        count W1 S7 12 at 3
//! hold W1 S7 2                 release SEQ [2]                undo SEQ
//! rule W1 S7 MIN TARGET        rule W1 S7 off                 retire S7
//! transfer W1 W2 S7 10 S8 2    dispatch SEQ    cancel SEQ     arrive SEQ [S7 accepted rejected missing …]
//! settle SEQ S7 found lost …
//! atomic | batch: issue W1 S7 3, issue W1 S7 4                key K: any of these
//! tick MS (moves the clock)    restart (reopens the store)
//! ```
#![allow(dead_code, reason = "each test binary uses some of it")]

use acopio_contract::{Receipt, SubmitError};
use acopio_ledger::command::*;
use acopio_ledger::entry::Body;
use acopio_ledger::ids::{CommandId, EntryId, Incarnation, LogId, Millis, Seq, UserId, Version};
use acopio_ledger::names::{IdempotencyKey, Line, NodeName, Sku, Title, WarehouseCode};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::{StockKey, Unit};
use acopio_ledger::{Command, Submission};
use acopio_node::Machine;
use acopio_store::MemoryStore;

pub(crate) struct World {
    pub(crate) machine: Machine,
    clock: Millis,
    commands: u64,
}

pub(crate) fn identity() -> LogId {
    LogId { node: NodeName::recorded("main"), incarnation: Incarnation(1) }
}

impl World {
    pub(crate) fn new() -> World {
        let store = MemoryStore::new(identity(), acopio_store::Faults::default());
        World { machine: Machine::new(Box::new(store)), clock: Millis(1_700_000_000_000), commands: 0 }
    }

    /// Runs a script and says what came of each line.
    pub(crate) fn run(&mut self, script: &str) -> String {
        let lines = script.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(|line| format!("{line:<34} {}\n", self.line(line)).replace(" \n", "\n")).collect()
    }

    fn line(&mut self, line: &str) -> String {
        if let Some(ms) = line.strip_prefix("tick ") {
            self.clock = Millis(self.clock.0 + ms.parse::<i64>().expect("tick takes milliseconds"));
            return String::new();
        }
        self.commands += 1;
        let (key, rest) = match line.strip_prefix("key ").and_then(|rest| rest.split_once(": ")) {
            Some((key, rest)) => (key.to_owned(), rest),
            None => (format!("auto-{}", self.commands), line),
        };
        let submission = submission(&key, command(rest));
        let answers = self.machine.step(self.clock, &[submission]).answers;
        shown(&answers[0])
    }

    /// Sends commands as one group, so that one commit serves them all.
    pub(crate) fn group(&mut self, lines: &[(&str, &str)]) -> Vec<String> {
        let submissions: Vec<_> = lines.iter().map(|(key, line)| submission(key, command(line))).collect();
        self.machine.step(self.clock, &submissions).answers.iter().map(shown).collect()
    }
}

pub(crate) fn submission(key: &str, command: Command) -> Submission {
    let id = CommandId { user: UserId([7; 16]), key: IdempotencyKey::new(key).expect("a valid key") };
    Submission { id, cause: None, command, expires: None, place: None }
}

pub(crate) fn command(line: &str) -> Command {
    let words: Vec<&str> = line.split_whitespace().collect();
    let id = |seq: &str| EntryId {
        node: NodeName::recorded("main"),
        incarnation: Incarnation(1),
        seq: Seq(seq.parse().expect("a position")),
    };
    match words.as_slice() {
        ["warehouse", code] => Command::CreateWarehouse(NameWarehouse {
            code: WarehouseCode::recorded(code),
            name: Title::recorded(code),
            expected: None,
        }),
        ["product", sku, decimals @ ..] => Command::CreateProduct(product(
            sku,
            decimals.first().map_or(0, |text| text.parse().expect("decimals")),
        )),
        ["retire", sku] => Command::ChangeProduct(ChangeProduct {
            sku: Sku::recorded(sku),
            patch: ProductPatch { retired: Some(true), ..ProductPatch::default() },
            expected: None,
        }),
        ["atomic:" | "batch:", ..] => {
            let (kind, lines) = line.split_once(": ").expect("lines after the colon");
            let lines = lines.split(", ").map(|line| move_line(&line.split_whitespace().collect::<Vec<_>>()));
            Command::Move(Moves { lines: lines.collect(), atomic: kind == "atomic" })
        }
        ["hold", warehouse, sku, count] => Command::Hold(HoldStock {
            key: key(warehouse, sku),
            quantity: quantity(count),
            reason: Line::recorded("inspection"),
            reference: None,
        }),
        ["release", hold, count @ ..] => Command::Release(ReleaseHold {
            hold: id(hold),
            quantity: count.first().map(|count| quantity(count)),
        }),
        ["undo", movement] => Command::Undo(Undo { movement: id(movement), reason: None }),
        ["rule", warehouse, sku, "off"] => {
            Command::RemoveRule(RemoveRule { key: key(warehouse, sku), expected: None })
        }
        ["rule", warehouse, sku, minimum, target] => Command::SetRule(SetRule {
            key: key(warehouse, sku),
            minimum: quantity(minimum),
            target: quantity(target),
            multiple: Quantity(1_000),
            expected: None,
        }),
        ["transfer", from, to, rest @ ..] => Command::DraftTransfer(DraftTransfer {
            from: WarehouseCode::recorded(from),
            to: WarehouseCode::recorded(to),
            lines: lines_of(rest, |sku, [quantity]| DraftLine { sku, quantity }),
            reference: None,
            dispatch: false,
        }),
        ["dispatch", transfer] => Command::DispatchTransfer(DispatchTransfer { transfer: id(transfer) }),
        ["cancel", transfer] => {
            Command::CancelTransfer(CancelTransfer { transfer: id(transfer), reason: None })
        }
        ["arrive", transfer, rest @ ..] => {
            let line = |sku, [accepted, rejected, missing]: [Quantity; 3]| ReceiveLine {
                sku,
                accepted,
                rejected,
                missing,
            };
            let lines = (!rest.is_empty()).then(|| lines_of(rest, line));
            Command::ReceiveTransfer(ReceiveTransfer { transfer: id(transfer), lines, reason: None })
        }
        ["settle", transfer, rest @ ..] => Command::SettleTransfer(SettleTransfer {
            transfer: id(transfer),
            lines: lines_of(rest, |sku, [found, lost]| SettleLine { sku, found, lost }),
            reason: None,
        }),
        words => Command::Move(Moves { lines: vec![move_line(words)], atomic: false }),
    }
}

/// Lines of a SKU and `N` quantities each.
fn lines_of<const N: usize, T>(words: &[&str], line: impl Fn(Sku, [Quantity; N]) -> T) -> Vec<T> {
    let lines = words.chunks(N + 1).map(|words| {
        let mut quantities = [Quantity::ZERO; N];
        words[1..].iter().zip(&mut quantities).for_each(|(word, place)| *place = quantity(word));
        line(Sku::recorded(words[0]), quantities)
    });
    lines.collect()
}

fn move_line(words: &[&str]) -> MoveLine {
    let kind = match words[0] {
        "receive" => MoveKind::Receipt,
        "issue" => MoveKind::Issue,
        "return" => MoveKind::Return,
        "adjust" | "count" => MoveKind::Adjustment,
        other => panic!("no such command: {other}"),
    };
    let amount = match words {
        ["count", _, _, counted, "at", version] => Amount::Counted {
            on_hand: quantity(counted),
            expected: Version(version.parse().expect("a version")),
        },
        _ => Amount::By(quantity(words[3])),
    };
    MoveLine {
        kind,
        warehouse: WarehouseCode::recorded(words[1]),
        sku: Sku::recorded(words[2]),
        amount,
        reason: None,
        reference: None,
        occurred_at: None,
        source: None,
    }
}

fn quantity(text: &str) -> Quantity {
    Quantity::parse(text).expect("a quantity")
}

fn key(warehouse: &str, sku: &str) -> StockKey {
    StockKey { sku: Sku::recorded(sku), warehouse: WarehouseCode::recorded(warehouse) }
}

fn product(sku: &str, decimals: u8) -> NewProduct {
    NewProduct {
        sku: Sku::recorded(sku),
        name: Title::recorded(sku),
        description: String::new(),
        category: None,
        unit: Unit { name: "each".to_owned(), decimals },
        barcodes: Vec::new(),
        attributes: Default::default(),
        price: None,
        cost: None,
    }
}

/// An answer in one line.
pub(crate) fn shown(answer: &Result<Receipt, SubmitError>) -> String {
    let receipt = match answer {
        Ok(receipt) => receipt,
        Err(SubmitError::KeyReused { .. }) => return "key reused".to_owned(),
        Err(SubmitError::Stopped { .. }) => return "stopped".to_owned(),
        Err(error) => return error.to_string(),
    };
    let entries = receipt.record.entries.iter().enumerate();
    let mut parts: Vec<String> =
        entries.map(|(index, entry)| body(receipt.record.id(index).seq, &entry.body)).collect();
    if receipt.repeated {
        parts.push("(again)".to_owned());
    }
    parts.join("; ")
}

fn body(seq: Seq, body: &Body) -> String {
    match body {
        Body::Moved(moved) => {
            if moved.kind == acopio_ledger::entry::Kind::Loss {
                return format!("#{seq} lost {}", moved.change.magnitude());
            }
            format!("#{seq} on hand {}, available {}", moved.after.on_hand, moved.after.available())
        }
        Body::Held(held) => format!("#{seq} held, available {}", held.after.available()),
        Body::Released(released) => format!("#{seq} released, available {}", released.after.available()),
        Body::AlertRaised(raised) => format!("alert: {} of {}", raised.available, raised.minimum),
        Body::AlertResolved(_) => "alert over".to_owned(),
        Body::TransferDrafted(_) => format!("#{seq} draft"),
        Body::TransferDispatched(_) => "dispatched".to_owned(),
        Body::TransferReceived(received) => state(received.closed),
        Body::TransferSettled(settled) => state(settled.closed),
        Body::Refused(refused) => refused.refusal.code().to_owned(),
        Body::BatchRefused(batch) => {
            let codes = batch.refusals.iter().map(|(line, refusal)| format!("{line}: {}", refusal.code()));
            format!("refused [{}]", codes.collect::<Vec<_>>().join(", "))
        }
        _ => "ok".to_owned(),
    }
}

fn state(closed: bool) -> String {
    if closed { "closed".to_owned() } else { "open".to_owned() }
}
