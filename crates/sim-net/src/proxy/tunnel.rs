//! Asks a proxy for a connection to a server: `CONNECT` of HTTP, and SOCKS in versions 4, 4a and 5.

use std::io::{self, Read as _, Write as _};
use std::net::IpAddr;

use super::server::{Proxy, ProxyScheme};
use crate::Limit;
use crate::stream::{Stream, Within};

/// The longest head of an answer to `CONNECT` that is read, in bytes.
const MOST: usize = 16 * 1024;

/// The server that a proxy is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target<'t> {
    Name(&'t str),
    Address(IpAddr),
}

/// Asks for a connection to a server. The error says in the proxy's words why there is none; an inner `Err` is one of
/// the connection to the proxy.
pub(crate) fn open(
    stream: &mut Stream,
    proxy: &Proxy,
    target: Target<'_>,
    port: u16,
    limit: &Limit<'_>,
) -> io::Result<Result<(), String>> {
    let mut stream = stream.within(limit);
    match proxy.scheme() {
        ProxyScheme::Http | ProxyScheme::Https => connect(&mut stream, proxy, target, port),
        ProxyScheme::Socks4 | ProxyScheme::Socks4a => socks4(&mut stream, proxy, target, port),
        ProxyScheme::Socks5 | ProxyScheme::Socks5h => socks5(&mut stream, proxy, target, port),
    }
}

fn connect(
    stream: &mut Within<'_>,
    proxy: &Proxy,
    target: Target<'_>,
    port: u16,
) -> io::Result<Result<(), String>> {
    let host = match target {
        Target::Name(name) => name.to_owned(),
        Target::Address(IpAddr::V6(address)) => format!("[{address}]"),
        Target::Address(IpAddr::V4(address)) => address.to_string(),
    };
    let user = proxy.authorization();
    let user = user.map(|user| format!("Proxy-Authorization: {user}\r\n")).unwrap_or_default();
    let head = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{user}\r\n");
    stream.write_all(head.as_bytes())?;
    stream.flush()?;
    let (mut answer, mut byte) = (Vec::new(), [0]);
    // Byte by byte: what follows the head is the server's.
    while !answer.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        answer.push(byte[0]);
        if answer.len() > MOST {
            return Ok(Err("its answer has no end".to_owned()));
        }
    }
    let line = answer.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    Ok(match line.split_once(' ') {
        Some((version, status)) if version.starts_with("HTTP/1.") => {
            if status.starts_with('2') {
                Ok(())
            } else {
                Err(format!("it answered {status}"))
            }
        }
        _ => Err("it does not speak HTTP".to_owned()),
    })
}

fn socks4(
    stream: &mut Within<'_>,
    proxy: &Proxy,
    target: Target<'_>,
    port: u16,
) -> io::Result<Result<(), String>> {
    let (address, name) = match target {
        Target::Address(IpAddr::V4(address)) => (address.octets(), None),
        Target::Address(IpAddr::V6(_)) => {
            return Ok(Err("SOCKS version 4 has no addresses of IPv6".to_owned()));
        }
        // No address begins with three zeros: the name follows.
        Target::Name(name) => ([0, 0, 0, 1], Some(name)),
    };
    let mut request = vec![4, 1];
    request.extend(port.to_be_bytes());
    request.extend(address);
    for text in proxy.username().map_or(Some(""), Some).into_iter().chain(name) {
        request.extend(text.bytes().filter(|byte| *byte != 0));
        request.push(0);
    }
    stream.write_all(&request)?;
    stream.flush()?;
    let mut answer = [0; 8];
    stream.read_exact(&mut answer)?;
    Ok(match answer[1] {
        90 => Ok(()),
        91 => Err("it has no connection to the server, or allows none".to_owned()),
        92 | 93 => Err("it does not accept the user".to_owned()),
        code => Err(format!("it answered {code}")),
    })
}

fn socks5(
    stream: &mut Within<'_>,
    proxy: &Proxy,
    target: Target<'_>,
    port: u16,
) -> io::Result<Result<(), String>> {
    const NO_USER: u8 = 0;
    const USER: u8 = 2;
    let user = proxy.username().unwrap_or_default();
    let methods: &[u8] = if proxy.username().is_some() { &[NO_USER, USER] } else { &[NO_USER] };
    let mut greeting = vec![5];
    counted(&mut greeting, methods);
    stream.write_all(&greeting)?;
    stream.flush()?;
    let mut choice = [0; 2];
    stream.read_exact(&mut choice)?;
    match choice {
        [5, NO_USER] => {}
        [5, USER] if methods.contains(&USER) => {
            let mut login = vec![1];
            counted(&mut login, user.as_bytes());
            counted(&mut login, proxy.password().unwrap_or_default().as_bytes());
            stream.write_all(&login)?;
            stream.flush()?;
            let mut answer = [0; 2];
            stream.read_exact(&mut answer)?;
            if answer[1] != 0 {
                return Ok(Err("it does not accept the user and the password".to_owned()));
            }
        }
        [5, _] => return Ok(Err("it wants another way to log in".to_owned())),
        _ => return Ok(Err("it does not speak SOCKS version 5".to_owned())),
    }
    let mut request = vec![5, 1, 0];
    match target {
        Target::Address(IpAddr::V4(address)) => {
            request.push(1);
            request.extend(address.octets());
        }
        Target::Name(name) => {
            request.push(3);
            counted(&mut request, name.as_bytes());
        }
        Target::Address(IpAddr::V6(address)) => {
            request.push(4);
            request.extend(address.octets());
        }
    }
    request.extend(port.to_be_bytes());
    stream.write_all(&request)?;
    stream.flush()?;
    let mut answer = [0; 5];
    stream.read_exact(&mut answer)?;
    let length = match answer[3] {
        1 => 3,
        3 => usize::from(answer[4]),
        4 => 15,
        _ => return Ok(Err("it does not speak SOCKS version 5".to_owned())),
    };
    // The rest of the address, and the port: nobody needs them.
    stream.read_exact(&mut vec![0; length + 2])?;
    Ok(match answer[1] {
        0 => Ok(()),
        2 => Err("its rules allow no connection to the server".to_owned()),
        3 => Err("it cannot reach the server's network".to_owned()),
        4 => Err("it cannot reach the server".to_owned()),
        5 => Err("the server refused its connection".to_owned()),
        code => Err(format!("it answered {code}")),
    })
}

/// Adds bytes behind their number. More than a byte can count are cut off.
fn counted(message: &mut Vec<u8>, bytes: &[u8]) {
    let bytes = &bytes[..bytes.len().min(255)];
    message.push(u8::try_from(bytes.len()).unwrap_or(u8::MAX));
    message.extend(bytes);
}
