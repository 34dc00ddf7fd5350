//! Nothing leaves the machine: no package that could carry it is ever built in.

use std::collections::BTreeSet;

use anyhow::ensure;

use crate::cargo;

/// What could carry words off the machine, and the runtimes that come with it.
const NETWORK: &[&str] = &[
    "actix-web",
    "async-h1",
    "async-native-tls",
    "async-net",
    "async-std",
    "attohttpc",
    "awc",
    "axum",
    "boring",
    "curl",
    "curl-sys",
    "ehttp",
    "gix-transport",
    "h2",
    "h3",
    "hickory-resolver",
    "http-req",
    "hyper",
    "hyper-util",
    "isahc",
    "libcurl",
    "libssh2-sys",
    "minreq",
    "native-tls",
    "openssl",
    "openssl-sys",
    "quinn",
    "reqwest",
    "rustls",
    "s2n-tls",
    "schannel",
    "security-framework",
    "smol",
    "smoltcp",
    "socket2",
    "ssh2",
    "surf",
    "tiny_http",
    "tokio",
    "tokio-rustls",
    "trust-dns-resolver",
    "tungstenite",
    "ureq",
    "websocket",
    "wtransport",
];

fn network_complaints(tree: &str) -> Vec<String> {
    let names: BTreeSet<&str> = tree
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    let found = NETWORK.iter().filter(|name| names.contains(**name));
    found
        .map(|name| format!("{name} talks to the network"))
        .collect()
}

#[test]
fn nothing_that_postil_is_made_of_talks_to_the_network() -> anyhow::Result<()> {
    let tree = [
        "tree",
        "--package",
        "postil",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--locked",
    ];
    let tree = cargo(&tree)?;
    ensure!(tree.lines().any(|line| line.starts_with("egui ")), "{tree}");
    let complaints = network_complaints(&tree);
    ensure!(complaints.is_empty(), "{complaints:#?}");
    Ok(())
}

#[test]
fn a_package_that_talks_to_the_network_is_complained_about() {
    let tree =
        "postil v0.1.0 (/postil/app)\negui v0.37.0\nureq v3.1.0\nureq v3.1.0 (*)\nurl v2.5.8\n";
    assert_eq!(network_complaints(tree), ["ureq talks to the network"]);
    assert!(network_complaints("postil v0.1.0\nhyperfine v1.0.0\n").is_empty());
}
