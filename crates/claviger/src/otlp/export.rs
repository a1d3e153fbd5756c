//! Sending traces.

use std::{
    future::ready,
    pin::Pin,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Response, header::HOST};
use opentelemetry::{KeyValue, trace::TracerProvider as _};
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    trace::{Sampler, SdkTracer, SdkTracerProvider},
};
use tracing::Subscriber;
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::registry::LookupSpan;

use crate::{client::Transport, config::Otlp, settings::Place};

/// Where a collector takes traces.
const PATH: &str = "/v1/traces";

/// Traces on their way to a collector, on a thread of their own. What it does not take is dropped: requests never wait.
pub(crate) struct Traces {
    provider: SdkTracerProvider,
}

impl Traces {
    /// Begins to send. Errors: certificates that cannot be read. Whether a collector is there shows later, in the log.
    pub(crate) fn start(otlp: &Otlp, insecure_accepted: bool) -> Result<Self> {
        let place = Place { endpoint: Some(otlp.endpoint.clone()), ca: otlp.ca.clone(), insecure_accepted };
        let collector = Collector { transport: Mutex::new(Transport::new(&place)?), failing: AtomicBool::new(false) };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(collector)
            .with_endpoint(format!("{}{PATH}", otlp.endpoint))
            .build()
            .context("traces cannot be sent")?;
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let resource = Resource::builder_empty().with_service_name("claviger").with_attribute(version).build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(Sampler::TraceIdRatioBased(otlp.sample_ratio))
            .with_resource(resource)
            .build();
        Ok(Self { provider })
    }

    /// What makes a trace of spans and events.
    pub(crate) fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> OpenTelemetryLayer<S, SdkTracer> {
        let tracer = self.provider.tracer("claviger");
        let layer = tracing_opentelemetry::layer().with_tracer(tracer);
        layer.with_location(false).with_threads(false).with_tracked_inactivity(false).with_context_activation(false)
    }

    /// Sends what is left.
    pub(crate) fn end(self) {
        if let Err(error) = self.provider.shutdown() {
            tracing::warn!(error = %error, "the last traces were not sent");
        }
    }
}

/// The way to the collector, as the exporter wants it. Its thread has no runtime of ours to wait on.
struct Collector {
    transport: Mutex<Transport>,
    /// Whether the last that was sent was not taken: that is told once.
    failing: AtomicBool,
}

impl std::fmt::Debug for Collector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Collector")
    }
}

impl Collector {
    fn send(&self, request: &Request<Bytes>) -> Result<Response<Bytes>> {
        let transport = self.transport.lock().unwrap_or_else(PoisonError::into_inner);
        let received = transport.send(false, || {
            let mut outgoing = Request::builder().method(request.method()).uri(request.uri().path());
            outgoing = outgoing.header(HOST, transport.host());
            for (name, value) in request.headers() {
                outgoing = outgoing.header(name, value);
            }
            outgoing.body(Full::new(request.body().clone())).context("not a request")
        })?;
        let mut response = Response::new(received.body);
        *response.status_mut() = received.status.try_into().context("not a status")?;
        anyhow::ensure!(response.status().is_success(), "the collector answers {}", response.status());
        Ok(response)
    }
}

impl HttpClient for Collector {
    fn send_bytes<'s, 'f>(
        &'s self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'f>>
    where
        's: 'f,
        Self: 'f,
    {
        let sent = self.send(&request);
        let failing = sent.is_err();
        if self.failing.swap(failing, Relaxed) != failing {
            match &sent {
                Ok(_) => tracing::info!("traces are sent again"),
                Err(error) => tracing::warn!(error = %format!("{error:#}"), "traces are not sent"),
            }
        }
        Box::pin(ready(sent.map_err(Into::into)))
    }
}
