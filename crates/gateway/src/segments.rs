//! 号段: which operator a number was first given out by. Since 携号转网 (2019-11) it may be served by another one, so this is
//! where to begin, not the truth: a route may still learn better.

use std::sync::LazyLock;

use heyan_domain::terms::Phone;

const TABLE: &str = include_str!("../data/number-segments.csv");

/// The operators of public mobile networks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Carrier {
    /// 中国移动.
    Mobile,
    /// 中国联通.
    Unicom,
    /// 中国电信.
    Telecom,
    /// 中国广电.
    Broadnet,
}

impl Carrier {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Mobile, Self::Unicom, Self::Telecom, Self::Broadnet];

    /// The name in configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mobile => "mobile",
            Self::Unicom => "unicom",
            Self::Telecom => "telecom",
            Self::Broadnet => "broadnet",
        }
    }

    /// By its name in configuration.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|carrier| carrier.as_str() == name)
    }

    /// As the table writes it.
    fn of_code(code: &str) -> Option<Self> {
        match code {
            "CM" => Some(Self::Mobile),
            "CU" => Some(Self::Unicom),
            "CT" => Some(Self::Telecom),
            "CB" => Some(Self::Broadnet),
            _ => None,
        }
    }
}

/// What the segment of a number says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Segment {
    /// A number of an operator, or of a virtual one that it hosts.
    Of(Carrier),
    /// A satellite phone: no route sends there.
    Satellite,
    /// Not given out as of the table. It may have been since, so any route may try.
    Unknown,
}

/// Segments in the order of their digits.
static SEGMENTS: LazyLock<Vec<(&str, Segment)>> = LazyLock::new(|| {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#')).skip(1);
    let mut segments: Vec<(&str, Segment)> = rows.filter_map(segment).collect();
    segments.sort_unstable_by_key(|(digits, _)| *digits);
    segments
});

fn segment(line: &'static str) -> Option<(&'static str, Segment)> {
    let mut cells = line.split(',');
    let (digits, operator, kind) = (cells.next()?, cells.next()?, cells.next()?);
    if kind == "SAT" {
        return Some((digits, Segment::Satellite));
    }
    Carrier::of_code(operator).map(|carrier| (digits, Segment::Of(carrier)))
}

/// The segment of a number: the longest one that it begins with.
pub fn segment_of(phone: &Phone) -> Segment {
    let digits = phone.as_str();
    // Three to five digits; those of equal length never overlap.
    for length in (3..=5).rev() {
        let Some(prefix) = digits.get(..length) else { continue };
        if let Ok(at) = SEGMENTS.binary_search_by_key(&prefix, |(digits, _)| digits) {
            return SEGMENTS.get(at).map_or(Segment::Unknown, |(_, segment)| *segment);
        }
    }
    Segment::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(digits: &str) -> Segment {
        segment_of(&Phone::parse(digits).unwrap())
    }

    #[test]
    fn every_row_of_the_table_is_read() {
        let rows = TABLE.lines().filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(SEGMENTS.len(), rows);
        assert!(SEGMENTS.windows(2).all(|pair| pair[0].0 < pair[1].0), "no segment stands there twice");
    }

    #[test]
    fn a_number_belongs_to_the_longest_segment_that_it_begins_with() {
        assert_eq!(of("13480000000"), Segment::Of(Carrier::Mobile));
        assert_eq!(of("13490000000"), Segment::Satellite);
        assert_eq!(of("18600000000"), Segment::Of(Carrier::Unicom));
        assert_eq!(of("19900000000"), Segment::Of(Carrier::Telecom));
        assert_eq!(of("19200000000"), Segment::Of(Carrier::Broadnet));
    }

    #[test]
    fn a_virtual_operator_is_reached_through_the_network_that_hosts_it() {
        assert_eq!(of("17000000000"), Segment::Of(Carrier::Telecom));
        assert_eq!(of("17030000000"), Segment::Of(Carrier::Mobile));
        assert_eq!(of("17040000000"), Segment::Of(Carrier::Unicom));
        assert_eq!(of("16500000000"), Segment::Of(Carrier::Mobile));
    }

    #[test]
    fn what_the_table_does_not_know_is_not_guessed() {
        assert_eq!(of("15400000001"), Segment::Unknown);
        assert_eq!(of("17460000000"), Segment::Unknown);
    }
}
