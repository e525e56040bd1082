//! The doors of Heyan: what people see, and what programs speak to.

pub mod captcha;
pub mod portal;
pub mod texts;
