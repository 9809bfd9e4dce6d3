//! The part of a run that its stream shows.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::frame::Frame;
use super::gate::Gate;
use super::selection::Selection;
use crate::agent::{Agent, Step};
use crate::workflow::Block;

/// The options of a caller who streams a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StreamOptions {
    /// The caller declared the protocol for events of agents.
    pub(crate) events: bool,
    pub(crate) thinking: bool,
    pub(crate) tools: bool,
}

/// A message from a run to its stream.
#[derive(Debug)]
pub(crate) enum Signal {
    Frame(Frame),
    /// The selected outputs, which the last frame shows in place of the output.
    Rest(Value),
}

/// The sending side of a stream. The run drops it at its end.
#[derive(Debug)]
pub(crate) struct Feed {
    stream_options: StreamOptions,
    selection: Selection,
    gate: Arc<Gate>,
    /// The ids of the blocks whose text was sent and not retracted.
    sent_blocks: HashSet<String>,
    signals: UnboundedSender<Signal>,
}

impl Feed {
    pub(crate) fn new(
        stream_options: StreamOptions,
        selected: Vec<String>,
        gate: Arc<Gate>,
    ) -> (Self, UnboundedReceiver<Signal>) {
        let (signals, stream) = unbounded_channel();
        let selection = Selection::new(selected);
        (Self { stream_options, selection, gate, sent_blocks: HashSet::new(), signals }, stream)
    }

    /// Sends a step of an agent, if the caller may see it.
    pub(crate) async fn step(&mut self, agent: &Agent, step: &Step) {
        if !self.selection.has(&Block::of(agent)) {
            return;
        }
        let StreamOptions { events, thinking, tools } = self.stream_options;
        let id = &agent.id;
        match step {
            Step::Says(chunk) if !self.delays_text(agent) => self.say(id, chunk).await,
            Step::Thinks(text) if thinking => self.send(Frame::thinking(id, text)).await,
            Step::Starts { call, tool } if tools => {
                self.send(Frame::tool_start(id, call, tool)).await;
            }
            Step::Ends { call, tool, status } if tools => {
                self.send(Frame::tool_end(id, call, tool, *status)).await;
            }
            Step::Retracts if events => {
                self.sent_blocks.remove(id);
                self.send(Frame::reset(id)).await;
            }
            Step::Fails(error) => self.send(Frame::stream_error(id, error)).await,
            _ => {}
        }
    }

    /// Sends the text that had to wait for the end of the agent.
    pub(crate) async fn finish_agent(&mut self, agent: &Agent) {
        let content = agent.content();
        let waited = self.delays_text(agent) && self.selection.has(&Block::of(agent));
        if waited && !content.is_empty() {
            self.say(&agent.id, &content).await;
        }
    }

    /// Returns whether the agent's text waits for its end, because the caller does not understand
    /// retractions.
    fn delays_text(&self, agent: &Agent) -> bool {
        !self.stream_options.events && agent.has_turns()
    }

    /// Sends text. The first text of a block after the text of another one begins with an empty line.
    async fn say(&mut self, block: &str, chunk: &str) {
        let first = self.sent_blocks.insert(block.to_owned());
        let separator = if first && self.sent_blocks.len() > 1 { "\n\n" } else { "" };
        self.send(Frame::text(block, format!("{separator}{chunk}"))).await;
    }

    /// Passes on the selected outputs that were not streamed, for the end of the stream.
    pub(crate) fn rest(&self, outputs: &[(Block, Value)]) {
        if !self.selection.is_empty() {
            let silent = outputs.iter().filter(|(block, _)| !self.sent_blocks.contains(&block.id));
            self.signal(Signal::Rest(self.selection.pick(silent)));
        }
    }

    async fn send(&self, frame: Frame) {
        self.pass().await;
        self.signal(Signal::Frame(frame));
    }

    /// Waits until the next frame may be sent.
    pub(crate) async fn pass(&self) {
        self.gate.pass().await;
    }

    fn signal(&self, signal: Signal) {
        // A caller who left receives nothing. The run continues until the server notices.
        let _ = self.signals.send(signal);
    }
}
