// What Swift's Glibc module leaves out: some headers, and all that glibc declares only under _GNU_SOURCE.
// The declarations are those of glibc 2.36 (Debian 12).

#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

// renameat2(2)
extern int renameat2(int olddirfd, const char *oldpath, int newdirfd, const char *newpath, unsigned int flags);
enum { CLINUX_RENAME_NOREPLACE = 1 << 0, CLINUX_RENAME_EXCHANGE = 1 << 1 };

// getdents(2)
extern long getdents64(int fd, void *buffer, size_t length);

// memfd_create(2)
extern int memfd_create(const char *name, unsigned int flags);
enum { CLINUX_MFD_CLOEXEC = 1 << 0 };

// copy_file_range(2)
extern long copy_file_range(int fd_in, long *off_in, int fd_out, long *off_out, size_t length, unsigned int flags);

// setresuid(2), setresgid(2) and setgroups(2) of the calling thread alone: glibc's functions change all threads of the process, the
// kernel's calls only the one that makes them (nptl(7)). -1 leaves an id as it is.
extern long syscall(long number, ...);
static inline long clinux_set_thread_user(unsigned int effective) { return syscall(SYS_setresuid, -1, effective, -1); }
static inline long clinux_set_thread_group(unsigned int effective) { return syscall(SYS_setresgid, -1, effective, -1); }
static inline long clinux_set_thread_groups(size_t count, const unsigned int *groups) {
	return syscall(SYS_setgroups, count, groups);
}

// fnmatch(3)
enum { CLINUX_FNM_CASEFOLD = 1 << 4 };

#endif
