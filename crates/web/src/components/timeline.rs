//! The life of a subscription as a picture, and as a list for those who read rather than look.

use askama::Template;
use jiff::Timestamp;

use super::Phase;
use crate::i18n::Text;

/// Something that happened or will happen to a subscription.
#[derive(Clone, Debug)]
pub struct Moment {
    pub at: Timestamp,
    pub label: String,
    /// Shown as its last day: the end of a term (24:00 UTC).
    pub is_end: bool,
    /// The phase from here on.
    pub phase: Phase,
}

const WIDTH: f64 = 1000.0;
const MARGIN: f64 = 80.0;
/// Least distance between two labels, so that they stay readable.
const GAP: f64 = 150.0;

struct Dot {
    x: String,
    label: String,
    date: String,
    class: &'static str,
    past: bool,
}

struct Stretch {
    x: String,
    width: String,
    class: &'static str,
    past: bool,
}

/// The timeline of one subscription. Distances follow time as far as labels leave room.
#[derive(Clone, Debug, Template)]
#[template(path = "components/timeline.html")]
pub struct Timeline {
    pub t: Text,
    /// Unique on its page.
    pub id: String,
    pub now: Timestamp,
    moments: Vec<Moment>,
}

impl Timeline {
    /// Sorts the moments. Six or fewer fit well.
    pub fn new(t: Text, id: impl Into<String>, now: Timestamp, mut moments: Vec<Moment>) -> Self {
        moments.sort_by_key(|moment| moment.at);
        Self {
            t,
            id: id.into(),
            now,
            moments,
        }
    }

    fn day(&self, moment: &Moment) -> String {
        if moment.is_end {
            self.t.last_day(moment.at)
        } else {
            self.t.date(moment.at)
        }
    }

    fn is_past(&self, moment: &Moment) -> bool {
        moment.at <= self.now
    }

    /// How many moments lie behind: where the list shows "today".
    fn past_count(&self) -> usize {
        self.moments.iter().filter(|moment| self.is_past(moment)).count()
    }

    fn positions(&self) -> Vec<f64> {
        let (Some(first), Some(last)) = (self.moments.first(), self.moments.last()) else {
            return Vec::new();
        };
        let start = seconds(first.at.min(self.now));
        let span = (seconds(last.at.max(self.now)) - start).max(1.0);
        let room = WIDTH - 2.0 * MARGIN;
        let gaps = self.moments.len().saturating_sub(1).max(1) as f64;
        let gap = GAP.min(room / gaps);
        let mut xs: Vec<f64> = self
            .moments
            .iter()
            .map(|moment| MARGIN + (seconds(moment.at) - start) / span * room)
            .collect();
        // Push crowded dots to the right, then what hangs over the edge back to the left.
        for i in 1..xs.len() {
            xs[i] = xs[i].max(xs[i - 1] + gap);
        }
        if let Some(end) = xs.last_mut() {
            *end = end.min(WIDTH - MARGIN);
        }
        for i in (1..xs.len()).rev() {
            xs[i - 1] = xs[i - 1].min(xs[i] - gap);
        }
        xs
    }

    fn now_position(&self, xs: &[f64]) -> f64 {
        let next = self.past_count();
        match (next.checked_sub(1), xs.get(next)) {
            (None, Some(first)) => (first - MARGIN / 2.0).max(10.0),
            (None, None) => WIDTH / 2.0,
            (Some(before), None) => (xs[before] + MARGIN / 2.0).min(WIDTH - 10.0),
            (Some(before), Some(after)) => {
                let from = seconds(self.moments[before].at);
                let to = seconds(self.moments[next].at);
                let share = (seconds(self.now) - from) / (to - from).max(1.0);
                xs[before] + (after - xs[before]) * share
            }
        }
    }

    fn now_x(&self) -> String {
        short(self.now_position(&self.positions()))
    }

    fn dots(&self) -> Vec<Dot> {
        self.positions()
            .into_iter()
            .zip(&self.moments)
            .map(|(x, moment)| Dot {
                x: short(x),
                label: moment.label.clone(),
                date: self.day(moment),
                class: moment.phase.class(),
                past: self.is_past(moment),
            })
            .collect()
    }

    /// The line between the dots, in the color of its phase, cut where now is.
    fn stretches(&self) -> Vec<Stretch> {
        let xs = self.positions();
        let now = self.now_position(&xs);
        let mut out = Vec::new();
        for (pair, moment) in xs.windows(2).zip(&self.moments) {
            let (from, to) = (pair[0], pair[1]);
            let cut = now.clamp(from, to);
            for (a, b, past) in [(from, cut, true), (cut, to, false)] {
                if b - a > 0.05 {
                    out.push(Stretch {
                        x: short(a),
                        width: short(b - a),
                        class: moment.phase.class(),
                        past,
                    });
                }
            }
        }
        out
    }
}

fn seconds(at: Timestamp) -> f64 {
    at.as_second() as f64
}

fn short(x: f64) -> String {
    format!("{x:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;

    fn timeline(now: &str, days: &[&str]) -> Timeline {
        let moments = days
            .iter()
            .map(|day| Moment {
                at: format!("{day}T00:00:00Z").parse().unwrap(),
                label: (*day).to_owned(),
                is_end: false,
                phase: Phase::Active,
            })
            .collect();
        let now = format!("{now}T00:00:00Z").parse().unwrap();
        Timeline::new(Text::new(Locale::En), "life", now, moments)
    }

    #[test]
    fn labels_never_overlap_and_stay_inside() {
        let crowded = timeline(
            "2026-06-01",
            &[
                "2026-01-01",
                "2026-12-29",
                "2026-12-30",
                "2026-12-31",
                "2027-01-01",
                "2027-01-02",
            ],
        );
        let xs = crowded.positions();
        assert!(xs.windows(2).all(|pair| pair[1] - pair[0] >= GAP - 0.01), "{xs:?}");
        assert!(xs[0] >= MARGIN - 0.01 && xs[5] <= WIDTH - MARGIN + 0.01, "{xs:?}");
    }

    #[test]
    fn now_lies_between_what_was_and_what_comes() {
        let line = timeline("2026-07-02", &["2026-01-01", "2027-01-01"]);
        let x = line.now_position(&line.positions());
        assert!((x - WIDTH / 2.0).abs() < 5.0, "{x}");
        let over = timeline("2028-01-01", &["2026-01-01", "2027-01-01"]);
        let xs = over.positions();
        assert!(over.now_position(&xs) > xs[1]);
        let ahead = timeline("2025-01-01", &["2026-01-01", "2027-01-01"]);
        let xs = ahead.positions();
        assert!(ahead.now_position(&xs) < xs[0]);
    }
}
