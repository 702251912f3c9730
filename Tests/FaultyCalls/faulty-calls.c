/*
 * Calls on files that fail on command: loaded into a program by LD_PRELOAD, it lets the C library's calls fail below some folders, and
 * only there, while a control file says so.
 *
 * FAULTY_FOLDERS   the folders, absolute, separated by colons
 * FAULTY_CONTROL   a file that holds a struct control; who arms and disarms it maps the same file
 *
 * A call that fails does nothing and sets errno, as the kernel would. What the C library calls within itself is not seen.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Kinds of calls, as bits of control.kinds. */
enum {
	KIND_OPEN = 1 << 0,
	KIND_CREATE = 1 << 1,
	KIND_READ = 1 << 2,
	KIND_WRITE = 1 << 3,
	KIND_SYNC = 1 << 4,
	KIND_TRUNCATE = 1 << 5,
	KIND_RENAME = 1 << 6,
	KIND_LINK = 1 << 7,
	KIND_UNLINK = 1 << 8,
	KIND_MKDIR = 1 << 9,
	KIND_STATUS = 1 << 10,
	KIND_SPACE = 1 << 11,
	KIND_LIST = 1 << 12,
	KIND_COPY = 1 << 13,
	KIND_TIMES = 1 << 14,
	KIND_ACCESS = 1 << 15,
	KIND_WATCH = 1 << 16,
};

struct control {
	_Atomic uint32_t kinds;  /* which fail; 0: none */
	_Atomic int32_t error;   /* with which errno */
	_Atomic uint32_t every;  /* each so many-th of them */
	_Atomic uint32_t met;    /* how many there were while armed */
	_Atomic uint32_t failed; /* how many failed */
};

static struct control *control;
static char *folders;

__attribute__((constructor)) static void load(void)
{
	const char *path = getenv("FAULTY_CONTROL"), *list = getenv("FAULTY_FOLDERS");
	int file = path && list ? open(path, O_RDWR | O_CLOEXEC) : -1;

	if (file < 0)
		return;
	void *map = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	close(file);
	folders = strdup(list);
	if (map != MAP_FAILED && folders)
		control = map;
}

static int is_below(const char *path)
{
	for (const char *folder = folders; *folder;) {
		size_t length = strcspn(folder, ":");
		if (strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == 0))
			return 1;
		folder += length + (folder[length] == ':');
	}
	return 0;
}

/* Whether a descriptor, or with AT_FDCWD the working folder, is of something below the folders. */
static int is_ours(int descriptor)
{
	char link[40], path[PATH_MAX];

	if (descriptor == AT_FDCWD)
		strcpy(link, "/proc/self/cwd");
	else
		snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
	ssize_t length = readlink(link, path, sizeof path - 1);
	if (length <= 0)
		return 0;
	path[length] = 0;
	return is_below(path);
}

/* Whether this call is to fail; then errno is set. */
static int fails(uint32_t kind, int descriptor, const char *name)
{
	int saved = errno;

	if (!control || !(atomic_load(&control->kinds) & kind))
		return 0;
	int ours = name && name[0] == '/' ? is_below(name) : is_ours(descriptor);
	if (name && strncmp(name, "/proc/self/fd/", 14) == 0)
		ours = is_ours(atoi(name + 14));
	errno = saved;
	uint32_t every = atomic_load(&control->every);
	if (!ours || (atomic_fetch_add(&control->met, 1) + 1) % (every ? every : 1) != 0)
		return 0;
	atomic_fetch_add(&control->failed, 1);
	errno = atomic_load(&control->error);
	return 1;
}

#define REAL(name) \
	static __typeof__(&name) real; \
	if (!real) \
		real = (__typeof__(real))dlsym(RTLD_NEXT, #name)

/* A call with these parameters, which fails as one of this kind on that descriptor and name. */
#define FAULTY(result, name, parameters, arguments, kind, descriptor, path) \
	result name parameters \
	{ \
		REAL(name); \
		return fails(kind, descriptor, path) ? -1 : real arguments; \
	}

#define OPENING(name) \
	int name(const char *path, int flags, ...) \
	{ \
		REAL(name); \
		va_list rest; \
		va_start(rest, flags); \
		mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
		va_end(rest); \
		return fails(flags & O_CREAT ? KIND_CREATE : KIND_OPEN, AT_FDCWD, path) ? -1 : real(path, flags, mode); \
	}

#define OPENING_AT(name) \
	int name(int folder, const char *path, int flags, ...) \
	{ \
		REAL(name); \
		va_list rest; \
		va_start(rest, flags); \
		mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
		va_end(rest); \
		return fails(flags & O_CREAT ? KIND_CREATE : KIND_OPEN, folder, path) ? -1 : real(folder, path, flags, mode); \
	}

OPENING(open)
OPENING(open64)
OPENING_AT(openat)
OPENING_AT(openat64)

FAULTY(ssize_t, read, (int d, void *b, size_t n), (d, b, n), KIND_READ, d, NULL)
FAULTY(ssize_t, pread, (int d, void *b, size_t n, off_t o), (d, b, n, o), KIND_READ, d, NULL)
FAULTY(ssize_t, pread64, (int d, void *b, size_t n, off64_t o), (d, b, n, o), KIND_READ, d, NULL)
FAULTY(ssize_t, write, (int d, const void *b, size_t n), (d, b, n), KIND_WRITE, d, NULL)
FAULTY(ssize_t, pwrite, (int d, const void *b, size_t n, off_t o), (d, b, n, o), KIND_WRITE, d, NULL)
FAULTY(ssize_t, pwrite64, (int d, const void *b, size_t n, off64_t o), (d, b, n, o), KIND_WRITE, d, NULL)
FAULTY(int, fsync, (int d), (d), KIND_SYNC, d, NULL)
FAULTY(int, fdatasync, (int d), (d), KIND_SYNC, d, NULL)
FAULTY(int, ftruncate, (int d, off_t n), (d, n), KIND_TRUNCATE, d, NULL)
FAULTY(int, ftruncate64, (int d, off64_t n), (d, n), KIND_TRUNCATE, d, NULL)
FAULTY(int, rename, (const char *a, const char *b), (a, b), KIND_RENAME, AT_FDCWD, a)
FAULTY(int, renameat2, (int f, const char *a, int t, const char *b, unsigned int s), (f, a, t, b, s), KIND_RENAME, f, a)
FAULTY(int, linkat, (int f, const char *a, int t, const char *b, int s), (f, a, t, b, s), KIND_LINK, t, b)
FAULTY(int, unlink, (const char *a), (a), KIND_UNLINK, AT_FDCWD, a)
FAULTY(int, unlinkat, (int f, const char *a, int s), (f, a, s), KIND_UNLINK, f, a)
FAULTY(int, mkdir, (const char *a, mode_t m), (a, m), KIND_MKDIR, AT_FDCWD, a)
FAULTY(int, mkdirat, (int f, const char *a, mode_t m), (f, a, m), KIND_MKDIR, f, a)
FAULTY(int, fstat, (int d, struct stat *s), (d, s), KIND_STATUS, d, NULL)
FAULTY(int, fstat64, (int d, struct stat64 *s), (d, s), KIND_STATUS, d, NULL)
FAULTY(int, stat, (const char *a, struct stat *s), (a, s), KIND_STATUS, AT_FDCWD, a)
FAULTY(int, stat64, (const char *a, struct stat64 *s), (a, s), KIND_STATUS, AT_FDCWD, a)
FAULTY(int, lstat, (const char *a, struct stat *s), (a, s), KIND_STATUS, AT_FDCWD, a)
FAULTY(int, lstat64, (const char *a, struct stat64 *s), (a, s), KIND_STATUS, AT_FDCWD, a)
FAULTY(int, fstatat, (int f, const char *a, struct stat *s, int g), (f, a, s, g), KIND_STATUS, f, a)
FAULTY(int, fstatat64, (int f, const char *a, struct stat64 *s, int g), (f, a, s, g), KIND_STATUS, f, a)
FAULTY(int, fstatvfs, (int d, struct statvfs *s), (d, s), KIND_SPACE, d, NULL)
FAULTY(int, fstatvfs64, (int d, struct statvfs64 *s), (d, s), KIND_SPACE, d, NULL)
FAULTY(int, fstatfs, (int d, struct statfs *s), (d, s), KIND_SPACE, d, NULL)
FAULTY(int, fstatfs64, (int d, struct statfs64 *s), (d, s), KIND_SPACE, d, NULL)
FAULTY(ssize_t, getdents64, (int d, void *b, size_t n), (d, b, n), KIND_LIST, d, NULL)
FAULTY(ssize_t, copy_file_range, (int a, off64_t *i, int b, off64_t *o, size_t n, unsigned int s), (a, i, b, o, n, s),
	KIND_COPY, b, NULL)
FAULTY(int, futimens, (int d, const struct timespec t[2]), (d, t), KIND_TIMES, d, NULL)
FAULTY(int, faccessat, (int f, const char *a, int m, int s), (f, a, m, s), KIND_ACCESS, f, a)
FAULTY(int, inotify_add_watch, (int d, const char *a, uint32_t m), (d, a, m), KIND_WATCH, AT_FDCWD, a)
