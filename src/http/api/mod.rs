//! `/api/v1`: administration that is not SCIM (contract.md).

pub mod problem;
pub mod templates;
