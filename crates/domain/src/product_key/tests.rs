use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRTUVWXYZ";

fn epoch(value: u8) -> Epoch {
    Epoch::try_from(value).unwrap()
}

fn number(value: u64) -> KeyNumber {
    KeyNumber::try_from(value).unwrap()
}

/// The secret of the fixed vectors: 0, 1, 2 … 31.
fn counting_secret() -> VendorSecret {
    VendorSecret::new(std::array::from_fn(|i| i as u8))
}

fn codec() -> KeyCodec {
    KeyCodec::new(epoch(7), &counting_secret())
}

fn sample_keys(count: u64) -> impl Iterator<Item = ProductKey> {
    let codec = codec();
    (0..count).map(move |serial| codec.make(number(serial * 1_000_003)))
}

/// The 25 characters of a key without hyphens.
fn symbols(key: &ProductKey) -> [u8; 25] {
    let text = key.to_string().replace('-', "");
    text.as_bytes().try_into().unwrap()
}

fn parse(symbols: &[u8; 25]) -> Result<ProductKey, ParseError> {
    ProductKey::parse(std::str::from_utf8(symbols).unwrap())
}

fn refused_groups(symbols: &[u8; 25]) -> Vec<u8> {
    match parse(symbols) {
        Err(ParseError::Groups { wrong, .. }) => wrong.iter().collect(),
        other => panic!("expected wrong groups, found {other:?}"),
    }
}

fn swap_groups(symbols: &mut [u8; 25], first: usize, second: usize) {
    for place in 0..5 {
        symbols.swap(first * 5 + place, second * 5 + place);
    }
}

/// The check symbol by the definition alone, bit by bit.
fn reference_check(group: usize, data: &[u8]) -> u8 {
    let mut c = group as u32 + 1;
    for symbol in data {
        let value = ALPHABET.iter().position(|s| s == symbol).unwrap() as u32;
        c = (c ^ value) << 1;
        if c & 0b10_0000 != 0 {
            c ^= 0b10_0101;
        }
    }
    ALPHABET[c as usize]
}

fn with_checks_made_right(mut symbols: [u8; 25]) -> [u8; 25] {
    for group in 0..5 {
        symbols[group * 5 + 4] = reference_check(group, &symbols[group * 5..group * 5 + 4]);
    }
    symbols
}

/// A small fixed sequence of well mixed numbers.
fn mixed(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *seed;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn any_epoch() -> impl Strategy<Value = Epoch> {
    (0_u8..=31).prop_map(epoch)
}

fn any_number() -> impl Strategy<Value = KeyNumber> {
    prop_oneof![0..1_u64 << 44, 0..100_u64, (1_u64 << 44) - 100..1_u64 << 44].prop_map(number)
}

fn any_secret() -> impl Strategy<Value = VendorSecret> {
    any::<[u8; 32]>().prop_map(VendorSecret::new)
}

proptest! {
    #[test]
    fn a_key_printed_and_read_again_opens_to_its_number(e in any_epoch(), n in any_number(), secret in any_secret()) {
        let codec = KeyCodec::new(e, &secret);
        let key = codec.make(n);
        let text = key.to_string();
        let read = ProductKey::parse(&text).unwrap();
        prop_assert_eq!(read, key);
        prop_assert_eq!(read.epoch(), e);
        prop_assert_eq!(codec.open(&read), Ok(n));
        prop_assert_eq!(text.as_bytes()[0], ALPHABET[usize::from(e.get())]);
        prop_assert!(text.ends_with(key.last_five().as_str()));
        prop_assert!(key.text().as_str() == text);
    }

    #[test]
    fn printed_checks_follow_the_definition(e in any_epoch(), n in any_number(), secret in any_secret()) {
        let symbols = symbols(&KeyCodec::new(e, &secret).make(n));
        prop_assert_eq!(with_checks_made_right(symbols), symbols);
    }

    #[test]
    fn two_numbers_never_give_one_key(e in any_epoch(), a in any_number(), b in any_number(), secret in any_secret()) {
        let codec = KeyCodec::new(e, &secret);
        prop_assert_eq!(codec.make(a) == codec.make(b), a == b);
    }

    #[test]
    fn a_key_opens_under_its_own_secret_alone(e in any_epoch(), n in any_number(), a in any_secret(), b in any_secret()) {
        let key = KeyCodec::new(e, &a).make(n);
        prop_assert_eq!(KeyCodec::new(e, &b).open(&key), Err(Forged));
    }

    #[test]
    fn a_key_opens_in_its_own_epoch_alone(a in any_epoch(), b in any_epoch(), n in any_number(), secret in any_secret()) {
        prop_assume!(a != b);
        let key = KeyCodec::new(a, &secret).make(n);
        prop_assert_eq!(KeyCodec::new(b, &secret).open(&key), Err(Forged));
    }

    #[test]
    fn any_text_is_read_or_refused_without_a_panic(text in any::<String>()) {
        let _ = ProductKey::parse(&text);
        for group in 0..=6 {
            let _ = check_group(group, &text);
        }
    }

    #[test]
    fn a_key_reads_the_same_however_it_is_separated(
        n in any_number(),
        upper in any::<[bool; 25]>(),
        gaps in prop::collection::vec("[ \\-\t\r\n\u{a0}\u{2010}-\u{2015}\u{2212}\u{200b}\"'\u{201c}\u{201d}\u{ab}\u{bb}]{0,3}", 26),
    ) {
        let key = codec().make(n);
        let mut text = gaps[0].clone();
        for (place, symbol) in symbols(&key).into_iter().enumerate() {
            let symbol = char::from(symbol);
            text.push(if upper[place] { symbol } else { symbol.to_ascii_lowercase() });
            text.push_str(&gaps[place + 1]);
        }
        prop_assert_eq!(ProductKey::parse(&text), Ok(key));
    }
}

#[test]
fn the_format_never_drifts() {
    let vectors = [
        (0, 0, "0AKP5-K9WNF-NTP6A-KRHBM-MN4V7"),
        (7, 1, "7NYNE-7MRXV-47V7F-EPHGV-ZPDHB"),
        (7, 1_234_567_890_123, "7TZBW-8AKEH-3THMN-R8FCR-0R6D6"),
        (31, (1 << 44) - 1, "ZYJC7-E82A8-K3FG9-YB5BC-KET1M"),
    ];
    for (e, n, text) in vectors {
        let codec = KeyCodec::new(epoch(e), &counting_secret());
        let key = codec.make(number(n));
        assert_eq!(key.to_string(), text, "epoch {e}, number {n}");
        assert_eq!(codec.open(&ProductKey::parse(text).unwrap()), Ok(number(n)));
    }
}

#[test]
fn numbers_in_a_row_give_keys_that_all_differ() {
    let codec = codec();
    let keys: HashSet<_> = (0..20_000).map(|n| codec.make(number(n))).collect();
    assert_eq!(keys.len(), 20_000);
}

#[test]
fn every_single_wrong_symbol_is_refused_and_its_group_named() {
    for key in sample_keys(8) {
        let right = symbols(&key);
        for place in 0..25 {
            for symbol in ALPHABET.iter().filter(|s| **s != right[place]) {
                let mut wrong = right;
                wrong[place] = *symbol;
                assert_eq!(refused_groups(&wrong), [place as u8 / 5 + 1]);
            }
        }
    }
}

#[test]
fn any_two_symbols_exchanged_inside_a_group_are_refused_and_the_group_named() {
    for key in sample_keys(200) {
        let right = symbols(&key);
        for first in 0..25 {
            for second in first + 1..first / 5 * 5 + 5 {
                if right[first] != right[second] {
                    let mut wrong = right;
                    wrong.swap(first, second);
                    assert_eq!(refused_groups(&wrong), [first as u8 / 5 + 1]);
                }
            }
        }
    }
}

#[test]
fn neighbors_exchanged_across_a_group_border_are_refused_and_both_groups_named() {
    for key in sample_keys(200) {
        let right = symbols(&key);
        for group in 1..5 {
            if right[group * 5 - 1] != right[group * 5] {
                let mut wrong = right;
                wrong.swap(group * 5 - 1, group * 5);
                assert_eq!(refused_groups(&wrong), [group as u8, group as u8 + 1]);
            }
        }
    }
}

#[test]
fn any_two_groups_exchanged_are_refused_both_named_and_the_exchange_offered() {
    for key in sample_keys(200) {
        for first in 0..5 {
            for second in first + 1..5 {
                let mut wrong = symbols(&key);
                swap_groups(&mut wrong, first, second);
                let (first, second) = (first as u8 + 1, second as u8 + 1);
                let Err(ParseError::Groups { wrong, suggestions }) = parse(&wrong) else {
                    panic!("groups {first} and {second} exchanged and not seen");
                };
                assert_eq!(wrong.iter().collect::<Vec<_>>(), [first, second]);
                assert_eq!(suggestions[0], Suggestion::Swap { first, second });
            }
        }
    }
}

#[test]
fn look_alikes_and_exchanged_neighbors_are_offered_as_corrections() {
    let twins = [(b'B', b'8'), (b'Z', b'2'), (b'U', b'V'), (b'G', b'6')];
    let (mut slips, mut exchanges) = (0, 0);
    for key in sample_keys(200) {
        let right = symbols(&key);
        for place in 0..25 {
            let group = place / 5;
            let meant = std::str::from_utf8(&right[group * 5..group * 5 + 5]).unwrap();
            let offered = |wrong: &[u8; 25]| {
                let Err(ParseError::Groups { suggestions, .. }) = parse(wrong) else {
                    panic!("not refused")
                };
                let whole = suggestions.iter().any(|suggestion| {
                    matches!(suggestion, Suggestion::Replace { group: g, with }
                        if *g == group as u8 + 1 && with.as_str() == meant)
                });
                let typed = std::str::from_utf8(&wrong[group * 5..group * 5 + 5]).unwrap();
                let GroupCheck::Wrong { suggestions } = check_group(group as u8 + 1, typed) else {
                    panic!("not refused")
                };
                whole && suggestions.iter().any(|with| with.as_str() == meant)
            };
            for (a, b) in twins {
                let twin = match right[place] {
                    symbol if symbol == a => b,
                    symbol if symbol == b => a,
                    _ => continue,
                };
                let mut wrong = right;
                wrong[place] = twin;
                assert!(offered(&wrong));
                slips += 1;
            }
            if place % 5 < 4 && right[place] != right[place + 1] {
                let mut wrong = right;
                wrong.swap(place, place + 1);
                assert!(offered(&wrong));
                exchanges += 1;
            }
        }
    }
    assert!(slips > 500 && exchanges > 1_000);
}

#[test]
fn two_look_alikes_in_a_group_are_offered_together() {
    let meant = format!("B2U1{}", char::from(reference_check(2, b"B2U1")));
    let typed = meant.replacen('B', "8", 1).replacen('U', "V", 1);
    let GroupCheck::Wrong { suggestions } = check_group(3, &typed) else {
        panic!("not refused")
    };
    assert!(suggestions.iter().any(|with| with.as_str() == meant));
}

#[test]
fn every_suggestion_makes_its_group_valid() {
    let mut seed = 1;
    for _ in 0..20_000 {
        let bits = mixed(&mut seed);
        let typed: String = (0..5)
            .map(|i| char::from(ALPHABET[(bits >> (5 * i)) as usize & 31]))
            .collect();
        let group = (bits >> 60) as u8 % 5 + 1;
        if let GroupCheck::Wrong { suggestions } = check_group(group, &typed) {
            for with in suggestions {
                assert_eq!(check_group(group, with.as_str()), GroupCheck::Valid);
            }
        }
    }
}

#[test]
fn a_forged_key_with_its_checks_made_right_is_refused() {
    let codec = codec();
    let mut seed = 2;
    for _ in 0..100_000 {
        let key = codec.make(number(mixed(&mut seed) >> 20));
        let right = symbols(&key);
        let mut forged = right;
        for _ in 0..=mixed(&mut seed) % 3 {
            // The first symbol is the epoch, which a forger leaves alone.
            let place = loop {
                let place = mixed(&mut seed) as usize % 25;
                if place != 0 && place % 5 != 4 {
                    break place;
                }
            };
            forged[place] = ALPHABET[mixed(&mut seed) as usize % 32];
        }
        if forged != right {
            let forged = parse(&with_checks_made_right(forged)).unwrap();
            assert_eq!(codec.open(&forged), Err(Forged));
        }
    }
}

#[test]
fn every_data_bit_of_a_key_is_under_the_tag() {
    let codec = codec();
    for key in sample_keys(20) {
        for place in (0..25).filter(|place| place % 5 != 4) {
            for bit in 0..5 {
                let mut forged = symbols(&key);
                let value = ALPHABET.iter().position(|s| *s == forged[place]).unwrap();
                forged[place] = ALPHABET[value ^ (1 << bit)];
                let forged = parse(&with_checks_made_right(forged)).unwrap();
                assert_eq!(codec.open(&forged), Err(Forged));
            }
        }
    }
}

#[test]
fn letters_that_pass_for_digits_are_read_as_digits() {
    let mut seen = HashSet::new();
    for key in sample_keys(200) {
        let text = key.to_string();
        for (digit, letters) in [('0', "Oo"), ('1', "IiLl"), ('5', "Ss")] {
            for letter in letters.chars().filter(|_| text.contains(digit)) {
                seen.insert(letter);
                assert_eq!(ProductKey::parse(&text.replace(digit, &letter.to_string())), Ok(key));
            }
        }
    }
    assert_eq!(seen.len(), 8);
}

#[test]
fn full_width_characters_are_read_as_plain_ones() {
    let wide = |text: &str| -> String {
        text.chars()
            .map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap())
            .collect()
    };
    for key in sample_keys(200) {
        let text = key.to_string();
        let letters = text.replace('0', "O").replace('1', "l").replace('5', "s");
        for form in [&text, &text.to_lowercase(), &letters] {
            assert_eq!(ProductKey::parse(&wide(form)), Ok(key));
            assert_eq!(ProductKey::parse(&wide(form).replace('\u{ff0d}', "\u{3000}")), Ok(key));
        }
    }
}

#[test]
fn punctuation_around_a_pasted_key_is_ignored() {
    let key = codec().make(number(99));
    let text = key.to_string();
    let forms = [
        format!("({text})."),
        format!("\u{feff}  \u{201c}{text}\u{201d},\r\n"),
        format!("<{text}>;"),
        format!("**{text}**"),
        format!("[{text}]?"),
        format!("\u{300c}{text}\u{300d}\u{3002}"),
        text.replace('-', ", "),
        text.replace('-', "\u{2013}"),
        text.replace('-', "\u{a0}/\u{a0}"),
        text.replace('-', "_"),
        text.replace('-', ""),
    ];
    for form in forms {
        assert_eq!(form.parse(), Ok(key), "{form}");
    }
}

#[test]
fn a_text_that_is_no_key_is_refused_with_the_reason() {
    let text = codec().make(number(99)).to_string();
    for empty in ["", "  ", " - - ", "\"\"", "(.)"] {
        assert_eq!(ProductKey::parse(empty), Err(ParseError::Empty));
    }
    assert_eq!(ProductKey::parse(&text[..28]), Err(ParseError::Length { found: 24 }));
    assert_eq!(
        ProductKey::parse(&format!("{text}7")),
        Err(ParseError::Length { found: 26 })
    );
    assert_eq!(
        ProductKey::parse(&format!("{text}{text}")),
        Err(ParseError::Length { found: 50 })
    );

    for (place, character) in [(0, '?'), (7, '*'), (7, '.'), (12, '\u{f8}'), (24, '\u{fffd}')] {
        let mut symbols: Vec<char> = text.replace('-', "").chars().collect();
        symbols[place] = character;
        let entered: String = symbols.into_iter().collect();
        let expected = ParseError::Symbol {
            position: place as u8 + 1,
            group: place as u8 / 5 + 1,
            character,
        };
        assert_eq!(ProductKey::parse(&entered), Err(expected));
    }
}

#[test]
fn refusals_name_the_remedy() {
    let key = codec().make(number(99));
    let mut wrong = symbols(&key);
    for place in [0, 10, 20] {
        wrong[place] = if wrong[place] == b'7' { b'9' } else { b'7' };
    }
    assert_eq!(
        parse(&wrong).unwrap_err().to_string(),
        "groups 1, 3 and 5 of the product key are not right; compare with the key you were given"
    );
    assert_eq!(
        ProductKey::parse("\u{f8}").unwrap_err().to_string(),
        "'\u{f8}', character 1 of the product key (in group 1), is in no product key; compare it with the key you were given"
    );
    assert_eq!(
        ProductKey::parse("7").unwrap_err().to_string(),
        "a product key has 25 letters and digits, but 1 was entered; look for one left out or entered twice"
    );
}

#[test]
fn a_group_is_checked_while_it_is_typed() {
    let text = codec().make(number(99)).to_string();
    for (group, five) in (1..=5).zip(text.split('-')) {
        assert_eq!(check_group(group, five), GroupCheck::Valid);
        assert_eq!(
            check_group(group, &format!(" {}-", five.to_lowercase())),
            GroupCheck::Valid
        );
        assert!(matches!(check_group(group % 5 + 1, five), GroupCheck::Wrong { .. }));
        for length in 0..5 {
            assert_eq!(check_group(group, &five[..length]), GroupCheck::Incomplete);
        }
    }
    assert_eq!(check_group(1, &text), GroupCheck::TooLong);
    assert_eq!(
        check_group(1, "AB?"),
        GroupCheck::BadSymbol {
            position: 3,
            character: '?'
        }
    );
    assert_eq!(check_group(0, "AAAAA"), GroupCheck::Wrong { suggestions: vec![] });
    assert_eq!(check_group(6, "AAAAA"), GroupCheck::Wrong { suggestions: vec![] });
}

#[test]
fn debug_reveals_at_most_the_last_five_symbols() {
    for key in sample_keys(50) {
        let text = key.to_string();
        let shown = format!("{key:?} {:?}", key.text());
        assert_eq!(shown, format!("ProductKey(…-{}) KeyText(redacted)", &text[24..]));
    }
    let secret = VendorSecret::new([0xAB; 32]);
    assert_eq!(format!("{secret:?}"), "VendorSecret(redacted)");
    assert_eq!(
        format!("{:?}", KeyCodec::new(epoch(3), &secret)),
        "KeyCodec { epoch: Epoch(3), .. }"
    );
}

#[test]
fn a_refusal_shows_no_group_of_the_entered_key() {
    for key in sample_keys(100) {
        let right = symbols(&key);
        for place in 0..24 {
            let mut wrong = right;
            wrong.swap(place, place + 1);
            let Err(error) = parse(&wrong) else { continue };
            let shown = format!("{error} {error:?}");
            for group in wrong.chunks(5).chain(right.chunks(5)) {
                assert!(!shown.contains(std::str::from_utf8(group).unwrap()));
            }
        }
    }
}

#[test]
fn epochs_and_numbers_outside_their_ranges_are_refused() {
    assert_eq!(Epoch::try_from(31), Ok(Epoch::MAX));
    assert_eq!(Epoch::try_from(32), Err(EpochOutOfRange(32)));
    assert_eq!(KeyNumber::try_from((1 << 44) - 1), Ok(KeyNumber::MAX));
    assert_eq!(KeyNumber::try_from(1 << 44), Err(KeyNumberOutOfRange(1 << 44)));
    assert_eq!(number(5).checked_add(7), Some(number(12)));
    assert_eq!(KeyNumber::MAX.checked_add(1), None);
    assert_eq!(KeyNumber::MAX.checked_add(u64::MAX), None);
}
