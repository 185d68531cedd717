//! What a configuration says, and thirty ways to get it wrong.

use std::{fs, os::unix::fs::PermissionsExt};

use super::*;

fn read(text: &str) -> Result<Config, ConfigError> {
    with(text, &Environment::default())
}

fn with(text: &str, environment: &Environment) -> Result<Config, ConfigError> {
    Config::read(Some(&SourceText::new("usher.toml", text)), environment)
}

/// Reading must fail; `Config` has no `Debug`, because it holds secrets.
fn refused(result: Result<Config, ConfigError>) -> String {
    match result {
        Ok(_) => panic!("accepted"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn nothing_at_all_is_a_configuration() {
    let config = read("").unwrap();
    assert_eq!(config.public_url.as_str(), "http://localhost:8080");
    assert_eq!(config.http.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.http.internal_listen.to_string(), "127.0.0.1:8081");
    assert_eq!(config.database.url.expose(), "sqlite://data/usher.db");
    assert_eq!(config.keys.dir.to_str(), Some("keys"));
    assert!(config.mail.url.is_none() && config.sms.provider.is_none() && config.keys.kek.is_none());
    assert_eq!((config.log.format, config.log.level.as_str()), (LogFormat::Json, "info"));
    assert!((config.limits.scale - 1.0).abs() < f64::EPSILON);
    assert!(config.pinned().is_empty());
    assert!(config.entries().iter().all(|entry| entry.source == Source::Default));
}

#[test]
fn every_key_of_contract_md_is_read() {
    let config = read(r#"
        public_url = "https://login.acme.example"
        http = { listen = "0.0.0.0:443", internal_listen = "127.0.0.1:9000", trusted_proxies = ["10.0.0.0/8"], tls_cert = "c.pem", tls_key = "k.pem" }
        [database]
        url = "postgres://usher:pw@db/usher"
        [keys]
        dir = "k"
        kek_file = "/run/secrets/kek"
        [theme]
        dir = "themes"
        name = "acme"
        [mail]
        url = "smtps://u:p@mail.example"
        from = "Acme <login@acme.example>"
        [sms]
        provider = "twilio"
        account_sid = "AC1"
        from = "+46701740605"
        webhook_url = "https://sms.example/"
        [outbound]
        allow_hosts = ["CRM.example.com", "10.1.0.0/16"]
        extra_ca = "ca.pem"
        [log]
        format = "text"
        level = "info,usher::store=debug"
        [limits]
        scale = 2
        off = ["L1", "L10"]
        exempt = ["127.0.0.0/8", "::1/128"]
    "#).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(config.http.trusted_proxies[0].to_string(), "10.0.0.0/8");
    assert_eq!(config.keys.kek_file.unwrap().to_str(), Some("/run/secrets/kek"));
    let named: Vec<_> = config.outbound.allow_hosts.iter().map(ToString::to_string).collect();
    assert_eq!(named, ["crm.example.com", "10.1.0.0/16"]);
    assert!((config.limits.scale - 2.0).abs() < f64::EPSILON);
    assert!(config.limits.is_off(10) && config.limits.is_off(1) && !config.limits.is_off(0));
    assert!(
        config
            .entries
            .iter()
            .filter(|e| e.in_file && e.path != "sms.auth_token_file")
            .all(|e| matches!(e.source, Source::File(_)))
    );
}

#[test]
fn mail_and_sms_of_the_file_are_pinned_settings() {
    let config = read("[mail]\nfrom = \"a@b.example\"\n[sms]\nprovider = \"log\"").unwrap();
    let names: Vec<_> = config.pinned().into_iter().map(|row| (row.name, row.value)).collect();
    assert_eq!(names, [("mail.from".to_owned(), json!("a@b.example")), ("sms.provider".to_owned(), json!("log"))]);
    let (settings, faults) = settings::Settings::new(config.pinned(), config.public_url.site());
    assert_eq!((settings.instance(&settings::MAIL_FROM).as_str(), faults), ("a@b.example", vec![]));
}

#[test]
fn the_environment_wins_over_the_file() {
    let environment = Environment::of([
        ("USHER__PUBLIC_URL", "https://login.acme.example"),
        ("USHER__HTTP__TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.7/32"),
        ("USHER__LIMITS__SCALE", "0.5"),
        ("USHER__KEYS__KEK", "c2VjcmV0"),
    ]);
    let config = with("public_url = \"https://old.example\"\n[limits]\nscale = 3", &environment).unwrap();
    assert_eq!(config.public_url.as_str(), "https://login.acme.example");
    assert_eq!(config.http.trusted_proxies.len(), 2);
    assert!((config.limits.scale - 0.5).abs() < f64::EPSILON);
    assert_eq!(config.keys.kek.unwrap().expose(), "c2VjcmV0");
}

#[test]
fn secrets_come_from_files_and_credentials_too() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("token");
    fs::write(&path, "s3cret\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let name = path.to_str().unwrap();

    let by_key = read(&format!("[sms]\nauth_token_file = {name:?}")).unwrap();
    assert_eq!(by_key.sms.auth_token.unwrap().expose(), "s3cret");
    let by_variable = Config::read(None, &Environment::of([("USHER__SMS__AUTH_TOKEN_FILE", name)])).unwrap();
    assert_eq!(by_variable.sms.auth_token.unwrap().expose(), "s3cret");

    fs::write(&path, "smtps://u:p@mail.example").unwrap();
    let mail = with("[mail]\nurl = \"smtp://localhost\"", &Environment::of([("USHER__MAIL__URL_FILE", name)])).unwrap();
    assert_eq!(mail.mail.url.unwrap().expose(), "smtps://u:p@mail.example");

    fs::write(dir.path().join("usher.keys.kek"), "a2Vr\r\n").unwrap();
    let credential = Config::read(None, &Environment::default().with_credentials(dir.path())).unwrap();
    assert_eq!(credential.keys.kek.as_ref().unwrap().expose(), "a2Vr");
    let entry = credential.entries().iter().find(|entry| entry.path == "keys.kek").unwrap();
    assert_eq!((entry.source.to_string(), &entry.shown), ("systemd credential usher.keys.kek".into(), &json!("•••")));
}

#[test]
fn sec_s12_a_secret_file_that_others_can_read_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("token");
    fs::write(&path, "s3cret").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let name = path.to_str().unwrap();
    let message = refused(Config::read(None, &Environment::of([("USHER__DATABASE__URL_FILE", name)])));
    assert!(message.contains("can be read by others (mode 0644); run: chmod 600"), "{message}");
}

#[test]
fn a_file_that_is_named_must_be_there() {
    let message = refused(Config::load(Some(Path::new("/nowhere/usher.toml")), &Environment::default()));
    assert!(message.starts_with("/nowhere/usher.toml: No such file"), "{message}");
}

#[test]
fn what_is_shown_holds_no_secret() {
    let environment = Environment::of([("USHER__SMS__AUTH_TOKEN", "s3cret"), ("USHER__KEYS__KEK", "s3cret")]);
    let text = "[database]\nurl = \"postgres://u:s3cret@db/x\"\n[mail]\nurl = \"smtps://u:s3cret@mail.example\"";
    let config = with(text, &environment).unwrap();
    let shown: String = config.entries().iter().map(|entry| entry.shown.to_string()).collect();
    assert!(!shown.contains("s3cret"), "{shown}");
    assert!(shown.contains("postgres://u:•••@db/x"), "{shown}");
}

#[test]
fn environment_mistakes_are_named() {
    let cases = [
        ("USHER__HTPP__LISTEN", "x", "did you mean USHER__HTTP__LISTEN?"),
        ("USHER__PUBLICURL", "x", "did you mean USHER__PUBLIC_URL?"),
        ("USHER__HTTP__LISTEN", "8080", "http.listen: \"8080\" is not an address with a port"),
        ("USHER__LIMITS__OFF", "L1,L11", "\"L11\" is none of the layers L0 to L10"),
        ("USHER__LIMITS__SCALE", "much", "\"much\" is not a number"),
        ("USHER__MAIL__URL_FILE", "/nowhere", "/nowhere: No such file"),
    ];
    for (name, value, expected) in cases {
        let message = refused(Config::read(None, &Environment::of([(name, value)])));
        assert!(message.contains(expected) && message.ends_with(&format!("--> environment: {name}")), "{message}");
    }
    let both = [("USHER__MAIL__URL", "smtp://localhost"), ("USHER__MAIL__URL_FILE", "/x")];
    assert!(refused(Config::read(None, &Environment::of(both))).contains("keep one"));
    let both = [("USHER__KEYS__KEK", "x"), ("USHER__KEYS__KEK_FILE", "/x")];
    assert!(refused(Config::read(None, &Environment::of(both))).contains("keep one"));
}

#[test]
fn broken_files_are_explained() {
    let broken = [
        // Not TOML.
        "public_url = ",
        "public_url = \"https://a.example\"\npublic_url = \"https://b.example\"",
        "[http\nlisten = \"127.0.0.1:8080\"",
        "[http]\nlisten = 127.0.0.1:8080",
        // Unknown names.
        "publicUrl = \"https://login.acme.example\"",
        "listen = \"127.0.0.1:8080\"",
        "[htp]\nlisten = \"127.0.0.1:8080\"",
        "[http]\nlisen = \"127.0.0.1:8080\"\n\n[log]\nlevle = \"info\"",
        "[sms]\nauth_token = \"hunter2\"",
        "[session]\nidle = \"PT1H\"",
        "http = \"127.0.0.1:8080\"",
        // Wrong types.
        "[http]\nlisten = 8080",
        "[http]\ntrusted_proxies = \"10.0.0.0/8\"",
        "[limits]\nscale = \"double\"\nexempt = [true]",
        "[log]\nlevel = [\"info\"]",
        "[database.url]\nhost = \"db\"",
        // Wrong values.
        "public_url = \"https://login.acme.example/\"",
        "public_url = \"http://login.acme.example\"",
        "public_url = \"login.acme.example\"",
        "[http]\nlisten = \"localhost\"",
        "[http]\ntrusted_proxies = [\"10.0.0.0/8\", \"10.0.0.0/33\"]",
        "[database]\nurl = \"mysql://root:hunter2@db/usher\"",
        "[database]\nurl = \"sqlite://\"",
        "[theme]\nname = \"../../etc\"",
        "[mail]\nurl = \"http://me:hunter2@mail.example\"\nfrom = \"Acme\"",
        "[sms]\nprovider = \"carrier pigeon\"\nwebhook_url = \"sms.example\"",
        "[log]\nformat = \"xml\"\nlevel = \"inof\"",
        "[limits]\nscale = 0\noff = [\"L11\"]",
        "[outbound]\nallow_hosts = [\"https://crm.example.com/\"]",
        // Values that do not go together.
        "[http]\nlisten = \"0.0.0.0:8081\"",
        "[http]\ntls_cert = \"cert.pem\"",
        "[http]\ntls_key = \"key.pem\"",
    ];
    let messages = broken.map(|text| {
        let message = refused(read(text));
        assert!(!message.contains("hunter2"), "{message}");
        format!("{text}\n\n{message}")
    });
    assert!(messages.len() >= 30);
    insta::assert_snapshot!(messages.join("\n\n----------------------------------------\n"));
}
