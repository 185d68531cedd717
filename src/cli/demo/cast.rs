//! The people of the seed, as the welcome lists them.

/// One of them.
pub(super) struct Person {
    /// Name to sign in with.
    pub(super) user_name: &'static str,
    /// What there is to see.
    pub(super) note: &'static str,
}

/// Their password; the policy of a new installation accepts it.
pub(super) const PASSWORD: &str = "harbour-lantern-27";

/// Everybody, in the order in which the seed declares them.
pub(super) const CAST: [Person; 6] = [
    Person { user_name: "anna@acme.example", note: "Acme AB and Beta Oy: chooses which one to act for" },
    Person { user_name: "bo@acme.example", note: "Acme AB, places orders" },
    Person { user_name: "carla@beta.example", note: "Beta Oy, contact person" },
    Person { user_name: "dieter@gamma.example", note: "Gamma GmbH, sees no net prices" },
    Person { user_name: "elin@gamma.example", note: "Gamma GmbH, without access: the portal stays shut" },
    Person { user_name: "frida@vendor.example", note: "runs the installation, works for no customer" },
];

/// One line per person, as branches of a tree.
pub(super) fn list(indent: &str) -> String {
    let branch = |n: usize| if n + 1 == CAST.len() { "└─" } else { "├─" };
    let line =
        |(n, Person { user_name, note }): (usize, &Person)| format!("{indent}{} {user_name:<22} {note}", branch(n));
    CAST.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
}
