//! The characters of the captcha, drawn with strokes: no font file, hence no font licence.
//!
//! A glyph lives in a box one unit wide and 1.4 units high, the origin at the top left. The alphabet leaves out what
//! people mix up: 0 O D Q, 1 I L J, 2 Z, 5 S, 8 B, G 6, V U W keep at most one of each group.

use std::f32::consts::PI;

/// The alphabet, in no particular order of meaning.
pub(super) const ALPHABET: &str = "ACEFHKMNPRTUXY34679";

/// One stroke of the pen.
pub(super) enum Stroke {
    /// Straight from point to point.
    Line(&'static [(f32, f32)]),
    /// Part of an ellipse: centre, half axes, first and last angle in half turns, clockwise from the right.
    Arc { centre: (f32, f32), axes: (f32, f32), from: f32, to: f32 },
}

/// The widest a character reaches beyond its box, on each side.
pub(super) const fn overhang(character: char) -> f32 {
    if character == 'M' { 0.1 } else { 0.0 }
}

/// Steps into which an arc is cut; enough that the corners do not show.
const ARC_STEPS: u16 = 14;

use Stroke::{Arc, Line};

/// The strokes of a character; none for one that is not in the alphabet.
pub(super) const fn strokes(character: char) -> &'static [Stroke] {
    match character {
        'A' => &[Line(&[(0.0, 1.4), (0.5, 0.0), (1.0, 1.4)]), Line(&[(0.2, 0.9), (0.8, 0.9)])],
        'C' => &[Arc { centre: (0.58, 0.7), axes: (0.54, 0.7), from: 0.3, to: 1.7 }],
        'E' => {
            &[Line(&[(0.95, 0.0), (0.1, 0.0), (0.1, 1.4), (0.95, 1.4)]), Line(&[(0.1, 0.68), (0.8, 0.68)])]
        }
        'F' => &[Line(&[(0.95, 0.0), (0.1, 0.0), (0.1, 1.4)]), Line(&[(0.1, 0.66), (0.8, 0.66)])],
        'H' => &[
            Line(&[(0.08, 0.0), (0.08, 1.4)]),
            Line(&[(0.92, 0.0), (0.92, 1.4)]),
            Line(&[(0.08, 0.7), (0.92, 0.7)]),
        ],
        'K' => &[
            Line(&[(0.1, 0.0), (0.1, 1.4)]),
            Line(&[(0.95, 0.0), (0.1, 0.82)]),
            Line(&[(0.4, 0.55), (1.0, 1.4)]),
        ],
        'M' => &[Line(&[(-0.1, 1.4), (0.0, 0.0), (0.5, 0.9), (1.0, 0.0), (1.1, 1.4)])],
        'N' => &[Line(&[(0.08, 1.4), (0.08, 0.0), (0.92, 1.4), (0.92, 0.0)])],
        'P' => &[
            Line(&[(0.1, 1.4), (0.1, 0.0), (0.55, 0.0)]),
            Arc { centre: (0.55, 0.38), axes: (0.38, 0.38), from: -0.5, to: 0.5 },
            Line(&[(0.55, 0.76), (0.1, 0.76)]),
        ],
        'R' => &[
            Line(&[(0.1, 1.4), (0.1, 0.0), (0.55, 0.0)]),
            Arc { centre: (0.55, 0.37), axes: (0.37, 0.37), from: -0.5, to: 0.5 },
            Line(&[(0.55, 0.74), (0.1, 0.74)]),
            Line(&[(0.5, 0.74), (0.98, 1.4)]),
        ],
        'T' => &[Line(&[(0.0, 0.0), (1.0, 0.0)]), Line(&[(0.5, 0.0), (0.5, 1.4)])],
        'U' => &[
            Line(&[(0.08, 0.0), (0.08, 0.95)]),
            Arc { centre: (0.5, 0.95), axes: (0.42, 0.45), from: 1.0, to: 0.0 },
            Line(&[(0.92, 0.95), (0.92, 0.0)]),
        ],
        'X' => &[Line(&[(0.05, 0.0), (0.95, 1.4)]), Line(&[(0.95, 0.0), (0.05, 1.4)])],
        'Y' => &[Line(&[(0.0, 0.0), (0.5, 0.72), (1.0, 0.0)]), Line(&[(0.5, 0.72), (0.5, 1.4)])],
        '3' => &[
            Arc { centre: (0.46, 0.36), axes: (0.42, 0.36), from: -0.85, to: 0.5 },
            Arc { centre: (0.46, 1.04), axes: (0.46, 0.36), from: -0.5, to: 0.85 },
            Line(&[(0.34, 0.7), (0.5, 0.7)]),
        ],
        '4' => &[Line(&[(0.7, 1.4), (0.7, 0.0), (0.0, 0.98), (1.0, 0.98)])],
        '6' => &[
            Arc { centre: (0.5, 0.96), axes: (0.42, 0.44), from: 0.0, to: 2.0 },
            Arc { centre: (0.92, 0.92), axes: (0.84, 0.92), from: 1.0, to: 1.42 },
        ],
        '7' => &[Line(&[(0.02, 0.0), (0.95, 0.0), (0.35, 1.4)])],
        '9' => &[
            Arc { centre: (0.5, 0.44), axes: (0.42, 0.44), from: 0.0, to: 2.0 },
            Arc { centre: (0.08, 0.48), axes: (0.84, 0.92), from: 0.0, to: 0.42 },
        ],
        _ => &[],
    }
}

impl Stroke {
    /// The stroke as points to be joined by straight lines.
    pub(super) fn points(&self) -> Vec<(f32, f32)> {
        match self {
            // Cut up, so that a warp bends straight strokes too.
            Self::Line(corners) => corners
                .windows(2)
                .flat_map(|pair| match pair {
                    [from, to] => between(*from, *to),
                    _ => Vec::new(),
                })
                .collect(),
            Self::Arc { centre, axes, from, to } => (0..=ARC_STEPS)
                .map(|step| {
                    let angle = PI * (from + (to - from) * f32::from(step) / f32::from(ARC_STEPS));
                    (centre.0 + axes.0 * angle.cos(), centre.1 + axes.1 * angle.sin())
                })
                .collect(),
        }
    }
}

fn between(from: (f32, f32), to: (f32, f32)) -> Vec<(f32, f32)> {
    const STEPS: u16 = 6;
    let at = |step: u16| {
        let part = f32::from(step) / f32::from(STEPS);
        (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part)
    };
    (0..=STEPS).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_strokes_inside_its_box() {
        for character in ALPHABET.chars() {
            let points: Vec<_> = strokes(character).iter().flat_map(Stroke::points).collect();
            assert!(points.len() > 3, "{character}");
            for (x, y) in points {
                assert!(
                    (-0.01 - overhang(character)..=1.01 + overhang(character)).contains(&x)
                        && (-0.1..=1.5).contains(&y),
                    "{character} {x} {y}"
                );
            }
        }
    }
}
