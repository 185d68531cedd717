//! A keep-alive HTTP/1.1 client that does as little as possible, so that the server is what gets measured.

use std::{fmt::Write as _, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// Why a step did not end as it should: counted as an error, the first one is printed.
pub type Failure = String;

/// One keep-alive connection; a connection that the server closed is opened again.
pub struct Connection {
    address: SocketAddr,
    stream: Option<TcpStream>,
    answer: Vec<u8>,
}

/// An answer, borrowed from the connection's buffer.
pub struct Answer<'a> {
    pub status: u16,
    head: &'a str,
    pub body: &'a [u8],
}

impl Connection {
    pub fn new(address: SocketAddr) -> Self {
        Self { address, stream: None, answer: Vec::with_capacity(16 * 1024) }
    }

    /// Sends a whole request and reads a whole answer.
    pub async fn call(&mut self, request: &[u8]) -> Result<Answer<'_>, Failure> {
        let (stream, (head_end, end)) = match self.stream.take() {
            // A server may close what was idle for a while: then nothing of an answer has come.
            Some(kept) => match self.exchange(kept, request).await {
                Err(_) if self.answer.is_empty() => self.exchange(open(self.address).await?, request).await?,
                outcome => outcome?,
            },
            None => self.exchange(open(self.address).await?, request).await?,
        };
        let head = std::str::from_utf8(&self.answer[..head_end]).map_err(|_| "the head is not text")?;
        let status = head.get(9..12).and_then(|code| code.parse().ok()).ok_or("no status line")?;
        let answer = Answer { status, head, body: &self.answer[head_end..end] };
        if answer.header("connection") != Some("close") {
            self.stream = Some(stream);
        }
        Ok(answer)
    }

    async fn exchange(
        &mut self,
        mut stream: TcpStream,
        request: &[u8],
    ) -> Result<(TcpStream, (usize, usize)), Failure> {
        self.answer.clear();
        stream.write_all(request).await.map_err(|error| format!("write: {error}"))?;
        let ends = self.read(&mut stream).await?;
        Ok((stream, ends))
    }

    /// Fills the buffer with one answer and returns where its head and its body end.
    async fn read(&mut self, stream: &mut TcpStream) -> Result<(usize, usize), Failure> {
        loop {
            if stream.read_buf(&mut self.answer).await.map_err(|error| format!("read: {error}"))? == 0 {
                return Err("the server closed the connection".into());
            }
            let Some(head_end) = find(&self.answer, b"\r\n\r\n").map(|at| at + 4) else { continue };
            let head = std::str::from_utf8(&self.answer[..head_end]).map_err(|_| "the head is not text")?;
            let length = match header(head, "content-length") {
                Some(length) => length.parse::<usize>().map_err(|_| "a bad content-length")?,
                None if header(head, "transfer-encoding").is_some() => return Err("a chunked answer".into()),
                None => 0,
            };
            while self.answer.len() < head_end + length {
                if stream.read_buf(&mut self.answer).await.map_err(|error| format!("read: {error}"))? == 0 {
                    return Err("the server closed the connection inside a body".into());
                }
            }
            return Ok((head_end, head_end + length));
        }
    }
}

async fn open(address: SocketAddr) -> Result<TcpStream, Failure> {
    let stream = TcpStream::connect(address).await.map_err(|error| format!("connect: {error}"))?;
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    Ok(stream)
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    headers(head, name).next()
}

fn headers<'a>(head: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    head.split("\r\n").skip(1).filter_map(move |line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

impl Answer<'_> {
    pub fn header(&self, name: &str) -> Option<&str> {
        header(self.head, name)
    }

    /// The `name=value` of every cookie that is set.
    pub fn cookies(&self) -> impl Iterator<Item = (&str, &str)> {
        headers(self.head, "set-cookie").filter_map(|line| line.split(';').next()?.split_once('='))
    }

    pub fn expect(&self, status: u16) -> Result<&Self, Failure> {
        if self.status == status {
            return Ok(self);
        }
        let body: String = String::from_utf8_lossy(self.body).chars().take(200).collect();
        Err(format!("status {} instead of {status}: {body}", self.status))
    }

    pub fn json(&self) -> Result<serde_json::Value, Failure> {
        serde_json::from_slice(self.body).map_err(|error| format!("the body is not JSON: {error}"))
    }

    /// A string member of a JSON body.
    pub fn member(&self, name: &str) -> Result<String, Failure> {
        let body = self.json()?;
        body[name].as_str().map(str::to_owned).ok_or_else(|| format!("no {name} in {body}"))
    }
}

/// A GET of `target` with extra header lines (each ending in CRLF).
pub fn get(host: &str, target: &str, headers: &str) -> Vec<u8> {
    format!("GET {target} HTTP/1.1\r\nhost: {host}\r\n{headers}\r\n").into_bytes()
}

/// A POST of a form with extra header lines (each ending in CRLF).
pub fn post(host: &str, target: &str, headers: &str, form: &[(&str, &str)]) -> Vec<u8> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let mut request = format!("POST {target} HTTP/1.1\r\nhost: {host}\r\n{headers}");
    let _ =
        write!(request, "content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n", body.len());
    (request + &body).into_bytes()
}
