//! Declares classes, enums and functions with the types that `closte.stub.php` gives them.

use std::sync::Mutex;

use ext_php_rs::args::{Arg, ArgInfoTables};
use ext_php_rs::builders::{ClassBuilder, EnumBuilder, FunctionBuilder};
use ext_php_rs::enum_::EnumCase;
use ext_php_rs::error::{Error, Result};
use ext_php_rs::ffi::_ZEND_TYPE_NULLABLE_BIT;
use ext_php_rs::flags::{ClassFlags, DataType, MethodFlags, PropertyFlags};
use ext_php_rs::zend::{ClassEntry, ZendType};

use super::call::{Call, Failure, Outcome, function};
use super::ffi::{self, ACC_READONLY};

/// Argument tables of the classes' methods. The engine borrows them until the process ends.
static ARGUMENT_TABLES: Mutex<Vec<Parked>> = Mutex::new(Vec::new());

struct Parked(#[expect(dead_code, reason = "held, not read")] ArgInfoTables);

// SAFETY: the tables are never touched again by us; the engine only reads them.
unsafe impl Send for Parked {}

fn park(_: &'static mut ClassEntry, tables: ArgInfoTables) {
    if let Ok(mut parked) = ARGUMENT_TABLES.lock() {
        parked.push(Parked(tables));
    } else {
        std::mem::forget(tables);
    }
}

/// A class about to be registered.
pub struct Class {
    name: &'static str,
    builder: ClassBuilder,
    properties: Vec<(&'static str, ZendType)>,
}

impl Class {
    /// A final class that takes no undeclared properties.
    pub fn sealed(name: &'static str) -> Self {
        Self {
            name,
            builder: ClassBuilder::new(name)
                .flags(ClassFlags::Final | ClassFlags::NoDynamicProperties),
            properties: Vec::new(),
        }
    }

    /// A sealed class whose objects are made here only.
    pub fn value(name: &'static str) -> Self {
        Self::sealed(name).method(
            function!("__construct", refuse_construction),
            MethodFlags::Private,
        )
    }

    /// A class that may be extended.
    pub fn open(name: &'static str) -> Self {
        Self {
            name,
            builder: ClassBuilder::new(name),
            properties: Vec::new(),
        }
    }

    /// A sealed class whose objects own something that must not be written out.
    pub fn secretive(name: &'static str) -> Self {
        let mut class = Self::sealed(name);
        class.builder = class.builder.flags(
            ClassFlags::Final | ClassFlags::NoDynamicProperties | ClassFlags::NotSerializable,
        );
        class
    }

    /// Gives it a parent.
    pub fn extends(mut self, parent: fn() -> &'static ClassEntry, name: &'static str) -> Self {
        self.builder = self.builder.extends((parent, name));
        self
    }

    /// Adds a method.
    pub fn method(mut self, method: FunctionBuilder<'static>, flags: MethodFlags) -> Self {
        self.builder = self.builder.method(method, flags);
        self
    }

    /// Adds a public readonly property of a built-in type.
    pub fn property(mut self, name: &'static str, type_: DataType) -> Self {
        if let Some(type_) = ZendType::empty_from_type(type_, false, false, false) {
            self.properties.push((name, type_));
        }
        self
    }

    /// Adds a public readonly property that may be null.
    pub fn nullable_property(mut self, name: &'static str, type_: DataType) -> Self {
        if let Some(mut type_) = ZendType::empty_from_type(type_, false, false, false) {
            type_.type_mask |= _ZEND_TYPE_NULLABLE_BIT;
            self.properties.push((name, type_));
        }
        self
    }

    /// Adds a public readonly property that holds an object.
    pub fn object_property(mut self, name: &'static str, class: &str) -> Self {
        self.properties.push((name, ffi::class_type(class)));
        self
    }

    /// Registers it; only while the module starts.
    ///
    /// # Errors
    /// What the engine refuses, such as a name that is taken.
    pub fn register(self) -> Result<&'static mut ClassEntry> {
        self.builder.registration(park).register()?;
        let class = ffi::class_at_startup(self.name).ok_or(Error::InvalidPointer)?;
        for (name, type_) in self.properties {
            let access = PropertyFlags::Public.bits() | ACC_READONLY;
            ffi::declare_property(class, name, access, type_);
        }
        Ok(class)
    }
}

fn refuse_construction(_: &mut Call) -> Outcome {
    Err(Failure::Thrown)
}

/// Registers a string-backed enum.
///
/// # Errors
/// What the engine refuses, such as a name that is taken.
pub fn register_enum(name: &str, cases: &'static [EnumCase]) -> Result<()> {
    let mut builder = EnumBuilder::new(name);
    for case in cases {
        builder = builder.case(case);
    }
    builder
        .registration(|class, tables| {
            // As for an enum in PHP code; the engine leaves it off for one of an extension.
            class.ce_flags |= ClassFlags::Final.bits();
            park(class, tables);
        })
        .register()
}

/// A parameter that must be given.
pub fn required(name: &str, type_: DataType) -> Arg<'static> {
    Arg::new(name, type_)
}

/// A parameter with a default, in PHP's spelling.
pub fn optional(name: &str, type_: DataType, default: &str) -> Arg<'static> {
    Arg::new(name, type_).default(default)
}

/// A nullable parameter that is null by default.
pub fn nullable(name: &str, type_: DataType) -> Arg<'static> {
    Arg::new(name, type_).allow_null().default("null")
}

/// The type of an object of `class`.
pub const fn object(class: &'static str) -> DataType {
    DataType::object(class)
}
