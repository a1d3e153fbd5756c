//! Signing in to the console, sessions there, and what a password proves.

mod locks;
mod scene;
mod story;
