//! Lines that the end of a piece has cut.

use super::super::data::{extend, recycle};
use super::super::fast_path::NAME;
use super::super::field::Field;
use super::super::place::Place;
use super::SseDecoder;

impl SseDecoder {
    /// Keeps a part of a line whose end is in another piece. False: the line is too large.
    pub(super) fn keep(&mut self, part: &[u8]) -> bool {
        match self.place {
            Place::Data => self.push_data(part),
            Place::Field => self.extend_line(part),
            Place::Comment | Place::Skipped => true,
            Place::SkippedLine => {
                self.place = Place::Skipped;
                true
            }
            Place::Event | Place::Taken | Place::Line if part[0] == b':' => {
                self.place = Place::Comment;
                true
            }
            Place::Event | Place::Taken | Place::Line => {
                self.place = Place::Field;
                self.extend_line(part)
            }
        }
    }

    /// Keeps more of a line. As soon as it is known to be data, its value goes there. False: it is too large.
    fn extend_line(&mut self, part: &[u8]) -> bool {
        let unknown = NAME.len().saturating_sub(self.line.len()).min(part.len());
        let (name, part) = part.split_at(unknown);
        self.line.extend_from_slice(name);
        if self.line.len() == NAME.len() {
            if let Field::Data(value) = Field::parse(&self.line) {
                let mut first = [0];
                let first = &mut first[..value.len()];
                first.copy_from_slice(value);
                self.line.clear();
                self.place = Place::Data;
                return self.begin_data(NAME.len() - first.len(), first) && self.push_data(part);
            }
        }
        let room = self.limit.saturating_sub(self.data.len());
        if self.line.len() + part.len() > room {
            return false;
        }
        extend(&mut self.line, part, room);
        true
    }

    /// Ends a line that began in another piece, or a line of an event that is skipped. False: it is too large.
    pub(super) fn end_begun_line(&mut self, part: &[u8]) -> bool {
        let fits = match self.place {
            Place::Data => self.push_data(part),
            Place::Field => self.end_field(part),
            _ => true,
        };
        self.place = match self.place {
            Place::Skipped => Place::SkippedLine,
            Place::SkippedLine if !part.is_empty() => Place::SkippedLine,
            _ => Place::Line,
        };
        fits
    }

    fn end_field(&mut self, part: &[u8]) -> bool {
        if !self.extend_line(part) {
            return false;
        }
        if self.place == Place::Field {
            let name = self.line.len();
            match Field::parse(&self.line) {
                Field::Data(_) => {
                    self.line.clear();
                    return self.begin_data(name, &[]);
                }
                field => self.fields.set(field),
            }
            recycle(&mut self.line);
        }
        true
    }
}
