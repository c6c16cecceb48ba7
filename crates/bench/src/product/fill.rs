//! Fills a server through its own API: products one by one, movements in batches.

use std::rc::Rc;

use anyhow::Result;

use super::{Server, Ware};
use crate::load::Requests;
use crate::traffic::{BatchKind, Batches, Keys, Spread, WAREHOUSES};

/// How many products are sent at the same time.
const PRODUCT_CONNECTIONS: usize = 128;
/// How many batches are.
const BATCH_CONNECTIONS: usize = 4;
/// Movements in a batch.
const BATCH: usize = 8_000;
/// More than is ever issued of one product.
const OPENING: u32 = 10_000_000;

/// The products that one connection creates.
struct NewWares {
    head: Vec<u8>,
    request: Vec<u8>,
    body: String,
    next: u32,
    step: u32,
    end: u32,
}

impl Requests for NewWares {
    fn next(&mut self) -> Option<&[u8]> {
        if self.end <= self.next {
            return None;
        }
        self.body.clear();
        Ware::new(self.next).write_json(&mut self.body);
        self.next += self.step;
        self.request.clear();
        self.request.extend_from_slice(&self.head);
        let more = format!("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n", self.body.len());
        self.request.extend_from_slice(more.as_bytes());
        self.request.extend_from_slice(self.body.as_bytes());
        Some(&self.request)
    }
}

/// Creates products, the first `count` of the catalogue.
///
/// # Errors
///
/// When one is refused.
pub(super) fn products(server: &Server, count: u32) -> Result<()> {
    let head = server.request("POST", "/v1/products", &[], b"");
    let head = &head[..head.len() - 2];
    let wares = |connection: usize| NewWares {
        head: head.to_vec(),
        request: Vec::new(),
        body: String::new(),
        next: connection as u32,
        step: PRODUCT_CONNECTIONS as u32,
        end: count,
    };
    server.send_all("new products", PRODUCT_CONNECTIONS, wares).map(drop)
}

/// Receives stock of all products in all warehouses, but for a tenth of them, which stay out of stock, if `some_lack`.
///
/// # Errors
///
/// When a batch is refused.
pub(super) fn opening(server: &Server, products: u32, some_lack: bool) -> Result<()> {
    let count = products * WAREHOUSES.len() as u32;
    let keys = Rc::new(Keys::each(count, |key| !some_lack || key.product() % 10 != 3));
    movements(server, &keys, BatchKind::Receipts(OPENING), 0, keys.len())
}

/// Receives and issues until there are so many more movements, most of them of few products.
///
/// # Errors
///
/// When a batch is refused.
pub(super) fn trade(server: &Server, products: u32, done: usize, more: usize) -> Result<()> {
    let keys = Rc::new(Keys::draw(products, Spread::Zipf, 2));
    movements(server, &keys, BatchKind::Trade, done, more)
}

fn movements(server: &Server, keys: &Rc<Keys>, kind: BatchKind, start: usize, count: usize) -> Result<()> {
    let share = count.div_ceil(BATCH_CONNECTIONS);
    let part = |connection: usize| {
        let begin = (connection * share).min(count);
        let end = (begin + share).min(count);
        Batches::new(server, keys, kind, BATCH, start + begin..start + end)
    };
    server.send_all("batches", BATCH_CONNECTIONS, part).map(drop)
}
