//! A service in which each request has parameters of its own: `cargo run --example tokio_service --features tokio`.
//!
//! A request is a line of `key=value` words; the answer is a line. Tasks run on several threads and take turns at every
//! `.await`, and yet none sees the parameters of another.

#![allow(clippy::print_stdout, reason = "a program")]

use std::time::Duration;

use hyperparameter::{FutureExt, ParamScope, frozen, get_param, set_param, task};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What a request asks for, read where it is used, through an `.await`.
async fn answer() -> String {
    let wait = get_param!(service.wait_ms, 1u64, "how long a step takes");
    tokio::time::sleep(Duration::from_millis(wait)).await;
    let (model, temperature) = (get_param!(model.name: String, "base"), get_param!(model.temperature, 1.0));
    // A task of its own sees the same.
    let tokens = task::spawn(async { get_param!(model.tokens, 16u32) }).await.unwrap_or_default();
    format!("{model} at {temperature}, {tokens} tokens")
}

async fn serve(stream: TcpStream) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let answer = match ParamScope::try_from(line.split_whitespace()) {
        Ok(scope) => answer().with_params(scope).await,
        Err(error) => format!("bad request: {error}"),
    };
    stream.write_all(answer.as_bytes()).await
}

async fn ask(address: std::net::SocketAddr, request: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(format!("{request}\n").as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    // What the service itself was told, for all its threads.
    set_param!(model.tokens, 32u32);
    frozen();

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let _service = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _request = tokio::spawn(serve(stream));
        }
    });

    let requests =
        ["model.name=large model.temperature=0.2", "", "model.tokens=8 service.wait_ms=5", "model.temperature"];
    let asked: Vec<_> = requests.map(|request| tokio::spawn(async move { ask(address, request).await })).into();
    for (request, answer) in requests.into_iter().zip(asked) {
        println!("{request:?}: {}", answer.await??);
    }
    Ok(())
}
