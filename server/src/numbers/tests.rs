//! Promises about numbers. The golden file judges one number of each kind in each region.
use super::*;
use proptest::prelude::*;

fn library(allowed: &[&str], allow_voip: bool) -> PhoneNumbers {
    let allowed: Vec<String> = allowed.iter().map(|code| (*code).to_owned()).collect();
    PhoneNumbers::new(Arc::new(Keys::derive(&[7; 32])), &allowed, allow_voip, "US").unwrap()
}

fn everywhere(allow_voip: bool) -> PhoneNumbers {
    let all: Vec<&str> = Region::all().map(Region::code).collect();
    library(&all, allow_voip)
}

fn read(library: &PhoneNumbers, typed: &str) -> Result<String, NumberProblem> {
    library.read(typed).map(|known| known.number.reveal().to_owned())
}

/// Number, region, kind, verdict.
fn golden() -> impl Iterator<Item = [&'static str; 4]> {
    include_str!("../../tests/data/numbers.tsv").lines().filter(|line| !line.starts_with('#')).map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        fields.try_into().unwrap()
    })
}

#[test]
fn r25_r27_every_kind_of_every_region_is_judged_as_written_down() {
    let [with, without] = [everywhere(true), everywhere(false)];
    let mut seen = 0;
    for [number, region, kind, verdict] in golden() {
        let expected = |voip: bool| match verdict {
            "texts" => Ok(number.to_owned()),
            "voip" if voip => Ok(number.to_owned()),
            _ if region == "001" => Err(NumberProblem::Country),
            _ => Err(NumberProblem::Kind),
        };
        assert_eq!(read(&with, number), expected(true), "{number} {region} {kind}");
        assert_eq!(read(&without, number), expected(false), "{number} {region} {kind} without voip");
        seen += 1;
    }
    assert!(seen > 1000, "{seen}");
}

#[test]
fn r25_fixed_lines_are_taken_where_they_can_be_called() {
    let library = everywhere(false).with_calls(true);
    let mut lines = 0;
    for [number, region, kind, verdict] in golden().filter(|row| row[1] != "001") {
        let known = library.read(number);
        let fixed_line = known.as_ref().is_ok_and(|known| known.fixed_line);
        assert_eq!(fixed_line, verdict == "voice", "{number} {region} {kind}");
        lines += usize::from(fixed_line);
        if verdict == "texts" {
            assert!(known.is_ok(), "{number}");
        }
    }
    assert!(lines > 200, "{lines}");
}

#[test]
fn r26_only_allowed_countries_are_served_one_number_per_calling_code() {
    let library = library(&["US", "CA"], true);
    let (mut served, mut refused) = (0, 0);
    for [number, region, _, verdict] in golden().filter(|row| matches!(row[3], "texts" | "voip")) {
        match region {
            "US" | "CA" => served += usize::from(read(&library, number).is_ok()),
            _ => {
                assert_eq!(
                    read(&library, number),
                    Err(NumberProblem::Country),
                    "{number} {region} {verdict}"
                );
                refused += 1;
            }
        }
    }
    assert!(served >= 3 && refused > 300, "{served} {refused}");
}

#[test]
fn r26_satellites_and_numbers_of_no_country_are_never_served() {
    let library = everywhere(true);
    for number in [
        "+881612345678",
        "+882123456789",
        "+88213123456",
        "+883510012345",
        "+80012345678",
        "+80812345678",
        "+870773111632",
        "+878101234567890",
        "+888123456789",
        "+979123456789",
    ] {
        let problem = read(&library, number).unwrap_err();
        assert!(matches!(problem, NumberProblem::Country | NumberProblem::NotValid), "{number} {problem:?}");
    }
    let unplaced: Vec<_> = golden().filter(|row| row[1] == "001").collect();
    assert!(unplaced.len() >= 8);
}

#[test]
fn r24_a_number_is_read_however_people_write_it() {
    let library = library(&["US", "GB", "DE"], true);
    for typed in [
        "+12015550123",
        "2015550123",
        "(201) 555-0123",
        "1 201 555 0123",
        " 201.555.0123 ",
        "201\u{2011}555\u{2011}0123",
        "+1 (201) 555-0123",
        "\u{202a}+1 201-555-0123\u{202c}",
        "tel:+1-201-555-0123",
        "001 201 555 0123",
        "011 1 201 555 0123",
        "\u{ff0b}\u{ff11}2015550123",
        "\u{661}\u{662}\u{660}\u{661}\u{665}\u{665}\u{665}\u{660}\u{661}\u{662}\u{663}",
        "201/555/0123",
        "+1\u{a0}201\u{a0}555\u{a0}0123",
    ] {
        assert_eq!(read(&library, typed), Ok("+12015550123".into()), "{typed:?}");
    }
    assert_eq!(read(&library, "+44 (0)7400 123456"), Ok("+447400123456".into()));
    assert_eq!(read(&library, "0049 1512 3456789"), Ok("+4915123456789".into()));
}

#[test]
fn r24_what_is_no_number_is_refused_with_the_reason() {
    use NumberProblem::{Missing, NotANumber, NotValid};
    let library = everywhere(true);
    for (typed, problem) in [
        ("", Missing),
        ("   ", Missing),
        ("()- ", Missing),
        ("+", NotANumber),
        ("++12015550123", NotANumber),
        ("1+2015550123", NotANumber),
        ("201555CALL", NotANumber),
        ("1-800-FLOWERS", NotANumber),
        ("+12015550123 ext. 5", NotANumber),
        ("+12015550123;ext=5", NotANumber),
        ("+12015550123#5", NotANumber),
        ("+12015550123,5", NotANumber),
        ("*67 2015550123", NotANumber),
        ("+1201555012\u{0}3", NotANumber),
        ("<script>", NotANumber),
        ("\u{1f4f1}", NotANumber),
        ("123456789012345678901", NotANumber),
        (&"1".repeat(10_000), NotANumber),
        (&" ".repeat(65), NotANumber),
        ("911", NotValid),
        ("112", NotValid),
        ("+1911", NotValid),
        ("+44999", NotValid),
        ("555-0123", NotValid),
        ("+1 555 555 5555", NotValid),
        ("+1 201 555 01234", NotValid),
        ("+999123456789", NotValid),
        ("+0123456789", NotValid),
        ("+1234", NotValid),
        ("0", NotValid),
        ("+21012345678", NotValid),
        ("32665", NotValid),
    ] {
        assert_eq!(read(&library, typed), Err(problem), "{typed:?}");
    }
}

#[test]
fn r24_what_was_accepted_reads_back_as_itself_and_hashes_alike() {
    let library = everywhere(true);
    for [number, ..] in golden().filter(|row| row[3] == "texts") {
        let known = library.read(number).unwrap();
        assert_eq!(known.number.reveal(), number);
        assert_eq!(known.hash, library.keys.number_hash(&E164::parse(number).unwrap()));
    }
}

#[test]
fn the_table_of_regions_is_the_librarys() {
    let plans = PhoneNumberUtil::new().unwrap();
    let mut theirs: Vec<(String, i32)> = plans
        .get_supported_regions()
        .map(|region| (region.to_string(), plans.get_country_code_for_region(region).unwrap()))
        .collect();
    theirs.sort();
    let ours: Vec<(String, i32)> =
        Region::all().map(|region| (region.code().to_owned(), i32::from(region.calling_code()))).collect();
    assert_eq!(ours, theirs);
    for bad in ["us", "001", "XX", "", "USA"] {
        let told = Region::parse(bad).unwrap_err().to_string();
        assert!(told.contains(&format!("{bad:?}")) && told.contains("ISO 3166"), "{told}");
    }
    assert!(Region::all().all(|region| region.letters() == region.code().as_bytes()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn r24_no_text_breaks_the_reader(typed in "[+0-9０-９٠-٩ ().;=#,xextA-Z\u{200b}-\u{202e}\\-]{0,70}|.{0,70}") {
        static LIBRARY: std::sync::LazyLock<PhoneNumbers> = std::sync::LazyLock::new(|| everywhere(true));
        // Past the net, so that a panic shows.
        if let Ok(number) = LIBRARY.judge(&typed) {
            prop_assert_eq!(LIBRARY.judge(number.0.reveal()).unwrap(), number);
        }
    }

    #[test]
    fn r24_no_row_of_digits_breaks_the_reader(digits in "\\+[1-9][0-9]{0,18}") {
        static LIBRARY: std::sync::LazyLock<PhoneNumbers> = std::sync::LazyLock::new(|| everywhere(true));
        if let Ok(number) = LIBRARY.judge(&digits) {
            prop_assert_eq!(LIBRARY.judge(number.0.reveal()).unwrap(), number);
        }
    }
}
