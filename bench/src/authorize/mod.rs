//! `POST /authorize` on the program itself, over loopback TCP, beside a bare echo of the same requests on the same stack.
//!
//! Each server is a process of its own; both are kept on one core, and the client, which is this process, on another.

mod client;
mod cores;
pub(crate) mod echo;
mod office;

use std::{cell::RefCell, process::Command};

use anyhow::{Result, ensure};

use self::{client::Client, cores::Cores, office::Office};
use crate::{
    measure::{Contender, Samples, float, in_turns},
    program::{self, Server},
    report::{self, Amount, Bar, Figure},
    world,
};

const ROUNDS: u32 = 7;
/// How many questions a batch has.
const BATCH: usize = 100;

/// A kind of call.
struct Call {
    name: &'static str,
    /// How often it is made on each connection, in a turn.
    times: u32,
    /// How many questions it asks.
    questions: usize,
    request: fn(&Office) -> Result<Vec<u8>>,
}

const CALLS: [Call; 3] = [
    Call { name: "authorize, a signed request", times: 600, questions: 1, request: Office::signed },
    Call { name: "authorize, by name", times: 600, questions: 1, request: Office::named },
    Call { name: "authorize, batch of 100", times: 40, questions: BATCH, request: |office| office.batch(BATCH) },
];

/// What is measured of a call on a server: the rate by its contender, and beside it the server's CPU time for a call.
struct Turns<'a> {
    office: &'a Office,
    client: &'a Client,
    server: &'a Server,
    call: &'a Call,
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
        for call in &CALLS {
            check(&office, &client, &server, call)?;
        }
        let turns = |server| CALLS.each_ref().map(|call| Turns::new(&office, &client, server, call));
        let (ours, echoes) = (turns(&server), turns(&echo));
        let ([signed, named, batch], [signed_echo, named_echo, batch_echo]) = (&ours, &echoes);
        let rates = in_turns(
            ROUNDS,
            [
                signed.contender(),
                signed_echo.contender(),
                named.contender(),
                named_echo.contender(),
                batch.contender(),
                batch_echo.contender(),
            ],
        )?;
        let (rates, _) = rates.as_chunks::<2>();
        for ((ours, echo), [rate, echo_rate]) in ours.iter().zip(&echoes).zip(rates) {
            lines(ours, echo, (rate, echo_rate));
        }
        Ok(())
    })?;
    server.stop()
}

/// Asks once, and looks at the answer.
fn check(office: &Office, client: &Client, server: &Server, call: &Call) -> Result<()> {
    let answer = client.ask(&server.address, &(call.request)(office)?)?;
    let allowed = answer.matches(r#""decision":"allow""#).count();
    ensure!(allowed == call.questions, "{}: {allowed} of {} are allowed: {answer}", call.name, call.questions);
    Ok(())
}

impl<'a> Turns<'a> {
    fn new(office: &'a Office, client: &'a Client, server: &'a Server, call: &'a Call) -> Self {
        Self { office, client, server, call, cpu_us: RefCell::default() }
    }

    /// Gives calls a second.
    fn contender(&self) -> Contender<'_> {
        Box::new(|| {
            let (request, before) = ((self.call.request)(self.office)?, self.server.cpu_us()?);
            let (rate, answers) = self.client.flood(&self.server.address, request, self.call.times)?;
            self.cpu_us.borrow_mut().push((self.server.cpu_us()? - before) / f64::from(answers));
            Ok(rate)
        })
    }

    fn cpu(&self, divisor: usize) -> Samples {
        let divisor = float(i64::try_from(divisor).unwrap_or(i64::MAX));
        Samples::new(self.cpu_us.borrow().iter().map(|cpu| cpu / divisor).collect())
    }
}

fn lines(ours: &Turns<'_>, echo: &Turns<'_>, (rate, echo_rate): (&Samples, &Samples)) {
    let Call { name, questions, .. } = *ours.call;
    let other = "bare hyper echo of it";
    let beside = Some((other, Amount::with_max(echo_rate, "/s")));
    report::figure(&Figure { name, ours: Amount::with_max(rate, "/s"), beside, bar: Bar::None });
    let (cpu, echo_cpu) = (ours.cpu(1), echo.cpu(1));
    let beside = Some((other, Amount::with_min(&echo_cpu, "us")));
    let text = format!("{name}: server's CPU");
    report::figure(&Figure { name: &text, ours: Amount::with_min(&cpu, "us"), beside, bar: Bar::None });
    if questions > 1 {
        let cpu = ours.cpu(questions);
        let text = format!("{name}: CPU a decision");
        report::figure(&Figure { name: &text, ours: Amount::with_min(&cpu, "us"), beside: None, bar: Bar::None });
    }
}
