//! 备案号: `浙ICP备00000001号` and `浙ICP备00000001号-1`, `-2A`, `-3X`, `-4K` (REV-03).

use std::fmt;

use crate::mark;
use crate::terms::{Province, ServiceKind, nfkc};

/// 主体备案号.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityNo {
    province: Province,
    number: u32,
}

impl EntityNo {
    /// The largest number of a province: eight digits.
    pub const MAX: u32 = 99_999_999;

    /// The number of a province with this ordinal; `None` above eight digits.
    pub fn new(province: Province, number: u32) -> Option<Self> {
        mark!("REV-03");
        (1..=Self::MAX).contains(&number).then_some(Self { province, number })
    }

    /// Reads `浙ICP备00000001号`.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = nfkc(text.trim());
        let mut chars = plain.chars();
        let province = Province::from_abbreviation(chars.next()?.encode_utf8(&mut [0; 4]))?;
        let digits = chars.as_str().strip_prefix("ICP备")?.strip_suffix('号')?;
        if digits.len() != 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        Self::new(province, digits.parse().ok()?)
    }

    /// The province that gave it.
    pub const fn province(&self) -> Province {
        self.province
    }

    /// The number as digits alone: the first two of the province's code, then the eight. Ids on the enterprise interface.
    pub fn id(&self) -> i64 {
        i64::from(self.province.code() / 10_000) * PROVINCE_PLACES + i64::from(self.number)
    }

    /// The number with that [`id`](Self::id).
    pub fn from_id(id: i64) -> Option<Self> {
        let province = u32::try_from(id / PROVINCE_PLACES).ok()?.checked_mul(10_000)?;
        Self::new(Province::from_code(province)?, u32::try_from(id % PROVINCE_PLACES).ok()?)
    }

    /// The service with this ordinal.
    pub fn service(&self, ordinal: u32, kind: ServiceKind) -> ServiceNo {
        ServiceNo { entity: self.clone(), ordinal, kind }
    }
}

impl fmt::Display for EntityNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}ICP备{:08}号", self.province.abbreviation(), self.number)
    }
}

/// So many numbers has a province's part of an id.
const PROVINCE_PLACES: i64 = 100_000_000;
/// So many numbers has an organiser's part of a service's id: six digits of the ordinal, one of the kind.
const ENTITY_PLACES: i64 = 10_000_000;

/// 服务备案号.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceNo {
    entity: EntityNo,
    ordinal: u32,
    kind: ServiceKind,
}

impl ServiceNo {
    /// Reads `浙ICP备00000001号-1`.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = nfkc(text.trim());
        let (entity, rest) = plain.rsplit_once('-')?;
        let entity = EntityNo::parse(entity)?;
        let split = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, suffix) = rest.split_at_checked(split)?;
        let kind = ServiceKind::ALL.iter().copied().find(|kind| kind.number_suffix() == suffix)?;
        let ordinal: u32 = digits.parse().ok().filter(|ordinal| *ordinal > 0)?;
        (!digits.starts_with('0')).then_some(Self { entity, ordinal, kind })
    }

    /// The number as digits alone: the organiser's, then six of the ordinal and one of the kind. `None` from the millionth
    /// service of an organiser on.
    pub fn id(&self) -> Option<i64> {
        let kind = ServiceKind::ALL.iter().position(|kind| *kind == self.kind)?;
        let rest = i64::from(self.ordinal) * 10 + i64::try_from(kind).ok()?;
        (rest < ENTITY_PLACES).then(|| self.entity.id() * ENTITY_PLACES + rest)
    }

    /// The number with that [`id`](Self::id).
    pub fn from_id(id: i64) -> Option<Self> {
        let rest = id % ENTITY_PLACES;
        let kind = ServiceKind::ALL.get(usize::try_from(rest % 10).ok()?)?;
        let ordinal = u32::try_from(rest / 10).ok().filter(|ordinal| *ordinal > 0)?;
        Some(EntityNo::from_id(id / ENTITY_PLACES)?.service(ordinal, *kind))
    }

    /// The organiser's number in it. A service that has moved to another organiser keeps its number, so the record,
    /// not the number, says whose it is.
    pub const fn entity(&self) -> &EntityNo {
        &self.entity
    }
}

impl fmt::Display for ServiceNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}{}", self.entity, self.ordinal, self.kind.number_suffix())
    }
}

macro_rules! as_text {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a filing number"))
            }
        }
    };
}
as_text!(EntityNo);
as_text!(ServiceNo);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_into_digits_and_back() {
        let entity = EntityNo::new(Province::Zhejiang, 1).unwrap();
        assert_eq!((entity.id(), EntityNo::from_id(3_300_000_001)), (3_300_000_001, Some(entity.clone())));
        for kind in ServiceKind::ALL {
            let no = entity.service(12, *kind);
            assert_eq!(no.id().and_then(ServiceNo::from_id), Some(no));
        }
        assert_eq!(entity.service(2, ServiceKind::App).id(), Some(33_000_000_010_000_021));
        assert_eq!(entity.service(1_000_000, ServiceKind::Website).id(), None);
        for id in [-1, 0, 1, 3_300_000_000, 3_400_000, 9_900_000_001, i64::MAX, i64::MIN] {
            assert_eq!((EntityNo::from_id(id), ServiceNo::from_id(id)), (None, None), "{id}");
        }
    }

    #[test]
    fn numbers_are_written_as_the_administrations_write_them() {
        let entity = EntityNo::new(Province::Shandong, 123).unwrap();
        assert_eq!(entity.to_string(), "鲁ICP备00000123号");
        assert_eq!(entity.service(2, ServiceKind::App).to_string(), "鲁ICP备00000123号-2A");
        for text in
            ["鲁ICP备00000123号-1", "鲁ICP备00000123号-2A", "鲁ICP备00000123号-3X", "鲁ICP备00000123号-4K"]
        {
            assert_eq!(ServiceNo::parse(text).unwrap().to_string(), text);
        }
        for text in
            ["鲁ICP备123号-1", "鲁ICP备00000123号-0", "鲁ICP备00000123号-1Z", "鲁ICP备00000123号", "-1", ""]
        {
            assert_eq!(ServiceNo::parse(text), None, "{text}");
        }
    }
}
