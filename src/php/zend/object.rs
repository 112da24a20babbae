//! PHP objects that own a Rust value.

use std::mem::{offset_of, size_of};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::OnceLock;

use ext_php_rs::ffi::{
    ext_php_rs_zend_object_alloc, object_properties_init, std_object_handlers,
    zend_object_handlers, zend_object_std_dtor, zend_object_std_init,
};
use ext_php_rs::types::ZendObject;
use ext_php_rs::zend::ClassEntry;

use super::ffi;

/// A Rust value that lives in the objects of one PHP class. Such objects cannot be cloned, and each
/// equals none but itself.
pub trait State: Sized + 'static {
    /// Where the class keeps its handlers; a static of its own for each type.
    fn handlers() -> &'static OnceLock<zend_object_handlers>;
}

#[repr(C)]
struct Holder<T> {
    state: Option<T>,
    object: ZendObject,
}

/// Makes the objects of a class hold a `T`, none at first.
pub fn attach<T: State>(class: &mut ClassEntry) {
    // The engine's allocations are aligned for pointers and no more.
    const { assert!(align_of::<Holder<T>>() <= align_of::<usize>()) };
    T::handlers().get_or_init(|| {
        // SAFETY: the engine's handlers are filled in before any module starts.
        let mut handlers = unsafe { std_object_handlers };
        handlers.offset = i32::try_from(offset_of!(Holder<T>, object)).unwrap_or_default();
        handlers.free_obj = Some(free::<T>);
        handlers.clone_obj = None;
        handlers.compare = Some(ffi::compare_by_identity);
        handlers
    });
    class.__bindgen_anon_2.create_object = Some(create::<T>);
}

/// The value in an object; `None` before its constructor has put it there, and in an object of
/// another class.
pub fn state<T: State>(object: &ZendObject) -> Option<&T> {
    // SAFETY: the object is borrowed, so it lives. The state of its holder was written by `create`
    // and stays as long as the object is borrowed: only `set_state` and `free` change it.
    unsafe { (*holder::<T>(object)?).state.as_ref() }
}

/// Puts a value into an object, in place of the one that was there.
pub fn set_state<T: State>(object: &mut ZendObject, state: T) {
    // SAFETY: the object lives, and is borrowed for writing: nobody has a `&T` of it.
    unsafe {
        if let Some(holder) = holder::<T>(object) {
            (*holder).state = Some(state);
        }
    }
}

/// The holder that an object is in; `None` of an object of another class.
///
/// # Safety
/// `object` points to a live object.
unsafe fn holder<T: State>(object: *const ZendObject) -> Option<*mut Holder<T>> {
    let handlers = T::handlers().get()?;
    // SAFETY: only objects made by `create::<T>` have these handlers, and each of them is the last
    // member of a `Holder<T>`.
    unsafe {
        ptr::eq((*object).handlers, handlers).then(|| {
            object
                .cast_mut()
                .byte_sub(offset_of!(Holder<T>, object))
                .cast()
        })
    }
}

unsafe extern "C" fn create<T: State>(class: *mut ClassEntry) -> *mut ZendObject {
    // SAFETY: the engine calls this with the class that `attach` was called with (none of ours can
    // be extended). The allocation has room for the holder and the class's properties, is aligned
    // for pointers as `attach` demands, and ends the request where there is no memory. Nothing is
    // read before it is written.
    unsafe {
        let holder =
            ext_php_rs_zend_object_alloc(size_of::<Holder<T>>(), class).cast::<Holder<T>>();
        ptr::write(&raw mut (*holder).state, None);
        let object = &raw mut (*holder).object;
        zend_object_std_init(object, class);
        object_properties_init(object, class);
        (*object).handlers = T::handlers()
            .get()
            .map_or(&raw const std_object_handlers, ptr::from_ref);
        object
    }
}

unsafe extern "C" fn free<T: State>(object: *mut ZendObject) {
    // SAFETY: the engine calls this once, for an object that `create::<T>` made, and frees it after
    // this. The state is taken out, so that nothing drops it again.
    unsafe {
        if let Some(holder) = holder::<T>(object) {
            let state = (*holder).state.take();
            // A panic must not get into the engine; it has been printed by then.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(state)));
        }
        zend_object_std_dtor(object);
    }
}
