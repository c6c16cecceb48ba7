//! The product under measurement: its server as a child process, and data of the sizes that the targets speak of.

mod data;
mod fill;
mod hub;
mod server;
mod wares;

pub(crate) use data::{DataSet, folder_bytes};
pub(crate) use hub::Hub;
pub(crate) use server::Server;
pub(crate) use wares::{Ware, sku};
