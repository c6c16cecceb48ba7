//! Products and their stock, by looking at everything.

use std::cmp::Reverse;
use std::sync::Arc;

use acopio_contract::QueryError;
use acopio_contract::query::{
    Page, ProductBySku, ProductRow, ProductSort, Products, Scope, Stock, StockOf, StockRow,
};
use acopio_ledger::Source;
use acopio_ledger::names::WarehouseCode;
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::{Balance, Product, StockKey};

use super::Shelf;
use super::lists::page;
use crate::filters::{in_scope, is_available, passes};
use crate::fold::{Needle, Rank, fold_spaced, sku_key};

impl Shelf {
    pub(super) fn products(&self, query: &Products) -> Result<Page<ProductRow>, QueryError> {
        let needle = Needle::new(query.text.as_deref());
        let products = self.books.changes().products.values().filter(|product| {
            query.retired.is_none_or(|retired| retired == product.retired)
                && self.is_in_category(product, query.category.as_deref())
                && self.has_words(product, needle.as_ref())
        });
        let rows = products.map(|product| self.product_row(product, query.warehouse.as_ref(), &query.scope));
        let rows = rows.filter(|row| is_available(query.availability, row.available));
        let list = format!("products {:?} {}", query.sort, needle.is_some());
        let created = |product: &Product| (product.created, product.sku.to_string());
        let named = |product: &Product| (fold_spaced(&product.name), product.sku.to_string());
        let sku = |product: &Product| product.sku.to_string();
        let page_request = &query.page;
        match (query.sort, &needle) {
            (None, Some(needle)) => {
                let place = |product: &Product| match needle.rank(product) {
                    Rank::Exact => (0, String::new(), 0, sku(product)),
                    Rank::Prefix => (1, sku_key(&product.sku), 0, sku(product)),
                    Rank::Rest => (2, String::new(), product.created.0, sku(product)),
                };
                page(&list, page_request, rows.map(|row| (place(&row.product), row)))
            }
            (None | Some(ProductSort::Sku), _) => {
                page(&list, page_request, rows.map(|row| (sku(&row.product), row)))
            }
            (Some(ProductSort::SkuDescending), _) => {
                page(&list, page_request, rows.map(|row| (Reverse(sku(&row.product)), row)))
            }
            (Some(ProductSort::Name), _) => {
                page(&list, page_request, rows.map(|row| (named(&row.product), row)))
            }
            (Some(ProductSort::NameDescending), _) => {
                page(&list, page_request, rows.map(|row| (Reverse(named(&row.product)), row)))
            }
            (Some(ProductSort::Created), _) => {
                page(&list, page_request, rows.map(|row| (created(&row.product), row)))
            }
            (Some(ProductSort::CreatedDescending), _) => {
                page(&list, page_request, rows.map(|row| (Reverse(created(&row.product)), row)))
            }
        }
    }

    pub(super) fn product(&self, query: &ProductBySku) -> Result<Option<ProductRow>, QueryError> {
        let product = self.books.product(&query.sku);
        Ok(product.map(|product| self.product_row(&product, None, &query.scope)))
    }

    fn product_row(
        &self,
        product: &Arc<Product>,
        warehouse: Option<&WarehouseCode>,
        scope: &Scope,
    ) -> ProductRow {
        let counts = |code: &WarehouseCode| {
            in_scope(scope, code) && warehouse.is_none_or(|warehouse| warehouse == code)
        };
        let (mut on_hand, mut available) = (Quantity::ZERO, Quantity::ZERO);
        for code in self.books.warehouses().into_iter().filter(counts) {
            let balance = self.books.balance(&StockKey { sku: product.sku.clone(), warehouse: code });
            on_hand = on_hand + balance.on_hand;
            available = available + balance.available();
        }
        let category = self.category_name(product);
        ProductRow { product: Arc::clone(product), category, on_hand, available }
    }

    fn category_name(&self, product: &Product) -> Option<String> {
        let category = product.category.as_ref().and_then(|id| self.books.category(id));
        category.filter(|category| !category.is_removed()).map(|category| category.name)
    }

    fn is_in_category(&self, product: &Product, name: Option<&str>) -> bool {
        name.is_none_or(|name| {
            let wanted = self.books.category_named(&name.to_lowercase());
            wanted.first().is_some_and(|wanted| product.category.as_ref() == Some(wanted))
        })
    }

    fn has_words(&self, product: &Product, needle: Option<&Needle>) -> bool {
        needle.is_none_or(|needle| needle.is_in(product, self.category_name(product).as_deref()))
    }

    pub(super) fn stock(&self, query: &Stock) -> Result<Page<StockRow>, QueryError> {
        let needle = Needle::new(query.text.as_deref());
        let balances = self.books.changes().balances.iter().filter(|(key, balance)| {
            let rule = || self.books.rule(key);
            passes(&query.warehouse, &key.warehouse)
                && passes(&query.sku, &key.sku)
                && in_scope(&query.scope, &key.warehouse)
                && is_available(query.availability, balance.available())
                && (!query.low || rule().is_some_and(|rule| balance.available() <= rule.minimum))
        });
        let rows = balances.filter_map(|(key, balance)| {
            let product = self.books.product(&key.sku)?;
            let fits = self.is_in_category(&product, query.category.as_deref())
                && self.has_words(&product, needle.as_ref());
            let place = (key.sku.to_string(), key.warehouse.to_string());
            fits.then(|| (place, stock_row(&product, key, *balance, self.books.incoming(key))))
        });
        page("stock", &query.page, rows)
    }

    pub(super) fn stock_of(&self, query: &StockOf) -> Result<Option<Vec<StockRow>>, QueryError> {
        let Some(product) = self.books.product(&query.sku) else { return Ok(None) };
        let codes = self.books.warehouses().into_iter().filter(|code| in_scope(&query.scope, code));
        let row = |code: WarehouseCode| {
            let key = StockKey { sku: query.sku.clone(), warehouse: code };
            stock_row(&product, &key, self.books.balance(&key), self.books.incoming(&key))
        };
        Ok(Some(codes.map(row).collect()))
    }
}

fn stock_row(product: &Product, key: &StockKey, balance: Balance, incoming: Quantity) -> StockRow {
    StockRow {
        key: key.clone(),
        name: product.name.clone(),
        decimals: product.unit.decimals,
        balance,
        incoming,
        age_ms: 0,
        is_live: true,
    }
}
