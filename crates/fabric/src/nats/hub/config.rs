//! The configuration of the server: who may do what.

use std::path::Path;

use acopio_ledger::names::NodeName;

use super::super::join::{EXPEL_SUBJECT, READMIT_SUBJECT};
use super::super::wire;
use super::{HubOptions, Membership, registry::Registry, secrets::Secrets, shape};

/// The largest message, in bytes: a frame of 4 MiB that is read back as base64 fits.
const PAYLOAD_MAX: usize = 8 << 20;

/// What the servers of a hub call themselves to each other.
const ROUTE_USER: &str = "member";

/// How long one of them may take to say who it is, in seconds.
const ROUTE_TIMEOUT_S: u32 = 5;

/// The whole configuration. Names and keys in it were checked, paths are quoted.
pub(super) fn configuration(
    options: &HubOptions,
    listen: &str,
    secrets: &Secrets,
    registry: &Registry,
) -> String {
    let (admin, join) = (secrets.admin.public_key(), secrets.join.public_key());
    let name = options.membership.as_ref().map_or("hub", |membership| membership.name().as_str());
    let members = options.membership.as_ref();
    let cluster =
        members.map_or_else(String::new, |members| cluster(members, options, listen, &secrets.routes));
    let data = |name: &str| quoted(&options.data.join(name));
    let tls = options.tls.as_ref().map_or(String::new(), |(cert, key)| {
        format!("tls {{ cert_file: {}, key_file: {} }}\n", quoted(cert), quoted(key))
    });
    let nodes: String = registry.nodes.iter().map(|(node, key)| user(node, key)).collect();
    format!(
        "# Made by acopio: changes are lost.\n\
         server_name: {name}\n\
         listen: \"{listen}\"\n\
         max_payload: {PAYLOAD_MAX}\n\
         ports_file_dir: {}\n\
         log_file: {}\n\
         logfile_size_limit: 10MB\n\
         {tls}\
         {cluster}\
         jetstream {{ store_dir: {}, domain: hub, sync_interval: always }}\n\
         system_account: SYS\n\
         accounts {{\n\
         SYS {{ }}\n\
         COMPANY {{ jetstream: enabled, users: [\n\
         {{ nkey: {admin} }}\n\
         {{ nkey: {join}, permissions: {{ publish: {{ allow: [\"join.request\"] }}, \
         subscribe: {{ allow: [\"_INBOX_join.>\"] }} }} }}\n\
         {nodes}] }}\n\
         }}\n",
        data("run"),
        data("nats-server.log"),
        data(shape::STORE),
    )
}

/// How the servers of a hub reach each other: on the same interfaces as nodes reach them, with a password.
fn cluster(membership: &Membership, options: &HubOptions, listen: &str, password: &str) -> String {
    let host = listen.rsplit_once(':').map_or("0.0.0.0", |(host, _)| host);
    let route = |address| format!("nats-route://{ROUTE_USER}:{password}@{address}");
    let routes: Vec<String> = membership.addresses().map(route).collect();
    let tls = options.tls.as_ref().map_or_else(String::new, |(cert, key)| {
        let ca = options.ca.as_ref().map_or_else(String::new, |ca| format!(", ca_file: {}", quoted(ca)));
        let (cert, key) = (quoted(cert), quoted(key));
        format!("tls {{ cert_file: {cert}, key_file: {key}{ca}, timeout: {ROUTE_TIMEOUT_S} }}\n")
    });
    format!(
        "cluster {{\n\
         name: hub\n\
         listen: \"{host}:{}\"\n\
         no_advertise: true\n\
         authorization {{ user: {ROUTE_USER}, password: \"{password}\", timeout: {ROUTE_TIMEOUT_S} }}\n\
         {tls}\
         routes: {routes:?}\n\
         }}\n",
        membership.port(),
    )
}

/// What one node may do: write its own log, fence others, read all logs, take its own letters, say that
/// others come back on another machine, or have left.
fn user(node: &NodeName, key: &str) -> String {
    let (inbox, queue) = (wire::inbox_prefix(node), wire::LETTERS);
    let publish = [
        wire::log_subjects(node),
        "fence.*".into(),
        "svc.*".into(),
        READMIT_SUBJECT.into(),
        EXPEL_SUBJECT.into(),
        wire::ALL_LETTERS.into(),
        wire::presence_subject(node),
        format!("{inbox}.>"),
        "$JS.API.STREAM.INFO.*".into(),
        "$JS.API.STREAM.MSG.GET.*".into(),
        format!("$JS.API.STREAM.CREATE.{}", wire::log_stream(node)),
        format!("$JS.API.STREAM.CREATE.{queue}"),
        "$JS.API.CONSUMER.CREATE.*.*.log.*.*".into(),
        format!("$JS.API.CONSUMER.CREATE.{queue}.{node}.{}", wire::letter_subject(node)),
        format!("$JS.API.CONSUMER.DURABLE.CREATE.{queue}.{node}"),
        format!("$JS.API.CONSUMER.INFO.{queue}.{node}"),
        "$JS.API.CONSUMER.MSG.NEXT.*.*".into(),
        format!("$JS.ACK.{queue}.{node}.>"),
        format!("$JS.ACK.*.*.{queue}.{node}.>"),
    ];
    let subscribe = [format!("{inbox}.>"), wire::call_subject(node), wire::ALL_PRESENCES.into()];
    format!(
        "{{ nkey: {key}, permissions: {{ publish: {{ allow: {publish:?}, \
         deny: [\"$JS.API.CONSUMER.MSG.NEXT.{queue}.>\"] }}, subscribe: {{ allow: {subscribe:?} }}, \
         allow_responses: true }} }} # {node}\n"
    )
}

fn quoted(path: &Path) -> String {
    format!("\"{}\"", path.display().to_string().replace('\\', "\\\\").replace('"', "\\\""))
}
