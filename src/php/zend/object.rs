//! Objects of classes with typed readonly properties, and `$this` in their methods.
//!
//! ext-php-rs writes a property as code outside of the class would, which `readonly` forbids, and
//! knows `$this` only where it owns a Rust value.

use std::marker::PhantomData;
use std::ptr;

use ext_php_rs::boxed::ZBox;
use ext_php_rs::convert::IntoZval;
use ext_php_rs::error::Result as Converted;
use ext_php_rs::ffi::{zend_hash_str_find, zend_property_info};
use ext_php_rs::flags::DataType;
use ext_php_rs::types::{ZendObject, Zval};
use ext_php_rs::zend::{ClassEntry, ExecutorGlobals};

use super::failure::Failure;

/// What PHP code sees as an object with readonly properties.
pub trait ValueClass {
    /// The PHP class.
    const NAME: &'static str;
}

/// An object that stands for a `T`; its properties are being filled in.
pub struct Object<T>(ZBox<ZendObject>, PhantomData<T>);

impl<T: ValueClass> Object<T> {
    /// A new one; no constructor is called.
    pub fn new() -> Result<Self, Failure> {
        let class = ClassEntry::try_find(T::NAME).ok_or(Failure::Thrown)?;
        Ok(Self(ZendObject::new(class), PhantomData))
    }

    /// Sets a property.
    pub fn with(mut self, name: &str, value: impl IntoZval) -> Result<Self, Failure> {
        write(&mut self.0, name, value.into_zval(false)?);
        Ok(self)
    }
}

impl<T: ValueClass> IntoZval for Object<T> {
    const TYPE: DataType = DataType::object(T::NAME);
    const NULLABLE: bool = false;

    fn set_zval(self, zval: &mut Zval, persistent: bool) -> Converted<()> {
        self.0.set_zval(zval, persistent)
    }
}

/// Writes a declared property past visibility and `readonly`.
pub fn write(object: &mut ZendObject, name: &str, value: Zval) {
    let Some(slot) = slot(object, name) else {
        return;
    };
    // SAFETY: a slot of a live object. What was there before is released last: that may run PHP
    // code, which finds the new value.
    unsafe {
        let before = ptr::replace(slot, value);
        (*slot).u2.extra = 0;
        drop(before);
    }
}

/// Reads a declared property; `get_property()` of ext-php-rs asks for it as if to write it.
pub fn read<'a>(object: &'a ZendObject, name: &str) -> Option<&'a Zval> {
    // SAFETY: a slot of an object that is borrowed.
    slot(object, name).and_then(|slot| unsafe { slot.as_ref() })
}

/// Where an object has a declared property, of which none in the classes that this is used for is
/// static.
fn slot(object: &ZendObject, name: &str) -> Option<*mut Zval> {
    // SAFETY: a live object has a class entry, whose table maps the names of properties to their
    // infos, and their offsets are within the object's allocation.
    unsafe {
        let properties = &raw const (*object.ce).properties_info;
        let entry = zend_hash_str_find(properties, name.as_ptr().cast(), name.len()).as_ref()?;
        let info: *const zend_property_info = entry.value.ptr.cast();
        let offset = (*info).offset as usize;
        Some(ptr::from_ref(object).cast_mut().byte_add(offset).cast())
    }
}

/// Reads the object that the running method was called on.
pub fn this<R>(read: impl FnOnce(&ZendObject) -> R) -> Result<R, Failure> {
    let frame = ExecutorGlobals::get().current_execute_data;
    // SAFETY: null, or the frame of the running call, which keeps its `$this` alive.
    let object = unsafe { frame.as_ref() }.and_then(|frame| frame.This.object());
    object.map(read).ok_or(Failure::Thrown)
}
