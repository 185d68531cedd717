//! Configuration of the process (`usher.toml`, environment) and the registry of settings.
