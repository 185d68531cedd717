//! Arguments: exit code 2 and a hint for wrong ones, help for whoever asks.

use super::Place;

#[test]
fn wrong_arguments_end_with_2_and_say_what_was_meant() {
    let place = Place::new();
    let cases: &[(&[&str], &str)] = &[
        (&[], "Usage: usher"),
        (&["srve"], "unrecognized subcommand"),
        (&["config"], "Usage: usher config"),
        (&["config", "chek"], "'check'"),
        (&["config", "show", "--source"], "'--sources'"),
        (&["config", "show", "extra"], "unexpected argument"),
        (&["health", "--wait", "soon"], "write 30s or 2m"),
        (&["health", "--wait=-5s"], "must not be negative"),
        (&["migrate", "--config"], "a value is required"),
        (&["--config", "a.toml", "--config", "b.toml", "migrate"], "cannot be used multiple times"),
    ];
    for (args, expected) in cases {
        let said = place.run(args);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{args:?}");
        assert!(said.err.contains(expected), "{args:?}: {}", said.err);
    }
}

#[test]
fn help_and_version_are_data() {
    let place = Place::new();
    assert!(place.run(&["--version"]).ok().starts_with("usher "));
    let help = place.run(&["--help"]).ok();
    assert!(help.contains("Exit codes: 0 done, 1 failed, 2 used wrongly"), "{help}");
    assert!(place.run(&["help", "config", "show"]).ok().contains("usher config show --sources"));
}

#[test]
fn the_file_may_be_named_before_or_after_the_command() {
    let place = Place::new();
    place.file("a.toml", "public_url = \"https://a.example\"");
    for args in [["--config", "a.toml", "config", "check"], ["config", "check", "--config", "a.toml"]] {
        assert!(place.run(&args).ok().contains("https://a.example"));
    }
}
