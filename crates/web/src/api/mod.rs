//! The provider API.
