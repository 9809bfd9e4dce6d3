//! The settings of proxies: which one is on the way to a server.

use std::ffi::OsString;

use super::bypass::{Bypass, is_loopback};
use super::server::Proxy;
use crate::variable::{self, VariableError};

/// Which proxy, if any, is on the way to a server.
///
/// ```
/// use sim_net::proxy::ProxySettings;
///
/// let settings = ProxySettings::from_variables(|name| match name {
///     "HTTPS_PROXY" => Some("http://proxy.example:3128".into()),
///     "NO_PROXY" => Some(".corp.example,10.0.0.0/8".into()),
///     _ => None,
/// });
/// let proxy = settings.proxy_for(true, "sim.example", 443)?;
/// assert_eq!(proxy.map(|proxy| proxy.host()), Some("proxy.example"));
/// assert_eq!(settings.proxy_for(true, "sim.corp.example", 443)?, None);
/// assert_eq!(settings.proxy_for(false, "sim.example", 80)?, None);
/// # Ok::<(), sim_net::variable::VariableError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ProxySettings {
    http: Setting<Proxy>,
    https: Setting<Proxy>,
    bypass: Setting<Bypass>,
    asks_for_loopback: bool,
}

/// What a variable says; that it cannot be read matters once somebody asks.
type Setting<T> = Result<Option<T>, VariableError>;

impl ProxySettings {
    /// Returns whether no server is reached through a proxy.
    pub fn is_none(&self) -> bool {
        matches!((&self.http, &self.https), (Ok(None), Ok(None)))
    }

    /// Returns settings without any proxy, whatever the environment says.
    pub fn none() -> Self {
        Self { http: Ok(None), https: Ok(None), bypass: Ok(None), asks_for_loopback: false }
    }

    /// Returns settings that send everything through one proxy, whatever the environment says.
    pub fn all(proxy: Proxy) -> Self {
        Self {
            http: Ok(Some(proxy.clone())),
            https: Ok(Some(proxy)),
            bypass: Ok(None),
            asks_for_loopback: true,
        }
    }

    /// Reads the settings from the environment of this process: see [`from_variables`](Self::from_variables).
    pub fn from_env() -> Self {
        Self::from_variables(variable::of_process)
    }

    /// Reads the settings from variables.
    ///
    /// | server | the first of these that is set and not empty |
    /// |---|---|
    /// | `https` | `HTTPS_PROXY`, `https_proxy`, `ALL_PROXY`, `all_proxy` |
    /// | `http` | `HTTP_PROXY`, `http_proxy`, `ALL_PROXY`, `all_proxy` |
    ///
    /// `NO_PROXY`, or else `no_proxy`, lists the hosts that need no proxy; this machine never needs one. In a CGI
    /// program (`REQUEST_METHOD` is set) `HTTP_PROXY` is ignored: whoever sends a header `Proxy` sets it.
    pub fn from_variables(lookup: impl Fn(&str) -> Option<OsString>) -> Self {
        let is_cgi = lookup("REQUEST_METHOD").is_some();
        Self {
            http: first(http_variables(is_cgi, cfg!(windows)), &lookup, str::parse),
            https: first(&["HTTPS_PROXY", "https_proxy", ALL[0], ALL[1]], &lookup, |url| {
                url.parse()
            }),
            bypass: first(&["NO_PROXY", "no_proxy"], &lookup, Bypass::read),
            asks_for_loopback: false,
        }
    }

    /// Returns the proxy on the way to a server, or `None` if the way is direct.
    ///
    /// A client asks for its server when it is built, so that a setting that cannot be used is known at once, and
    /// again before each connection.
    ///
    /// # Errors
    /// If the variable that decides cannot be read. Variables that do not matter for this server are not looked at.
    pub fn proxy_for(
        &self,
        is_secure: bool,
        host: &str,
        port: u16,
    ) -> Result<Option<&Proxy>, VariableError> {
        if !self.asks_for_loopback && is_loopback(host) {
            return Ok(None);
        }
        let setting = if is_secure { &self.https } else { &self.http };
        let Some(proxy) = setting.as_ref().map_err(Clone::clone)? else { return Ok(None) };
        let bypass = self.bypass.as_ref().map_err(Clone::clone)?;
        let is_direct = bypass.as_ref().is_some_and(|bypass| bypass.covers(host, port));
        Ok((!is_direct).then_some(proxy))
    }
}

impl Default for ProxySettings {
    /// Reads the settings from the environment of this process.
    fn default() -> Self {
        Self::from_env()
    }
}

const ALL: [&str; 2] = ["ALL_PROXY", "all_proxy"];

/// The variables for `http`. The web server of a CGI program makes variables of a request's headers, in capitals;
/// where the environment does not tell capitals from small letters, both forms are the header.
fn http_variables(is_cgi: bool, ignores_case: bool) -> &'static [&'static str] {
    match (is_cgi, ignores_case) {
        (false, _) => &["HTTP_PROXY", "http_proxy", ALL[0], ALL[1]],
        (true, false) => &["http_proxy", ALL[0], ALL[1]],
        (true, true) => &ALL,
    }
}

/// Reads the first variable that is set and not empty.
fn first<T, E: ToString>(
    names: &[&str],
    lookup: impl Fn(&str) -> Option<OsString>,
    read: impl Fn(&str) -> Result<T, E>,
) -> Setting<T> {
    for name in names {
        if let Some(value) = variable::read(name, &lookup)? {
            return read(&value)
                .map(Some)
                .map_err(|error| VariableError::new(*name, error.to_string()));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Variables = [(&'static str, &'static str)];

    fn settings(variables: &Variables) -> ProxySettings {
        ProxySettings::from_variables(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.into())
        })
    }

    /// The host of the proxy on the way to a URL, `-` for none, or the name of the variable that cannot be read.
    fn way(settings: &ProxySettings, url: &str) -> String {
        let (scheme, rest) = url.split_once("://").expect("a scheme");
        let is_secure = scheme == "https";
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port.parse().expect("a port")),
            _ => (rest, if is_secure { 443 } else { 80 }),
        };
        match settings.proxy_for(is_secure, host, port) {
            Ok(proxy) => proxy.map_or("-", Proxy::host).to_owned(),
            Err(error) => format!("! {}", error.name()),
        }
    }

    #[test]
    fn each_scheme_has_its_variables_and_the_first_that_is_not_empty_decides() {
        for (variables, http, https) in [
            (&[][..], "-", "-"),
            (&[("HTTP_PROXY", "http://a")], "a", "-"),
            (&[("http_proxy", "http://a")], "a", "-"),
            (&[("HTTPS_PROXY", "http://a")], "-", "a"),
            (&[("https_proxy", "http://a")], "-", "a"),
            (&[("ALL_PROXY", "http://a")], "a", "a"),
            (&[("all_proxy", "socks5://a")], "a", "a"),
            (&[("HTTP_PROXY", "http://a"), ("http_proxy", "http://b")], "a", "-"),
            (&[("HTTPS_PROXY", "http://a"), ("https_proxy", "http://b")], "-", "a"),
            (&[("HTTPS_PROXY", ""), ("https_proxy", "http://b")], "-", "b"),
            (&[("HTTPS_PROXY", " \n"), ("https_proxy", "http://b")], "-", "b"),
            (&[("HTTPS_PROXY", ""), ("ALL_PROXY", "http://c")], "c", "c"),
            (&[("HTTPS_PROXY", "http://a"), ("ALL_PROXY", "http://c")], "c", "a"),
            (&[("ALL_PROXY", ""), ("all_proxy", "http://d")], "d", "d"),
            (&[("HTTPS_PROXY", ""), ("https_proxy", "")], "-", "-"),
            (&[("HTTPS_PROXY", " http://a:1 ")], "-", "a"),
        ] {
            let settings = settings(variables);
            assert_eq!(way(&settings, "http://sim.example"), http, "{variables:?}");
            assert_eq!(way(&settings, "https://sim.example"), https, "{variables:?}");
        }
    }

    #[test]
    fn a_cgi_program_does_not_take_a_header_for_a_proxy() {
        for (variables, http, https) in [
            (&[("HTTP_PROXY", "http://evil")][..], "-", "-"),
            (&[("HTTP_PROXY", "http://evil"), ("ALL_PROXY", "http://all")], "all", "all"),
            (&[("HTTP_PROXY", "http://evil"), ("HTTPS_PROXY", "http://a")], "-", "a"),
            (&[("HTTP_PROXY", "not usable:x")], "-", "-"),
        ] {
            let variables: Vec<_> =
                variables.iter().copied().chain([("REQUEST_METHOD", "GET")]).collect();
            let settings = settings(&variables);
            assert_eq!(way(&settings, "http://sim.example"), http, "{variables:?}");
            assert_eq!(way(&settings, "https://sim.example"), https, "{variables:?}");
        }
    }

    #[test]
    fn small_letters_are_safe_in_a_cgi_program_where_they_are_told_apart() {
        assert_eq!(http_variables(true, false), ["http_proxy", "ALL_PROXY", "all_proxy"]);
        assert_eq!(http_variables(true, true), ["ALL_PROXY", "all_proxy"]);
        assert_eq!(http_variables(false, true), http_variables(false, false));
    }

    #[test]
    fn hosts_of_the_list_are_reached_directly() {
        for (name, list) in
            [("NO_PROXY", "sim.example:443,10.0.0.0/8"), ("no_proxy", "a,b,.example")]
        {
            let settings = settings(&[("ALL_PROXY", "http://a"), (name, list)]);
            assert_eq!(way(&settings, "https://sim.example"), "-", "{list}");
            assert_eq!(way(&settings, "https://sim.test"), "a", "{list}");
        }
        let both = settings(&[("ALL_PROXY", "http://a"), ("NO_PROXY", "x"), ("no_proxy", "y")]);
        assert_eq!((way(&both, "http://x"), way(&both, "http://y")), ("-".into(), "a".into()));
        let empty = settings(&[("ALL_PROXY", "http://a"), ("NO_PROXY", ""), ("no_proxy", "y")]);
        assert_eq!(way(&empty, "http://y"), "-");
    }

    #[test]
    fn the_environment_puts_no_proxy_before_this_machine() {
        let named = settings(&[("ALL_PROXY", "http://a"), ("HTTP_PROXY", "ftp://a")]);
        for host in ["localhost", "127.0.0.1:8080", "[::1]:8080", "a.localhost"] {
            assert_eq!(way(&named, &format!("http://{host}")), "-", "{host}");
            assert_eq!(way(&named, &format!("https://{host}")), "-", "{host}");
        }
    }

    #[test]
    fn a_proxy_that_the_program_names_is_on_the_way_to_everything() {
        let settings = ProxySettings::all("socks5h://a:1".parse().expect("a proxy"));
        for url in ["http://sim.example", "https://sim.example", "http://localhost:1"] {
            assert_eq!(way(&settings, url), "a", "{url}");
        }
    }

    #[test]
    fn without_settings_there_is_no_proxy() {
        let settings = ProxySettings::none();
        for url in ["http://sim.example", "https://sim.example", "http://localhost:1"] {
            assert_eq!(way(&settings, url), "-", "{url}");
        }
    }

    #[test]
    fn a_setting_that_cannot_be_read_is_an_error_where_it_decides_and_only_there() {
        for (variables, http, https) in [
            (&[("HTTPS_PROXY", "socks://a")][..], "-", "! HTTPS_PROXY"),
            (&[("https_proxy", "http://a:99999")], "-", "! https_proxy"),
            (&[("HTTP_PROXY", "ftp://a")], "! HTTP_PROXY", "-"),
            (&[("ALL_PROXY", "http://a\nhttp://b")], "! ALL_PROXY", "! ALL_PROXY"),
            (&[("HTTPS_PROXY", "http://a"), ("ALL_PROXY", "ftp://b")], "! ALL_PROXY", "a"),
            (&[("HTTPS_PROXY", "ftp://a"), ("https_proxy", "http://b")], "-", "! HTTPS_PROXY"),
            (&[("HTTPS_PROXY", "http://a"), ("NO_PROXY", "10.0.0.0/99")], "-", "! NO_PROXY"),
            (&[("NO_PROXY", "10.0.0.0/99")], "-", "-"),
        ] {
            let settings = settings(variables);
            assert_eq!(way(&settings, "http://sim.example"), http, "{variables:?}");
            assert_eq!(way(&settings, "https://sim.example"), https, "{variables:?}");
        }
    }

    #[test]
    fn no_text_shows_a_password_of_the_environment() {
        let mut shown = Vec::new();
        for url in ["http://somebody:hidden@a", "ftp://somebody:hidden@a", "http://hidden\nx"] {
            let settings = settings(&[("ALL_PROXY", url), ("NO_PROXY", "hidden/x")]);
            let found = settings.proxy_for(true, "sim.example", 443);
            shown.push(format!("{settings:?} {found:?}"));
            if let Err(error) = found {
                shown.push(error.to_string());
            }
        }
        let shown = shown.concat();
        assert!(!shown.contains("somebody") && !shown.contains("hidden"), "{shown}");
    }
}
