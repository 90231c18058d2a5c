//! The shape of a command, and the macro that turns one list of commands into everything both sides need.

use crate::{Failure, Request, Topic};
use serde::{Serialize, de::DeserializeOwned};

/// One thing that a page can ask of the core. The type is the name: there are no strings to get out of step.
pub trait Command: Serialize + DeserializeOwned + Into<Request> + Send + 'static {
    /// What a success brings.
    type Reply: Serialize + DeserializeOwned + Send + 'static;
    /// What the reply is made of: when one of these goes stale, the page asks again.
    const READS: &'static [Topic] = &[];
    /// What a success makes stale.
    const STALES: &'static [Topic] = &[];
}

/// What the core implements once per command. A command in the list without its handler does not compile.
pub trait Handle<C: Command>: Sync {
    /// Carries the command out.
    fn handle(&self, command: C) -> impl Future<Output = Result<C::Reply, Failure>> + Send;
}

/// Writes, from the one list: `Request` (what crosses the boundary), the conversions into it, `HandleAll` (every handler
/// there must be) and `dispatch`.
macro_rules! commands {
    ($($module:ident::$name:ident),+ $(,)?) => {
        /// Any command, as it crosses the boundary.
        #[derive(Debug, serde::Serialize, serde::Deserialize)]
        #[serde(tag = "command", content = "with")]
        pub enum Request { $(#[doc = "See the command of this name."] $name($module::$name),)+ }

        $(impl From<$module::$name> for Request {
            fn from(command: $module::$name) -> Self { Self::$name(command) }
        })+

        impl Request {
            /// The command's name, for logs.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => stringify!($name),)+ }
            }
            /// What its success makes stale.
            pub fn stales(&self) -> &'static [Topic] {
                match self { $(Self::$name(_) => <$module::$name as Command>::STALES,)+ }
            }
        }

        /// Every handler that the core has to have.
        pub trait HandleAll: $(Handle<$module::$name> +)+ {}
        impl<T: $(Handle<$module::$name> +)+> HandleAll for T {}

        /// Hands the request to its handler and writes the reply as JSON.
        pub async fn dispatch<H: HandleAll>(
            core: &H,
            request: Request,
        ) -> Result<Box<serde_json::value::RawValue>, Failure> {
            match request {
                $(Request::$name(command) => {
                    let reply = Handle::<$module::$name>::handle(core, command).await?;
                    serde_json::value::to_raw_value(&reply).map_err(Failure::bug)
                })+
            }
        }
    };
}
pub(crate) use commands;
