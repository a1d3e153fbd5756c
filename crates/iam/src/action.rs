//! Every action that the product has: one table.
//!
//! An operation names its row; the door reads from it how the caller is authorised and how the
//! deed is recorded. Nothing runs that has no row here.

/// How much an action can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Shows one thing.
    Read,
    /// Shows which things there are.
    List,
    /// Changes things.
    Write,
    /// Changes who may do what.
    Manage,
}

/// Who is let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// Whoever policies allow it.
    Policy,
    /// The installation's operator and nobody else.
    Operator,
}

/// How the deed is recorded (audit classes).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// In the transaction of the change.
    Change,
    /// Soon after, in batches; a loss is counted.
    Read,
}

/// An action's row.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The action.
    pub action: Action,
    /// Its full name, as policies and the audit trail write it.
    pub name: &'static str,
    /// How much it can do.
    pub level: Level,
    /// Who is let through.
    pub gate: Gate,
    /// How it is recorded.
    pub class: Class,
    /// Whether operation protection asks for a fresh second proof before it.
    pub step_up: bool,
}

/// Writes the enum, the table and the list from one text, so that an action without a row cannot be.
macro_rules! actions {
    ($($action:ident: $level:ident, $gate:ident, $class:ident, step_up = $step_up:literal;)+) => {
        /// An action of the `iam` service.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "each is named after the operation that it gates, which says what it does")]
        pub enum Action {
            $($action,)+
        }

        /// All rows, in the order of the enum.
        pub static ACTIONS: &[Row] = &[$(Action::$action.row(),)+];

        impl Action {
            /// The action's row.
            pub const fn row(self) -> Row {
                match self {
                    $(Self::$action => Row {
                        action: Self::$action,
                        name: concat!("iam:", stringify!($action)),
                        level: Level::$level,
                        gate: Gate::$gate,
                        class: Class::$class,
                        step_up: $step_up,
                    },)+
                }
            }
        }
    };
}

actions! {
    CreateAccount: Manage, Operator, Change, step_up = false;
    CreateUser: Write, Policy, Change, step_up = false;
    GetUser: Read, Policy, Read, step_up = false;
    ListUsers: List, Policy, Read, step_up = false;
    DeleteUser: Write, Policy, Change, step_up = true;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_whole() {
        for row in ACTIONS {
            assert!(row.name.starts_with("iam:"));
            assert_eq!(row.action.row().name, row.name);
            let reads = matches!(row.level, Level::Read | Level::List);
            assert_eq!(reads, row.class == Class::Read, "{}", row.name);
        }
    }
}
