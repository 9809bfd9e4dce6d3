//! One connection: HTTP/1.1 over a socket.

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;

/// Serves a connection until one side closes it.
///
/// When the client closes it while a request is being handled, the handler is
/// dropped where it waits.
pub(crate) async fn serve(stream: TcpStream, router: Router) {
    // Small answers shall not wait for more; without the option they are only slower.
    let _ = stream.set_nodelay(true);
    let service = TowerToHyperService::new(router);
    // A client that vanishes is no error of the server.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}
