//! Pages as a visitor meets them.

mod components;
mod gallery;
mod messages;
mod pages;
mod support;
