//! A client that costs little: one kept-alive connection per task, requests written whole, answers read by their length.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// One connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server answers");
        stream.set_nodelay(true).expect("a socket");
        Self {
            stream,
            buffer: Vec::with_capacity(16 * 1024),
        }
    }

    /// Sends a request and reads its answer; gives the status.
    pub async fn request(&mut self, request: &[u8]) -> u16 {
        self.stream.write_all(request).await.expect("the server reads");
        self.buffer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.expect("the server writes");
            assert!(read > 0, "the server closed the connection");
            let Some(head) = find(&self.buffer, b"\r\n\r\n") else {
                continue;
            };
            let headers = String::from_utf8_lossy(&self.buffer[..head]).to_ascii_lowercase();
            let length: usize = headers
                .split("content-length: ")
                .nth(1)
                .and_then(|rest| rest.split("\r\n").next())
                .map_or(0, |length| length.trim().parse().expect("a length"));
            while self.buffer.len() < head + 4 + length {
                let read = self.stream.read_buf(&mut self.buffer).await.expect("the server writes");
                assert!(read > 0, "the server closed the connection");
            }
            return headers
                .get(9..12)
                .and_then(|status| status.parse().ok())
                .expect("a status");
        }
    }

    /// The last answer's body.
    pub fn body(&self) -> String {
        let head = find(&self.buffer, b"\r\n\r\n").map_or(0, |at| at + 4);
        String::from_utf8_lossy(&self.buffer[head..]).into_owned()
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// A POST with a JSON body, as it goes over the wire.
pub fn post(path: &str, token: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Requests a second over `clients` connections for a time; the n-th request overall is made by `request`.
pub async fn rate(
    address: SocketAddr,
    clients: usize,
    time: Duration,
    request: impl Fn(u64) -> Vec<u8> + Send + Sync + 'static,
) -> f64 {
    let request = Arc::new(request);
    let (next, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let mut tasks = Vec::new();
    let start = Instant::now();
    for _ in 0..clients {
        let (request, next, stop) = (Arc::clone(&request), Arc::clone(&next), Arc::clone(&stop));
        tasks.push(tokio::spawn(async move {
            let mut connection = Connection::open(address).await;
            let mut done = 0_u64;
            while !stop.load(Ordering::Relaxed) {
                let status = connection.request(&request(next.fetch_add(1, Ordering::Relaxed))).await;
                assert_eq!(status, 200, "{}", connection.body());
                done += 1;
            }
            done
        }));
    }
    tokio::time::sleep(time).await;
    stop.store(true, Ordering::Relaxed);
    let mut done = 0;
    for task in tasks {
        done += task.await.expect("no request failed");
    }
    done as f64 / start.elapsed().as_secs_f64()
}
