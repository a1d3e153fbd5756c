//! Writing families of metrics. A label's name and value live as long as the program, which no text of a user's does, or
//! the value is the name of a sink, which stands in the operator's configuration.

use std::fmt;

use base::histogram::Distribution;
use iam::audit::SinkName;
use prometheus_client::{
    encoding::{DescriptorEncoder, MetricEncoder},
    metrics::{MetricType, exemplar::Exemplar},
    registry::Unit,
};

/// A label: its name and its value.
pub(super) type Label = (&'static str, &'static str);

/// No sample has an example.
const NO_EXEMPLAR: Option<&Exemplar<[Label; 0], f64>> = None;
/// Durations are counted in microseconds and told in seconds.
const MICROS: f64 = 1e6;

/// See the module.
pub(super) struct Page<'e>(DescriptorEncoder<'e>);

impl<'e> Page<'e> {
    pub(super) const fn new(encoder: DescriptorEncoder<'e>) -> Self {
        Self(encoder)
    }

    /// A number that goes up and down.
    pub(super) fn gauge(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        self.describe(name, help, None, MetricType::Gauge)?.encode_gauge(&value)
    }

    /// The same, in bytes.
    pub(super) fn bytes(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        self.describe(name, help, Some(&Unit::Bytes), MetricType::Gauge)?.encode_gauge(&value)
    }

    /// The same, in seconds.
    pub(super) fn seconds(&mut self, name: &str, help: &str, value: f64) -> fmt::Result {
        self.describe(name, help, Some(&Unit::Seconds), MetricType::Gauge)?.encode_gauge(&value)
    }

    /// A number that only grows.
    pub(super) fn counter(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        self.describe(name, help, None, MetricType::Counter)?.encode_counter(&value, NO_EXEMPLAR)
    }

    /// The same, in seconds.
    pub(super) fn counter_seconds(&mut self, name: &str, help: &str, value: f64) -> fmt::Result {
        let mut metric = self.describe(name, help, Some(&Unit::Seconds), MetricType::Counter)?;
        metric.encode_counter(&value, NO_EXEMPLAR)
    }

    /// Facts, as labels of a 1.
    pub(super) fn info(&mut self, name: &str, help: &str, labels: &[Label]) -> fmt::Result {
        self.describe(name, help, None, MetricType::Info)?.encode_info(&labels)
    }

    /// Numbers that go up and down, told apart by one label.
    pub(super) fn gauges(
        &mut self,
        name: &str,
        help: &str,
        label: &'static str,
        values: impl IntoIterator<Item = (&'static str, u64)>,
    ) -> fmt::Result {
        let mut metric = self.describe(name, help, None, MetricType::Gauge)?;
        values.into_iter().try_for_each(|(word, value)| metric.encode_family(&[(label, word)])?.encode_gauge(&value))
    }

    /// Numbers that go up and down, told apart by the names of sinks.
    pub(super) fn sinks<'n>(
        &mut self,
        name: &str,
        help: &str,
        unit: Option<&Unit>,
        values: impl IntoIterator<Item = (&'n SinkName, f64)>,
    ) -> fmt::Result {
        let mut metric = self.describe(name, help, unit, MetricType::Gauge)?;
        let mut each = values.into_iter();
        each.try_for_each(|(sink, value)| metric.encode_family(&[("sink", sink.as_str())])?.encode_gauge(&value))
    }

    /// Numbers that only grow, told apart by one label.
    pub(super) fn counters(
        &mut self,
        name: &str,
        help: &str,
        label: &'static str,
        values: impl IntoIterator<Item = (&'static str, u64)>,
    ) -> fmt::Result {
        self.table(name, help, values.into_iter().map(|(word, value)| (vec![(label, word)], value)))
    }

    /// Numbers that only grow, told apart by several labels.
    pub(super) fn table(
        &mut self,
        name: &str,
        help: &str,
        rows: impl IntoIterator<Item = (Vec<Label>, u64)>,
    ) -> fmt::Result {
        let mut metric = self.describe(name, help, None, MetricType::Counter)?;
        rows.into_iter()
            .try_for_each(|(labels, value)| metric.encode_family(&labels)?.encode_counter(&value, NO_EXEMPLAR))
    }

    /// A distribution of numbers without a unit.
    pub(super) fn sizes(&mut self, name: &str, help: &str, sizes: &Distribution) -> fmt::Result {
        histogram(&mut self.describe(name, help, None, MetricType::Histogram)?, sizes, 1.0)
    }

    /// Distributions of microseconds, told in seconds.
    pub(super) fn durations<'d>(
        &mut self,
        name: &str,
        help: &str,
        distributions: impl IntoIterator<Item = (&'d [Label], &'d Distribution)>,
    ) -> fmt::Result {
        let mut metric = self.describe(name, help, Some(&Unit::Seconds), MetricType::Histogram)?;
        let mut each = distributions.into_iter();
        each.try_for_each(|(labels, durations)| match labels {
            [] => histogram(&mut metric, durations, MICROS),
            labels => histogram(&mut metric.encode_family(&labels)?, durations, MICROS),
        })
    }

    fn describe<'s>(
        &'s mut self,
        name: &'s str,
        help: &str,
        unit: Option<&'s Unit>,
        kind: MetricType,
    ) -> Result<MetricEncoder<'s>, fmt::Error> {
        // The format wants a sentence.
        self.0.encode_descriptor(name, &format!("{help}."), unit, kind)
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "bounds are small, and a sum this large is right to its first 15 digits"
)]
fn histogram(metric: &mut MetricEncoder<'_>, distribution: &Distribution, scale: f64) -> fmt::Result {
    let bounds = distribution.counts.iter().map(|(bound, count)| (*bound as f64 / scale, *count));
    let buckets: Vec<_> = bounds.chain([(f64::INFINITY, distribution.above)]).collect();
    metric.encode_histogram::<[Label; 0]>(distribution.sum as f64 / scale, distribution.total(), &buckets, None)
}
