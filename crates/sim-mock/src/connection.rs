//! One connection: HTTP/1.1 over a socket.

use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;

use crate::link::{Link, Socket};

/// Serves a connection until one side closes it, or a fault does.
///
/// When the client closes it while a request is being handled, the handler is
/// dropped where it waits.
pub(crate) async fn serve(stream: TcpStream, router: Router) {
    // Small answers shall not wait for more; without the option they are only slower.
    let _ = stream.set_nodelay(true);
    let link = Link::default();
    let socket = TokioIo::new(Socket::new(stream, link.clone()));
    let handler = TowerToHyperService::new(router);
    let service = service_fn(|mut request: http::Request<Incoming>| {
        request.extensions_mut().insert(link.clone());
        handler.call(request)
    });
    tokio::select! {
        // A client that vanishes is no error of the server.
        _ = http1::Builder::new().serve_connection(socket, service) => {}
        () = link.closed() => {}
    }
}
