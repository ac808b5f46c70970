//! Pages as a visitor meets them.

mod admin;
mod components;
mod console;
mod gallery;
mod keys;
mod messages;
mod pages;
mod sessions;
mod support;
mod world;
