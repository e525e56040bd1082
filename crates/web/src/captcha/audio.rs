//! The captcha as speech: Chinese digits at changing speed and loudness, with pauses of changing length, over noise and
//! over digits said backwards, so that neither silence nor a comparison with the ten samples cuts it apart easily.
//!
//! Samples are whole numbers from -32,768 to 32,767 until they are written, so that one seed gives the same bytes on
//! every machine.

use rand::{Rng, RngExt as _};

/// Digits in one captcha: as many as make a guess as unlikely as one in a million.
pub const DIGITS: usize = 6;

/// Samples in a second.
const RATE_HZ: u32 = 8_000;
/// Bytes of a WAV file before its samples, as the samples on disk and the answers have it.
const HEADER_BYTES: usize = 44;
/// The value of silence in a sample of eight bits.
const SILENCE: i32 = 128;
/// What one step of eight bits is in the mix.
const STEP: i32 = 256;
/// Positions between two samples when speech is made faster or slower.
const FINE: usize = 1_024;

/// The digits from nought to nine as WAV files; `assets/digits/README.md` says where they come from.
static SPOKEN: [&[u8]; 10] = [
    include_bytes!("../../assets/digits/0.wav"),
    include_bytes!("../../assets/digits/1.wav"),
    include_bytes!("../../assets/digits/2.wav"),
    include_bytes!("../../assets/digits/3.wav"),
    include_bytes!("../../assets/digits/4.wav"),
    include_bytes!("../../assets/digits/5.wav"),
    include_bytes!("../../assets/digits/6.wav"),
    include_bytes!("../../assets/digits/7.wav"),
    include_bytes!("../../assets/digits/8.wav"),
    include_bytes!("../../assets/digits/9.wav"),
];

/// Draws what a new captcha says: [`DIGITS`] digits.
pub fn draw_digits(rng: &mut dyn Rng) -> String {
    (0..DIGITS).map(|_| rng.random_range('0'..='9')).collect()
}

/// Says digits: a WAV file of 8,000 samples a second, 8 bits, one channel; six digits take 4 to 10 seconds. Other
/// characters are passed over.
pub fn speak(digits: &str, rng: &mut dyn Rng) -> Vec<u8> {
    let mut mix = pause(rng);
    for number in digits.chars().filter_map(|digit| digit.to_digit(10)) {
        mix.extend(spoken(number, rng));
        mix.extend(pause(rng));
    }
    whisper(&mut mix, rng);
    hiss(&mut mix, rng);
    file(&mix)
}

/// The samples of a digit as they are on disk.
fn samples(number: u32) -> impl DoubleEndedIterator<Item = i32> {
    let file =
        usize::try_from(number).ok().and_then(|number| SPOKEN.get(number)).copied().unwrap_or_default();
    file.get(HEADER_BYTES..).unwrap_or_default().iter().map(|byte| (i32::from(*byte) - SILENCE) * STEP)
}

/// A digit between a tenth slower and an eighth faster, and between seven tenths and nine tenths as loud.
fn spoken(number: u32, rng: &mut dyn Rng) -> Vec<i32> {
    let (speed, loudness) = (rng.random_range(920..=1_150_usize), rng.random_range(700..=900_i32));
    let plain: Vec<i32> = samples(number).collect();
    let steps = (0..plain.len() * FINE).step_by(speed);
    let between = |at: usize| {
        let (first, second) = (*plain.get(at / FINE)?, plain.get(at / FINE + 1).copied().unwrap_or_default());
        let (part, whole) = (i32::try_from(at % FINE).ok()?, i32::try_from(FINE).ok()?);
        Some((first + (second - first) * part / whole) * loudness / 1_000)
    };
    steps.filter_map(between).collect()
}

/// Silence of a third of a second to nine tenths.
fn pause(rng: &mut dyn Rng) -> Vec<i32> {
    vec![0; rng.random_range(2_600..=7_200)]
}

/// Lays digits said backwards under everything, at a tenth to a sixth of their loudness: they fill the pauses with what
/// has the spectrum of speech and says nothing.
fn whisper(mix: &mut [i32], rng: &mut dyn Rng) {
    let mut from = rng.random_range(0..1_500_usize);
    while from < mix.len() {
        let (number, softness) = (rng.random_range(0..10), rng.random_range(6..=10_i32));
        for (sample, soft) in mix.iter_mut().skip(from).zip(samples(number).rev()) {
            *sample += soft / softness;
        }
        from += rng.random_range(2_000..6_000_usize);
    }
}

/// Noise whose colour is that of a bad line, rising and falling in strength.
fn hiss(mix: &mut [i32], rng: &mut dyn Rng) {
    let (mut before, mut strength) = (0, rng.random_range(1_200..2_400_i32));
    for (number, sample) in mix.iter_mut().enumerate() {
        if number % 800 == 0 {
            strength = (strength + rng.random_range(-500..=500)).clamp(1_200, 3_200);
        }
        before = i32::midpoint(before, rng.random_range(-strength..=strength));
        *sample += before;
    }
}

/// The mix as a WAV file.
fn file(mix: &[i32]) -> Vec<u8> {
    let length = u32::try_from(mix.len()).unwrap_or_default();
    let mut file = Vec::with_capacity(HEADER_BYTES + mix.len());
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(length + 36).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    // Whole numbers, one channel; then samples and bytes a second, bytes and bits a sample.
    file.extend_from_slice(&[1, 0, 1, 0]);
    file.extend_from_slice(&RATE_HZ.to_le_bytes());
    file.extend_from_slice(&RATE_HZ.to_le_bytes());
    file.extend_from_slice(&[1, 0, 8, 0]);
    file.extend_from_slice(b"data");
    file.extend_from_slice(&length.to_le_bytes());
    file.extend(mix.iter().map(|sample| eight_bits(*sample)));
    file
}

fn eight_bits(sample: i32) -> u8 {
    u8::try_from((sample / STEP + SILENCE).clamp(0, 255)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use rand::SeedableRng as _;
    use rand_chacha::ChaCha20Rng;

    use super::*;

    fn said(seed: u64) -> Vec<u8> {
        speak("302918", &mut ChaCha20Rng::seed_from_u64(seed))
    }

    /// The sound of a file from -1 to 1.
    fn sound(file: &[u8]) -> Vec<f64> {
        file[HEADER_BYTES..].iter().map(|byte| (f64::from(*byte) - 128.0) / 128.0).collect()
    }

    /// How much of a frequency there is in a sound.
    fn power(sound: &[f64], hertz: f64) -> f64 {
        let turn = TAU * hertz / f64::from(RATE_HZ);
        let (mut sine, mut cosine, mut angle) = (0.0, 0.0, 0.0_f64);
        for sample in sound {
            sine += sample * angle.sin();
            cosine += sample * angle.cos();
            angle += turn;
        }
        sine * sine + cosine * cosine
    }

    /// Loudness of windows of 50 ms, the softest first.
    fn loudness(sound: &[f64]) -> Vec<f64> {
        let root = |window: &[f64]| (window.iter().map(|sample| sample * sample).sum::<f64>() / 400.0).sqrt();
        let mut all: Vec<f64> = sound.chunks_exact(400).map(root).collect();
        all.sort_by(f64::total_cmp);
        all
    }

    #[test]
    fn the_samples_are_narrow_band_wav_files_and_small() {
        for file in SPOKEN {
            assert_eq!((&file[..4], &file[8..16]), (&b"RIFF"[..], &b"WAVEfmt "[..]));
            assert_eq!(&file[20..36], &[1, 0, 1, 0, 64, 31, 0, 0, 64, 31, 0, 0, 1, 0, 8, 0]);
            assert_eq!(&file[36..40], b"data");
        }
        let bytes: usize = SPOKEN.iter().map(|file| file.len()).sum();
        assert!(bytes <= 60 * 1024, "{bytes} bytes");
    }

    #[test]
    fn digits_are_drawn_one_by_one_and_all_of_them() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let drawn: Vec<String> = (0..100).map(|_| draw_digits(&mut rng)).collect();
        assert!(drawn.iter().all(|digits| digits.len() == DIGITS));
        assert!(('0'..='9').all(|digit| drawn.concat().contains(digit)));
    }

    #[test]
    fn a_captcha_is_said_in_four_to_ten_seconds_and_in_under_eighty_kilobytes() {
        for seed in 0..50 {
            let file = said(seed);
            let length = u32::from_le_bytes([file[40], file[41], file[42], file[43]]);
            assert_eq!(usize::try_from(length).unwrap(), file.len() - HEADER_BYTES);
            assert!((4 * RATE_HZ..=10 * RATE_HZ).contains(&length), "{length} samples");
        }
    }

    /// What a person hears: speech well above the noise. What a program meets: no pause is silent.
    #[test]
    fn speech_stands_out_and_pauses_are_not_silent() {
        for seed in 0..20 {
            let loudness = loudness(&sound(&said(seed)));
            let (soft, loud) = (loudness[loudness.len() / 10], loudness[loudness.len() * 9 / 10]);
            assert!(soft > 0.005, "seed {seed}: the pauses are at {soft}");
            assert!(loud > 4.0 * soft, "seed {seed}: speech at {loud}, pauses at {soft}");
        }
    }

    /// Voices have their strength below one kilohertz and something up to three; noise alone would be flat.
    #[test]
    fn the_spectrum_is_that_of_a_voice() {
        let sound = sound(&said(3));
        let band =
            |from: u16, to: u16| (from..to).step_by(20).map(|hertz| power(&sound, hertz.into())).sum::<f64>();
        let (low, middle, high) = (band(120, 1_000), band(1_000, 3_000), band(3_000, 3_880));
        assert!(low > 3.0 * high, "{low} {high}");
        assert!(middle > 0.02 * low, "{middle} {low}");
    }

    #[test]
    fn the_same_generator_says_the_same_and_another_mixes_it_anew() {
        assert_eq!(said(4), said(4));
        assert_ne!(said(4).len(), said(5).len());
    }
}
