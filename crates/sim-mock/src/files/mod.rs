//! The files of the workspace, their folders, and the uploads that become files.

mod content;
mod file;
mod upload;

use std::sync::{Mutex, MutexGuard};

pub(crate) use content::Content;
pub(crate) use file::{File, Share, disposition, type_of};
pub(crate) use upload::{PART, PARTS, Progress, Refused, Upload};

use crate::folder::{Folder, ROOT};
use crate::store::Collection;

/// All files, folders and uploads.
#[derive(Debug, Default)]
pub(crate) struct Files(Mutex<Shelf>);

#[derive(Debug, Default)]
pub(crate) struct Shelf {
    pub(crate) files: Collection<File>,
    pub(crate) folders: Vec<Folder>,
    pub(crate) uploads: Collection<Upload>,
}

impl Files {
    pub(crate) fn open(&self) -> MutexGuard<'_, Shelf> {
        self.0.lock().expect("no code panics while it holds the files")
    }
}

impl Shelf {
    pub(crate) fn has_folder(&self, path: &str) -> bool {
        path == ROOT || self.folders.iter().any(|folder| folder.path == path)
    }

    /// Returns whether another file of the folder has the name. Upper and lower case differ.
    pub(crate) fn has_name(&self, folder: &str, name: &str, except: &str) -> bool {
        let mut others = self.files.live().filter(|file| file.id != except);
        others.any(|file| file.folder == folder && file.name == name)
    }

    /// Returns the name, or the first one with a number that is free.
    pub(crate) fn free_name(&self, folder: &str, name: &str) -> String {
        let (stem, ending) = file::parts_of_name(name);
        let numbered = (1..).map(|number| format!("{stem} ({number}){ending}"));
        let mut names = std::iter::once(name.to_owned()).chain(numbered);
        let free = names.find(|name| !self.has_name(folder, name, ""));
        free.expect("there are more numbers than files")
    }
}
