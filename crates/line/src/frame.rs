//! Frames out of a stream of octets.
//!
//! A frame begins with its own length in four octets. CMPP, SMPP, SGIP and SMGP agree on that and on nothing after it, so this
//! module knows no more: a [`Shape`] says how long a frame of the protocol is at least and at most.

/// How long a frame of a protocol can be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shape {
    /// Octets of the header, so of the shortest frame.
    pub shortest: usize,
    /// Octets of the longest frame that is read. More is a broken stream or an attack.
    pub longest: usize,
}

/// The stream cannot be read on: where the next frame begins is not known any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FrameError {
    /// The stated length is less than a header.
    #[error("a frame of {length} octets is shorter than its header of {shortest}")]
    TooShort {
        /// The length it states.
        length: u32,
        /// The least there is.
        shortest: usize,
    },
    /// The stated length is more than any frame has.
    #[error("a frame of {length} octets is longer than {longest}")]
    TooLong {
        /// The length it states.
        length: u32,
        /// The most that is read.
        longest: usize,
    },
}

/// Collects octets and gives out whole frames.
///
/// The memory in use is bounded by what one read brings plus one frame, if the frames are taken out after each push.
#[derive(Clone, Debug)]
pub struct Framer {
    shape: Shape,
    buffer: Vec<u8>,
    taken: usize,
}

impl Framer {
    /// An empty one.
    pub fn new(shape: Shape) -> Self {
        Self { shape, buffer: Vec::new(), taken: 0 }
    }

    /// Appends what was read.
    pub fn push(&mut self, octets: &[u8]) {
        if self.taken == self.buffer.len() {
            self.buffer.clear();
        } else {
            self.buffer.drain(..self.taken);
        }
        self.taken = 0;
        self.buffer.extend_from_slice(octets);
    }

    /// The next whole frame with its header, or `None` until more is pushed.
    ///
    /// # Errors
    /// The stated length cannot be; the same error comes again on every further call.
    pub fn next_frame(&mut self) -> Result<Option<&[u8]>, FrameError> {
        let rest = self.buffer.get(self.taken..).unwrap_or_default();
        let Some((stated, _)) = rest.split_first_chunk::<4>() else { return Ok(None) };
        let stated = u32::from_be_bytes(*stated);
        // Where usize is smaller than u32, what does not fit is too long anyhow.
        let length = usize::try_from(stated).unwrap_or(usize::MAX);
        if length < self.shape.shortest {
            return Err(FrameError::TooShort { length: stated, shortest: self.shape.shortest });
        }
        if length > self.shape.longest {
            return Err(FrameError::TooLong { length: stated, longest: self.shape.longest });
        }
        let Some(frame) = rest.get(..length) else { return Ok(None) };
        self.taken += length;
        Ok(Some(frame))
    }

    /// Octets that no frame has taken yet.
    pub fn waiting(&self) -> usize {
        self.buffer.len() - self.taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CMPP: Shape = Shape { shortest: 12, longest: 4096 };
    const ACTIVE_TEST: [u8; 12] = [0, 0, 0, 12, 0, 0, 0, 8, 0, 0, 0, 1];

    #[test]
    fn a_frame_comes_out_when_its_last_octet_is_in() {
        let mut framer = Framer::new(CMPP);
        for octet in &ACTIVE_TEST[..11] {
            framer.push(&[*octet]);
            assert_eq!(framer.next_frame(), Ok(None));
        }
        framer.push(&ACTIVE_TEST[11..]);
        assert_eq!(framer.next_frame(), Ok(Some(&ACTIVE_TEST[..])));
        assert_eq!(framer.waiting(), 0);
    }

    #[test]
    fn several_frames_of_one_read_come_out_one_by_one() {
        let mut framer = Framer::new(CMPP);
        let mut read = ACTIVE_TEST.repeat(3);
        read.extend_from_slice(&ACTIVE_TEST[..5]);
        framer.push(&read);
        for _ in 0..3 {
            assert_eq!(framer.next_frame(), Ok(Some(&ACTIVE_TEST[..])));
        }
        assert_eq!(framer.next_frame(), Ok(None));
        assert_eq!(framer.waiting(), 5);
        framer.push(&ACTIVE_TEST[5..]);
        assert_eq!(framer.next_frame(), Ok(Some(&ACTIVE_TEST[..])));
    }

    #[test]
    fn a_length_that_cannot_be_is_an_error_as_soon_as_it_is_read() {
        let mut framer = Framer::new(CMPP);
        framer.push(&[0, 0, 0, 11]);
        assert_eq!(framer.next_frame(), Err(FrameError::TooShort { length: 11, shortest: 12 }));
        assert_eq!(framer.next_frame(), Err(FrameError::TooShort { length: 11, shortest: 12 }));
        let mut framer = Framer::new(CMPP);
        framer.push(b"GET / HTTP/1.1\r\n");
        assert_eq!(framer.next_frame(), Err(FrameError::TooLong { length: 0x4745_5420, longest: 4096 }));
        let mut framer = Framer::new(CMPP);
        framer.push(&4096_u32.to_be_bytes());
        assert_eq!(framer.next_frame(), Ok(None), "the longest frame is waited for");
    }
}
