//! The builders of a client, the same for blocking and async clients. Adapters expand this macro.

/// Gives a client its builders.
///
/// An adapter writes `builders!(MyConnector, variable, std::fs::read_to_string)` inside the `impl` of its client. The
/// first is the type of its connector, which has a default and a method `connected(self, Api, Connection)` that makes the
/// client. The others read a variable of the environment and a file.
#[macro_export]
macro_rules! builders {
    ($connector:ty, $variable:path, $read:path) => {
        /// Returns a builder for a client. The defaults are the hosted service and no credentials.
        pub fn builder() -> $crate::ClientBuilder<$connector> {
            $crate::ClientBuilder::new(<$connector>::default())
        }

        /// Returns a builder with the key and the base URL of the environment: `SIM_API_KEY`, and `SIM_BASE_URL` or else
        /// `SIM_ENDPOINT`, as far as they are set.
        ///
        /// # Errors
        /// If a variable is set and cannot be read; the error names it.
        pub fn builder_from_env() -> $crate::Result<$crate::ClientBuilder<$connector>> {
            Self::builder().variables($variable)
        }

        /// Returns a builder with the key and the endpoint of a profile of the official command-line client.
        ///
        /// # Errors
        /// As [`Profile::read`](sim_core::Profile::read).
        pub fn builder_from_profile(
            name: &str,
        ) -> $crate::Result<$crate::ClientBuilder<$connector>> {
            let profile = $crate::Profile::read(name, $variable, |path| $read(path))?;
            Ok(Self::builder().profile(&profile))
        }

        /// Creates a client from a core that you built yourself, with the default connection.
        ///
        /// # Errors
        /// If the system's certificates or a setting of the environment cannot be used.
        pub fn with_api(api: $crate::Api) -> $crate::Result<Self> {
            <$connector>::default().connected(api, $crate::transport::Connection::default())
        }
    };
}
