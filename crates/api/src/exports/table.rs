//! What makes a list a table, and how all its pages become rows.

use acopio_contract::query::{Ask, PAGE_MAX, Page, PageRequest};
use acopio_sheets::{Sheet, WriteError};
use tokio::runtime::Handle;

use crate::auth::{Identity, Session};
use crate::problem::Problem;

/// A list that can become a file. Its columns have the names of the fields in JSON.
pub(super) trait Table: Ask<Answer = Page<Self::Row>> + Clone + 'static {
    /// What the list has of each thing.
    type Row: Send + 'static;
    /// What the file is called, without date and extension.
    const NAME: &'static str;

    /// The names of the columns.
    fn columns(identity: &Identity) -> Vec<&'static str>;

    /// Writes a row, one cell for each column.
    ///
    /// # Errors
    ///
    /// When the output fails, or takes no more rows.
    fn write(row: &Self::Row, identity: &Identity, sheet: &mut dyn Sheet) -> Result<(), WriteError>;

    /// Which part of the list is wanted.
    fn part(&mut self) -> &mut PageRequest;
}

/// Why a file is not made to its end.
#[derive(Debug)]
pub(super) enum Fault {
    /// The list cannot be read.
    Read(Problem),
    /// The file cannot be written, or nobody wants it any more.
    Write(WriteError),
}

impl From<WriteError> for Fault {
    fn from(error: WriteError) -> Fault {
        Fault::Write(error)
    }
}

/// A list whose first page has been read: whatever is wrong with the request has shown by then.
pub(super) struct Export<T: Table> {
    pub(super) session: Session,
    query: T,
    first: Page<T::Row>,
}

impl<T: Table> Export<T> {
    /// Reads the first page.
    ///
    /// # Errors
    ///
    /// When the user may not see the list, or it cannot be read.
    pub(super) async fn begin(session: Session, mut query: T) -> Result<Export<T>, Problem> {
        *query.part() = PageRequest { limit: PAGE_MAX, cursor: None };
        let first = session.ask(query.clone()).await?;
        Ok(Export { session, query, first })
    }

    /// Writes the header and all rows. For a thread outside of the runtime.
    ///
    /// # Errors
    ///
    /// When a page cannot be read, or the output fails.
    pub(super) fn write(self, runtime: &Handle, sheet: &mut dyn Sheet) -> Result<(), Fault> {
        let Export { session, mut query, first } = self;
        sheet.header(&T::columns(&session.identity))?;
        let mut page = first;
        loop {
            for row in &page.items {
                T::write(row, &session.identity, sheet)?;
            }
            let Some(cursor) = page.next else { return Ok(()) };
            query.part().cursor = Some(cursor);
            page = runtime.block_on(session.ask(query.clone())).map_err(Fault::Read)?;
        }
    }
}
