//! The built page from its folder. A path that is no file is one of the page's own routes, so it gets `index.html`.

use std::path::Path;
use tower_http::services::{ServeDir, ServeFile};

/// Serves the folder.
pub fn serve(dist: &Path) -> ServeDir<ServeFile> {
    ServeDir::new(dist).fallback(ServeFile::new(dist.join("index.html")))
}
