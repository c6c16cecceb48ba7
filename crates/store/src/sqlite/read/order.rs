//! Orders of products, and the indexes that have them.

use acopio_contract::query::ProductSort;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::walk::{Place, Wanted, place_id};
use crate::sqlite::fault::Outcome;

/// The statement that lists the local id, sort key and SKU of products after a place, in an order, and its parameters.
pub(super) fn along_index(
    sort: ProductSort,
    wanted: &Wanted,
    connection: &Connection,
    after: Option<&Place>,
) -> Outcome<(String, Vec<Value>)> {
    let (key, columns, descending) = match sort {
        ProductSort::Sku => ("''", "sku", false),
        ProductSort::SkuDescending => ("''", "sku", true),
        ProductSort::Name => ("name_folded", "name_folded, sku", false),
        ProductSort::NameDescending => ("name_folded", "name_folded, sku", true),
        ProductSort::Created => ("''", "id", false),
        ProductSort::CreatedDescending => ("''", "id", true),
    };
    let mut sql = format!("SELECT id, {key}, sku FROM product WHERE true");
    let mut params: Vec<Value> = Vec::new();
    if let Some(category) = wanted.category {
        // The plus keeps the database from sorting a whole category where an index has the order.
        sql += if key == "name_folded" { " AND +category = ?" } else { " AND category = ?" };
        params.push(category.into());
    }
    if let Some(retired) = wanted.retired {
        // Spelt out, so that the index of retired products can be used.
        sql += if retired { " AND retired = 1" } else { " AND retired = 0" };
    }
    if let Some(place) = after {
        let comparison = if descending { "<" } else { ">" };
        let marks = if columns.contains(',') { "?, ?" } else { "?" };
        sql += &format!(" AND ({columns}) {comparison} ({marks})");
        match columns {
            "id" => params.push(place_id(connection, place)?.into()),
            "sku" => params.push(place.sku.clone().into()),
            _ => params.extend([place.key.clone().into(), place.sku.clone().into()]),
        }
    }
    let direction = if descending { " DESC" } else { "" };
    sql += &format!(" ORDER BY {}{direction}", columns.replace(',', &format!("{direction},")));
    Ok((sql, params))
}
