//! Request bodies are read whole, within a size and a time, before a handler runs.

use std::time::Duration;

use axum::{
    body::{Body, HttpBody},
    extract::Request,
};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::rejection::Rejection;

/// How long a whole body may take to arrive; dribbling does not extend it.
pub const READ_TIME: Duration = Duration::from_secs(10);

/// The request with its body in memory: an extractor behind this can fail by content only.
pub async fn buffered(request: Request, limit: usize, time: Duration) -> Result<Request, Rejection> {
    if request.body().is_end_stream() {
        return Ok(request);
    }
    // Told before a byte of it is read.
    if request.body().size_hint().lower() > limit as u64 {
        return Err(Rejection::TooLarge);
    }
    let (parts, body) = request.into_parts();
    let body = match tokio::time::timeout(time, Limited::new(body, limit).collect()).await {
        Ok(Ok(collected)) => Body::from(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(Rejection::TooLarge),
        Ok(Err(_)) => return Err(Rejection::Malformed),
        Err(_) => return Err(Rejection::BodyTimeout),
    };
    Ok(Request::from_parts(parts, body))
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use futures_util::stream;

    use super::*;

    async fn read(body: Body, limit: usize) -> Result<Bytes, Rejection> {
        let request = buffered(Request::new(body), limit, Duration::from_millis(50)).await?;
        Ok(request.into_body().collect().await.unwrap().to_bytes())
    }

    fn chunks(chunks: Vec<Result<&'static [u8], std::io::Error>>) -> Body {
        Body::from_stream(stream::iter(chunks))
    }

    #[tokio::test]
    async fn bodies_up_to_the_limit_arrive_whole() {
        assert_eq!(read(Body::empty(), 0).await, Ok(Bytes::new()));
        assert_eq!(read(Body::from("four"), 4).await, Ok(Bytes::from("four")));
        assert_eq!(read(chunks(vec![Ok(b"fo"), Ok(b"ur")]), 4).await, Ok(Bytes::from("four")));
    }

    #[tokio::test]
    async fn prot_a15_larger_bodies_are_413_announced_or_not() {
        assert_eq!(read(Body::from("fives"), 4).await, Err(Rejection::TooLarge));
        assert_eq!(read(chunks(vec![Ok(b"fi"), Ok(b"ves")]), 4).await, Err(Rejection::TooLarge));
    }

    #[tokio::test]
    async fn broken_and_endless_bodies_end() {
        let broken = chunks(vec![Ok(b"a"), Err(std::io::ErrorKind::ConnectionReset.into())]);
        assert_eq!(read(broken, 4).await, Err(Rejection::Malformed));
        let silent = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        assert_eq!(read(silent, 4).await, Err(Rejection::BodyTimeout));
    }
}
