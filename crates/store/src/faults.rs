//! Faults on request, so that tests can see what happens when a disk fails.

/// Which faults a store shall meet. None, unless asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// After so many commits the next one fails as if its fsync had: nothing of it may be relied on.
    pub fail_commit_after: Option<u64>,
}

impl Faults {
    /// Counts a commit; answers with the fault that it meets.
    pub(crate) fn meet(&mut self) -> Option<std::io::Error> {
        match &mut self.fail_commit_after {
            None => None,
            Some(0) => Some(std::io::Error::other("simulated: fsync failed")),
            Some(left) => {
                *left -= 1;
                None
            }
        }
    }
}
