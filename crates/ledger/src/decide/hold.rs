//! Decides about stock set aside: it stays on hand but is not available.

use super::{Decision, alert, not_found};
use crate::books::{Books, Source};
use crate::command::{HoldStock, ReleaseHold};
use crate::entry::{Body, Held, Released};
use crate::quantity::Quantity;
use crate::records::{Balance, StockKey};
use crate::refusal::Refusal;

pub(super) fn hold<S: Source>(books: &Books<S>, hold: &HoldStock) -> Decision {
    let key = &hold.key;
    if books.warehouse(&key.warehouse).is_none() {
        return Err(Refusal::UnknownWarehouse { warehouse: key.warehouse.clone() });
    }
    check_quantity(books, key, hold.quantity)?;
    let balance = books.balance(key);
    if balance.available() < hold.quantity {
        return Err(Refusal::InsufficientStock {
            warehouse: key.warehouse.clone(),
            sku: key.sku.clone(),
            asked: hold.quantity,
            available: balance.available(),
        });
    }
    let after =
        Balance { on_hold: balance.on_hold + hold.quantity, version: balance.version.next(), ..balance };
    let held = Body::Held(Held {
        key: key.clone(),
        quantity: hold.quantity,
        after,
        reason: hold.reason.to_string(),
        reference: hold.reference.as_ref().map(ToString::to_string).unwrap_or_default(),
    });
    Ok([Some(held), alert::after(books, key, after.available())].into_iter().flatten().collect())
}

pub(super) fn release<S: Source>(books: &Books<S>, release: &ReleaseHold) -> Decision {
    let hold = books.hold(&release.hold).ok_or_else(|| not_found("hold", &release.hold))?;
    if hold.quantity == Quantity::ZERO {
        return Err(Refusal::HoldReleased { hold: release.hold.clone() });
    }
    let quantity = release.quantity.unwrap_or(hold.quantity);
    check_quantity(books, &hold.key, quantity)?;
    if hold.quantity < quantity {
        return Err(Refusal::HoldTooSmall { asked: quantity, held: hold.quantity });
    }
    let balance = books.balance(&hold.key);
    let after = Balance { on_hold: balance.on_hold - quantity, version: balance.version.next(), ..balance };
    assert!(after.is_sound(), "releasing {} leaves a wrong balance of {}", release.hold, hold.key.sku);
    let alert = alert::after(books, &hold.key, after.available());
    let released = Released { hold: release.hold.clone(), key: hold.key, quantity, after };
    Ok([Some(Body::Released(released)), alert].into_iter().flatten().collect())
}

fn check_quantity<S: Source>(books: &Books<S>, key: &StockKey, quantity: Quantity) -> Result<(), Refusal> {
    let known = books.product(&key.sku).filter(|product| !product.is_stub());
    let product = known.ok_or_else(|| Refusal::UnknownSku { sku: key.sku.clone() })?;
    if quantity <= Quantity::ZERO {
        return Err(Refusal::QuantityNotPositive { quantity });
    }
    if !quantity.fits(product.unit.decimals) {
        return Err(Refusal::TooManyDecimals {
            sku: key.sku.clone(),
            quantity,
            unit: product.unit.name.clone(),
            decimals: product.unit.decimals,
        });
    }
    Ok(())
}
