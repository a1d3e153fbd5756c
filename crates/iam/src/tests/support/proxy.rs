//! A stretch of network between a node and its database, which a test can spoil.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex},
};

/// What the network does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tests) enum Fault {
    /// Its work.
    None,
    /// It swallows everything, and nobody is told.
    Silence,
    /// It breaks when a COMMIT passes, before that has arrived, …
    CutBeforeCommit,
    /// … or when its answer comes back.
    CutAfterCommit,
}

/// See the module. It ends with the process.
pub(in crate::tests) struct Proxy {
    pub(in crate::tests) port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    fault: Mutex<Fault>,
    changed: Condvar,
}

impl Proxy {
    pub(in crate::tests) fn to(address: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared { fault: Mutex::new(Fault::None), changed: Condvar::new() });
        let own = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                own.while_silent();
                let Ok(server) = TcpStream::connect(&address) else { continue };
                for stream in [&client, &server] {
                    stream.set_nodelay(true).unwrap();
                }
                let (to_client, to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let (up, down) = (Arc::clone(&own), Arc::clone(&own));
                std::thread::spawn(move || up.carry(client, to_server, true));
                std::thread::spawn(move || down.carry(server, to_client, false));
            }
        });
        Self { port, shared }
    }

    pub(in crate::tests) fn set(&self, fault: Fault) {
        *self.shared.fault.lock().unwrap() = fault;
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn carry(&self, mut from: TcpStream, mut to: TcpStream, upwards: bool) {
        let mut buffer = [0; 16_384];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            self.while_silent();
            let passing = &buffer[..length];
            let commit = upwards && passing.windows(7).any(|word| word == b"COMMIT\0");
            let fault = *self.fault.lock().unwrap();
            if commit && fault == Fault::CutAfterCommit {
                // First the way back, so that no answer comes through; the server still reads what it is sent.
                let _ = (from.shutdown(Shutdown::Both), to.write_all(passing), to.shutdown(Shutdown::Write));
                return;
            }
            if (commit && fault == Fault::CutBeforeCommit) || to.write_all(passing).is_err() {
                break;
            }
        }
        let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
    }

    fn while_silent(&self) {
        let mut fault = self.fault.lock().unwrap();
        while *fault == Fault::Silence {
            fault = self.changed.wait(fault).unwrap();
        }
    }
}
