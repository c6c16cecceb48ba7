//! Answers what other nodes ask directly.

use std::sync::Arc;
use std::time::Duration;

use acopio_contract::SubmitError;
use acopio_fabric::Call;
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};

use super::Cluster;
use super::words::{self, Errand, Executed, Question};

/// How many questions are worked on at the same time; more wait.
const QUESTIONS_MAX: usize = 64;

/// How many bytes of frames one answer has, before the last frame's own: with it, less than the fabric carries.
const FRAMES_BYTES: usize = 512 << 10;

/// How long whoever asks waits for other machines to confirm; then it is told that this comes later.
const CONFIRMED_WITHIN: Duration = Duration::from_secs(1);

/// How long it waits before it listens again after an error.
const PAUSE: Duration = Duration::from_millis(250);

/// Answers for as long as the node works.
pub(super) async fn run(cluster: Arc<Cluster>) {
    let places = Arc::new(Semaphore::new(QUESTIONS_MAX));
    loop {
        match cluster.fabric.calls().await {
            Ok(mut calls) => {
                while let Some(Call { request, reply }) = calls.next().await {
                    let place =
                        Arc::clone(&places).acquire_owned().await.expect("the places are never closed");
                    let answering = Arc::clone(&cluster);
                    cluster.spawn(async move {
                        if let Some(answer) = answering.answer(&request).await {
                            // Whoever asked may have gone.
                            let _: Result<(), _> = reply.send(answer);
                        }
                        drop(place);
                    });
                }
            }
            Err(error) => tracing::debug!(%error, "other nodes cannot ask this one"),
        }
        sleep(PAUSE).await;
    }
}

impl Cluster {
    /// The answer to a question; none where it cannot be read, so that whoever asks is left in doubt.
    async fn answer(self: &Arc<Self>, request: &[u8]) -> Option<Bytes> {
        match words::decode(request) {
            Ok(Question::Frames { node, after }) => match self.frames_to_tell(&node, after, FRAMES_BYTES) {
                Ok(frames) => Some(words::encode_frames(frames.iter().map(|frame| frame.bytes.as_slice()))),
                Err(error) => {
                    tracing::error!(%node, %after, %error, "frames that another node asks for cannot be read");
                    None
                }
            },
            Ok(Question::Execute(errand)) => {
                self.execute(&errand).await.map(|executed| words::encode(&executed))
            }
            Ok(Question::Duplicate { by, version, form }) => {
                Some(words::encode(&self.offer(by, &version, &form)))
            }
            Ok(Question::Part { of, at }) => self.part(&of, at).await,
            Ok(Question::Returned { by, of }) => {
                self.duplicate.returned(&by, &of);
                Some(Bytes::new())
            }
            Err(reason) => {
                tracing::warn!(reason, bytes = request.len(), "a question of another node cannot be read");
                None
            }
        }
    }

    /// Executes a command that another node has accepted; nothing where it is in doubt whether that happened.
    pub(super) async fn execute(&self, errand: &Errand) -> Option<Executed> {
        if !self.fill.borrow().is_done() {
            return Some(Executed::Later {
                reason: "this node is still getting the company's logs".to_owned(),
            });
        }
        // Where the warehouse is not known at all nothing is refused: whoever asks knows more.
        if self.owner(&errand.warehouse).ok()?.is_none() {
            return Some(Executed::Later { reason: format!("{} is not known here yet", errand.warehouse) });
        }
        match self.core.submit(errand.submission()).await {
            Ok(receipt) if self.is_confirmed(&receipt, Instant::now() + CONFIRMED_WITHIN).await => {
                Some(Executed::Decided { node: receipt.record.first.node.clone(), last: receipt.last() })
            }
            Ok(_) => Some(Executed::Later { reason: "other machines have not confirmed it yet".to_owned() }),
            Err(SubmitError::KeyReused { .. }) => Some(Executed::KeyReused),
            Err(SubmitError::TooLarge { bytes, most }) => Some(Executed::TooLarge { bytes, most }),
            Err(error @ (SubmitError::Busy { .. } | SubmitError::NotHere { .. })) => {
                Some(Executed::Later { reason: error.to_string() })
            }
            Err(_) => None,
        }
    }
}
