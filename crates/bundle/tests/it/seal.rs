//! Encryption to age recipients.

use crate::small;
use age::secrecy::ExposeSecret;
use bundle::{Error, Limits, Lock, decrypted, is_encrypted, read};

fn sealed(recipients: &[&age::x25519::Identity], plain: &[u8]) -> Vec<u8> {
    let recipients: Vec<String> =
        recipients.iter().map(|identity| identity.to_public().to_string()).collect();
    let mut out = Vec::new();
    Lock::to(&recipients)
        .expect("recipients")
        .around(&mut out, |to| Ok(to.write_all(plain)?))
        .expect("writes");
    out
}

fn secret(identity: &age::x25519::Identity) -> String {
    identity.to_string().expose_secret().to_owned()
}

#[test]
fn each_recipient_opens_it_and_nobody_else() {
    let (plain, written) = small();
    let [ann, bob, eve] = std::array::from_fn(|_| age::x25519::Identity::generate());
    let out = sealed(&[&ann, &bob], &plain);
    assert!(is_encrypted(&out) && !is_encrypted(&plain));
    for who in [&ann, &bob] {
        let file = format!("# created: today\n# public key: {}\n{}\n", who.to_public(), secret(who));
        let opened = read(decrypted(&out[..], &file).expect("opens"), &Limits::SHOW).expect("whole");
        assert_eq!(opened.sha256, written.sha256, "the hash is that of the unencrypted bundle");
    }
    assert!(matches!(decrypted(&out[..], &secret(&eve)), Err(Error::OtherRecipient)));
    for no_identity in ["", "age1xyz", "AGE-SECRET-KEY-1X", "# nothing"] {
        assert!(matches!(decrypted(&out[..], no_identity), Err(Error::BadIdentity)), "{no_identity}");
    }
}

#[test]
fn what_is_no_recipient_is_told() {
    let ann = age::x25519::Identity::generate();
    let good = ann.to_public().to_string();
    for bad in
        [vec![], vec!["age1x".to_owned()], vec![good.clone(), good.to_uppercase() + "x"], vec![secret(&ann)]]
    {
        assert!(matches!(Lock::to(&bad), Err(Error::BadRecipient(_))), "{} recipients", bad.len());
    }
    assert!(Lock::to(&[format!(" {good}\n")]).is_ok());
}

#[test]
fn a_flipped_bit_of_an_encrypted_bundle_is_refused() {
    let (plain, _) = small();
    let ann = age::x25519::Identity::generate();
    let (out, key) = (sealed(&[&ann], &plain), secret(&ann));
    for at in (0..out.len()).step_by(7).chain(0..300) {
        let mut changed = out.clone();
        changed[at] ^= 1 << (at % 8);
        let opened = decrypted(&changed[..], &key).and_then(|plain| read(plain, &Limits::SHOW));
        assert!(opened.is_err(), "byte {at}");
    }
    for len in (0..out.len()).step_by(13) {
        let opened = decrypted(&out[..len], &key).and_then(|plain| read(plain, &Limits::SHOW));
        assert!(opened.is_err(), "{len} bytes");
    }
}
