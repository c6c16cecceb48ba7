//! Requests of a load: movements one by one, movements in batches, and pages to be read.

use std::rc::Rc;

use uuid::Uuid;

use super::{Keys, StockKey};
use crate::load::Requests;
use crate::product::{Server, sku};

/// Stands for an idempotency key in a request that is built once and then changed in place.
const NO_KEY: &str = "00000000-0000-0000-0000-000000000000";

/// Receipts and issues of one piece in turn, one in each request.
#[derive(Debug)]
pub(crate) struct Singles {
    /// A receipt and an issue.
    templates: [Template; 2],
    keys: Rc<Keys>,
    place: usize,
    left: u64,
}

/// A request with places for key, product and warehouse.
#[derive(Debug)]
struct Template {
    bytes: Vec<u8>,
    key: usize,
    sku: usize,
    warehouse: usize,
}

/// How many places two connections are apart. Even, so that each begins with a receipt.
const STRIDE: usize = 104_726;

impl Singles {
    /// What a connection sends to a server, for ever.
    pub(crate) fn new(server: &Server, keys: &Rc<Keys>, connection: usize) -> Singles {
        let templates = ["receipt", "issue"].map(|kind| Template::new(server, kind));
        Singles { templates, keys: Rc::clone(keys), place: connection * STRIDE, left: u64::MAX }
    }

    /// The same, but only so many.
    pub(crate) fn only(self, count: u64) -> Singles {
        Singles { left: count, ..self }
    }
}

impl Requests for Singles {
    fn next(&mut self) -> Option<&[u8]> {
        self.left = self.left.checked_sub(1)?;
        let template = &mut self.templates[self.place % 2];
        // Each key is received before it is issued, so that nothing can be refused.
        template.fill(self.keys.at(self.place / 2));
        self.place += 1;
        Some(&template.bytes)
    }
}

impl Template {
    fn new(server: &Server, kind: &str) -> Template {
        let (code, warehouse) = (sku(0), StockKey(0).warehouse());
        let body = format!(r#"{{"kind":"{kind}","warehouse":"{warehouse}","sku":"{code}","quantity":1}}"#);
        let bytes = server.request("POST", "/v1/movements", &[("Idempotency-Key", NO_KEY)], body.as_bytes());
        let find = |text: &str| find(&bytes, text.as_bytes());
        let (key, sku) = (find(NO_KEY), find(&format!("\"{code}\"")) + 1);
        let warehouse = find(&format!("\"{warehouse}\"")) + 1;
        Template { key, sku, warehouse, bytes }
    }

    fn fill(&mut self, key: StockKey) {
        Uuid::now_v7().hyphenated().encode_lower(&mut self.bytes[self.key..self.key + NO_KEY.len()]);
        let code = sku(key.product());
        self.bytes[self.sku..self.sku + code.len()].copy_from_slice(code.as_bytes());
        let warehouse = key.warehouse();
        self.bytes[self.warehouse..self.warehouse + warehouse.len()].copy_from_slice(warehouse.as_bytes());
    }
}

fn find(bytes: &[u8], text: &[u8]) -> usize {
    bytes.windows(text.len()).position(|window| window == text).expect("it was written there")
}

/// Many movements in each request.
#[derive(Debug)]
pub(crate) struct Batches {
    head: Vec<u8>,
    request: Vec<u8>,
    lines: Vec<u8>,
    keys: Rc<Keys>,
    kind: BatchKind,
    per_batch: usize,
    place: usize,
    end: usize,
}

/// What the lines of a batch are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BatchKind {
    /// Receipts and issues of one piece in turn.
    Trade,
    /// Receipts of so many pieces.
    Receipts(u32),
}

impl Batches {
    /// What a connection sends to a server: the movements from one place to another of the ring of keys.
    pub(crate) fn new(
        server: &Server,
        keys: &Rc<Keys>,
        kind: BatchKind,
        per_batch: usize,
        places: std::ops::Range<usize>,
    ) -> Batches {
        let head = server.request("POST", "/v1/movements/batch", &[], b"");
        Batches {
            // The head without its last empty line: what depends on the batch follows.
            head: head[..head.len() - 2].to_vec(),
            request: Vec::new(),
            lines: Vec::new(),
            keys: Rc::clone(keys),
            kind,
            per_batch,
            place: places.start,
            end: places.end,
        }
    }

    /// The same for ever, each connection in another part of the ring.
    pub(crate) fn endless(server: &Server, keys: &Rc<Keys>, per_batch: usize, connection: usize) -> Batches {
        let start = connection * STRIDE;
        Batches::new(server, keys, BatchKind::Trade, per_batch, start..usize::MAX)
    }

    fn write_lines(&mut self, count: usize) {
        self.lines.clear();
        self.lines.extend_from_slice(b"{\"movements\":[");
        for place in self.place..self.place + count {
            let (kind, quantity, key) = match self.kind {
                BatchKind::Trade if place % 2 == 0 => ("receipt", 1, self.keys.at(place / 2)),
                BatchKind::Trade => ("issue", 1, self.keys.at(place / 2)),
                BatchKind::Receipts(quantity) => ("receipt", quantity, self.keys.at(place)),
            };
            let (code, quantity) = (sku(key.product()), quantity.to_string());
            let parts = [
                "{\"kind\":\"",
                kind,
                "\",\"warehouse\":\"",
                key.warehouse(),
                "\",\"sku\":\"",
                &code,
                "\",\"quantity\":",
                &quantity,
                "},",
            ];
            parts.iter().for_each(|part| self.lines.extend_from_slice(part.as_bytes()));
        }
        self.lines.pop();
        self.lines.extend_from_slice(b"]}");
    }
}

impl Requests for Batches {
    fn next(&mut self) -> Option<&[u8]> {
        let count = self.per_batch.min(self.end - self.place);
        if count == 0 {
            return None;
        }
        self.write_lines(count);
        self.place += count;
        let more = format!(
            "Idempotency-Key: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            Uuid::now_v7(),
            self.lines.len()
        );
        self.request.clear();
        for part in [&self.head, more.as_bytes(), &self.lines] {
            self.request.extend_from_slice(part);
        }
        Some(&self.request)
    }
}

/// Prepared requests in turn, round and round.
#[derive(Debug)]
pub(crate) struct InTurn {
    requests: Rc<Vec<Vec<u8>>>,
    place: usize,
}

impl InTurn {
    /// What a connection sends; each begins at another place.
    pub(crate) fn new(requests: &Rc<Vec<Vec<u8>>>, connection: usize) -> InTurn {
        InTurn { requests: Rc::clone(requests), place: connection * STRIDE }
    }
}

impl Requests for InTurn {
    fn next(&mut self) -> Option<&[u8]> {
        self.place += 1;
        self.requests.get(self.place % self.requests.len()).map(Vec::as_slice)
    }
}
