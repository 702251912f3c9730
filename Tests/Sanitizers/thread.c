// What ThreadSanitizer must know of Swift on Linux; linked into the tests that run under it. Nothing is suppressed by it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

// Of the sanitizer's runtime.
extern void __tsan_acquire(void *address);
extern void __tsan_release(void *address);

// A Mutex that is free is taken by inlined code, which the sanitizer sees. One that is not is taken and given back in
// libswiftSynchronization, by the kernel (stdlib/public/Synchronization/Mutex/LinuxImpl.swift), which it does not: without this, all that a
// contended Mutex guards is reported as a race.
SWIFT void lockSlow(uint32_t thread, SELF void *mutex) __asm__(LOCK_SLOW);
SWIFT void unlockSlow(SELF void *mutex) __asm__(UNLOCK_SLOW);

static void *next(const char *name) {
	void *symbol = dlsym(RTLD_NEXT, name);
	if (!symbol) abort();
	return symbol;
}

SWIFT void lockSlow(uint32_t thread, SELF void *mutex) {
	((SWIFT void (*)(uint32_t, SELF void *))next(LOCK_SLOW))(thread, mutex);
	__tsan_acquire(mutex);
}

SWIFT void unlockSlow(SELF void *mutex) {
	__tsan_release(mutex);
	((SWIFT void (*)(SELF void *))next(UNLOCK_SLOW))(mutex);
}

// Swift marks each inout argument as an access of its own, beside the reads and writes of its memory. For a type without size, such as
// SystemRandomNumberGenerator, the address is whatever a register holds, and looking at it ends the process. (ld --wrap)
void __wrap___tsan_external_write(void *address, void *caller, void *tag) {
	(void)address, (void)caller, (void)tag;
}
