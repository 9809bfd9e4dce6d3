//! The adverse choices: what can go wrong with a request, or happen before it is sent.

use std::fmt;

use crate::server::Refusal;

/// One adverse choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bend {
    /// No connection is made.
    NotSent,
    /// The request is lost.
    LoseRequest,
    /// The request arrives, and its client is gone at once.
    LoseAtOnce,
    /// The connection is lost while the server works.
    LoseMidway,
    /// The answer is lost.
    LoseAnswer,
    /// The head of the answer arrives, and its body is lost.
    LoseBody,
    /// The request is held up, and arrives after the next one.
    Delay,
    /// The request is held up, and arrives after the end of the conversation.
    DelayToEnd,
    /// A proxy sends the request twice; the client gets the first answer.
    Twice,
    /// A proxy sends the request twice; the client gets the second answer.
    TwiceSecond,
    /// A proxy sends the request again after the next one.
    TwiceLate,
    /// A gateway answers with its page, and the request does not arrive.
    Gateway,
    /// A gateway answers with its page, and the request arrives.
    GatewayAfter,
    /// The server refuses the request.
    Refuse(Refusal),
    /// The server refuses the request, and the answer is lost.
    RefuseUnheard(Refusal),
    /// The server is killed and comes back before the request.
    Restart,
    /// The server is killed while it works on the request, and comes back.
    RestartMidway,
    /// The server was upgraded before the request.
    Upgrade,
    /// The second generation was switched off before the request.
    SwitchOff,
    /// Another node takes the request.
    OtherNode,
    /// Somebody cancels the run before the request.
    CancelElsewhere,
    /// Another human answers the pause before the request.
    AnswerElsewhere,
    /// The caller cancels the conversation in place of the request.
    CallerCancels,
    /// The program dies before the request, and comes back with what it stored.
    Crash,
    /// The program dies when the request was sent, and comes back with what it stored.
    CrashAfter,
    /// Another program with the same handle makes its next request first.
    OtherClient,
    /// Another program with the same handle makes all its requests first.
    OtherClientAll,
    /// Eleven minutes pass before the request.
    TimePasses,
}

impl fmt::Display for Bend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::NotSent => "no connection",
            Self::LoseRequest => "the request is lost",
            Self::LoseAtOnce => "the client is gone at once",
            Self::LoseMidway => "the connection is lost midway",
            Self::LoseAnswer => "the answer is lost",
            Self::LoseBody => "the body of the answer is lost",
            Self::Delay => "the request arrives after the next one",
            Self::DelayToEnd => "the request arrives after the end",
            Self::Twice => "a proxy sends it twice, first answer",
            Self::TwiceSecond => "a proxy sends it twice, second answer",
            Self::TwiceLate => "a proxy sends it again after the next one",
            Self::Gateway => "a gateway's page, not arrived",
            Self::GatewayAfter => "a gateway's page, arrived",
            Self::Refuse(refusal) => return write!(f, "refused: {refusal:?}"),
            Self::RefuseUnheard(refusal) => return write!(f, "refused: {refusal:?}, unheard"),
            Self::Restart => "the server is restarted before",
            Self::RestartMidway => "the server is killed meanwhile",
            Self::Upgrade => "the server is upgraded before",
            Self::SwitchOff => "v2 is switched off before",
            Self::OtherNode => "another node takes it",
            Self::CancelElsewhere => "somebody cancels the run before",
            Self::AnswerElsewhere => "another human answers before",
            Self::CallerCancels => "the caller cancels",
            Self::Crash => "the program dies before",
            Self::CrashAfter => "the program dies after it was sent",
            Self::OtherClient => "another program's request comes first",
            Self::OtherClientAll => "another program goes first",
            Self::TimePasses => "eleven minutes pass before",
        };
        f.write_str(text)
    }
}
