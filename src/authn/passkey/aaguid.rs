//! Names of common authenticators, by the AAGUID of their model (WebAuthn §6.5.1): what a new passkey is called until
//! its owner says otherwise. A model that is not listed has no name; nothing depends on it.

use uuid::{Uuid, uuid};

const NAMES: &[(Uuid, &str)] = &[
    (uuid!("fbfc3007-154e-4ecc-8c0b-6e020557d7bd"), "Apple Passwords"),
    (uuid!("dd4ec289-e01d-41c9-bb89-70fa845d4bf2"), "Apple Passwords (managed)"),
    (uuid!("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4"), "Google Password Manager"),
    (uuid!("53414d53-554e-4700-0000-000000000000"), "Samsung Pass"),
    (uuid!("08987058-cadc-4b81-b6e1-30de50dcbe96"), "Windows Hello"),
    (uuid!("9ddd1817-af5a-4672-a2b9-3e3dd95000a9"), "Windows Hello"),
    (uuid!("6028b017-b1d4-4c02-b4b3-afcdafc96bb2"), "Windows Hello"),
    (uuid!("adce0002-35bc-c60a-648b-0b25f1f05503"), "Chrome on Mac"),
    (uuid!("771b48fd-d3d4-4f74-9232-fc157ab0507a"), "Edge on Mac"),
    (uuid!("b5397666-4885-aa6b-cebf-e52262a439a2"), "Chromium"),
    (uuid!("bada5566-a7aa-401f-bd96-45619a55120d"), "1Password"),
    (uuid!("d548826e-79b4-db40-a3d8-11116f7e8349"), "Bitwarden"),
    (uuid!("531126d6-e717-415c-9320-3d9aa6981239"), "Dashlane"),
    (uuid!("0ea242b4-43c4-4a1b-8b17-dd6d0b6baec6"), "Keeper"),
    (uuid!("b84e4048-15dc-4dd0-8640-f4f60813c8af"), "NordPass"),
    (uuid!("f3809540-7f14-49c1-a8b3-8f813b225541"), "Enpass"),
    (uuid!("fdb141b2-5d84-443e-8a35-4698c205a502"), "KeePassXC"),
    (uuid!("50726f74-6f6e-5061-7373-50726f746f6e"), "Proton Pass"),
    (uuid!("ee882879-721c-4913-9775-3dfcce97072a"), "YubiKey 5"),
    (uuid!("2fc0579f-8113-47ea-b116-bb5a8db9202a"), "YubiKey 5 NFC"),
    (uuid!("cb69481e-8ff7-4039-93ec-0a2729a154a8"), "YubiKey 5"),
];

/// What an authenticator of this model is called.
pub fn name(aaguid: Uuid) -> Option<&'static str> {
    NAMES.iter().find(|(id, _)| *id == aaguid).map(|(_, name)| *name)
}

/// The AAGUID in an attestation object (WebAuthn §6.5.4): it stands 37 bytes into the authenticator data, which is a
/// byte string in a CBOR map. The library has verified the object; this reads a name out of it and nothing else.
pub fn of_attestation(object: &[u8]) -> Option<Uuid> {
    const KEY: &[u8] = b"\x68authData";
    let at = object.windows(KEY.len()).position(|window| window == KEY)? + KEY.len();
    let header = match object.get(at)? {
        0x58 => 2,
        0x59 => 3,
        _ => return None,
    };
    let start = at + header + 37;
    Uuid::from_slice(object.get(start..start + 16)?).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_model_stands_there_once() {
        assert_eq!(NAMES.iter().map(|(id, _)| id).collect::<HashSet<_>>().len(), NAMES.len());
        assert_eq!(name(uuid!("bada5566-a7aa-401f-bd96-45619a55120d")), Some("1Password"));
        assert_eq!(name(Uuid::nil()), None);
    }

    #[test]
    fn the_model_is_read_out_of_an_attestation_object() {
        let model = uuid!("d548826e-79b4-db40-a3d8-11116f7e8349");
        let data: Vec<u8> = [&[7; 37][..], model.as_bytes(), &[9; 20]].concat();
        for header in [vec![0x58, data.len() as u8], vec![0x59, 0, data.len() as u8]] {
            let object = [&b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData"[..], &header, &data].concat();
            assert_eq!(of_attestation(&object), Some(model));
            assert_eq!(of_attestation(&object[..60]), None);
        }
        for broken in [&b""[..], b"\x68authData", b"\x68authData\x58", b"\x68authData\x40"] {
            assert_eq!(of_attestation(broken), None);
        }
    }
}
