//! The configuration of the server: who may do what.

use std::path::Path;

use acopio_ledger::names::NodeName;

use super::super::join::READMIT_SUBJECT;
use super::super::wire;
use super::{HubOptions, registry::Registry};

/// The largest message, in bytes: a frame of 4 MiB that is read back as base64 fits.
const PAYLOAD_MAX: usize = 8 << 20;

/// The whole configuration. Names and keys in it were checked, paths are quoted.
pub(super) fn configuration(
    options: &HubOptions,
    listen: &str,
    admin: &str,
    join: &str,
    registry: &Registry,
) -> String {
    let data = |name: &str| quoted(&options.data.join(name));
    let tls = options.tls.as_ref().map_or(String::new(), |(cert, key)| {
        format!("tls {{ cert_file: {}, key_file: {} }}\n", quoted(cert), quoted(key))
    });
    let nodes: String = registry.nodes.iter().map(|(node, key)| user(node, key)).collect();
    format!(
        "# Made by acopio: changes are lost.\n\
         server_name: hub\n\
         listen: \"{listen}\"\n\
         max_payload: {PAYLOAD_MAX}\n\
         ports_file_dir: {}\n\
         log_file: {}\n\
         logfile_size_limit: 10MB\n\
         {tls}\
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
        data("js"),
    )
}

/// What one node may do: write its own log, fence others, read all logs, take its own letters, ask for
/// others that come back on another machine.
fn user(node: &NodeName, key: &str) -> String {
    let (inbox, queue) = (wire::inbox_prefix(node), wire::LETTERS);
    let publish = [
        wire::log_subjects(node),
        "fence.*".into(),
        "svc.*".into(),
        READMIT_SUBJECT.into(),
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
