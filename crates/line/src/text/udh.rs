//! The user data header at the front of a content that says it has one: TP_udhi is 1, esm_class has 0x40 (GSM 03.40, 9.2.3.24).

use super::Reference;

/// Where a part stands in its message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// The number that the parts of a message share.
    pub reference: Reference,
    /// How many parts there are.
    pub total: u8,
    /// Which this is, from 1.
    pub number: u8,
}

/// Why a user data header cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum UdhError {
    /// It ends after the content, or an element of it after it.
    #[error("the header ends after the content")]
    Short,
    /// Part 0, or a part after the last.
    #[error("part {number} of {total}")]
    Place {
        /// Which part.
        number: u8,
        /// Of how many.
        total: u8,
    },
}

/// Element of a part, with a reference of one octet.
const CONCATENATION_8: u8 = 0x00;
/// Element of a part, with a reference of two octets.
const CONCATENATION_16: u8 = 0x08;

/// Takes a content apart into its place in a longer message, if it has one, and its text. Other elements are skipped.
///
/// # Errors
/// The header does not fit the content, or its numbers do not fit each other.
pub fn user_data(content: &[u8]) -> Result<(Option<Place>, &[u8]), UdhError> {
    let (length, rest) = content.split_first().ok_or(UdhError::Short)?;
    let (mut header, text) = rest.split_at_checked(usize::from(*length)).ok_or(UdhError::Short)?;
    let mut place = None;
    while let Some((element, after)) = header.split_first() {
        let (size, after) = after.split_first().ok_or(UdhError::Short)?;
        let (value, after) = after.split_at_checked(usize::from(*size)).ok_or(UdhError::Short)?;
        header = after;
        let found = match (*element, value) {
            (CONCATENATION_8, [reference, total, number]) => (Reference::Eight(*reference), *total, *number),
            (CONCATENATION_16, [high, low, total, number]) => {
                (Reference::Sixteen(u16::from_be_bytes([*high, *low])), *total, *number)
            }
            (_, _) => continue,
        };
        let (reference, total, number) = found;
        if number == 0 || number > total {
            return Err(UdhError::Place { number, total });
        }
        place = Some(Place { reference, total, number });
    }
    Ok((place, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_widths_of_the_reference() {
        let place = Place { reference: Reference::Eight(7), total: 2, number: 1 };
        assert_eq!(user_data(&[5, 0, 3, 7, 2, 1, b'a']), Ok((Some(place), &b"a"[..])));
        let place = Place { reference: Reference::Sixteen(0x0107), total: 2, number: 2 };
        assert_eq!(user_data(&[6, 8, 4, 1, 7, 2, 2, b'a']), Ok((Some(place), &b"a"[..])));
    }

    #[test]
    fn other_elements_are_skipped() {
        let ports = [0x05, 4, 0, 1, 0, 2];
        let content = [&[6][..], &ports, b"x"].concat();
        assert_eq!(user_data(&content), Ok((None, &b"x"[..])));
        let both = [&[11][..], &ports, &[0, 3, 9, 3, 3], b"x"].concat();
        assert_eq!(user_data(&both).unwrap().0.unwrap().number, 3);
    }

    #[test]
    fn a_header_that_cannot_be_is_an_error() {
        assert_eq!(user_data(&[]), Err(UdhError::Short));
        assert_eq!(user_data(&[5, 0, 3]), Err(UdhError::Short));
        assert_eq!(user_data(&[1, 0]), Err(UdhError::Short));
        assert_eq!(user_data(&[5, 0, 3, 7, 2, 3]), Err(UdhError::Place { number: 3, total: 2 }));
        assert_eq!(user_data(&[5, 0, 3, 7, 2, 0]), Err(UdhError::Place { number: 0, total: 2 }));
    }
}
