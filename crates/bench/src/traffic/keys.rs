//! Which stock is moved: a ring of keys drawn beforehand, so that choosing one costs nothing while measuring.

use super::Random;

/// The warehouses of every data set. All codes are of one length, so that a request can be changed in place.
pub(crate) const WAREHOUSES: [&str; 3] = ["LON", "MAD", "BER"];

/// How many keys are drawn; more than fit into the caches of a processor.
const DRAWN: usize = 1 << 20;

/// The exponent at which a tenth of the keys takes most of the trade, as in a wholesaler's books.
const ZIPF_EXPONENT: f64 = 0.99;

/// One product in one warehouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StockKey(pub(crate) u32);

impl StockKey {
    /// The number of the product.
    pub(crate) fn product(self) -> u32 {
        self.0 / WAREHOUSES.len() as u32
    }

    /// The code of the warehouse.
    pub(crate) fn warehouse(self) -> &'static str {
        WAREHOUSES[self.0 as usize % WAREHOUSES.len()]
    }
}

/// How moves are spread over keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spread {
    /// All alike.
    Uniform,
    /// Few much and many little.
    Zipf,
}

/// Keys in the order in which they are used, round and round.
#[derive(Debug)]
pub(crate) struct Keys {
    drawn: Vec<StockKey>,
}

impl Keys {
    /// Draws keys of `products` products in all warehouses.
    pub(crate) fn draw(products: u32, spread: Spread, seed: u64) -> Keys {
        let count = products * WAREHOUSES.len() as u32;
        let mut random = Random::new(seed);
        let drawn = match spread {
            Spread::Uniform => {
                let mut draw = || StockKey(random.below(u64::from(count)) as u32);
                (0..DRAWN).map(|_| draw()).collect()
            }
            Spread::Zipf => {
                let shares = zipf_shares(count);
                let places = shuffled(count, &mut random);
                let mut draw = || {
                    let rank = shares.partition_point({
                        let share = random.share();
                        move |sum| *sum < share
                    });
                    StockKey(places[rank.min(places.len() - 1)])
                };
                (0..DRAWN).map(|_| draw()).collect()
            }
        };
        Keys { drawn }
    }

    /// The first `count` keys in their order, those that are `wanted`.
    pub(crate) fn each(count: u32, wanted: impl Fn(StockKey) -> bool) -> Keys {
        Keys { drawn: (0..count).map(StockKey).filter(|key| wanted(*key)).collect() }
    }

    /// How many places the ring has.
    pub(crate) fn len(&self) -> usize {
        self.drawn.len()
    }

    /// The key at a place of the ring.
    pub(crate) fn at(&self, place: usize) -> StockKey {
        self.drawn[place % self.drawn.len()]
    }
}

/// The sums of the ranks' shares, up to 1.
fn zipf_shares(count: u32) -> Vec<f64> {
    let mut sum = 0.0;
    let mut sums: Vec<f64> = (1..=count)
        .map(|rank| {
            sum += f64::from(rank).powf(-ZIPF_EXPONENT);
            sum
        })
        .collect();
    sums.iter_mut().for_each(|part| *part /= sum);
    sums
}

/// The busiest keys are not neighbours in the database.
fn shuffled(count: u32, random: &mut Random) -> Vec<u32> {
    let mut places: Vec<u32> = (0..count).collect();
    for last in (1..places.len()).rev() {
        places.swap(last, random.below(last as u64 + 1) as usize);
    }
    places
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn busiest(spread: Spread) -> (usize, usize) {
        let keys = Keys::draw(1_000, spread, 1);
        let mut counts = HashMap::new();
        for place in 0..DRAWN {
            *counts.entry(keys.at(place).0).or_insert(0_usize) += 1;
        }
        (counts.len(), counts.into_values().max().unwrap_or_default())
    }

    #[test]
    fn uniform_keys_are_all_used_alike_and_zipf_keys_are_not() {
        let (used, busiest_share) = busiest(Spread::Uniform);
        assert_eq!(used, 3_000);
        assert!(busiest_share < 2 * DRAWN / 3_000, "{busiest_share}");
        let (used, busiest_share) = busiest(Spread::Zipf);
        assert!(2_900 < used, "{used}");
        assert!(DRAWN / 20 < busiest_share, "{busiest_share}");
    }

    #[test]
    fn a_key_names_product_and_warehouse() {
        let key = StockKey(7);
        assert_eq!((key.product(), key.warehouse()), (2, "MAD"));
    }
}
