//! Product keys a second on one core, beside the two calls of the pseudo-random function that each needs.

use std::hint::black_box;
use std::time::Instant;

use aktiver_domain::product_key::{Epoch, KeyCodec, KeyNumber, ProductKey, VendorSecret};

use crate::{ROUNDS, median, tell};

const KEYS: u64 = 500_000;

pub fn measure() {
    let codec = KeyCodec::new(Epoch::try_from(3).expect("an epoch"), &VendorSecret::new([7; 32]));
    let (tag_key, mask_key) = ([1; 32], [2; 32]);
    let texts: Vec<String> = (0..KEYS).map(|n| codec.make(number(n)).to_string()).collect();
    let (mut floors, mut made, mut read) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        floors.push(rate(|n| {
            let tag = blake3::keyed_hash(&tag_key, &n.to_le_bytes());
            black_box(blake3::keyed_hash(&mask_key, &tag.as_bytes()[..8]));
        }));
        made.push(rate(|n| {
            black_box(codec.make(number(n)).text());
        }));
        let mut texts = texts.iter();
        read.push(rate(|_| {
            let key = ProductKey::parse(texts.next().expect("as many as are read")).expect("a key");
            black_box(codec.open(&key).expect("genuine"));
        }));
    }
    let floor = Some(median(floors));
    tell(
        "Product keys made, as text",
        "/s",
        floor,
        median(made.clone()),
        ("part", 0.6),
    );
    tell(
        "Product keys made, on one core",
        "/s",
        floor,
        median(made),
        ("least", 1_000_000.0),
    );
    tell("Product keys read and proved", "/s", floor, median(read), ("part", 0.6));
}

fn number(n: u64) -> KeyNumber {
    KeyNumber::try_from(n).expect("in range")
}

fn rate(mut work: impl FnMut(u64)) -> f64 {
    let start = Instant::now();
    for n in 0..KEYS {
        work(n);
    }
    KEYS as f64 / start.elapsed().as_secs_f64()
}
