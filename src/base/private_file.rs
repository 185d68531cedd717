//! Files that hold secrets: who can read them.

use std::{fs::File, io, os::unix::fs::MetadataExt};

/// The permission bits of a file that others than its owner can read or replace; `None` if it is private
/// (security.md S12).
///
/// On a read-only mount every file is: the runtime of a container chooses the modes of the secrets it mounts.
///
/// # Errors
/// If the file system does not tell.
pub fn exposure(file: &File) -> io::Result<Option<u32>> {
    let mode = file.metadata()?.mode() & 0o7777;
    Ok((!is_private(mode, || is_on_read_only_mount(file))).then_some(mode))
}

fn is_private(mode: u32, on_read_only_mount: impl FnOnce() -> bool) -> bool {
    mode & 0o077 == 0 || on_read_only_mount()
}

fn is_on_read_only_mount(file: &File) -> bool {
    rustix::fs::fstatvfs(file).is_ok_and(|stat| stat.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY))
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    #[test]
    fn sec_s12_a_file_that_others_can_read_is_exposed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("secret");
        fs::write(&path, "x").unwrap();
        for (mode, private) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o666, false)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let exposure = exposure(&File::open(&path).unwrap()).unwrap();
            assert_eq!(exposure, (!private).then_some(mode), "{mode:o}");
        }
        assert!(is_private(0o444, || true) && !is_private(0o444, || false));
    }
}
