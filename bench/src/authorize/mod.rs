//! `POST /authorize` on the program itself, over loopback TCP, beside a bare echo of the same requests on the same stack.
//!
//! Each server is a process of its own; both are kept on one core, and the client, which is this process, on another.

pub(crate) mod client;
pub(crate) mod cores;
pub(crate) mod echo;
mod office;

use std::{cell::RefCell, process::Command};

use anyhow::{Result, ensure};

use self::{client::Client, cores::Cores, office::Office};
use crate::{
    measure::{Contender, Samples, in_turns, size},
    program::{self, Server},
    report::{self, Amount, Bar, Figure},
    world,
};

const ROUNDS: u32 = 5;
/// How many questions a batch has.
const BATCH: usize = 100;
/// How often the echo is asked on each connection in a turn. CPU time comes in clock ticks, so a turn must not be short.
const ECHOES: u32 = 1_200;

/// A kind of call.
struct Call {
    name: &'static str,
    /// How often it is made on each connection in a turn of ours.
    times: u32,
    /// How many questions it asks.
    questions: usize,
    request: fn(&Office) -> Result<Vec<u8>>,
}

const SIGNED: Call = Call { name: "authorize, a signed request", times: 600, questions: 1, request: Office::signed };
const NAMED: Call = Call { name: "authorize, by name", times: 600, questions: 1, request: Office::named };
const BATCHED: Call =
    Call { name: "authorize, batch of 100", times: 40, questions: BATCH, request: |office| office.batch(BATCH) };

/// A server and who calls it.
#[derive(Clone, Copy)]
struct Line<'a> {
    office: &'a Office,
    client: &'a Client,
    server: &'a Server,
}

/// What is measured of a call: the rate by its contender, and beside it the server's CPU time for a call.
struct Turns<'a> {
    line: Line<'a>,
    call: &'static Call,
    times: u32,
    cpu_us: RefCell<Vec<f64>>,
}

/// Runs the benchmark.
pub(crate) fn run() -> Result<()> {
    let (program, folder) = (program::build()?, world::folder()?);
    let (office, cores) = (Office::make(folder.path())?, Cores::of_machine()?);
    let (server, echo) = cores.of_servers(|| {
        let mut echo = Command::new(std::env::current_exe()?);
        echo.arg(echo::WORD);
        Ok((Server::start(&program, folder.path())?, Server::run(echo)?))
    })?;
    cores.of_client(|| {
        let client = Client::new()?;
        let line = |server| Line { office: &office, client: &client, server };
        measure(line(&server), line(&echo))
    })?;
    server.stop()
}

fn measure(ours: Line<'_>, echo: Line<'_>) -> Result<()> {
    let both = |call: &'static Call| {
        ours.check(call)?;
        Ok::<_, anyhow::Error>((Turns::new(ours, call, call.times), Turns::new(echo, call, ECHOES)))
    };
    let ((signed, signed_echo), (named, named_echo), (batched, batched_echo)) =
        (both(&SIGNED)?, both(&NAMED)?, both(&BATCHED)?);
    let [signed_rate, signed_echo_rate, named_rate, named_echo_rate, batched_rate, batched_echo_rate] = in_turns(
        ROUNDS,
        [
            signed.contender(),
            signed_echo.contender(),
            named.contender(),
            named_echo.contender(),
            batched.contender(),
            batched_echo.contender(),
        ],
    )?;
    show((&signed, &signed_rate), (&signed_echo, &signed_echo_rate));
    show((&named, &named_rate), (&named_echo, &named_echo_rate));
    show((&batched, &batched_rate), (&batched_echo, &batched_echo_rate));
    let (question, alone) = (batched.cpu(BATCH), named.cpu(1));
    let beside = ("authorize, by name: server's CPU", Amount::with_min(&alone, "us"));
    figure("authorize, batch of 100: CPU a question", Amount::with_min(&question, "us"), beside);
    Ok(())
}

impl Line<'_> {
    /// Asks once, and looks at the answer.
    fn check(self, call: &Call) -> Result<()> {
        let answer = self.client.ask(&self.server.address, &(call.request)(self.office)?)?;
        let allowed = answer.matches(r#""decision":"allow""#).count();
        ensure!(allowed == call.questions, "{}: {allowed} of {} are allowed: {answer}", call.name, call.questions);
        Ok(())
    }
}

impl<'a> Turns<'a> {
    fn new(line: Line<'a>, call: &'static Call, times: u32) -> Self {
        Self { line, call, times, cpu_us: RefCell::default() }
    }

    /// Gives calls a second.
    fn contender(&self) -> Contender<'_> {
        let Line { office, client, server } = self.line;
        Box::new(move || {
            let (request, before) = ((self.call.request)(office)?, server.cpu_us()?);
            let (rate, answers) = client.flood(&server.address, request, self.times)?;
            self.cpu_us.borrow_mut().push((server.cpu_us()? - before) / f64::from(answers));
            Ok(rate)
        })
    }

    /// The server's CPU time for each of so many parts of a call, in microseconds.
    fn cpu(&self, parts: usize) -> Samples {
        let parts = size(parts);
        Samples::new(self.cpu_us.borrow().iter().map(|cpu| cpu / parts).collect())
    }
}

fn show((ours, rate): (&Turns<'_>, &Samples), (echo, echo_rate): (&Turns<'_>, &Samples)) {
    let (name, other) = (ours.call.name, "bare hyper echo of it");
    figure(name, Amount::with_max(rate, "/s"), (other, Amount::with_max(echo_rate, "/s")));
    let (cpu, echo_cpu) = (ours.cpu(1), echo.cpu(1));
    let name = format!("{name}: server's CPU");
    figure(&name, Amount::with_min(&cpu, "us"), (other, Amount::with_min(&echo_cpu, "us")));
}

fn figure(name: &str, ours: Amount<'_>, beside: (&str, Amount<'_>)) {
    report::figure(&Figure { name, ours, beside: Some(beside), bar: Bar::None });
}
