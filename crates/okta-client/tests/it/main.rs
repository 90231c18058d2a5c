//! The client against real servers on loopback that behave well, badly and hostilely.

mod demo;
mod faults;
mod fuzzed;
mod limits;
mod paging;
mod server;
mod sign_in;
mod stop;
