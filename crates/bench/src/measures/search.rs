//! Search while typing: from the first letter to whole words, codes and barcodes.

use anyhow::Result;

use super::{catalogues, count, encoded, read, slower};
use crate::context::Context;
use crate::figure::{Figure, Target, Value};
use crate::product::{DataSet, Server, Ware, sku};
use crate::traffic::Random;

/// How many different texts of each form are looked for.
const DIFFERENT: usize = 1_000;

/// The most that one of a hundred searches may take.
const P99_MAX: Value = Value::Seconds(0.020);

/// What is typed to find a product.
type Form = (&'static str, fn(&Ware, &mut Random) -> String);

const FORMS: &[Form] = &[
    ("1 letter", |ware, random| beginning(ware, random, 1)),
    ("2 letters", |ware, random| beginning(ware, random, 2)),
    ("3 letters", |ware, random| beginning(ware, random, 3)),
    ("a word", |ware, random| beginning(ware, random, usize::MAX)),
    ("2 words, the second begun", |ware, random| {
        format!("{} {}", beginning(ware, random, usize::MAX), beginning(ware, random, 2))
    }),
    ("all words", |ware, _| ware.name.clone()),
    ("half a code", |ware, _| sku(ware.number)[..5].to_owned()),
    ("a barcode", |ware, _| ware.barcode()),
];

pub(super) fn run(context: &mut Context) -> Result<Vec<Figure>> {
    let [small, large] = catalogues(context);
    let before = searches(context, small)?;
    let after = searches(context, large)?;
    let mut figures = Vec::new();
    for (((form, _), before), after) in FORMS.iter().zip(before).zip(after) {
        let of = count(large.products().into());
        figures.push(Figure::new(format!("{form}, of {of}, p50"), after.p50));
        let p99 = Figure::new(format!("{form}, of {of}, p99"), after.p99);
        figures.push(p99.target(Target::AtMost(P99_MAX)));
        let growth = format!("{form}, p50 of {of} to {}", count(small.products().into()));
        figures.push(slower(&growth, before.p50, after.p50));
    }
    Ok(figures)
}

/// What searches take.
struct Took {
    p50: Value,
    p99: Value,
}

fn searches(context: &Context, set: DataSet) -> Result<Vec<Took>> {
    let (server, _copy) = set.serve(context)?;
    let mut took = Vec::new();
    for (name, form) in FORMS {
        let requests = requests(&server, set.products(), *form);
        let what = format!("{name}, of {}", count(set.products().into()));
        let latency = read(&server, context, &what, requests)?.latency;
        took.push(Took { p50: Value::time(latency.p50()), p99: Value::time(latency.p99()) });
    }
    server.stop()?;
    Ok(took)
}

fn requests(server: &Server, products: u32, form: fn(&Ware, &mut Random) -> String) -> Vec<Vec<u8>> {
    let mut random = Random::new(7);
    let mut request = || {
        let ware = Ware::new(random.below(u64::from(products)) as u32);
        let text = encoded(&form(&ware, &mut random));
        server.request("GET", &format!("/v1/products?q={text}&limit=20"), &[], b"")
    };
    (0..DIFFERENT).map(|_| request()).collect()
}

/// The first letters of one of the words of a product's name.
fn beginning(ware: &Ware, random: &mut Random, letters: usize) -> String {
    let words: Vec<&str> = ware.name.split(' ').take(4).collect();
    let word = words[random.below(words.len() as u64) as usize];
    word.chars().take(letters).collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_counted_and_not_bytes() {
        let mut random = Random::new(1);
        for number in 0..1_000 {
            let text = beginning(&Ware::new(number), &mut random, 2);
            assert_eq!(text.chars().count(), 2, "{text}");
        }
    }
}
