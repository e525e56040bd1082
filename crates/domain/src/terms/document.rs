//! 证件: what proves who a person or an organiser is.

use std::fmt;

use super::{nfkc, wire_enum};

wire_enum! {
    /// 证件类型, of people and of organisers.
    pub enum DocumentType {
        /// 居民身份证
        ResidentId = "resident_id",
        /// 护照
        Passport = "passport",
        /// 港澳居民来往内地通行证
        HkMacaoPermit = "hk_macao_permit",
        /// 台湾居民来往大陆通行证
        TaiwanPermit = "taiwan_permit",
        /// 外国人永久居留身份证
        ForeignPermanentResidentId = "foreign_permanent_resident_id",
        /// 港澳居民居住证
        HkMacaoResidencePermit = "hk_macao_residence_permit",
        /// 台湾居民居住证
        TaiwanResidencePermit = "taiwan_residence_permit",
        /// 营业执照
        BusinessLicence = "business_licence",
        /// 事业单位法人证书
        InstitutionCertificate = "institution_certificate",
        /// 社会团体法人登记证书
        AssociationCertificate = "association_certificate",
        /// 统一社会信用代码证书
        UnifiedSocialCreditCode = "unified_social_credit_code",
        /// 军队代号
        MilitaryCode = "military_code",
    }
}

impl DocumentType {
    /// Whether a natural person can hold it; heads need such a one, organisers may have either.
    pub const fn is_personal(self) -> bool {
        match self {
            Self::ResidentId
            | Self::Passport
            | Self::HkMacaoPermit
            | Self::TaiwanPermit
            | Self::ForeignPermanentResidentId
            | Self::HkMacaoResidencePermit
            | Self::TaiwanResidencePermit => true,
            Self::BusinessLicence
            | Self::InstitutionCertificate
            | Self::AssociationCertificate
            | Self::UnifiedSocialCreditCode
            | Self::MilitaryCode => false,
        }
    }
}

wire_enum! {
    /// 单位性质.
    pub enum Nature {
        /// 企业
        Enterprise = "enterprise",
        /// 个人
        Individual = "individual",
        /// 政府机关
        Government = "government",
        /// 事业单位
        Institution = "institution",
        /// 社会团体
        Association = "association",
        /// 国防机构
        Defence = "defence",
        /// 民办非企业
        PrivateNonEnterprise = "private_non_enterprise",
        /// 基金会
        Foundation = "foundation",
        /// 律师执业机构
        LawFirm = "law_firm",
        /// 其他
        Other = "other",
    }
}

/// A document number after NFKC, upper-casing and removing white space. Prints masked.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct DocumentNumber(String);

impl DocumentNumber {
    /// The longest number that is taken.
    pub const MAX_CHARS: usize = 64;

    /// Reads a number of 6 to 64 characters without control characters.
    pub fn parse(text: &str) -> Option<Self> {
        let plain: String =
            nfkc(text).chars().flat_map(char::to_uppercase).filter(|c| !c.is_whitespace()).collect();
        let count = plain.chars().count();
        let fits = (super::IdLast6::LENGTH..=Self::MAX_CHARS).contains(&count);
        (fits && !plain.chars().any(char::is_control)).then_some(Self(plain))
    }

    /// The whole number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DocumentNumber(…)")
    }
}

/// A document as filed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub struct Document {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: DocumentType,
    /// Its number.
    pub number: DocumentNumber,
    /// For a 港澳居民来往内地通行证 in Zhejiang: the Hong Kong or Macao identity number on its back (S3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back_number: Option<DocumentNumber>,
}

wire_enum! {
    /// A checksum that does not hold. A warning, never a refusal: the registry knows better than arithmetic.
    pub enum DocumentWarning {
        /// 居民身份证: GB 11643-1999, the 18th character (ISO 7064 MOD 11-2).
        ResidentIdChecksum = "resident_id_checksum",
        /// 统一社会信用代码: GB 32100-2015, the 18th character (MOD 31).
        CreditCodeChecksum = "credit_code_checksum",
        /// 香港身份证: the digit in brackets (MOD 11).
        HongKongIdChecksum = "hong_kong_id_checksum",
    }
}

impl Document {
    /// What looks wrong about the numbers.
    pub fn warnings(&self) -> Vec<DocumentWarning> {
        let mut found = Vec::new();
        let number = self.number.as_str();
        match self.kind {
            DocumentType::ResidentId
            | DocumentType::HkMacaoResidencePermit
            | DocumentType::TaiwanResidencePermit => {
                if !resident_id_holds(number) {
                    found.push(DocumentWarning::ResidentIdChecksum);
                }
            }
            DocumentType::BusinessLicence | DocumentType::UnifiedSocialCreditCode => {
                // A 15-digit licence number of the time before 2015 has a rule of its own and is left alone.
                if number.len() == 18 && !credit_code_holds(number) {
                    found.push(DocumentWarning::CreditCodeChecksum);
                }
            }
            DocumentType::Passport
            | DocumentType::HkMacaoPermit
            | DocumentType::TaiwanPermit
            | DocumentType::ForeignPermanentResidentId
            | DocumentType::InstitutionCertificate
            | DocumentType::AssociationCertificate
            | DocumentType::MilitaryCode => {}
        }
        if self.back_number.as_ref().is_some_and(|back| !hong_kong_id_holds(back.as_str())) {
            found.push(DocumentWarning::HongKongIdChecksum);
        }
        found
    }
}

fn weighted_sum(values: impl Iterator<Item = u32>, weights: &[u32]) -> u32 {
    values.zip(weights).map(|(value, weight)| value * weight).sum()
}

/// GB 11643-1999: weights 2^(17-i) mod 11, check characters 1 0 X 9 8 7 6 5 4 3 2.
fn resident_id_holds(number: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let Some((body, check)) = number.split_at_checked(17) else { return false };
    if !body.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let rest = weighted_sum(body.chars().filter_map(|c| c.to_digit(10)), &WEIGHTS) % 11;
    let expected = match (12 - rest) % 11 {
        10 => 'X',
        digit => char::from_digit(digit, 10).unwrap_or('?'),
    };
    check.chars().eq([expected])
}

/// GB 32100-2015: 31 characters without I, O, S, V, Z; weights 3^i mod 31.
fn credit_code_holds(number: &str) -> bool {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let value = |c: char| ALPHABET.find(c).and_then(|at| u32::try_from(at).ok());
    let Some(values) = number.chars().map(value).collect::<Option<Vec<u32>>>() else { return false };
    let Some((check, body)) = values.split_last() else { return false };
    let weights: Vec<u32> = std::iter::successors(Some(1), |weight| Some(weight * 3 % 31)).take(17).collect();
    body.len() == 17 && (31 - weighted_sum(body.iter().copied(), &weights) % 31) % 31 == *check
}

/// One or two letters, six digits, the check digit in brackets. A Macao number (`1234567(8)`, no letter) has no public
/// rule and passes.
fn hong_kong_id_holds(number: &str) -> bool {
    let plain: String = number.chars().filter(|c| !matches!(c, '(' | ')')).collect();
    if plain.starts_with(|c: char| c.is_ascii_digit()) {
        return true;
    }
    let value = |c: char| c.to_digit(36);
    let Some(mut values) = plain.chars().map(value).collect::<Option<Vec<u32>>>() else { return false };
    if values.len() == 8 {
        // A one-letter number counts as if led by a blank of value 36.
        values.insert(0, 36);
    }
    let Some((check, body)) = values.split_last() else { return false };
    let check = if plain.ends_with('A') { 10 } else { *check };
    let sum = weighted_sum(body.iter().copied(), &[9, 8, 7, 6, 5, 4, 3, 2]) + check;
    values.len() == 9 && sum % 11 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_of_invented_numbers() {
        // The examples printed in the standards themselves.
        assert!(resident_id_holds("11010519491231002X"));
        assert!(!resident_id_holds("110105194912310021"));
        assert!(credit_code_holds("91350100M000100Y43"));
        assert!(!credit_code_holds("91350100M000100Y44"));
        assert!(hong_kong_id_holds("A123456(3)"));
        assert!(!hong_kong_id_holds("A123456(4)"));
        assert!(hong_kong_id_holds("1234567(8)"));
    }
}
