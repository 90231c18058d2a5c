//! A list of the org's that is read page by page. Holds no page: each is the caller's.

use crate::cursor::own_address;
use crate::page::{Broken, Parsed};
use crate::send::{Call, Reply};
use crate::{Client, Cursor, Error, Page, Single};
use std::sync::Arc;
use url::Url;

type Parse<T> = Arc<dyn Fn(&str) -> Result<Parsed<T>, Broken> + Send + Sync>;

/// One list, ready to be read from its start or from a cursor. Cheap to clone.
pub struct Listing<T> {
    client: Client,
    /// Requests that make up the list, read one after the other. Never empty.
    parts: Vec<Url>,
    scope: &'static str,
    endless: bool,
    parse: Parse<T>,
}

impl<T> Clone for Listing<T> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), parts: self.parts.clone(), parse: self.parse.clone(), ..*self }
    }
}

impl<T> Listing<T> {
    pub(crate) fn new(
        client: &Client,
        first: Url,
        scope: &'static str,
        parse: impl Fn(&str) -> Result<Parsed<T>, Broken> + Send + Sync + 'static,
    ) -> Self {
        Self { client: client.clone(), parts: vec![first], scope, endless: false, parse: Arc::new(parse) }
    }

    /// A further request whose items belong to the same list.
    pub(crate) fn and(mut self, part: Url) -> Self {
        self.parts.push(part);
        self
    }

    /// Says that a page may name itself as the next one (polling), which is the end anywhere else.
    pub(crate) fn endless(mut self) -> Self {
        self.endless = true;
        self
    }

    /// The first page.
    pub async fn first(&self) -> Result<Page<T>, Error> {
        self.read(0, self.parts[0].clone()).await
    }

    /// The page that `cursor` leads to.
    pub async fn page(&self, cursor: &Cursor) -> Result<Page<T>, Error> {
        let url = cursor.address(&self.client.inner.org)?;
        self.read(cursor.part, url).await
    }

    /// The page at `cursor`, or the first one.
    pub async fn from(&self, cursor: Option<&Cursor>) -> Result<Page<T>, Error> {
        match cursor {
            Some(cursor) => self.page(cursor).await,
            None => self.first().await,
        }
    }

    async fn read(&self, part: u8, url: Url) -> Result<Page<T>, Error> {
        let call = Call { url, scope: Some(self.scope), signed: true, body: None };
        let (parsed, reply) = self.client.get(&call, |body| (self.parse)(body)).await?;
        let next = self.after(part, &call.url, &reply)?;
        Ok(Page {
            items: parsed.items,
            rejected: parsed.rejected,
            next,
            bytes: reply.body.len() as u64,
            server_time: reply.server_time,
            request_id: reply.request_id,
            body: reply.body,
        })
    }

    /// Where the list goes on after a page.
    fn after(&self, part: u8, here: &Url, reply: &Reply) -> Result<Option<Cursor>, Error> {
        if let Some(link) = reply.next.as_deref() {
            let next = own_address(&self.client.inner.org, link, here.path())?;
            if self.endless || next != *here {
                return Ok(Some(Cursor { part, url: String::from(next).into() }));
            }
        }
        let part = part.saturating_add(1);
        let url = self.parts.get(usize::from(part));
        Ok(url.map(|url| Cursor { part, url: url.as_str().into() }))
    }
}

/// A list whose items are `W`s.
macro_rules! listing_of {
    ($wire:ty, $client:expr, $url:expr, $scope:expr) => {
        $crate::listing::Listing::new($client, $url, $scope, |body| $crate::page::parse_list::<$wire>(body))
    };
}
pub(crate) use listing_of;

impl Client {
    /// One object by its address.
    pub(crate) async fn single<T>(
        &self,
        url: Url,
        scope: &'static str,
        parse: impl Fn(&str) -> Result<T, Broken> + Send + Sync,
    ) -> Result<Single<T>, Error> {
        let call = Call { url, scope: Some(scope), signed: true, body: None };
        let (value, reply) = self.get(&call, parse).await?;
        let Reply { body, server_time, request_id, .. } = reply;
        Ok(Single { value, raw: body.into(), server_time, request_id })
    }
}
