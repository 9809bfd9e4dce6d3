//! CPU time as a POSIX shell tells it: `times` prints what the shell used, and then what its children used.

/// Returns the seconds of the children in what `times` printed, of users and of the system together.
pub(super) fn of_children(printed: &str) -> Option<f64> {
    let line = printed.lines().filter(|line| !line.trim().is_empty()).nth(1)?;
    line.split_whitespace().map(seconds).sum()
}

/// Reads a time such as `1m2.34s`.
fn seconds(text: &str) -> Option<f64> {
    let (minutes, seconds) = text.strip_suffix('s')?.split_once('m')?;
    Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.parse::<f64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_line_holds_the_times_of_the_children() {
        assert_eq!(of_children("0m0.01s 0m0.02s\n1m2.50s 0m0.25s\n"), Some(62.75));
        assert_eq!(of_children("0m0.01s 0m0.02s\n"), None);
        assert_eq!(of_children("0m0.01s 0m0.02s\nmuch\n"), None);
    }
}
