//! Runs a case once more in a process of its own: one that can be stopped, or that has another environment.

use std::cell::RefCell;
use std::env;
#[cfg(target_os = "linux")]
use std::fs::File;
use std::process::{Child, Command, Stdio};

/// What the process of its own is told. Nothing else sets it.
const TOLD: &str = "SIM_CONFORMANCE_TOLD";

/// What decides about connections, in capitals.
const VARIABLES: [&str; 7] = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "REQUEST_METHOD",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

thread_local! {
    /// The name of the test that this thread runs, as the harness knows it.
    static TEST: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Notes which test this thread runs: `crate::family::case`.
pub(crate) fn runs(test: &str) {
    let name = test.split_once("::").map_or(test, |(_, name)| name);
    TEST.set(name.to_owned());
}

/// What this process was told, if it is one that [`start`] started.
pub(crate) fn told() -> Option<String> {
    env::var(TOLD).ok()
}

/// Starts a process that runs this case alone, with these variables and no others about connections.
pub(crate) fn start(told: &str, variables: &[(&str, &str)]) -> Child {
    let mut child = Command::new(env::current_exe().expect("a path"));
    child.envs(variables.iter().copied());
    spawn(child, told, Stdio::null())
}

fn spawn(mut child: Command, told: &str, input: Stdio) -> Child {
    for name in VARIABLES {
        for name in [name.to_owned(), name.to_lowercase()] {
            if child.get_envs().all(|(set, _)| *set != *name) {
                child.env_remove(name);
            }
        }
    }
    // With one thread a test runs on the first of its process.
    let test = TEST.with_borrow(Clone::clone);
    child.args(["--exact", &test, "--nocapture", "--test-threads=1"]).env(TOLD, told);
    child.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
    child.spawn().expect("a process")
}

/// Runs this case in a process of its own to a good end.
pub(crate) fn run(told: &str, variables: &[(&str, &str)]) {
    assert_good(start(told, variables));
}

/// Runs this case in a process that can start no thread. Returns whether the system can do that.
#[cfg(target_os = "linux")]
pub(crate) fn run_without_threads(told: &str) -> bool {
    use std::os::unix::process::CommandExt as _;

    /// A user whom limits bind; they do not bind the superuser.
    const NOBODY: u32 = 65_534;
    let limited = |program: &str| {
        let mut command = Command::new("prlimit");
        command.arg("--nproc=1:1").arg(program);
        if is_superuser() {
            command.uid(NOBODY);
        }
        command
    };
    if !limited("true").output().is_ok_and(|output| output.status.success()) {
        return false;
    }
    // As its standard input, because another user may not reach it by its path.
    let program = File::open(env::current_exe().expect("a path")).expect("a program");
    assert_good(spawn(limited("/proc/self/fd/0"), told, program.into()));
    true
}

#[cfg(target_os = "linux")]
fn is_superuser() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.starts_with(b"0\n"))
}

/// Runs this case in a process that can start no thread. Returns whether the system can do that.
#[cfg(not(target_os = "linux"))]
pub(crate) fn run_without_threads(_: &str) -> bool {
    false
}

/// Asserts that a process ran the case to a good end.
pub(crate) fn assert_good(child: Child) {
    let output = child.wait_with_output().expect("it ends");
    let words = [output.stdout, output.stderr].concat();
    let words = String::from_utf8_lossy(&words);
    assert!(output.status.success() && words.contains("1 passed"), "{words}");
}
