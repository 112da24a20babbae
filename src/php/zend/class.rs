//! Registers enums and classes while the module starts.
//!
//! ext-php-rs declares properties without a type or `readonly`, gives no parameter an attribute,
//! leaves enums open to be extended, and compares objects by their properties, of which ours have
//! none. Its `ModuleBuilder` registers classes after the module's own startup function, which could
//! then not add any of that.

use std::ffi::{c_char, c_int, c_void};
use std::ptr;
use std::sync::Mutex;

use ext_php_rs::args::ArgInfoTables;
use ext_php_rs::builders::{ClassBuilder, EnumBuilder, FunctionBuilder};
use ext_php_rs::class::RegisteredClass;
use ext_php_rs::enum_::RegisteredEnum;
use ext_php_rs::error::{Error, Result};
use ext_php_rs::ffi::{
    _ZEND_TYPE_NAME_BIT, _ZEND_TYPE_NULLABLE_BIT, ext_php_rs_compiler_globals, zend_function,
    zend_hash_str_find_ptr_lc, zend_property_info, zend_type,
};
use ext_php_rs::flags::{ClassFlags, DataType, MethodFlags, PropertyFlags};
use ext_php_rs::types::{ZendHashTable, ZendStr, Zval};
use ext_php_rs::zend::{ClassEntry, ExecuteData, ZendObjectHandlers, ZendType};

use super::object::ValueClass;

/// `ZEND_ACC_READONLY`: the same in every PHP that has readonly properties.
const ACC_READONLY: u32 = 1 << 7;
/// `ZEND_ATTRIBUTE_PERSISTENT`: attributes of internal functions outlive a request.
const ATTRIBUTE_PERSISTENT: u32 = 1;

unsafe extern "C" {
    fn zend_objects_not_comparable(one: *mut Zval, other: *mut Zval) -> c_int;
    fn zend_declare_typed_property(
        class: *mut ClassEntry,
        name: *mut ZendStr,
        default: *mut Zval,
        access: c_int,
        doc_comment: *mut ZendStr,
        type_: zend_type,
    ) -> *mut zend_property_info;
    fn zend_add_attribute(
        attributes: *mut *mut ZendHashTable,
        name: *mut ZendStr,
        argc: u32,
        flags: u32,
        offset: u32,
        lineno: u32,
    ) -> *mut c_void;
}

/// Registers an enum, final as one in PHP code is.
pub fn register_enum<T: RegisteredEnum + RegisteredClass>() -> Result<()> {
    T::CASES
        .iter()
        .fold(EnumBuilder::new(T::CLASS_NAME), EnumBuilder::case)
        .registration(|class, tables| {
            class.ce_flags |= ClassFlags::Final.bits();
            T::get_metadata().set_ce(class);
            T::get_metadata().set_arg_info(tables);
        })
        .register()
}

/// Registers a class whose objects own a Rust value: final, and each equal to none but itself.
pub fn register_class<T: RegisteredClass>() -> Result<&'static ClassEntry> {
    let mut class = ClassBuilder::new(T::CLASS_NAME);
    for (name, value, docs, flags) in T::constants() {
        class = class.dyn_constant(*name, *value, docs, *flags)?;
    }
    T::method_builders()
        .into_iter()
        .fold(class, |class, (method, flags)| class.method(method, flags))
        .flags(ClassFlags::Final | ClassFlags::NoDynamicProperties)
        .object_override::<T>()
        .registration(|class, tables| {
            T::get_metadata().set_ce(class);
            T::get_metadata().set_arg_info(tables);
        })
        .register()?;
    compare_by_identity::<T>();
    Ok(T::get_metadata().ce())
}

fn compare_by_identity<T: RegisteredClass>() {
    let metadata = ptr::from_ref(T::get_metadata());
    let handlers = ptr::from_ref(T::get_metadata().handlers());
    let offset = handlers.addr() - metadata.addr();
    // SAFETY: the handlers lie within the metadata, in a cell, so a pointer to the metadata may
    // write to them. Modules start on one thread, before there is an object.
    unsafe {
        let handlers: *mut ZendObjectHandlers = metadata.byte_add(offset).cast_mut().cast();
        (*handlers).compare = Some(zend_objects_not_comparable);
    }
}

/// Puts `#[\SensitiveParameter]` on the parameter at `position` (from 1) of a method.
pub fn mark_sensitive(class: &ClassEntry, method: &str, position: u32) {
    let methods = &raw const class.function_table;
    // SAFETY: the function table of a registered class holds `zend_function`s, whose `common` part
    // every kind of function has. The attribute's name is interned for good.
    unsafe {
        let method =
            zend_hash_str_find_ptr_lc(methods, method.as_ptr().cast::<c_char>(), method.len());
        if let Some(method) = method.cast::<zend_function>().as_mut() {
            zend_add_attribute(
                (&raw mut method.common.attributes).cast(),
                ZendStr::new_interned("SensitiveParameter", true).into_raw(),
                0,
                ATTRIBUTE_PERSISTENT,
                position,
                0,
            );
        }
    }
}

/// Argument tables of the methods of [`Class`]es. The engine borrows them until the process ends.
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

/// A class with typed readonly properties, about to be registered.
pub struct Class {
    name: &'static str,
    builder: ClassBuilder,
    properties: Vec<Property>,
}

struct Property {
    name: &'static str,
    type_: ZendType,
    default: Zval,
}

impl Class {
    /// A final class whose objects are made by the extension only.
    pub fn value<T: ValueClass>() -> Self {
        extern "C" fn construct(_: &mut ExecuteData, _: &mut Zval) {}

        let mut class = Self::open(T::NAME);
        class.builder = class
            .builder
            .flags(ClassFlags::Final | ClassFlags::NoDynamicProperties);
        let constructor = FunctionBuilder::new("__construct", construct);
        class.method(constructor, MethodFlags::Private)
    }

    /// A class that may be extended.
    pub fn open(name: &'static str) -> Self {
        Self {
            name,
            builder: ClassBuilder::new(name),
            properties: Vec::new(),
        }
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
    pub fn property(self, name: &'static str, type_: DataType) -> Self {
        self.typed(name, type_, 0, undefined())
    }

    /// Adds a public readonly property that may be null.
    pub fn nullable(self, name: &'static str, type_: DataType) -> Self {
        self.typed(name, type_, _ZEND_TYPE_NULLABLE_BIT, undefined())
    }

    /// Adds a public readonly property that has this value in objects that PHP code makes; null:
    /// may be null. PHP code cannot declare such a one.
    pub fn with_default(self, name: &'static str, type_: DataType, default: Zval) -> Self {
        let nullable = if default.is_null() {
            _ZEND_TYPE_NULLABLE_BIT
        } else {
            0
        };
        self.typed(name, type_, nullable, default)
    }

    fn typed(mut self, name: &'static str, type_: DataType, mask: u32, default: Zval) -> Self {
        if let Some(mut type_) = ZendType::empty_from_type(type_, false, false, false) {
            type_.type_mask |= mask;
            self.properties.push(Property {
                name,
                type_,
                default,
            });
        }
        self
    }

    /// Adds a public readonly property that holds an object of `class`.
    pub fn object(mut self, name: &'static str, class: &str) -> Self {
        let type_ = ZendType {
            ptr: ZendStr::new_interned(class, true).into_raw().cast(),
            type_mask: _ZEND_TYPE_NAME_BIT,
        };
        self.properties.push(Property {
            name,
            type_,
            default: undefined(),
        });
        self
    }

    /// Registers it.
    pub fn register(self) -> Result<()> {
        self.builder.registration(park).register()?;
        let class = class_at_startup(self.name).ok_or(Error::InvalidPointer)?;
        for property in self.properties {
            declare(class, property);
        }
        Ok(())
    }
}

/// What an uninitialized property has as its value.
fn undefined() -> Zval {
    // SAFETY: an all-zero zval is IS_UNDEF.
    unsafe { std::mem::zeroed() }
}

fn declare(class: &mut ClassEntry, mut property: Property) {
    let access = PropertyFlags::Public.bits() | ACC_READONLY;
    // SAFETY: the name is interned for good, and the engine copies the default, which is not
    // counted.
    unsafe {
        zend_declare_typed_property(
            class,
            ZendStr::new_interned(property.name, true).into_raw(),
            &raw mut property.default,
            access.cast_signed(),
            ptr::null_mut(),
            property.type_,
        );
    }
}

/// The class `name` while modules start, when the executor does not know any class yet.
pub fn class_at_startup(name: &str) -> Option<&'static mut ClassEntry> {
    // SAFETY: the compiler globals and the class table live as long as the process; modules start
    // one after another on one thread, and a class entry is never freed while its module is there.
    unsafe {
        let table = (*ext_php_rs_compiler_globals()).class_table;
        zend_hash_str_find_ptr_lc(table, name.as_ptr().cast(), name.len())
            .cast::<ClassEntry>()
            .as_mut()
    }
}
