//! The table that is printed.

use std::fmt;

use crate::measure::Samples;

/// A line of it.
pub(crate) struct Figure<'a> {
    /// What is measured.
    pub(crate) name: &'a str,
    /// Ours.
    pub(crate) ours: Amount<'a>,
    /// What it is compared with, measured in the same run.
    pub(crate) beside: Option<(&'a str, Amount<'a>)>,
    /// What it should be.
    pub(crate) bar: Bar,
}

/// Several measurements of one thing. What is compared is the median.
#[derive(Clone, Copy)]
pub(crate) struct Amount<'a> {
    samples: &'a Samples,
    unit: &'a str,
    spread: Spread,
}

#[derive(Clone, Copy)]
enum Spread {
    None,
    Min,
    Max,
    MinAndP95,
}

impl<'a> Amount<'a> {
    /// Shown as the median alone.
    pub(crate) fn median(samples: &'a Samples, unit: &'a str) -> Self {
        Self { samples, unit, spread: Spread::None }
    }

    /// Shown with the least: for times.
    pub(crate) fn with_min(samples: &'a Samples, unit: &'a str) -> Self {
        Self { samples, unit, spread: Spread::Min }
    }

    /// Shown with the greatest: for rates.
    pub(crate) fn with_max(samples: &'a Samples, unit: &'a str) -> Self {
        Self { samples, unit, spread: Spread::Max }
    }

    /// Shown with the least and the 95th percentile: for latencies.
    pub(crate) fn latency(samples: &'a Samples, unit: &'a str) -> Self {
        Self { samples, unit, spread: Spread::MinAndP95 }
    }
}

impl fmt::Display for Amount<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { samples, unit, spread } = self;
        let median = number(samples.median());
        let text = match spread {
            Spread::None => format!("{median} {unit}"),
            Spread::Min => format!("{median} {unit} (min {})", number(samples.min())),
            Spread::Max => format!("{median} {unit} (max {})", number(samples.max())),
            Spread::MinAndP95 => {
                format!("{median} {unit} ({}..{})", number(samples.min()), number(samples.p95()))
            }
        };
        f.pad(&text)
    }
}

/// What a figure should be. Nothing fails by it: the machine may be busy.
#[derive(Clone, Copy)]
pub(crate) enum Bar {
    /// Nothing is promised.
    None,
    /// Ours divided by the other is this or more.
    RatioAtLeast(f64),
    /// Ours divided by the other is this or less.
    RatioAtMost(f64),
    /// Ours is below this.
    Below(f64),
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::None => "-".to_owned(),
            Self::RatioAtLeast(bar) => format!(">= {bar:.2}"),
            Self::RatioAtMost(bar) => format!("<= {bar:.2}"),
            Self::Below(bar) => format!("< {bar}"),
        };
        f.pad(&text)
    }
}

impl Bar {
    fn verdict(self, ours: f64, ratio: Option<f64>) -> &'static str {
        let met = match (self, ratio) {
            (Self::None, _) => return "",
            (Self::Below(bar), _) => ours < bar,
            (Self::RatioAtLeast(bar), Some(ratio)) => ratio >= bar,
            (Self::RatioAtMost(bar), Some(ratio)) => ratio <= bar,
            (Self::RatioAtLeast(_) | Self::RatioAtMost(_), None) => false,
        };
        if met { "met" } else { "MISSED" }
    }
}

/// Prints what stands above the lines.
pub(crate) fn head() {
    line(["figure", "ours", "", "beside", "ratio", "bar", ""]);
}

/// Prints a line: medians; in brackets the best one, or the least and the 95th percentile; the ratio is the median of
/// the rounds' ratios.
pub(crate) fn figure(figure: &Figure<'_>) {
    let ours = figure.ours.samples.median();
    let ratio = figure.beside.map(|(_, other)| figure.ours.samples.ratio_to(other.samples));
    let (name, beside) =
        figure.beside.map_or((String::new(), String::new()), |(name, amount)| (name.to_owned(), amount.to_string()));
    // Behind the point as many digits as tell two figures from each other.
    let digits = if ratio.is_some_and(|ratio| ratio < 0.1) { 4 } else { 3 };
    let ratio_text = ratio.map_or_else(String::new, |ratio| format!("{ratio:.digits$}"));
    let bar = figure.bar.to_string();
    line([figure.name, &figure.ours.to_string(), &beside, &name, &ratio_text, &bar, figure.bar.verdict(ours, ratio)]);
}

/// Prints that a part did not run, and why.
pub(crate) fn not_run(part: &str, why: &str) {
    println!("NOT RUN: {part}: {why}");
}

fn line([name, ours, beside, other, ratio, bar, verdict]: [&str; 7]) {
    let text = format!("{name:<46} {ours:>25} {beside:>25} {other:<33} {ratio:>6} {bar:>7} {verdict}");
    println!("{}", text.trim_end());
}

/// A number with about three figures, and spaces between thousands.
fn number(value: f64) -> String {
    if value < 10.0 {
        return format!("{value:.2}");
    }
    if value < 100.0 {
        return format!("{value:.1}");
    }
    grouped(&format!("{value:.0}"))
}

/// A count, with spaces between thousands.
pub(crate) fn count(count: u64) -> String {
    grouped(&count.to_string())
}

fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}
