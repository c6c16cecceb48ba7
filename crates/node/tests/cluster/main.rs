//! Nodes among others, over a hub in memory: what one does the others see, and commands find who decides.

mod commands;
mod duplicates;
mod durability;
mod filling;
mod logs;
mod ownership;
mod recovery;
mod world;
