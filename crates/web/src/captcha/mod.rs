//! The captcha (SEC-04) in its three ways: a picture, speech, and work for a machine. Drawing, saying and checking only;
//! a captcha's life is in `people/captcha.rs`.

mod audio;
mod glyphs;
mod image;
mod work;

pub use audio::{DIGITS, draw_digits, speak};
pub use image::{LENGTH, draw_text, render};
pub use work::{DIFFICULTY_BITS, solve, solves};
