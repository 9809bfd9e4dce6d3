//! What both transports of the Sim SDK need from their surroundings: proxies, certificates, addresses, keep-alive.
//!
//! This crate knows nothing of Sim. It reads settings and drives sockets; it sends no HTTP.
//!
//! | module | answers |
//! |---|---|
//! | [`variable`] | What does a variable of the environment say? |
//! | [`proxy`] | Which proxy, if any, is on the way to a server? |
//! | [`resolve`] | Which addresses does a name have? |
//! | [`connect`] | Which of those addresses answers first? |
//! | [`keep_alive`] | Is the peer of a silent connection still there? |
//! | [`stream`] | How are bytes sent and received within a limit? |
//! | [`dial`] | All of it together: which connection leads to a server? |
//! | `tls` | Which certificates are trusted, and what is wrong with one that is not? |
//!
//! Each wait takes a [`Limit`]: a deadline, and a question whether the caller still wants the result.
//!
//! ```no_run
//! use std::time::{Duration, Instant};
//!
//! use sim_net::Limit;
//! use sim_net::keep_alive::KeepAlive;
//! use sim_net::proxy::ProxySettings;
//! use sim_net::resolve::Resolver;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let limit = Limit::until(Instant::now() + Duration::from_secs(10));
//! let (mut host, mut port) = ("sim.example", 443);
//! let proxies = ProxySettings::from_env();
//! if let Some(proxy) = proxies.proxy_for(true, host, port)? {
//!     (host, port) = (proxy.host(), proxy.port());
//! }
//! let addresses = Resolver::default().resolve(host, port, &limit)?;
//! let stream = sim_net::connect::connect(&addresses, &limit)?;
//! KeepAlive::default().apply(&stream)?;
//! # Ok(())
//! # }
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod connect;
pub mod dial;
pub mod keep_alive;
mod limit;
pub mod proxy;
pub mod resolve;
pub mod setup;
pub mod stream;
#[cfg(feature = "tls")]
pub mod tls;
pub mod variable;

pub use limit::{Limit, Stopped};
