//! The double behind a listener.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::{Outgoing, READ_SIZE, Steady};
use crate::Moment;
use crate::double::{ConnectionId, Double};

/// Is told what happens.
pub type Sink<E> = Box<dyn FnMut(ConnectionId, E) + Send>;

struct Inside<D: Double> {
    smsc: D,
    sink: Sink<D::Event>,
    wakers: BTreeMap<ConnectionId, Arc<Notify>>,
    /// When the timer is set to go off.
    armed: Option<Moment>,
}

struct Shared<D: Double> {
    clock: Steady,
    inside: Mutex<Inside<D>>,
    timer: Notify,
}

impl<D: Double> Shared<D> {
    fn lock(&self) -> MutexGuard<'_, Inside<D>> {
        // A panic while the lock was held cannot have left half a frame: outputs are appended whole.
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the double, then tells what has happened and wakes whoever has something to write.
    fn with<T>(&self, act: impl FnOnce(&mut D, Moment) -> T) -> T {
        let mut guard = self.lock();
        let inside = &mut *guard;
        let result = act(&mut inside.smsc, self.clock.now());
        while let Some((id, event)) = inside.smsc.next_event() {
            (inside.sink)(id, event);
        }
        for id in inside.smsc.busy() {
            if let Some(waker) = inside.wakers.get(&id) {
                waker.notify_one();
            }
        }
        let next = inside.smsc.next_timer();
        if next.is_some_and(|next| inside.armed.is_none_or(|armed| next < armed)) {
            self.timer.notify_one();
        }
        result
    }
}

/// A hand on a double that serves.
pub struct Remote<D: Double>(Arc<Shared<D>>);

impl<D: Double> Clone for Remote<D> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<D: Double> std::fmt::Debug for Remote<D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Remote")
    }
}

impl<D: Double> Remote<D> {
    /// Does something with the double, such as letting a phone write.
    pub fn with<T>(&self, act: impl FnOnce(&mut D, Moment) -> T) -> T {
        self.0.with(act)
    }
}

/// Serves a double until `stop` is ready, then ends all sessions politely. `zero_ms` of the double is the instant at which
/// this is called.
pub fn serve<D: Double<Event: Send> + Send + 'static>(
    listener: TcpListener,
    smsc: D,
    sink: Sink<D::Event>,
    stop: impl Future<Output = ()> + Send,
) -> (Remote<D>, impl Future<Output = ()> + Send) {
    let inside = Inside { smsc, sink, wakers: BTreeMap::new(), armed: None };
    let shared =
        Arc::new(Shared { clock: Steady::start(), inside: Mutex::new(inside), timer: Notify::new() });
    (Remote(Arc::clone(&shared)), run(listener, shared, stop))
}

async fn run<D: Double<Event: Send> + Send + 'static>(
    listener: TcpListener,
    shared: Arc<Shared<D>>,
    stop: impl Future<Output = ()> + Send,
) {
    let mut guests = JoinSet::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let next = {
            let mut inside = shared.lock();
            inside.armed = inside.smsc.next_timer();
            inside.armed
        };
        tokio::select! {
            () = &mut stop => break,
            // A connection that failed before it was accepted is nobody's.
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                guests.spawn(host(stream, Arc::clone(&shared)));
            },
            () = shared.clock.sleep_until(next) => shared.with(D::tick),
            () = shared.timer.notified() => {}
            Some(_) = guests.join_next() => {}
        }
    }
    shared.with(|smsc, _| smsc.shut_down());
    let farewell = async { while guests.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(super::LAST_WORDS, farewell).await;
}

async fn host<D: Double<Event: Send> + Send + 'static>(stream: TcpStream, shared: Arc<Shared<D>>) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let waker = Arc::new(Notify::new());
    let id = {
        let mut inside = shared.lock();
        let id = inside.smsc.connected(shared.clock.now());
        inside.wakers.insert(id, Arc::clone(&waker));
        id
    };
    let (mut reader, mut writer) = stream.into_split();
    let mut outgoing = Outgoing::default();
    let mut read = vec![0; READ_SIZE];
    loop {
        let is_closing = {
            let mut inside = shared.lock();
            outgoing.push(inside.smsc.take_output(id));
            inside.smsc.is_closing(id)
        };
        if is_closing {
            break;
        }
        tokio::select! {
            got = reader.read(&mut read), if !outgoing.is_full() => match got {
                Ok(length) if length > 0 => {
                    let octets = read.get(..length).unwrap_or_default();
                    shared.with(|smsc, now| smsc.received(now, id, octets));
                }
                Ok(_) | Err(_) => break,
            },
            done = outgoing.write(&mut writer), if !outgoing.is_empty() => if done.is_err() {
                break;
            },
            () = waker.notified() => {}
        }
    }
    shared.lock().wakers.remove(&id);
    shared.with(|smsc, now| smsc.closed(now, id));
    outgoing.finish(writer).await;
}
