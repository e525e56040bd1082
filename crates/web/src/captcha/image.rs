//! The captcha as a picture: characters bent, turned and crossed by lines, in four greys.

use std::f32::consts::{PI, TAU};

use rand::{Rng, RngExt as _};

use super::glyphs::{ALPHABET, Stroke, overhang, strokes};

/// Characters in one captcha.
pub const LENGTH: usize = 5;

/// Width in pixels: twice the size at which pages show it, so that enlarging stays sharp.
const WIDTH: u16 = 400;
/// Height in pixels.
const HEIGHT: u16 = 140;
/// Pixels in one byte of the picture, at two bits each.
const PIXELS_PER_BYTE: usize = 4;
/// Half the width of the pen that writes the characters, in pixels.
const PEN: f32 = 5.2;

/// Draws the text of a new captcha: [`LENGTH`] characters of an alphabet without look-alikes, all upper case.
pub fn draw_text(rng: &mut dyn Rng) -> String {
    let alphabet: Vec<char> = ALPHABET.chars().collect();
    (0..LENGTH).filter_map(|_| alphabet.get(rng.random_range(0..alphabet.len()))).collect()
}

/// Renders a text as a PNG of 400 by 140 pixels in four greys, at most 6 KB. Characters outside the alphabet leave a gap.
/// Empty only if the encoder fails, which it does not when writing to memory.
pub fn render(text: &str, rng: &mut dyn Rng) -> Vec<u8> {
    let mut canvas = Canvas::new();
    let warp = Warp::draw(rng);
    write_text(&mut canvas, text, &warp, rng);
    cross_out(&mut canvas, rng);
    sprinkle(&mut canvas, rng);
    canvas.encode().unwrap_or_default()
}

/// A slow wave that bends the whole line of writing.
struct Warp {
    phase: (f32, f32),
    amplitude: (f32, f32),
    length: (f32, f32),
}

impl Warp {
    fn draw(rng: &mut dyn Rng) -> Self {
        Self {
            phase: (rng.random_range(0.0..TAU), rng.random_range(0.0..TAU)),
            amplitude: (rng.random_range(3.0..5.0), rng.random_range(5.0..9.0)),
            length: (rng.random_range(70.0..120.0), rng.random_range(120.0..220.0)),
        }
    }

    fn bend(&self, (x, y): (f32, f32)) -> (f32, f32) {
        (
            x + self.amplitude.0 * (TAU * y / self.length.0 + self.phase.0).sin(),
            y + self.amplitude.1 * (TAU * x / self.length.1 + self.phase.1).sin(),
        )
    }
}

fn write_text(canvas: &mut Canvas, text: &str, warp: &Warp, rng: &mut dyn Rng) {
    let mut left = rng.random_range(20.0_f32..28.0);
    for character in text.chars() {
        let scale = rng.random_range(44.0_f32..50.0);
        // A wide character is moved away from its neighbours by as much as it sticks out.
        let room = overhang(character) * scale;
        left += room;
        let turn = rng.random_range(-0.09_f32..0.09) * PI;
        let lean = rng.random_range(-0.14_f32..0.14);
        let top = (f32::from(HEIGHT) - 1.4 * scale) / 2.0 + rng.random_range(-8.0_f32..8.0);
        let (sine, cosine) = turn.sin_cos();
        for stroke in strokes(character) {
            let place = |(x, y): (f32, f32)| {
                // Turned about the middle of its box, so that a character stays where it is.
                let (x, y) = ((x - 0.5 + lean * (0.7 - y)) * scale, (y - 0.7) * scale);
                let turned = (x * cosine - y * sine, x * sine + y * cosine);
                warp.bend((turned.0 + left + 0.5 * scale, turned.1 + top + 0.7 * scale))
            };
            canvas.stroke(&Stroke::points(stroke).into_iter().map(place).collect::<Vec<_>>(), PEN, 1.0);
        }
        left += scale + room + rng.random_range(14.0_f32..19.0);
    }
}

/// Lines in the colour of the writing but thinner, from edge to edge, and one that takes ink away.
fn cross_out(canvas: &mut Canvas, rng: &mut dyn Rng) {
    for (ink, pen) in [(1.0, 1.5), (1.0, 1.2), (0.5, 2.2), (-1.0, 0.6)] {
        let (from, to) = (rng.random_range(25.0_f32..115.0), rng.random_range(25.0_f32..115.0));
        let swing = rng.random_range(8.0_f32..22.0);
        let phase = rng.random_range(0.0..TAU);
        let waves = rng.random_range(0.6_f32..1.4);
        let at = |step: u16| {
            let part = f32::from(step) / 40.0;
            let y = from + (to - from) * part + swing * (TAU * waves * part + phase).sin();
            (f32::from(WIDTH) * part, y)
        };
        canvas.stroke(&(0..=40).map(at).collect::<Vec<_>>(), pen, ink);
    }
}

/// Specks on the paper and small holes in the writing.
fn sprinkle(canvas: &mut Canvas, rng: &mut dyn Rng) {
    for number in 0..90_u16 {
        let at = (rng.random_range(0.0..f32::from(WIDTH)), rng.random_range(0.0..f32::from(HEIGHT)));
        let ink = if number % 3 == 0 { -0.7 } else { 0.65 };
        canvas.stroke(&[at, at], rng.random_range(0.8_f32..1.8), ink);
    }
}

/// Ink by pixel, row by row: 0 is paper, 1 is black.
struct Canvas(Vec<f32>);

impl Canvas {
    fn new() -> Self {
        Self(vec![0.0; usize::from(WIDTH) * usize::from(HEIGHT)])
    }

    /// Draws a line through points. Positive ink is laid on, the darker one winning; negative ink is taken away.
    fn stroke(&mut self, points: &[(f32, f32)], pen: f32, ink: f32) {
        for pair in points.windows(2) {
            if let [from, to] = pair {
                self.segment(*from, *to, pen, ink);
            }
        }
    }

    fn segment(&mut self, from: (f32, f32), to: (f32, f32), pen: f32, ink: f32) {
        let margin = pen + 1.0;
        let (left, right) = (from.0.min(to.0) - margin, from.0.max(to.0) + margin);
        let (top, bottom) = (from.1.min(to.1) - margin, from.1.max(to.1) + margin);
        let rows = (0..HEIGHT).zip(self.0.chunks_exact_mut(usize::from(WIDTH)));
        for (y, row) in rows.skip(whole(top)).take(whole(bottom - top.max(0.0)) + 1) {
            let pixels = (0..WIDTH).zip(row.iter_mut());
            for (x, pixel) in pixels.skip(whole(left)).take(whole(right - left.max(0.0)) + 1) {
                let distance = distance((f32::from(x), f32::from(y)), from, to);
                // One pixel of slope at the edge smooths it.
                let cover = (pen + 0.5 - distance).clamp(0.0, 1.0);
                *pixel = if ink < 0.0 { (*pixel + cover * ink).max(0.0) } else { pixel.max(cover * ink) };
            }
        }
    }

    fn encode(&self) -> Result<Vec<u8>, png::EncodingError> {
        let bytes: Vec<u8> = self
            .0
            .chunks(PIXELS_PER_BYTE)
            .map(|pixels| pixels.iter().fold(0_u8, |byte, ink| (byte << 2) | grey(*ink)))
            .collect();
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, u32::from(WIDTH), u32::from(HEIGHT));
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Two);
        encoder.set_compression(png::Compression::Balanced);
        encoder.set_filter(png::Filter::NoFilter);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&bytes)?;
        writer.finish()?;
        Ok(file)
    }
}

/// The grey of a pixel: 3 is white, 0 is black.
fn grey(ink: f32) -> u8 {
    match ink {
        ink if ink < 0.25 => 3,
        ink if ink < 0.55 => 2,
        ink if ink < 0.85 => 1,
        _ => 0,
    }
}

/// The distance from a point to a segment.
fn distance(point: (f32, f32), from: (f32, f32), to: (f32, f32)) -> f32 {
    let (along, reach) = ((to.0 - from.0, to.1 - from.1), (point.0 - from.0, point.1 - from.1));
    let square = along.0 * along.0 + along.1 * along.1;
    let part =
        if square == 0.0 { 0.0 } else { ((reach.0 * along.0 + reach.1 * along.1) / square).clamp(0.0, 1.0) };
    (reach.0 - part * along.0).hypot(reach.1 - part * along.1)
}

/// The whole pixels in a length; nothing for a negative one.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the standard library offers no checked conversion; `as` saturates and the value is clamped before"
)]
fn whole(length: f32) -> usize {
    length.clamp(0.0, 4096.0) as usize
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha20Rng;

    use super::*;

    #[test]
    fn text_has_the_length_and_alphabet() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        for _ in 0..200 {
            let text = draw_text(&mut rng);
            assert_eq!(text.len(), LENGTH);
            assert!(text.chars().all(|character| ALPHABET.contains(character)), "{text}");
        }
    }

    #[test]
    fn every_character_is_drawn_in_the_long_run() {
        let mut rng = ChaCha20Rng::seed_from_u64(2);
        let drawn: String = (0..200).map(|_| draw_text(&mut rng)).collect();
        assert!(ALPHABET.chars().all(|character| drawn.contains(character)));
    }

    #[test]
    fn pictures_are_small_and_readable_as_png() {
        let mut rng = ChaCha20Rng::seed_from_u64(3);
        for _ in 0..50 {
            let text = draw_text(&mut rng);
            let file = render(&text, &mut rng);
            assert!(file.len() <= 6 * 1024, "{text}: {} bytes", file.len());
            let reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().unwrap();
            assert_eq!((reader.info().width, reader.info().height), (400, 140));
        }
    }

    #[test]
    fn the_same_generator_draws_the_same_picture_and_another_does_not() {
        let picture = |seed| render("AC346", &mut ChaCha20Rng::seed_from_u64(seed));
        assert_eq!(picture(4), picture(4));
        assert_ne!(picture(4), picture(5));
    }
}
