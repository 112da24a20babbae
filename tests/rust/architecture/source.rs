//! The modules of a crate and what each one names of the others, read from its sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Segments of a module's path, without `crate`; the root of the crate has none.
pub type Module = Vec<String>;

/// What a file says.
#[derive(Default)]
struct File {
    /// Where it is, below `src`.
    name: String,
    children: BTreeSet<String>,
    /// Names that it imports, with their whole paths.
    imports: BTreeMap<String, Vec<String>>,
    /// Paths that it names, whole, imports included.
    paths: BTreeSet<Vec<String>>,
    /// Whether there is anything but declarations of modules and imports.
    has_code: bool,
    crates: BTreeSet<String>,
}

/// One module names another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    pub from: Module,
    pub to: Module,
    /// The file that does it, below `src`.
    pub file: String,
}

/// A crate's modules, without those that are built for tests alone.
pub struct Source {
    files: BTreeMap<Module, File>,
}

impl Source {
    pub fn read(src: &Path) -> Self {
        let mut source = Self {
            files: BTreeMap::new(),
        };
        source.read_module(src, &Module::new());
        source
    }

    fn read_module(&mut self, src: &Path, module: &Module) {
        let name = match module.as_slice() {
            [] => "lib.rs".to_owned(),
            segments => {
                let file = format!("{}.rs", segments.join("/"));
                if src.join(&file).exists() {
                    file
                } else {
                    format!("{}/mod.rs", segments.join("/"))
                }
            }
        };
        let text = fs::read_to_string(src.join(&name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        let file = Reader::new(&text, module, name).read();
        let children = file.children.clone();
        self.files.insert(module.clone(), file);
        for child in children {
            let mut path = module.clone();
            path.push(child);
            self.read_module(src, &path);
        }
    }

    pub fn modules(&self) -> impl Iterator<Item = &Module> {
        self.files.keys()
    }

    /// The files, below `src`, that name another crate.
    pub fn files_that_name(&self, other: &str) -> Vec<&str> {
        self.files
            .values()
            .filter(|file| file.crates.contains(other))
            .map(|file| file.name.as_str())
            .collect()
    }

    /// Who names whom. A module that only declares and re-exports others names nobody.
    pub fn imports(&self) -> BTreeSet<Import> {
        let mut imports = BTreeSet::new();
        for (from, file) in self.files.iter().filter(|(_, file)| file.has_code) {
            for path in &file.paths {
                if let Some(to) = self.owner(path, 0).filter(|to| to != from) {
                    imports.insert(Import {
                        from: from.clone(),
                        to,
                        file: file.name.clone(),
                    });
                }
            }
        }
        imports
    }

    /// The module that defines what a path names, through re-exports; none if another crate does.
    fn owner(&self, path: &[String], depth: usize) -> Option<Module> {
        let mut module = Module::new();
        for (at, segment) in path.iter().enumerate() {
            let file = &self.files[&module];
            if file.children.contains(segment) {
                module.push(segment.clone());
            } else if let Some(import) = file.imports.get(segment) {
                let mut whole = import.clone();
                whole.extend_from_slice(&path[at + 1..]);
                let is_ours = import.first().is_some_and(|first| self.is_top(first));
                return (is_ours && depth < 8)
                    .then(|| self.owner(&whole, depth + 1))
                    .flatten();
            } else {
                break;
            }
        }
        Some(module)
    }

    fn is_top(&self, name: &str) -> bool {
        self.files[&Module::new()].children.contains(name)
    }
}

/// Words and signs of Rust, without comments, strings and what is built for tests alone.
fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut tokens = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let c = at(i);
        if c == '/' && at(i + 1) == '/' {
            while i < chars.len() && at(i) != '\n' {
                i += 1;
            }
        } else if c == '/' && at(i + 1) == '*' {
            i += 2;
            while i < chars.len() && !(at(i) == '*' && at(i + 1) == '/') {
                i += 1;
            }
            i += 2;
        } else if c == 'r'
            && (at(i + 1) == '"'
                || (at(i + 1) == '#' && at(i + 2) != '_' && !at(i + 2).is_alphabetic()))
        {
            let hashes = chars[i + 1..].iter().take_while(|c| **c == '#').count();
            i += hashes + 2;
            while i < chars.len() && !(at(i) == '"' && (1..=hashes).all(|hash| at(i + hash) == '#'))
            {
                i += 1;
            }
            i += hashes + 1;
        } else if c == '"' {
            i += 1;
            while i < chars.len() && at(i) != '"' {
                i += if at(i) == '\\' { 2 } else { 1 };
            }
            i += 1;
        } else if c == '\'' && (at(i + 1) == '\\' || at(i + 2) == '\'') {
            i += if at(i + 1) == '\\' { 3 } else { 2 };
            while i < chars.len() && at(i) != '\'' {
                i += 1;
            }
            i += 1;
        } else if c.is_alphanumeric() || c == '_' {
            let begin = i;
            while at(i).is_alphanumeric() || at(i) == '_' {
                i += 1;
            }
            tokens.push(chars[begin..i].iter().collect());
        } else if c == ':' && at(i + 1) == ':' {
            tokens.push("::".to_owned());
            i += 2;
        } else {
            if !c.is_whitespace() {
                tokens.push(c.to_string());
            }
            i += 1;
        }
    }
    tokens
}

/// Walks through the tokens of a file.
struct Reader<'a> {
    tokens: Vec<String>,
    at: usize,
    /// The module that is read: the file's own, or one that is written within it.
    module: Module,
    file: File,
    own: &'a Module,
}

impl<'a> Reader<'a> {
    fn new(text: &str, own: &'a Module, name: String) -> Self {
        let tokens = tokens(text);
        // Which modules there are is needed before the first path is read.
        let children = tokens
            .windows(3)
            .filter(|three| three[0] == "mod" && three[2] == ";")
            .map(|three| three[1].clone())
            .collect();
        Self {
            tokens,
            at: 0,
            module: own.clone(),
            file: File {
                name,
                children,
                ..File::default()
            },
            own,
        }
    }

    fn token(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", String::as_str)
    }

    fn read(mut self) -> File {
        while self.at < self.tokens.len() {
            self.step();
        }
        self.file
    }

    fn step(&mut self) {
        match self.token(0) {
            "#" => self.attribute(),
            "pub" if self.token(1) == "(" => {
                self.at += 1;
                self.skip_group();
            }
            "pub" | ";" => self.at += 1,
            "mod" if self.token(2) == ";" => self.at += 3,
            "mod" if self.token(2) == "{" => {
                let name = self.token(1).to_owned();
                self.file.has_code = true;
                self.at += 2;
                let end = self.end_of_group();
                self.module.push(name);
                self.at += 1;
                while self.at < end {
                    self.step();
                }
                self.module.pop();
                self.at = end;
            }
            "use" => {
                self.at += 1;
                self.use_tree(&[]);
            }
            _ => {
                self.file.has_code = true;
                self.path();
            }
        }
    }

    /// An attribute, and what follows it if that is built for tests alone.
    fn attribute(&mut self) {
        self.at += if self.token(1) == "!" { 2 } else { 1 };
        let begin = self.at;
        self.skip_group();
        if self.tokens[begin..self.at].join("") != "[cfg(test)]" {
            return;
        }
        while !matches!(self.token(0), ";" | "{" | "") {
            if self.token(0) == "mod" {
                let name = self.token(1).to_owned();
                self.file.children.remove(&name);
            }
            self.at += 1;
        }
        if self.token(0) == "{" {
            self.skip_group();
        } else {
            self.at += 1;
        }
    }

    /// Where the group that begins here ends: at its closing bracket.
    fn end_of_group(&self) -> usize {
        let mut depth = 0;
        for (at, token) in self.tokens.iter().enumerate().skip(self.at) {
            match token.as_str() {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return at;
            }
        }
        self.tokens.len()
    }

    fn skip_group(&mut self) {
        self.at = self.end_of_group() + 1;
    }

    /// What follows `use`, up to and with its `;` or the `,` or `}` of the group that it is in.
    fn use_tree(&mut self, before: &[String]) {
        let mut path = before.to_vec();
        loop {
            match self.token(0).to_owned().as_str() {
                "::" => self.at += 1,
                "{" => {
                    self.at += 1;
                    while !matches!(self.token(0), "}" | "") {
                        self.use_tree(&path);
                        if self.token(0) == "," {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    if self.token(0) == ";" && before.is_empty() {
                        self.at += 1;
                    }
                    return;
                }
                end @ (";" | "," | "}" | "as" | "") => {
                    let mut name = path.last().cloned().unwrap_or_default();
                    if end == "as" {
                        self.at += 1;
                        name = self.token(0).to_owned();
                        self.at += 1;
                    }
                    if path.last().is_some_and(|last| last == "self") {
                        path.pop();
                        name = path.last().cloned().unwrap_or_default();
                    }
                    self.mention(&path, Some(&name));
                    if self.token(0) == ";" && before.is_empty() {
                        self.at += 1;
                    }
                    return;
                }
                segment => {
                    path.push(segment.to_owned());
                    self.at += 1;
                }
            }
        }
    }

    /// A path outside of `use`, or any other token.
    fn path(&mut self) {
        let before = self.at.checked_sub(1).map_or("", |at| &self.tokens[at]);
        if before == "::" || before == "." || self.token(1) != "::" {
            self.at += 1;
            return;
        }
        let mut path = vec![self.token(0).to_owned()];
        self.at += 1;
        while self.token(0) == "::"
            && self
                .token(1)
                .starts_with(|c: char| c.is_alphabetic() || c == '_')
        {
            path.push(self.token(1).to_owned());
            self.at += 2;
        }
        self.mention(&path, None);
    }

    fn mention(&mut self, path: &[String], import: Option<&str>) {
        let mut whole = match path.first().map(String::as_str) {
            Some("crate") => Module::new(),
            Some("self" | "super") => self.module.clone(),
            Some(child) if self.module == *self.own && self.file.children.contains(child) => {
                self.own.clone()
            }
            Some(other) => {
                self.file.crates.insert(other.to_owned());
                if let Some(name) = import {
                    self.file.imports.insert(name.to_owned(), path.to_vec());
                }
                return;
            }
            None => return,
        };
        for segment in path {
            match segment.as_str() {
                "crate" | "self" => {}
                "super" => {
                    whole.pop();
                }
                name => whole.push(name.to_owned()),
            }
        }
        if let Some(name) = import
            && self.module == *self.own
        {
            self.file.imports.insert(name.to_owned(), whole.clone());
        }
        self.file.paths.insert(whole);
    }
}
