//! The scenarios: which servers a conversation meets, and which conversation it is.

use std::fmt;

use crate::server::{Mode, Node, Runtime, Version, Workflow};
use crate::story::Purpose;

/// What may change about the servers of a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// Nothing.
    None,
    /// The server may be upgraded to this version.
    Upgrade(Version),
    /// The second generation may be switched off.
    SwitchOff,
    /// A node of this version stands behind the same address.
    OtherNode(Version),
}

/// The servers that a conversation meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct World {
    /// The node that answers.
    pub node: Node,
    /// What may change.
    pub change: Change,
    /// Whether callers have a key. Without one the workflows are public.
    pub keyed: bool,
}

impl World {
    const fn of(version: Version) -> Self {
        Self { node: Node::new(version), change: Change::None, keyed: true }
    }

    const fn changing(version: Version, change: Change) -> Self {
        Self { node: Node::new(version), change, keyed: true }
    }

    /// Returns all worlds.
    pub fn all() -> Vec<Self> {
        use Version::{Hosted, V0680, V0731, V0732, V0759, V0809};
        let mut worlds: Vec<_> = Version::ALL.into_iter().map(Self::of).collect();
        let off = Node { v2_off: true, ..Node::new(V0809) };
        let node = Node { runtime: Runtime::Node, ..Node::new(V0732) };
        let bun = Node { runtime: Runtime::Bun, ..Node::new(V0809) };
        worlds.extend([
            Self { node: off, ..Self::of(V0809) },
            Self { node, ..Self::of(V0732) },
            Self { node: bun, ..Self::of(V0809) },
            Self { keyed: false, ..Self::of(V0809) },
            Self { keyed: false, ..Self::of(V0732) },
            Self::changing(V0680, Change::Upgrade(V0731)),
            Self::changing(V0731, Change::Upgrade(V0732)),
            Self::changing(V0732, Change::Upgrade(V0809)),
            Self::changing(V0731, Change::Upgrade(V0809)),
            Self::changing(V0809, Change::SwitchOff),
            Self::changing(V0809, Change::OtherNode(V0731)),
            Self::changing(V0732, Change::OtherNode(V0731)),
            Self::changing(V0731, Change::OtherNode(V0732)),
            Self::changing(Hosted, Change::OtherNode(V0759)),
        ]);
        worlds
    }

    /// Returns whether nodes of different versions stand behind one address.
    pub fn is_mixed(self) -> bool {
        matches!(self.change, Change::OtherNode(_))
    }
}

impl fmt::Display for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.node.version.name())?;
        if self.node.runtime != Node::new(self.node.version).runtime {
            write!(f, " run by {:?}", self.node.runtime)?;
        }
        if self.node.v2_off {
            f.write_str(" with v2 off")?;
        }
        if !self.keyed {
            f.write_str(" without a key")?;
        }
        match self.change {
            Change::None => Ok(()),
            Change::Upgrade(to) => write!(f, ", upgraded to {}", to.name()),
            Change::SwitchOff => f.write_str(", v2 switched off"),
            Change::OtherNode(other) => write!(f, " beside {}", other.name()),
        }
    }
}

/// A conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Conversation {
    /// A run once.
    Once {
        /// Whether it is synchronous, or queued.
        sync: bool,
        /// What is run.
        workflow: Workflow,
    },
    /// A run once, within a deadline.
    OnceWithin {
        /// Whether it is synchronous, or queued.
        sync: bool,
    },
    /// A run once by a stored handle.
    Durable {
        /// What is run.
        workflow: Workflow,
        /// Whether another program has the handle too.
        two: bool,
    },
    /// A run once whose events are streamed.
    Stream {
        /// What is run.
        workflow: Workflow,
    },
    /// A plain execute.
    Execute {
        /// Whether refusals are repeated.
        retry: bool,
        /// What is run.
        workflow: Workflow,
    },
    /// A wait for a run that was started before.
    Wait {
        /// What was run.
        workflow: Workflow,
        /// How it was started.
        mode: Mode,
    },
    /// An answer to the pause of a run.
    Resume {
        /// What was run.
        workflow: Workflow,
        /// How it was started.
        mode: Mode,
    },
    /// A second answer, after the first human answered.
    ResumeSecond {
        /// What was run.
        workflow: Workflow,
        /// How it was started.
        mode: Mode,
    },
    /// A cancellation.
    Cancel {
        /// How the run was started.
        mode: Mode,
    },
}

impl Conversation {
    /// Returns the conversations that meet this world: all of them where nothing changes, and elsewhere those that
    /// what is special about the world may concern.
    fn of(world: World) -> Vec<Self> {
        use Mode::{Queued, Sync};
        use Workflow::{Echo, Fail, Human, HumanFail, Parallel, Respond, Slow, Timed, TwoHumans};
        let echo = Self::Once { sync: false, workflow: Echo };
        let sync = Self::Once { sync: true, workflow: Echo };
        let execute = |retry, workflow| Self::Execute { retry, workflow };
        let (plain, retried) = (execute(false, Echo), execute(true, Echo));
        let stream = Self::Stream { workflow: Echo };
        let human = Self::Resume { workflow: Human, mode: Sync };
        if !world.keyed {
            return vec![echo, sync, plain, retried, stream];
        }
        if world.node.runtime != Node::new(world.node.version).runtime {
            return vec![
                sync,
                plain,
                stream,
                human,
                Self::Resume { workflow: Human, mode: Queued },
            ];
        }
        if world.change != Change::None {
            let durable = Self::Durable { workflow: Echo, two: false };
            return vec![echo, sync, durable, retried, stream, human];
        }
        vec![
            echo,
            sync,
            plain,
            retried,
            stream,
            human,
            execute(false, Fail),
            execute(false, Respond),
            Self::Stream { workflow: Human },
            Self::Once { sync: true, workflow: Respond },
            Self::Once { sync: false, workflow: Fail },
            Self::Once { sync: true, workflow: Human },
            Self::OnceWithin { sync: false },
            Self::Durable { workflow: Echo, two: false },
            Self::Durable { workflow: Echo, two: true },
            Self::Wait { workflow: Slow, mode: Queued },
            Self::Wait { workflow: Human, mode: Queued },
            Self::Wait { workflow: Timed, mode: Queued },
            Self::Resume { workflow: Human, mode: Queued },
            Self::Resume { workflow: HumanFail, mode: Sync },
            Self::Resume { workflow: HumanFail, mode: Queued },
            Self::Resume { workflow: TwoHumans, mode: Sync },
            Self::Resume { workflow: Parallel, mode: Queued },
            Self::ResumeSecond { workflow: TwoHumans, mode: Sync },
            Self::Cancel { mode: Queued },
        ]
    }

    /// Returns what the conversation is for.
    pub fn purpose(self) -> Purpose {
        match self {
            Self::Wait { .. } => Purpose::Wait,
            Self::Resume { .. } | Self::ResumeSecond { .. } => Purpose::Resume,
            Self::Cancel { .. } => Purpose::Cancel,
            _ => Purpose::Start,
        }
    }

    /// Returns the workflow that is started or was started.
    pub fn workflow(self) -> Workflow {
        match self {
            Self::Once { workflow, .. }
            | Self::Durable { workflow, .. }
            | Self::Stream { workflow }
            | Self::Execute { workflow, .. }
            | Self::Wait { workflow, .. }
            | Self::Resume { workflow, .. }
            | Self::ResumeSecond { workflow, .. } => workflow,
            Self::OnceWithin { .. } => Workflow::Echo,
            Self::Cancel { .. } => Workflow::Slow,
        }
    }

    /// Returns how the run was started that the conversation is about, or `None` if it starts one itself.
    pub fn begun(self) -> Option<Mode> {
        match self {
            Self::Wait { mode, .. }
            | Self::Resume { mode, .. }
            | Self::ResumeSecond { mode, .. }
            | Self::Cancel { mode } => Some(mode),
            _ => None,
        }
    }

    /// Returns whether the program stores what it needs to come back.
    pub fn is_stored(self) -> bool {
        matches!(
            self,
            Self::Durable { .. }
                | Self::Wait { .. }
                | Self::Resume { .. }
                | Self::ResumeSecond { .. }
        )
    }

    /// Returns the deadline in milliseconds, or `None` if there is none.
    pub fn deadline(self) -> Option<u64> {
        match self {
            Self::OnceWithin { .. } => Some(20_000),
            _ => None,
        }
    }
}

/// A conversation in a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scenario {
    /// The servers.
    pub world: World,
    /// The conversation.
    pub conversation: Conversation,
}

impl Scenario {
    /// Returns all scenarios.
    pub fn all() -> Vec<Self> {
        let of = |world| {
            Conversation::of(world)
                .into_iter()
                .map(move |conversation| Self { world, conversation })
        };
        World::all().into_iter().flat_map(of).collect()
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}", self.world, self.conversation)
    }
}
