//! The captcha (SEC-04).

mod glyphs;
mod image;

pub use image::{LENGTH, draw_text, render};
