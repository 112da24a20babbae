//! Server processes and their folders.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A directory that is removed when this is dropped.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let unique = COUNT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("closte-{name}-{}-{unique}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A server process. Its parent is a shell, which ends the server and removes its directory when
/// the pipe from this process closes, so that nothing is left even if the tests are killed.
pub struct Server {
    shell: Child,
    _folder: Folder,
}

impl Server {
    pub fn start(folder: Folder, command: &[&str]) -> Self {
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let shell = Command::new("sh")
            .arg("-c")
            .arg(
                "\"$@\" </dev/null & pid=$!; cat >/dev/null; kill $pid; wait $pid; rm -rf \"$FOLDER\"",
            )
            .arg("sh")
            .args(command)
            .env("FOLDER", folder.path())
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        Self {
            shell,
            _folder: folder,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// Waits until `is_so`; `what` is for the message.
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "waited in vain until {what}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}
