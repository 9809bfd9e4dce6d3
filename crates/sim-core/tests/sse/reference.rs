//! The standard's text, step by step and without a thought for speed: all bytes to text, text to lines, line
//! by line to events.

use crate::Seen;

pub(crate) fn decode(stream: &[u8]) -> Seen {
    let text = String::from_utf8_lossy(stream);
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    // What follows the last line end is no line.
    let mut lines: Vec<&str> = text.split('\n').collect();
    lines.pop();

    let mut seen = Seen::default();
    let (mut data, mut event, mut id) = (String::new(), String::new(), String::new());
    for line in lines {
        if line.is_empty() {
            seen.last_event_id.clone_from(&id);
            if let Some(text) = data.strip_suffix('\n') {
                let name = if event.is_empty() { "message" } else { &event };
                seen.events.push((name.to_owned(), text.to_owned(), id.clone()));
            }
            data.clear();
            event.clear();
            continue;
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "data" => {
                data.push_str(value);
                data.push('\n');
            }
            "event" => value.clone_into(&mut event),
            "id" if !value.contains('\0') => value.clone_into(&mut id),
            "retry" if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) => {
                seen.retry_millis = Some(value.parse::<u64>().unwrap_or(u64::MAX).into());
            }
            _ => {}
        }
    }
    seen
}
