//! One connection, with HTTP/1.1 over a socket.

use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;

use crate::link::{Link, Socket};

/// Serves a connection until one side closes it, or until a fault does.
///
/// If the client closes it while the server handles a request, the handler is dropped at its next await.
pub(crate) async fn serve(stream: TcpStream, router: Router) {
    // Without this option small answers are delayed, but still correct.
    let _ = stream.set_nodelay(true);
    let link = Link::default();
    let socket = TokioIo::new(Socket::new(stream, link.clone()));
    let handler = TowerToHyperService::new(router);
    let service = service_fn(|mut request: http::Request<Incoming>| {
        request.extensions_mut().insert(link.clone());
        handler.call(request)
    });
    tokio::select! {
        // A client that vanishes is not an error of the server.
        _ = http1::Builder::new().serve_connection(socket, service) => {}
        () = link.closed() => {}
    }
}
